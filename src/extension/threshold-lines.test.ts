import { beforeEach, expect, test, vi } from "vitest";
import { ThresholdLines } from "./threshold-lines.ts";

interface FakeBreakpoint {
  readonly functionName: string;
  readonly enabled: boolean;
  readonly logMessage: string | undefined;
}

const debug = vi.hoisted(() => ({
  breakpoints: [] as FakeBreakpoint[],
  listener: (_change: object): void => {},
}));

vi.mock("vscode", () => {
  class FunctionBreakpoint {
    constructor(
      readonly functionName: string,
      readonly enabled = true,
      readonly condition?: string,
      readonly hitCondition?: string,
      readonly logMessage?: string,
    ) {}
  }
  const told = (added: readonly unknown[], removed: readonly unknown[]): void =>
    debug.listener({ added, removed, changed: [] });
  return {
    FunctionBreakpoint,
    EventEmitter: class {
      readonly listeners: (() => void)[] = [];
      readonly event = (listener: () => void) => this.listeners.push(listener);
      fire = (): void => this.listeners.forEach((listener) => listener());
      dispose = (): void => {};
    },
    Disposable: { from: () => ({ dispose: () => {} }) },
    debug: {
      get breakpoints() {
        return debug.breakpoints;
      },
      addBreakpoints: (added: FakeBreakpoint[]) => {
        debug.breakpoints = [...debug.breakpoints, ...added];
        told(added, []);
      },
      removeBreakpoints: (removed: readonly FakeBreakpoint[]) => {
        debug.breakpoints = debug.breakpoints.filter((each) => !removed.includes(each));
        told([], removed);
      },
      onDidChangeBreakpoints: (listener: (change: object) => void) => {
        debug.listener = listener;
        return { dispose: () => {} };
      },
    },
  };
});

const FREE = { counter: "nr_free_pages", value: 4096 };
const names = (): string[] => debug.breakpoints.map(({ functionName }) => functionName);

async function addFunction(name: string, enabled = true, logMessage?: string): Promise<void> {
  const vscode = await import("vscode");
  vscode.debug.addBreakpoints([
    new vscode.FunctionBreakpoint(name, enabled, undefined, undefined, logMessage),
  ]);
}

beforeEach(() => (debug.breakpoints = []));

test("a line is a breakpoint of its name; other functions are none", async () => {
  const lines = new ThresholdLines();
  const changed = vi.fn<() => void>();
  lines.onDidChange(changed);
  await addFunction("virtio_balloon_oom_notify");
  expect(changed).not.toHaveBeenCalled();
  lines.change(null, FREE);
  expect(changed).toHaveBeenCalledOnce();
  expect(names()).toEqual(["virtio_balloon_oom_notify", "nr_free_pages crosses 4096"]);
  expect(lines.all).toEqual([{ ...FREE, enabled: true }]);
  lines.change(FREE, null);
  expect(names()).toEqual(["virtio_balloon_oom_notify"]);
  expect(lines.all).toEqual([]);
});

test("a line that is moved stays what it is otherwise", async () => {
  const lines = new ThresholdLines();
  await addFunction("nr_free_pages  crosses 4096", false, "low");
  lines.change(FREE, { ...FREE, value: 5000 });
  expect(lines.all).toEqual([{ ...FREE, value: 5000, enabled: false }]);
  expect(debug.breakpoints).toMatchObject([{ logMessage: "low" }]);
});

test("a line that is moved is never seen twice", () => {
  const lines = new ThresholdLines();
  lines.change(null, FREE);
  const seen: number[] = [];
  lines.onDidChange(() => seen.push(lines.all.length));
  lines.change(FREE, { ...FREE, value: 5000 });
  expect(seen).toEqual([1]);
});

test("two lines at one place are one", () => {
  const lines = new ThresholdLines();
  lines.change(null, FREE);
  lines.change(null, FREE);
  lines.change(null, { ...FREE, value: 1 });
  lines.change({ ...FREE, value: 1 }, FREE);
  expect(names()).toEqual(["nr_free_pages crosses 4096"]);
});
