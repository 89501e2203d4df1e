/**
 * The law of the model compiler: a program gives the same result and leaves the same state plain,
 * in each body, and suspended at any of its statements, frames copied, bodies changed in between.
 */
import { Script } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compileModel, type CompiledModel } from "../../src/compiler/index.ts";
import {
  modes,
  result,
  runCompiled,
  runPlain,
  testOptions,
  type Outcome,
  type Policy,
} from "./compiler-kernel.ts";
import { randomProgram } from "./compiler-programs.ts";

const seed = Number(process.env["LAW_SEED"] ?? 1);
const PROGRAMS = 300;
const BROKEN_PROGRAMS = 600;
const MAX_STATEMENTS = 4000;
/** Programs are long; the simplest one that fails is not worth an hour. */
const MAX_SHRINKS = 200;

const choices = fc.array(fc.nat(4095), { minLength: 40, maxLength: 400, size: "max" });

test(`every body of a random program gives the same run (LAW_SEED=${seed})`, () => {
  let stops = 0;
  let failed = false;
  let shrinks = 0;
  const agree = (list: readonly number[], chance: number): void => {
    const model = compile(randomProgram(list));
    const plain = runPlain(model, "main", [4]);
    const want = result(plain);
    const { blocked } = runCompiled(model, "main", [4], modes.fast);
    const same = (policy: Policy): Outcome => {
      const outcome = runCompiled(model, "main", [4], policy);
      expect(result(outcome)).toBe(want);
      expect(outcome.blocked).toEqual(blocked);
      stops += outcome.suspensions;
      return outcome;
    };
    same(modes.fast);
    same(modes.route);
    same(modes.step);
    const random = randomNumbers(chance);
    const anyBody = (): number => random(3);
    same({ ...modes.fast, reshuffle: anyBody });
    const counted = same({ ...modes.step, stops: () => false });
    const nths = counted.statements > MAX_STATEMENTS ? [] : spread(counted.statements, 12);
    same({ ...modes.step, stops: () => true });
    same({ ...modes.step, stops: () => true, reshuffle: anyBody });
    same({ ...modes.step, stops: () => random(5) === 0, reshuffle: anyBody });
    for (const nth of nths) {
      const once = same({ ...modes.step, stops: (n) => n === nth });
      expect(once.statements).toBe(counted.statements);
    }
  };
  fc.assert(
    fc.property(choices, fc.nat(), (list, chance) => {
      if (failed && ++shrinks > MAX_SHRINKS) return;
      failed = true;
      agree(list, chance);
      failed = shrinks > 0;
    }),
    { seed, numRuns: PROGRAMS },
  );
  expect(stops).toBeGreaterThan(PROGRAMS);
});

const tokens = [
  ..."( ) { } [ ] ; , = + ? : .".split(" "),
  ..."f0 ops arr this class new let const function return for of in switch case default".split(" "),
  ..."break continue pause() ops[0].m async await ...x => ?. ??= ** typeof `${ /x/ enum".split(" "),
];

/** Replaces a stretch of the text by a token. */
const damage = fc.record({
  at: fc.nat(20_000),
  length: fc.nat(12),
  token: fc.constantFrom("", ...tokens),
});

test(`no text is too broken for the compiler (LAW_SEED=${seed})`, () => {
  let refused = 0;
  fc.assert(
    fc.property(choices, fc.array(damage, { minLength: 1, maxLength: 3 }), (list, damages) => {
      const sources = randomProgram(list);
      let text = sources["model/a.ts"]!;
      for (const { at, length, token } of damages) {
        const start = at % text.length;
        text = `${text.slice(0, start)} ${token} ${text.slice(start + length)}`;
      }
      const { model, diagnostics } = compileModel({ ...sources, "model/a.ts": text }, testOptions);
      expect(model === null).toBe(diagnostics.length > 0);
      // What is accepted must at least be JavaScript.
      if (model !== null) return void new Script(`(${model.bootSource})`);
      refused++;
    }),
    { seed, numRuns: BROKEN_PROGRAMS },
  );
  expect(refused).toBeGreaterThan(BROKEN_PROGRAMS / 2);
});

function compile(sources: Record<string, string>): CompiledModel {
  const { model, diagnostics } = compileModel(sources, testOptions);
  expect(diagnostics).toEqual([]);
  return model!;
}

/** Up to `count` numbers below `end`, evenly apart: every one when there are few. */
function spread(end: number, count: number): number[] {
  const step = Math.max(1, Math.ceil(end / count));
  return Array.from({ length: Math.ceil(end / step) }, (_, i) => i * step);
}

function randomNumbers(start: number): (bound: number) => number {
  let state = start | 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}
