/** A run is a function of its scenario: of nothing else, and whatever way one goes through it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { image } from "#model-image";
import type { BreakpointRequest } from "../../src/session/types.ts";
import { lawSeed, recipes, scenarioText, sessionOf, straight, type Recipe } from "./support.ts";

const HISTORY = 1 << 28;
const runs = { seed: lawSeed };

function law(
  name: string,
  numRuns: number,
  holds: (recipe: Recipe, choice: number) => Promise<void>,
): void {
  test(name, async () => {
    await fc.assert(
      fc.asyncProperty(recipes, fc.nat(1 << 20), async (recipe, choice) => {
        try {
          await holds(recipe, choice);
        } catch (error) {
          throw new Error(`${scenarioText(recipe)}# choice ${choice}`, { cause: error });
        }
      }),
      { ...runs, numRuns },
    );
  });
}

const functionBreakpoint = (name: string, condition: string | null = null): BreakpointRequest => ({
  at: { kind: "function", name },
  condition,
  hitCondition: null,
  logMessage: null,
});

/** A function of the model that a breakpoint can be set on. */
function someFunction(choice: number): string {
  const functions = image.debug.functions.filter((fn) => fn.siteCount > 0);
  return functions[choice % functions.length]!.name;
}

law("the same scenario and seed end in the same state", 12, async (recipe) => {
  expect(await straight(recipe)).toBe(await straight(recipe));
});

law(
  "breakpoints that never stop change nothing, in whatever bodies they make run",
  12,
  async (recipe, choice) => {
    const session = sessionOf(recipe);
    session.setFunctionBreakpoints(
      [1, 7, 31].map((step) => functionBreakpoint(someFunction(choice * step), "time < 0")),
    );
    await session.execute("continue");
    expect(session.fingerprint()).toBe(await straight(recipe));
  },
);

law(
  "a run that is stopped, gone back in and forward again ends where a straight one does",
  12,
  async (recipe, choice) => {
    const session = sessionOf(recipe, HISTORY);
    session.setFunctionBreakpoints([
      functionBreakpoint("alloc_pages_vma"),
      functionBreakpoint(someFunction(choice)),
    ]);
    for (let i = 0; i < 3; i++) {
      const stop = await session.execute("continue");
      await session.execute("stepBack", stop.thread);
      await session.execute("next");
      await session.execute("stepIn");
    }
    session.setFunctionBreakpoints([]);
    await session.execute("reverseContinue");
    await session.execute("continue");
    expect(session.fingerprint()).toBe(await straight(recipe));
  },
);

law("back one statement and forward again is the same moment", 12, async (recipe, choice) => {
  const session = sessionOf(recipe, HISTORY);
  session.setFunctionBreakpoints([
    functionBreakpoint("shrink_node"),
    functionBreakpoint("tell_host"),
  ]);
  let stop = await session.execute("continue");
  if (stop.reason.kind === "end") return;
  for (let i = choice % 5; i >= 0; i--) stop = await session.execute("stepIn", stop.thread);
  const mark = await session.mark();
  const here = session.fingerprint();
  const back = await session.execute("stepBack", stop.thread);
  expect(await session.mark()).not.toEqual(mark);
  expect(back.reason.kind).toMatch(/step|start/);
  await session.seek(mark);
  expect(await session.mark()).toEqual(mark);
  expect(session.fingerprint()).toBe(here);
});

law("any mark can be gone to from anywhere, in any order", 8, async (recipe, choice) => {
  const session = sessionOf(recipe, HISTORY);
  session.setFunctionBreakpoints([
    functionBreakpoint("fill_balloon"),
    functionBreakpoint("shrink_inactive_list"),
  ]);
  const seen: { mark: Awaited<ReturnType<typeof session.mark>>; print: string }[] = [];
  for (let i = 0; i < 6; i++) {
    const stop = await session.execute(i % 2 === 0 ? "continue" : "stepIn");
    if (stop.reason.kind === "end") break;
    seen.push({ mark: await session.mark(), print: session.fingerprint() });
  }
  for (let i = 0; i < seen.length; i++) {
    const { mark, print } = seen[(choice + i * 5) % seen.length]!;
    await session.seek(mark);
    expect(session.fingerprint()).toBe(print);
  }
});

law("reverse continue meets the stops of the way forward, last first", 6, async (recipe) => {
  const session = sessionOf(recipe, HISTORY);
  session.setFunctionBreakpoints([functionBreakpoint("update_balloon_size_func")]);
  const seen: string[] = [];
  for (let i = 0; i < 5; i++) {
    const stop = await session.execute("continue");
    if (stop.reason.kind === "end") break;
    seen.push(session.fingerprint());
  }
  if (session.stop?.reason.kind !== "end") seen.pop();
  for (const print of seen.toReversed()) {
    const stop = await session.execute("reverseContinue");
    expect(stop.reason.kind).toBe("breakpoint");
    expect(session.fingerprint()).toBe(print);
  }
  expect((await session.execute("reverseContinue")).reason.kind).toBe("start");
});
