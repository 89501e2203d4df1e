/**
 * Time on random walks: steps and runs in both directions, seeks, edits, and branches that they
 * begin. Whatever way leads to a point of a branch, it is the same point, to the last bit.
 */
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import type { Session } from "../../src/session/session.ts";
import type { BreakpointRequest, Command, Mark } from "../../src/session/types.ts";
import { lawSeed, recipes, scenarioText, sessionOf, straight } from "./support.ts";
import { checkWrites } from "./written.ts";

const HISTORIES = [1 << 28, 1 << 24, 1];

type Move =
  | { readonly kind: "command"; readonly command: Command }
  | { readonly kind: "seek"; readonly choice: number }
  | { readonly kind: "time"; readonly ms: number }
  | { readonly kind: "prepare"; readonly givenUp: boolean }
  | { readonly kind: "edit"; readonly choice: number };

const COMMANDS: readonly Command[] = [
  "continue",
  "next",
  "stepIn",
  "stepOut",
  "stepBack",
  "reverseContinue",
  "reverseStepIn",
  "reverseStepOut",
];

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .constantFrom(...COMMANDS)
        .map((command): Move => ({ kind: "command", command })),
    },
    { weight: 3, arbitrary: fc.nat(99).map((choice): Move => ({ kind: "seek", choice })) },
    { weight: 1, arbitrary: fc.nat(120).map((ms): Move => ({ kind: "time", ms })) },
    { weight: 3, arbitrary: fc.nat(99).map((choice): Move => ({ kind: "edit", choice })) },
    {
      weight: 3,
      arbitrary: fc.boolean().map((givenUp): Move => ({ kind: "prepare", givenUp })),
    },
  ),
  { minLength: 8, maxLength: 24 },
);

interface Visited {
  readonly branch: number;
  readonly mark: Mark;
  readonly print: string;
}

/** Everywhere the walk has been; where it comes again, it has to look the same. */
class Walk {
  readonly visited: Visited[] = [];
  readonly #session: Session;
  /** By branch and mark. */
  readonly #prints = new Map<string, string>();

  constructor(session: Session) {
    this.#session = session;
  }

  async note(): Promise<void> {
    const mark = await this.#session.mark();
    const { branch } = this.#session;
    const print = this.#session.fingerprint();
    const key = `branch ${branch}, dispatch ${mark.dispatch}, statement ${mark.statement}`;
    const known = this.#prints.get(key);
    if (known === undefined) this.visited.push({ branch, mark, print });
    else if (known !== print) throw new Error(`${key} is another point now`);
    this.#prints.set(key, print);
  }

  /** An edit at a point makes another one of it. */
  forgetHere(branch: number, mark: Mark): void {
    this.#prints.delete(`branch ${branch}, dispatch ${mark.dispatch}, statement ${mark.statement}`);
    const at = this.visited.findIndex(
      (each) =>
        each.branch === branch &&
        each.mark.dispatch === mark.dispatch &&
        each.mark.statement === mark.statement,
    );
    if (at >= 0) this.visited.splice(at, 1);
  }

  async goTo({ branch, mark, print }: Visited): Promise<void> {
    await this.#session.seek({ kind: "mark", mark, branch });
    expect(await this.#session.mark()).toEqual(mark);
    expect(this.#session.branch).toBe(branch);
    expect(this.#session.fingerprint()).toBe(print);
  }
}

const EDITS: readonly ((session: Session) => Promise<{ readonly error: unknown }>)[] = [
  async (session) => session.setKnob("balloon.target", "8MiB"),
  async (session) => session.setKnob("vm.min_free_kbytes", "2048"),
  async (session) => session.setExpression("balloon_inflate", "balloon_inflate + 1000", null),
  async (session) => session.setExpression("min_free_kbytes", "min_free_kbytes", null),
  async (session) => session.setExpression("pageblock_flags[3]", "pageblock_flags[3]", null),
  async (session) => session.setExpression("page_index[32767]", "page_index[32767] + 1", null),
  async (session) => {
    const reader = session.threads().find(({ name }) => name === "reader");
    return session.killTask(reader?.id ?? -1);
  },
];

/** What is done while nobody asks leaves the very point at which it was begun. */
async function prepare(session: Session, givenUp: boolean): Promise<void> {
  const print = session.fingerprint();
  const preparing = session.prepare();
  if (givenUp) session.pause();
  await preparing;
  if (session.fingerprint() !== print) throw new Error("preparing left another point");
}

async function walk(session: Session, way: readonly Move[]): Promise<Walk> {
  const noted = new Walk(session);
  session.setFunctionBreakpoints([
    inFunction("tell_host", "% 7"),
    inFunction("shrink_inactive_list", "% 5"),
    inFunction("virtballoon_changed", null),
  ]);
  await noted.note();
  for (const move of way) {
    switch (move.kind) {
      case "command":
        await session.execute(move.command);
        break;
      case "time":
        await session.seek({ kind: "time", time: move.ms * 1_000_000 });
        break;
      case "prepare":
        await prepare(session, move.givenUp);
        break;
      case "seek":
        await noted.goTo(noted.visited[move.choice % noted.visited.length]!);
        break;
      case "edit": {
        const mark = await session.mark();
        const { branch } = session;
        const { error } = await EDITS[move.choice % EDITS.length]!(session);
        if (error === null && session.branch === branch) noted.forgetHere(branch, mark);
      }
    }
    await noted.note();
  }
  return noted;
}

function inFunction(name: string, hitCondition: string | null): BreakpointRequest {
  return { at: { kind: "function", name }, condition: null, hitCondition, logMessage: null };
}

afterEach(() => {
  vi.restoreAllMocks();
});

test("on random walks with edits and branches, a point of a branch is always the same", async () => {
  const history = fc.constantFrom(...HISTORIES);
  const writes = checkWrites();
  await fc.assert(
    fc.asyncProperty(recipes, moves, history, async (recipe, way, bytes) => {
      const session = sessionOf(recipe, bytes);
      try {
        const noted = await walk(session, way);
        for (const place of noted.visited.toReversed()) await noted.goTo(place);
        if (session.branches().every(({ id, edits }) => id > 0 || edits.length === 0)) {
          session.setFunctionBreakpoints([]);
          await noted.goTo(noted.visited[0]!);
          await session.execute("continue");
          expect(session.fingerprint()).toBe(await straight(recipe));
        }
      } catch (error) {
        throw new Error(`${scenarioText(recipe)}# history ${bytes}\n# ${JSON.stringify(way)}`, {
          cause: error,
        });
      } finally {
        session.dispose();
      }
    }),
    { seed: lawSeed, numRuns: 15 },
  );
  expect(writes.checked()).toBeGreaterThan(0);
}, 120_000);
