import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ResultBody } from "../../src/dap/protocol.ts";
import type { WorkerPort } from "../../src/extension/adapter-bridge.ts";
import type { Problem } from "../../src/extension/scenario-language.ts";
import { RunTracker } from "../../src/extension/run-tracker.ts";
import { TestExplorer } from "../../src/extension/test-explorer.ts";
import { testsOf } from "../../src/lsp/tests.ts";
import { documentOf } from "../lsp/cursor.ts";
import { controllers, nameOf, type FakeController, type FakeItem } from "./fake-tests.ts";
import { fakeVscode, resetWorld, Uri, world } from "./fake-vscode.ts";
import { startInProcess } from "./in-process-worker.ts";

type Listener = (value: object) => void;

const { listeners, debugging } = vi.hoisted(() => ({
  listeners: new Map<string, Listener>(),
  debugging: {
    start: (_configuration: Record<string, unknown>): boolean => true,
    stopped: [] as string[],
  },
}));

vi.mock("vscode", async () => {
  const fake = await import("./fake-vscode.ts");
  const { fakeTests } = await import("./fake-tests.ts");
  const listen = (name: string) => (listener: Listener) => {
    listeners.set(name, listener);
    return { dispose: () => listeners.delete(name) };
  };
  const workspace = Object.defineProperties(
    {
      createFileSystemWatcher: () => ({
        onDidCreate: listen("create"),
        onDidDelete: listen("delete"),
        onDidChange: listen("change"),
        dispose: () => {},
      }),
      onDidOpenTextDocument: listen("open"),
      onDidChangeTextDocument: listen("type"),
      onDidChangeWorkspaceFolders: listen("folders"),
      getWorkspaceFolder: () => undefined,
    },
    Object.getOwnPropertyDescriptors(fake.fakeVscode.workspace),
  );
  const debug = Object.assign(fake.fakeVscode.debug, {
    startDebugging: (_folder: unknown, configuration: Record<string, unknown>) =>
      Promise.resolve(debugging.start(configuration)),
    stopDebugging: (session: { name: string }) => void debugging.stopped.push(session.name),
  });
  return { ...fake.fakeVscode, ...fakeTests, workspace, debug };
});

const A = "file:///ws/a.balloon.yaml";
const RUN = `name: A guest
guest: { memory: 128MiB }
timeline:
  - balloon: 8MiB
  - wait-until: balloon.reached
    timeout: 5s
  - expect: balloon.reached
expect:
  - oom_kill == 1
`;
const TWICE = `${RUN}matrix: { kernel: [v4.19, v5.7] }\n`;

let controller: FakeController;
let runs: RunTracker;
let explorer: TestExplorer;
let problems: Problem[];
let startWorker: () => WorkerPort;
let token: {
  isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): { dispose(): void };
};
let cancel: () => void;

beforeEach(() => {
  resetWorld();
  listeners.clear();
  debugging.stopped = [];
  problems = [];
  startWorker = startInProcess;
  const cancelling = new Set<() => void>();
  const own = {
    isCancellationRequested: false,
    onCancellationRequested: (listener: () => void) => {
      cancelling.add(listener);
      return { dispose: () => cancelling.delete(listener) };
    },
  };
  token = own;
  cancel = () => {
    own.isCancellationRequested = true;
    for (const each of cancelling) each();
  };
  runs = new RunTracker();
});

afterEach(() => {
  explorer.dispose();
  runs.dispose();
});

async function explore(text: string): Promise<void> {
  world.files.set(A, text);
  explorer = new TestExplorer({
    findTests: (_uri, found) => Promise.resolve(testsOf(documentOf(found))),
    check: () => Promise.resolve(problems),
    runs,
    startWorker: () => startWorker(),
  });
  controller = controllers.at(-1)!;
  await controller.resolveHandler?.();
}

function item(...path: readonly string[]): FakeItem {
  let level = controller.items;
  let found: FakeItem | undefined;
  for (const label of path) {
    found = [...level].map(([, each]) => each).find((each) => each.label === label);
    if (found === undefined) throw new Error(`no test ${label}`);
    level = found.children;
  }
  return found!;
}

function names(items = controller.items): string[] {
  return [...items].flatMap(([, each]) => [
    `${each.range?.start.line ?? "-"} ${nameOf(each)}`,
    ...names(each.children),
  ]);
}

async function run(
  profile: "Run" | "Debug",
  include?: readonly FakeItem[],
  exclude: readonly FakeItem[] = [],
): Promise<readonly string[]> {
  await controller.profiles.get(profile)?.({ include, exclude }, token);
  return controller.testRuns.at(-1)?.told ?? [];
}

describe("the tree", () => {
  test("has scenarios, and what they expect once one is opened", async () => {
    await explore(RUN);
    expect(names()).toEqual(["- a"]);
    await controller.resolveHandler?.(item("a"));
    expect(names()).toEqual(["0 a", "6 a > balloon.reached", "8 a > oom_kill == 1"]);
  });

  test("has the variants of a matrix between them", async () => {
    await explore(TWICE);
    await controller.refreshHandler?.(token);
    expect(names()).toEqual([
      "0 a",
      "9 a > v4.19",
      "6 a > v4.19 > balloon.reached",
      "8 a > v4.19 > oom_kill == 1",
      "9 a > v5.7",
      "6 a > v5.7 > balloon.reached",
      "8 a > v5.7 > oom_kill == 1",
    ]);
  });

  test("has folders for scenarios that are in one", async () => {
    const inFolder = (name: string): string => `file:///ws/gallery/${name}.balloon.yaml`;
    for (const name of ["b", "c"]) world.files.set(inFolder(name), RUN);
    await explore(RUN);
    expect(names()).toEqual(["- a", "- gallery", "- gallery > b", "- gallery > c"]);
    listeners.get("delete")?.(Uri.parse(inFolder("b")));
    expect(names()).toEqual(["- a", "- gallery", "- gallery > c"]);
    expect(await run("Run", [item("gallery")])).toEqual([
      "started gallery > c > balloon.reached",
      "started gallery > c > oom_kill == 1",
      "passed gallery > c > balloon.reached",
      "failed gallery > c > oom_kill == 1",
      "end",
    ]);
    listeners.get("delete")?.(Uri.parse(inFolder("c")));
    expect(names()).toEqual(["- a"]);
    listeners.get("create")?.(Uri.parse(inFolder("d")));
    expect(names()).toEqual(["- a", "- gallery", "- gallery > d"]);
  });

  test("keeps an item whose line has moved", async () => {
    await explore(RUN);
    await controller.resolveHandler?.(item("a"));
    const before = item("a", "oom_kill == 1");
    world.files.set(A, `# new\n${RUN}`);
    vi.useFakeTimers();
    listeners.get("change")?.(Uri.parse(A));
    listeners.get("type")?.({ document: { uri: Uri.parse(A) } });
    await vi.advanceTimersByTimeAsync(400);
    vi.useRealTimers();
    expect(item("a", "oom_kill == 1")).toBe(before);
    expect(before.range?.start.line).toBe(9);
  });

  test("follows files that come and go", async () => {
    await explore(RUN);
    listeners.get("create")?.(Uri.parse("file:///ws/b.balloon.yaml"));
    expect(names()).toEqual(["- a", "- b"]);
    listeners.get("delete")?.(Uri.parse(A));
    expect(names()).toEqual(["- b"]);
  });

  test("says what is wrong with a file that cannot be read", async () => {
    await explore(RUN);
    world.files.clear();
    await controller.resolveHandler?.(item("a"));
    expect(item("a").error).toBe("file not found");
    expect(await run("Run")).toEqual(["errored a", "end"]);
  });
});

describe("running", () => {
  test("a scenario judges each expectation at its line", async () => {
    await explore(RUN);
    expect(await run("Run")).toEqual([
      "started a > balloon.reached",
      "started a > oom_kill == 1",
      "passed a > balloon.reached",
      "failed a > oom_kill == 1",
      "end",
    ]);
    const [{ messages, output }] = controller.testRuns as [(typeof controller.testRuns)[0]];
    expect(messages).toMatchObject([
      {
        message: "Does not hold: oom_kill = 0",
        expectedOutput: "oom_kill == 1",
        actualOutput: "oom_kill = 0",
        location: { range: { line: 8 } },
      },
    ]);
    expect(output).toContain("1 of 2 expectations fail\r\n");
  });

  test("a warning stands in the output, with its place", async () => {
    await explore(
      `${RUN}device: { features: [page-reporting] }\n`.replace("MiB }", "MiB, kernel: v4.19 }"),
    );
    await run("Run");
    expect(controller.testRuns.at(-1)?.output).toMatch(
      /a\.balloon\.yaml:10:22: warning: The driver knows `page-reporting` since v5\.7/,
    );
  });

  test("one expectation of one variant runs only that", async () => {
    await explore(TWICE);
    await controller.resolveHandler?.(item("a"));
    expect(await run("Run", [item("a", "v5.7", "oom_kill == 1")])).toEqual([
      "started a > v5.7 > oom_kill == 1",
      "failed a > v5.7 > oom_kill == 1",
      "end",
    ]);
    const { messages, output } = controller.testRuns.at(-1)!;
    expect(output).toContain("A guest (v5.7)");
    expect(messages).toMatchObject([{ message: "Does not hold on v5.7: oom_kill = 0" }]);
  });

  test("what is excluded does not run", async () => {
    await explore(TWICE);
    await controller.resolveHandler?.(item("a"));
    const excluded = [item("a", "v4.19"), item("a", "v5.7", "oom_kill == 1")];
    expect(await run("Run", [item("a")], excluded)).toEqual([
      "started a > v5.7 > balloon.reached",
      "passed a > v5.7 > balloon.reached",
      "end",
    ]);
  });

  test("a scenario without expectations is a test itself", async () => {
    await explore("guest: { memory: 128MiB }\ntimeline: [{ wait: 1s }]\n");
    expect(await run("Run")).toEqual(["started a", "passed a", "end"]);
  });

  test("a mistake in the scenario is an error where it stands", async () => {
    await explore(RUN);
    problems = [{ message: "Unknown step.", line: 6, column: 4 }];
    expect(await run("Run")).toEqual([
      "errored a > balloon.reached",
      "errored a > oom_kill == 1",
      "end",
    ]);
    expect(controller.testRuns[0]?.messages[0]).toMatchObject({
      message: "Unknown step.",
      location: { range: { line: 6 } },
    });
  });

  test("a worker that dies is an error of the test", async () => {
    startWorker = () => ({
      post: () => {},
      terminate: () => {},
      listen: (_onMessage, onFailure) => setImmediate(() => onFailure("out of memory")),
    });
    await explore(RUN);
    expect((await run("Run")).slice(2)).toEqual([
      "errored a > balloon.reached",
      "errored a > oom_kill == 1",
      "end",
    ]);
    expect(controller.testRuns[0]?.messages[0]?.message).toBe("out of memory");
  });

  test("cancelling ends the run and skips what is left", async () => {
    let terminated = 0;
    startWorker = () => ({
      post: () => setImmediate(cancel),
      terminate: () => (terminated += 1),
      listen: () => {},
    });
    await explore(TWICE);
    const told = await run("Run");
    expect(told.filter((each) => each.startsWith("skipped"))).toHaveLength(4);
    expect(told.filter((each) => each.startsWith("started"))).toHaveLength(2);
    expect(terminated).toBe(1);
  });
});

describe("debugging", () => {
  const expectations = [
    { line: 6, text: "balloon.reached", pass: true, actual: "" },
    { line: 8, text: "oom_kill == 1", pass: true, actual: "" },
  ] as unknown as ResultBody["expect"];

  function session(configuration: Record<string, unknown>): {
    id: string;
    type: string;
    name: string;
    configuration: Record<string, unknown>;
  } {
    return { id: "1", type: "balloon", name: String(configuration["name"]), configuration };
  }

  test("the result of the session is that of the tests", async () => {
    await explore(TWICE);
    const started: unknown[] = [];
    debugging.start = (configuration) => {
      started.push(configuration["variant"]);
      const own = session(configuration);
      const say = fakeVscode.debug.start(own);
      const others = session({ name: "another" });
      fakeVscode.debug.start({ ...others, id: "2" });
      fakeVscode.debug.end({ ...others, id: "2" });
      say({ type: "event", event: "balloon/result", body: { expect: expectations } });
      setImmediate(() => fakeVscode.debug.end(own));
      return true;
    };
    const told = await run("Debug");
    expect(started).toEqual(["v4.19", "v5.7"]);
    expect(told.filter((each) => each.startsWith("passed"))).toHaveLength(4);
  });

  test("an expectation that the run did not come to is skipped", async () => {
    await explore(RUN);
    debugging.start = (configuration) => {
      const own = session(configuration);
      const say = fakeVscode.debug.start(own);
      say({ type: "event", event: "balloon/result", body: { expect: expectations.slice(1) } });
      setImmediate(() => fakeVscode.debug.end(own));
      return true;
    };
    expect((await run("Debug")).slice(2)).toEqual([
      "skipped a > balloon.reached",
      "passed a > oom_kill == 1",
      "end",
    ]);
  });

  test("a session that ends early or does not start leaves its tests without a result", async () => {
    await explore(RUN);
    debugging.start = (configuration) => {
      const own = session(configuration);
      fakeVscode.debug.start(own);
      setImmediate(() => fakeVscode.debug.end(own));
      return true;
    };
    const skipped = ["skipped a > balloon.reached", "skipped a > oom_kill == 1", "end"];
    expect((await run("Debug")).slice(2)).toEqual(skipped);
    debugging.start = () => false;
    expect((await run("Debug")).slice(2)).toEqual(skipped);
  });

  test("cancelling stops the session", async () => {
    await explore(RUN);
    debugging.start = (configuration) => {
      const own = session(configuration);
      const say = fakeVscode.debug.start(own);
      say({ type: "event", event: "initialized" });
      setImmediate(() => {
        cancel();
        fakeVscode.debug.end(own);
      });
      return true;
    };
    await run("Debug");
    expect(debugging.stopped).toEqual(["a"]);
  });
});
