import { beforeEach, expect, test, vi } from "vitest";
import { fakeVscode } from "../../test/extension/fake-vscode.ts";
import { chartRun, RunTracker, virtualTime, type RunChange } from "./run-tracker.ts";

vi.mock("vscode", async () => (await import("../../test/extension/fake-vscode.ts")).fakeVscode);

const { debug } = fakeVscode;
const FIRST = { id: "1", type: "balloon", name: "first" };
const SECOND = { id: "2", type: "balloon", name: "second" };

let runs: RunTracker;
let changes: string[];

beforeEach(() => {
  runs = new RunTracker();
  changes = [];
  runs.onDidChange((change) => changes.push(told(change)));
});

function told({ kind, run }: RunChange): string {
  return kind === "state"
    ? `${run.session.name} ${run.state} ${run.stoppedAt}`
    : `${run.session.name} ${kind}`;
}

function samples(first: number, times: readonly number[], truncate = false): object {
  const body = { first, truncate, times, series: { balloon_pages: times }, events: [] };
  return { type: "event", event: "balloon/samples", body };
}

const stopped = (virtualTime?: number): object => ({
  type: "event",
  event: "stopped",
  body: { virtualTime },
});
const answered = (command: string, success = true): object => ({
  type: "response",
  command,
  success,
});

test("remembers where it was stopped, each moment once, and not without bound", () => {
  const say = debug.start(FIRST);
  for (const time of [10, 30, 20, 30]) say(stopped(time));
  expect(chartRun(runs.current!).stops).toEqual([10, 20, 30]);
  for (let time = 100; time < 700; time++) say(stopped(time));
  expect(chartRun(runs.current!).stops).toEqual(Array.from({ length: 500 }, (_none, i) => i + 200));
  debug.end(FIRST);
});

test("follows a session from start to end", () => {
  expect(runs.current).toBeNull();
  const say = debug.start(FIRST);
  say({ type: "event", event: "initialized" });
  say(samples(0, [10, 20]));
  say(stopped(25));
  say(answered("continue"));
  say(samples(2, [30]));
  debug.end(FIRST);
  expect(changes).toEqual([
    "first current",
    "first running null",
    "first samples",
    // Its counters are known now.
    "first running null",
    "first stopped 25",
    "first running null",
    "first samples",
    "first finished null",
  ]);
  expect(runs.current?.samples.times).toEqual([10, 20, 30]);
});

test("a stop without a time is at the newest sample", () => {
  const say = debug.start(FIRST);
  say(samples(0, [10, 20]));
  say(stopped());
  const run = runs.current!;
  expect(chartRun(run)).toEqual({
    id: "1",
    name: "first",
    state: "stopped",
    stoppedAt: 20,
    stops: [20],
    available: ["balloon_pages"],
    steps: [],
    guestPages: null,
  });
  expect(virtualTime(run)).toBe(20);
});

test("knows the steps and the size of the scenario that the adapter tells of", () => {
  const body = { steps: ["wait: 15s", "balloon: 848MiB"], guestPages: 262_144 };
  debug.start(FIRST)({ type: "event", event: "balloon/scenario", body });
  expect(chartRun(runs.current!)).toMatchObject(body);
});

test("going back takes samples away", () => {
  const say = debug.start(FIRST);
  say(samples(0, [10, 20, 30]));
  say(answered("reverseContinue"));
  say(samples(1, [], true));
  say(stopped(15));
  expect(runs.current?.samples.times).toEqual([10]);
  expect(virtualTime(runs.current!)).toBe(15);
});

test("a request that was refused, or that moves nothing, does not make it run", () => {
  const say = debug.start(FIRST);
  say(stopped(5));
  say(answered("continue", false));
  say(answered("threads"));
  expect(runs.current?.state).toBe("stopped");
});

test("the active session is the current one, and the last stays when all have ended", () => {
  debug.start(FIRST);
  debug.start(SECOND);
  expect(runs.current?.session.name).toBe("second");
  debug.activate(FIRST);
  expect(runs.current?.session.name).toBe("first");
  debug.end(FIRST);
  debug.end(SECOND);
  expect(runs.current?.session.name).toBe("first");
  expect(runs.current?.state).toBe("finished");
});
