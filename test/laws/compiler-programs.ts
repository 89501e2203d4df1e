/**
 * Random programs of the model subset. A program is made from a list of numbers, each one choice;
 * a list that has run out chooses the simplest thing, so shorter lists are simpler programs.
 */
import { declarations } from "./compiler-kernel.ts";

/** Two files with statics of the same names, which call each other; `main` is in the first. */
export function randomProgram(choices: readonly number[]): Record<string, string> {
  const writer = new ProgramWriter(choices);
  const header = [
    "let g0: number = 1, g1 = 2, fuel = 60;",
    "const LIMIT = 3;",
    "const MASK = (1 << LIMIT) - 1;",
    "const arr = [1, 2, 3, 4, 5, 6, 7, 8];",
    "const cells = new Int32Array(config.size);",
    "const o = { a: 5, b: 6, inner: { c: 7 }, none: null as { c: number } | null };",
  ].join("\n");
  const imports = 'import { charge, config, now, pause, rest, trace } from "./externals.ts";';
  return {
    "model/externals.ts": declarations,
    "model/a.ts": [
      imports,
      'import { c1, f1, f3, ops as others } from "./b.ts";',
      header,
      "export const ops: Op[] = [{ m: f0, set: f0, data: 3 }, { m: f2, set: f2, data: 4 }];",
      "export interface Op { m: (a: number, b: number) => number; set: (a: number, b: number) => number; data: number }",
      writer.calmFn(0),
      writer.fn(0),
      writer.fn(2),
      "export function main(a: number): number {",
      "  const first = f0(a, 3);",
      "  return first + f1(2, a) + f2(a, first) * others.length;",
      "}",
    ].join("\n"),
    "model/b.ts": [
      imports,
      'import { c0, f0, f2, ops as others, type Op } from "./a.ts";',
      header,
      "export const ops: Op[] = [{ m: f1, set: f3, data: 5 }, { m: f3, set: f1, data: 6 }];",
      writer.calmFn(1),
      writer.fn(1),
      writer.fn(3),
    ].join("\n"),
  };
}

const FUNCTIONS = 4;
const NAMES = ["x", "y", "z", "u", "v", "w"];

interface Scope {
  readonly names: string[];
  readonly constants: Set<string>;
}

class ProgramWriter {
  private position = 0;
  private scopes: Scope[] = [];
  private loops = 0;
  private labels: string[] = [];
  private serial = 0;
  private forbidden: string | null = null;
  private calm = false;
  private readonly choices: readonly number[];

  constructor(choices: readonly number[]) {
    this.choices = choices;
  }

  /** Never sleeps, so its fast body is printed as it is written. */
  calmFn(index: number): string {
    this.calm = true;
    const code = this.fn(index).replace(/^export function f/, "export function c");
    this.calm = false;
    return code;
  }

  fn(index: number): string {
    this.scopes = [{ names: ["a", "b"], constants: new Set() }];
    const optional = index === 3 ? "b: number = MASK" : "b: number";
    return [
      `export function f${index}(a: number, ${optional}): number {`,
      "if (fuel-- <= 0)",
      "return a | 0;",
      // Every call changes what its caller may have read already.
      `g0 = (g0 * 5 + ${index + 1}) & 1023;`,
      "o.a += g0 & 3;",
      "cells[g0 & 7]++;",
      this.block(3, 4),
      `return (${this.value(2)}) | 0;`,
      "}",
    ].join("\n");
  }

  private pick(count: number): number {
    const choice = this.choices[this.position++] ?? 0;
    return choice % count;
  }

  private oneOf<T>(items: readonly T[]): T {
    return items[this.pick(items.length)]!;
  }

  private locals(): string[] {
    return this.scopes.flatMap((scope) => scope.names).filter((name) => name !== this.forbidden);
  }

  /** Locals that may be assigned, with the innermost declaration of each name deciding. */
  private writable(): string[] {
    return this.locals().filter((name) => {
      const owner = this.scopes.findLast((scope) => scope.names.includes(name))!;
      return !owner.constants.has(name);
    });
  }

  private value(depth: number): string {
    return depth <= 0 ? this.leaf() : this.compound(depth - 1);
  }

  private leaf(): string {
    return this.oneOf([
      () => String(this.pick(9)),
      () => this.oneOf(this.locals()),
      () => this.oneOf(["g0", "g1", "LIMIT", "MASK"]),
      () => this.oneOf(["o.a", "o.b", "o.inner.c", "(o.none?.c ?? 2)", "ops[0].data", "-3"]),
      () => `${this.oneOf(["arr", "cells"])}[${this.pick(8)}]`,
      () => "now()",
    ])();
  }

  private call(depth: number): string {
    const args = (): string => `${this.value(depth)}, ${this.value(depth)}`;
    const calm = (): string => `c${this.pick(2)}(${args()})`;
    if (this.calm) return calm();
    return this.oneOf([
      calm,
      () => `f${this.pick(FUNCTIONS)}(${args()})`,
      () => `f3(${this.value(depth)})`,
      () => `pause(${this.value(depth)})`,
      () => `ops[${this.value(depth)} & 1].m(${args()})`,
      () => `others[${this.value(depth)} & 1].set(${args()})`,
    ])();
  }

  private compound(d: number): string {
    const v = (): string => this.value(d);
    return this.oneOf([
      () => `(${v()} ${this.oneOf(["+", "-", "*", "&", "|", "^", "<", "===", ">>"])} ${v()})`,
      () => this.call(d),
      () => this.call(d),
      () => `(${v()} ${this.oneOf(["+", "^"])} ${this.call(d)})`,
      () => `(${this.assigned(d)}, ${this.call(d)})`,
      () => `(${this.leaf()} + (${this.assigned(d)}, ${this.call(d)}))`,
      () => `(${v()} ${this.oneOf(["&&", "||", "??"])} ${v()})`,
      () => `(${v()} ? ${v()} : ${v()})`,
      () => this.assignment(d),
      () => `${this.place(d)}${this.oneOf(["++", "--"])}`,
      () => `(${v()}, ${v()})`,
      () => `${this.oneOf(["-", "!", "~"])}(${v()})`,
      () => `[${v()}, ${v()}][${v()} & 1]`,
      () => `({ p: ${v()}, q: ${v()} }).${this.oneOf(["p", "q"])}`,
      () => `\`\${${v()}}:\${${v()}}\`.length`,
      () => `Math.max(${v()}, ${v()})`,
      () => `arr.push(${v()} | 0, ${v()} | 0)`,
      () => `new Int32Array([${v()}, 4])[${this.pick(2)}]`,
    ])();
  }

  private assignment(d: number): string {
    const operator = this.oneOf(["=", "+=", "^=", "-="]);
    return `(${this.place(d)} ${operator} ${this.value(d)} | 0)`;
  }

  /** A local, where there is one: what is kept across a call must notice. */
  private assigned(d: number): string {
    const locals = this.writable();
    return locals.length > 0 ? `${this.oneOf(locals)} = ${this.value(d)} | 0` : this.assignment(d);
  }

  private place(d: number): string {
    const locals = this.writable();
    return this.oneOf([
      () => this.oneOf(["g0", "g1"]),
      () => (locals.length > 0 ? this.oneOf(locals) : "g0"),
      () => this.oneOf(["o.a", "o.b", "o.inner.c"]),
      () => `arr[${this.value(d)} & 7]`,
      () => `cells[${this.value(d)} & 7]`,
    ])();
  }

  private block(depth: number, most: number): string {
    this.scopes.push({ names: [], constants: new Set() });
    const lines: string[] = [];
    for (let left = this.pick(most + 1); left > 0; left--) lines.push(this.statement(depth - 1));
    this.scopes.pop();
    return lines.join("\n");
  }

  private statement(depth: number): string {
    const simple = [
      () => `trace(${this.value(2)});`,
      () => this.declaration(),
      () => `${this.value(3)};`,
      () => `charge(${this.value(2)} & 15);`,
      () => (this.calm ? `charge(${this.call(1)});` : "rest();"),
      () => `ops[${this.pick(2)}].m = ${this.oneOf(["f0", "f1", "f2", "f3"])};`,
      () => `if (${this.value(1)})\nreturn (${this.value(2)}) | 0;`,
    ];
    if (this.loops > 0) simple.push(() => `if (${this.value(1)})\n${this.jump()}`);
    if (depth <= 0) return this.oneOf(simple)();
    return this.oneOf([
      ...simple,
      () => this.conditional(depth),
      () => this.forLoop(depth),
      () => this.whileLoop(depth),
      () => this.doLoop(depth),
      () => this.forOf(depth),
      () => this.switchStatement(depth),
      () => `{\n${this.block(depth, 3)}\n}`,
      () => this.labelledBlock(depth),
    ])();
  }

  /** May shadow a name of an outer scope, whose value the initialiser must not use then. */
  private declaration(): string {
    const scope = this.scopes.at(-1)!;
    const free = NAMES.filter((name) => !scope.names.includes(name));
    const name = free.length > 0 ? this.oneOf(free) : null;
    if (name === null || this.usedBefore(name)) return ";";
    const keyword = this.oneOf(["let", "const", "unset"]);
    if (keyword === "unset") {
      scope.names.push(name);
      return `let ${name}: number | undefined;\ntrace(${name} ?? -5);`;
    }
    const outer = this.forbidden;
    this.forbidden = name;
    const init = this.oneOf([() => `${this.value(2)} | 0`, () => this.call(1)])();
    this.forbidden = outer;
    scope.names.push(name);
    if (keyword === "const") scope.constants.add(name);
    return `${keyword} ${name}${this.oneOf(["", ": number"])} = ${init};`;
  }

  /** A name of an outer scope may have been used above in this very block. */
  private usedBefore(name: string): boolean {
    return this.scopes.slice(0, -1).some((scope) => scope.names.includes(name));
  }

  private jump(): string {
    const label = this.labels.length > 0 && this.pick(2) === 1 ? ` ${this.oneOf(this.labels)}` : "";
    return `${this.oneOf(["break", "continue"])}${label};`;
  }

  private conditional(depth: number): string {
    const head = `if (${this.value(2)}) {\n${this.block(depth, 3)}\n}`;
    return this.pick(2) === 0 ? head : `${head} else {\n${this.block(depth, 3)}\n}`;
  }

  private loop(write: (label: string) => string): string {
    const label = this.pick(3) === 1 ? `loop${this.serial++}` : null;
    this.loops++;
    if (label !== null) this.labels.push(label);
    const code = write(label === null ? "" : `${label}: `);
    if (label !== null) this.labels.pop();
    this.loops--;
    return code;
  }

  private forLoop(depth: number): string {
    const index = `i${this.serial++}`;
    return this.loop((label) => {
      const start = this.value(1);
      this.scopes.push({ names: [index], constants: new Set() });
      const test = this.pick(2) === 0 ? "" : ` && (${this.value(1)}, true)`;
      const update = this.pick(2) === 0 ? "" : `, ${this.value(1)}`;
      const body = this.block(depth, 3);
      this.scopes.pop();
      const head = `let ${index} = ${start} & 1; ${index} < 3 && fuel-- > 0${test}; ${index}++${update}`;
      return `${label}for (${head}) {\n${body}\n}`;
    });
  }

  private whileLoop(depth: number): string {
    return this.loop(
      (label) =>
        `${label}while (fuel-- > 0 && ${this.value(2)}) {\n${this.block(depth, 3)}\nif (${this.leaf()})\nbreak;\n}`,
    );
  }

  private doLoop(depth: number): string {
    return this.loop(
      (label) =>
        `${label}do {\n${this.block(depth, 3)}\n} while (fuel-- > 0 && ${this.value(2)} === ${this.pick(3)});`,
    );
  }

  private forOf(depth: number): string {
    const element = `e${this.serial++}`;
    return this.loop((label) => {
      const list = `[${this.value(1)}, ${this.pick(5)}, ${this.value(1)}]`;
      this.scopes.push({ names: [element], constants: new Set([element]) });
      const body = this.block(depth, 3);
      this.scopes.pop();
      return `${label}for (const ${element} of ${list}) {\nif (fuel-- <= 0)\nbreak;\n${body}\n}`;
    });
  }

  private switchStatement(depth: number): string {
    const cases: string[] = [];
    const fallback = this.pick(4);
    for (let i = 0; i < 3; i++) {
      const label = i === fallback ? "default" : `case ${i}`;
      const end = this.pick(2) === 0 ? "break;" : "";
      cases.push(`${label}: {\n${this.block(depth, 2)}\n}\n${end}`);
    }
    return `switch (${this.value(2)} & 3) {\n${cases.join("\n")}\n}`;
  }

  private labelledBlock(depth: number): string {
    const label = `block${this.serial++}`;
    const test = this.value(1);
    const before = this.block(depth, 2);
    return `${label}: {\n{\n${before}\n}\nif (${test})\nbreak ${label};\n${this.block(depth, 2)}\n}`;
  }
}
