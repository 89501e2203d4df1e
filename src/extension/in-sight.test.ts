import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fakeVscode } from "../../test/extension/fake-vscode.ts";
import { keepInSight } from "./in-sight.ts";
import { RunTracker } from "./run-tracker.ts";

type FakeSession = Parameters<typeof fakeVscode.debug.start>[0];

const { state } = vi.hoisted(() => ({
  state: {
    active: undefined as { id: string; name: string } | undefined,
    warned: [] as string[],
    chosen: undefined as string | undefined,
    stopped: [] as string[],
  },
}));

vi.mock("vscode", async () => {
  const { fakeVscode: fake } = await import("../../test/extension/fake-vscode.ts");
  Object.defineProperty(fake.debug, "activeDebugSession", { get: () => state.active });
  return {
    ...fake,
    debug: Object.assign(fake.debug, {
      stopDebugging: ({ name }: { name: string }) => void state.stopped.push(name),
    }),
    window: {
      showWarningMessage: (message: string, ...buttons: string[]) => {
        state.warned.push(`${message} [${buttons.join("] [")}]`);
        return Promise.resolve(state.chosen);
      },
    },
  };
});

const SHOWN = "The editor stays with other, and does not show where own is. [End other]";

let runs: RunTracker;
let keeping: { dispose(): void };

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(state, { active: undefined, warned: [], chosen: undefined, stopped: [] });
  runs = new RunTracker();
  keeping = keepInSight(runs);
});

afterEach(() => {
  keeping.dispose();
  runs.dispose();
  vi.useRealTimers();
});

const own = { id: "1", name: "own", type: "balloon", configuration: {} } as unknown as FakeSession;

/** A session that stops twice. */
async function stopTwice(): Promise<void> {
  const say = fakeVscode.debug.start(own);
  for (let stops = 0; stops < 2; stops++) {
    say({ type: "event", event: "stopped", body: { virtualTime: stops } });
    await vi.advanceTimersByTimeAsync(1000);
  }
}

test("nothing is said of a session that is shown, or where none is", async () => {
  await stopTwice();
  state.active = { id: "1", name: "own" };
  await stopTwice();
  expect(state.warned).toEqual([]);
});

test("of one that is not shown, it is said once", async () => {
  state.active = { id: "2", name: "other" };
  await stopTwice();
  expect(state.warned).toEqual([SHOWN]);
  expect(state.stopped).toEqual([]);
});

test("the one that is in the way is ended if the user says so", async () => {
  Object.assign(state, { active: { id: "2", name: "other" }, chosen: "End other" });
  await stopTwice();
  expect(state.stopped).toEqual(["other"]);
});
