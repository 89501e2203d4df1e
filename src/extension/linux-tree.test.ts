import { beforeEach, expect, test, vi } from "vitest";
import type * as vscode from "vscode";
import { resetWorld, Uri, world } from "../../test/extension/fake-vscode.ts";
import { registerLinuxTree } from "./linux-tree.ts";
import type { RunTracker } from "./run-tracker.ts";

const { StackFrame, state } = vi.hoisted(() => ({
  StackFrame: class {
    readonly threadId = 2;
    readonly frameId = 20;
  },
  state: {
    session: undefined as unknown,
    item: undefined as unknown,
    folder: undefined as unknown,
    status: "",
    other: undefined as unknown,
    open: (_source?: string, _given?: object): Promise<void> => Promise.resolve(),
  },
}));

vi.mock("vscode", async () => {
  const { fakeVscode: fake } = await import("../../test/extension/fake-vscode.ts");
  return {
    ...fake,
    ViewColumn: { One: 1 },
    DebugStackFrame: StackFrame,
    debug: {
      get activeDebugSession() {
        return state.session;
      },
      get activeStackItem() {
        return state.item;
      },
    },
    window: {
      get activeTextEditor() {
        return world.active === null
          ? undefined
          : {
              document: {
                uri: world.active.uri,
                getWordRangeAtPosition: () => ({}),
                getText: () => "isolate_lru_pages",
              },
              selection: { active: null },
            };
      },
      showErrorMessage: fake.window.showErrorMessage,
      showTextDocument: fake.window.showTextDocument,
      showOpenDialog: () =>
        Promise.resolve(state.folder === undefined ? undefined : [state.folder]),
      setStatusBarMessage: (text: string) => void (state.status = text),
    },
    commands: {
      registerCommand: (_id: string, run: typeof state.open) => {
        state.open = run;
        return { dispose: () => {} };
      },
    },
  };
});

const VMSCAN = "int isolate_lru_pages(int n);\n\nint shrink_list(int n)\n{\n}\n";
const MODEL = "balloon-model:/mm/vmscan.ts";
const sources = [
  { path: MODEL, sources: [{ name: "mm/vmscan.c" }, { name: "mm/swap.c" }] },
  { path: "balloon-model:/host/qemu.ts" },
];
const clicked = { frameName: "shrink_list", frameLocation: { source: { path: MODEL } } };
const memory = new Map<string, unknown>();

beforeEach(() => {
  resetWorld();
  memory.clear();
  Object.assign(state, { item: undefined, folder: undefined, status: "" });
  state.session = session({ linuxTree: "/linux" });
  world.files.set("file:///linux/mm/vmscan.c", VMSCAN);
  const context = {
    subscriptions: [],
    workspaceState: {
      get: (key: string) => memory.get(key),
      update: (key: string, value: unknown) => Promise.resolve(void memory.set(key, value)),
    },
  };
  const runs = { session: (id: string) => (id === "other" ? state.other : undefined) };
  registerLinuxTree(context as unknown as vscode.ExtensionContext, runs as unknown as RunTracker);
});

function session(configuration: object): object {
  const stackFrames = [{ id: 20, name: "shrink_list", source: { path: MODEL } }];
  return {
    type: "balloon",
    configuration,
    customRequest: (command: string) =>
      Promise.resolve(command === "stackTrace" ? { stackFrames } : { sources }),
  };
}

test("shows the function of the frame that was clicked on, where it is defined", async () => {
  await state.open(MODEL, clicked);
  await state.open(MODEL, { ...clicked, frameLocation: { source: { path: Uri.parse(MODEL) } } });
  expect(world.shown).toEqual(Array(2).fill("file:///linux/mm/vmscan.c 2:0"));
  expect(world.errors).toEqual([]);
});

test("of several sessions it asks the one that the frame is of", async () => {
  state.other = session({ linuxTree: "/other" });
  world.files.set("file:///other/mm/vmscan.c", VMSCAN);
  await state.open(MODEL, { ...clicked, sessionId: "other" });
  expect(world.shown).toEqual(["file:///other/mm/vmscan.c 2:0"]);
});

test("looks into each file that the source stands for", async () => {
  world.files.set("file:///linux/mm/vmscan.c", "");
  world.files.set("file:///linux/mm/swap.c", VMSCAN);
  await state.open(MODEL, clicked);
  expect(world.shown).toEqual(["file:///linux/mm/swap.c 2:0"]);
});

test("without a frame it takes the one that is shown", async () => {
  state.item = new StackFrame();
  await state.open();
  expect(world.shown).toEqual(["file:///linux/mm/vmscan.c 2:0"]);
});

test("in a model source it takes the word at the cursor; what is not defined is said", async () => {
  world.active = { uri: Uri.parse(MODEL), languageId: "typescript", text: "" };
  await state.open();
  expect(world.shown).toEqual(["file:///linux/mm/vmscan.c 0:0"]);
  expect(state.status).toBe(
    "isolate_lru_pages is not defined in mm/vmscan.c, mm/swap.c of this checkout.",
  );
});

test("asks once for the folder when the launch configuration names none", async () => {
  state.session = session({});
  await state.open(MODEL, clicked);
  expect(world.shown).toEqual([]);
  state.folder = Uri.file("/linux");
  await state.open(MODEL, clicked);
  state.folder = undefined;
  await state.open(MODEL, clicked);
  expect(world.shown).toHaveLength(2);
});

test("refuses a folder that holds no Linux", async () => {
  state.session = session({});
  state.folder = Uri.file("/elsewhere");
  await state.open(MODEL, clicked);
  expect(world.errors).toEqual([
    "/elsewhere does not look like the sources of Linux: it has no mm/vmscan.c.",
  ]);
  expect(memory.size).toBe(0);
});

test("says what is missing: a stop, a file of Linux, the file in the checkout", async () => {
  await state.open();
  await state.open("balloon-model:/host/qemu.ts", {
    frameName: "main_loop_wait",
    frameLocation: { source: { path: "balloon-model:/host/qemu.ts" } },
  });
  state.session = session({ linuxTree: "/elsewhere" });
  await state.open(MODEL, clicked);
  expect(world.errors).toEqual([
    "Stop a scenario in a function of the simulated kernel first, then try again.",
    "host/qemu.ts stands for no file of Linux.",
    "There is no mm/vmscan.c, mm/swap.c in /elsewhere.",
  ]);
});
