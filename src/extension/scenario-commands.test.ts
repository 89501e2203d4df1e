import { beforeEach, expect, test, vi } from "vitest";
import type * as vscode from "vscode";
import { resetWorld, Uri, world } from "../../test/extension/fake-vscode.ts";
import type { WantedRuns } from "./comparison-panel.ts";
import type { RunTracker } from "./run-tracker.ts";
import { ScenarioCommands } from "./scenario-commands.ts";

const state = vi.hoisted(() => ({
  commands: new Map<string, (given?: unknown) => Promise<void>>(),
  trusted: true,
  /** What the user answers when VS Code asks whether the workspace is to be trusted. */
  trusts: false,
  started: [] as string[],
  told: [] as string[],
  chooses: undefined as string | undefined,
  compared: [] as WantedRuns[],
}));

vi.mock("./comparison-panel.ts", () => ({
  ComparisonPanel: class {
    compare(wanted: WantedRuns): Promise<void> {
      state.compared.push(wanted);
      return Promise.resolve();
    }
  },
}));

vi.mock("vscode", async () => {
  const { fakeVscode } = await import("../../test/extension/fake-vscode.ts");
  return {
    ...fakeVscode,
    commands: {
      registerCommand: (name: string, run: () => Promise<void>) => state.commands.set(name, run),
    },
    debug: {
      startDebugging: (_folder: unknown, { name }: { name: string }) => {
        if (state.trusts) state.trusted = true;
        if (state.trusted) state.started.push(name);
        return Promise.resolve(state.trusted);
      },
    },
    window: {
      ...fakeVscode.window,
      showInformationMessage: (text: string) => {
        state.told.push(text);
        return Promise.resolve(state.chooses);
      },
    },
    workspace: {
      ...fakeVscode.workspace,
      getWorkspaceFolder: () => undefined,
      get isTrusted() {
        return state.trusted;
      },
    },
  };
});

const URI = "file:///ws/a.balloon.yaml";
const itself = { name: "a", launch: { program: "/ws/a.balloon.yaml" } };
const run = (command: string): Promise<void> => state.commands.get(command)!(URI);

beforeEach(() => {
  resetWorld();
  world.files.set(URI, "guest: {}\n");
  Object.assign(state, { trusted: true, trusts: false, chooses: undefined });
  for (const list of [state.started, state.told, state.compared]) list.length = 0;
  new ScenarioCommands({
    extensionUri: Uri.parse("ext:/") as unknown as vscode.Uri,
    runs: { current: null } as RunTracker,
    startWorker: () => {
      throw new Error("nothing runs here");
    },
    findVariants: () => Promise.resolve([]),
  });
});

test("both start a session where the workspace is trusted", async () => {
  await run("balloon.debugScenario");
  await run("balloon.runScenario");
  expect(state).toMatchObject({ started: ["a", "a"], told: [], compared: [] });
});

test("without trust a run needs no session", async () => {
  state.trusted = false;
  await run("balloon.runScenario");
  expect(state.started).toEqual([]);
  expect(state.compared).toEqual([{ title: "a", text: "guest: {}\n", runs: [itself] }]);
});

test("a session refused for want of trust says why, and what can be done instead", async () => {
  state.trusted = false;
  await run("balloon.debugScenario");
  expect(state.started).toEqual([]);
  expect(state.told).toEqual([expect.stringContaining("not trusted")]);
  expect(state.compared).toEqual([]);
  state.chooses = "Run Without the Debugger";
  await run("balloon.debugScenario");
  expect(state.compared.map(({ runs }) => runs)).toEqual([[itself]]);
});

test("trust that is given when asked for starts the session, without a word", async () => {
  Object.assign(state, { trusted: false, trusts: true });
  await run("balloon.debugScenario");
  expect(state).toMatchObject({ started: ["a"], told: [], compared: [] });
});
