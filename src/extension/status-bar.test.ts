import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fakeVscode } from "../../test/extension/fake-vscode.ts";
import { RunTracker } from "./run-tracker.ts";
import { StatusBar } from "./status-bar.ts";

const { item } = vi.hoisted(() => ({
  item: {
    text: "",
    tooltip: { value: "" },
    shown: false,
    show: () => void (item.shown = true),
    hide: () => void (item.shown = false),
    dispose: () => {},
  },
}));

vi.mock("vscode", async () => {
  const { fakeVscode: fake } = await import("../../test/extension/fake-vscode.ts");
  return {
    ...fake,
    StatusBarAlignment: { Left: 1 },
    MarkdownString: class {
      readonly value: string;

      constructor(value: string) {
        this.value = value;
      }
    },
    window: { createStatusBarItem: () => item },
  };
});

let runs: RunTracker;
let bar: StatusBar;
let now: number;
let count: number;
let answer: () => Promise<unknown>;
let asked: string[];
let say: (message: object) => void;
const session = {
  id: "1",
  type: "balloon",
  name: "a guest",
  customRequest: (command: string): Promise<unknown> => {
    asked.push(command);
    return answer();
  },
};

beforeEach(() => {
  vi.useFakeTimers();
  now = 0;
  count = 0;
  asked = [];
  answer = () => Promise.resolve({ mark: { dispatch: 5602, statement: 56 } });
  runs = new RunTracker();
  bar = new StatusBar(runs, () => now);
  say = fakeVscode.debug.start(session);
});

afterEach(() => {
  bar.dispose();
  runs.dispose();
  vi.useRealTimers();
});

function sample(seconds: number, atMs: number): void {
  now = atMs;
  const body = { first: count++, truncate: false, times: [seconds * 1e9], series: {}, events: [] };
  say({ type: "event", event: "balloon/samples", body });
}

const stop = (seconds: number): void =>
  say({ type: "event", event: "stopped", body: { virtualTime: seconds * 1e9 } });

test("while the guest runs, its speed is shown", () => {
  expect(item.shown).toBe(false);
  say({ type: "event", event: "initialized" });
  sample(1, 0);
  expect(item).toMatchObject({ shown: true, text: "$(pulse) 1.000 s" });
  sample(2, 500);
  expect(item.text).toBe("$(pulse) 2.000 s · 2.00× real time");
  expect(item.tooltip.value).not.toContain("copyMarkLink");
});

test("where it is stopped, its mark, and a link to it in the tooltip", async () => {
  say({ type: "event", event: "initialized" });
  sample(1, 0);
  sample(2, 500);
  stop(2.5);
  expect(item.text).toBe("$(debug-pause) 2.500 s");
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toEqual(["balloon/mark"]);
  expect(item.text).toBe("$(debug-pause) 2.500 s · 5602.56");
  expect(item.tooltip.value).toContain("(command:balloon.copyMarkLink)");
});

test("a mark that comes too late is not shown, and a step in between asks only once", async () => {
  say({ type: "event", event: "initialized" });
  stop(1);
  say({ type: "response", command: "next", success: true });
  stop(2);
  let tell: (body: object) => void = () => {};
  answer = () => new Promise((resolve) => (tell = resolve));
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toHaveLength(1);
  say({ type: "response", command: "continue", success: true });
  tell({ mark: { dispatch: 1, statement: 1 } });
  await vi.advanceTimersByTimeAsync(0);
  expect(item.text).not.toContain("1.1");
});

test("a mark that cannot be had is left out; after the end nothing is shown", async () => {
  stop(1);
  answer = () => Promise.reject(new Error("running"));
  await vi.advanceTimersByTimeAsync(100);
  expect(item.text).toBe("$(debug-pause) 1.000 s");
  fakeVscode.debug.end(session);
  expect(item.shown).toBe(false);
});
