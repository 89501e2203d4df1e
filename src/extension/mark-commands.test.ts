import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type * as vscode from "vscode";
import { fakeVscode, resetWorld, Uri, world } from "../../test/extension/fake-vscode.ts";
import { sha256 } from "../base/sha256.ts";
import { MarkCommands } from "./mark-commands.ts";
import { parseLink } from "./mark-link.ts";
import { RunTracker } from "./run-tracker.ts";

type Configuration = Record<string, unknown>;

const { commands, state } = vi.hoisted(() => ({
  commands: new Map<string, (link?: string) => Promise<void>>(),
  state: {
    clipboard: "",
    input: undefined as string | undefined,
    proposed: "",
    isWeb: false,
    start: (_configuration: Record<string, unknown>): boolean => false,
  },
}));

vi.mock("vscode", async () => {
  const { fakeVscode: fake } = await import("../../test/extension/fake-vscode.ts");
  const nothing = { dispose: (): void => {} };
  const window = {
    registerUriHandler: () => nothing,
    setStatusBarMessage: () => nothing,
    showInputBox: ({ value }: { value: string }) => {
      state.proposed = value;
      return Promise.resolve(state.input ?? value);
    },
    showErrorMessage: fake.window.showErrorMessage,
  };
  const workspace = Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(fake.workspace),
      getWorkspaceFolder: { value: () => undefined },
    },
  ) as object;
  return {
    ...fake,
    workspace,
    window,
    debug: Object.assign(fake.debug, {
      startDebugging: (_folder: unknown, configuration: Configuration) =>
        Promise.resolve(state.start(configuration)),
    }),
    commands: {
      registerCommand: (id: string, run: () => Promise<void>) => {
        commands.set(id, run);
        return nothing;
      },
    },
    UIKind: { Desktop: 1, Web: 2 },
    env: {
      uriScheme: "vscode",
      get uiKind() {
        return state.isWeb ? 2 : 1;
      },
      clipboard: {
        readText: () => Promise.resolve(state.clipboard),
        writeText: (text: string) => Promise.resolve(void (state.clipboard = text)),
      },
    },
  };
});

const TEXT = "guest: { memory: 1GiB }\n";
const A = "file:///ws/a.balloon.yaml";
const HERE = {
  mark: { dispatch: 5602, statement: 56 },
  branch: 0,
  fingerprint: "9ba07d36b7e310a6",
};
const EDIT = { mark: { dispatch: 5602, statement: 57 }, time: 0, text: "" };

let runs: RunTracker;
let marks: MarkCommands;
let asked: string[];
let here: typeof HERE;
let edits: object[];
let say: (message: object) => void;

/** A session that answers as the adapter does, and stops again after a seek. */
function startSession(configuration: Configuration): object {
  const session = {
    id: String(asked.length + Math.random()),
    type: "balloon",
    name: "a",
    configuration,
    customRequest: (command: string, args: object = {}): Promise<unknown> => {
      asked.push(command === "balloon/seek" ? `${command} ${JSON.stringify(args)}` : command);
      if (command === "balloon/seek") {
        say({ type: "response", command, success: true });
        setImmediate(() => say({ type: "event", event: "stopped", body: { virtualTime: 9 } }));
      }
      return Promise.resolve(
        {
          "balloon/fingerprint": here,
          "balloon/branches": { current: 0, branches: [{ id: 0, edits }] },
          loadedSources: {
            sources: [
              { path: "balloon-model:/mm/vmscan.ts", checksums: [{ checksum: "x" }] },
              { path: "/ws/a.balloon.yaml", checksums: [{ checksum: sha256(TEXT) }] },
            ],
          },
        }[command],
      );
    },
  };
  say = fakeVscode.debug.start(session);
  say({ type: "event", event: "initialized" });
  return session;
}

const stop = (): void => say({ type: "event", event: "stopped", body: { virtualTime: 5 } });
const copy = async (): Promise<void> => commands.get("balloon.copyMarkLink")?.();
const open = async (link?: string): Promise<void> => commands.get("balloon.openMarkLink")?.(link);

beforeEach(() => {
  resetWorld();
  world.folders = [{ uri: Uri.parse("file:///ws"), name: "ws", index: 0 }];
  world.files.set(A, TEXT);
  Object.assign(state, {
    clipboard: "",
    input: undefined,
    proposed: "",
    isWeb: false,
    start: () => false,
  });
  asked = [];
  here = HERE;
  edits = [EDIT];
  runs = new RunTracker();
  marks = new MarkCommands(runs, "publisher.name");
});

afterEach(() => {
  marks.dispose();
  runs.dispose();
});

describe("copying", () => {
  test("says which scenario, which run of it, where, and what the state is", async () => {
    startSession({ program: "/ws/a.balloon.yaml", kernel: "v4.19", variant: "1GiB" });
    stop();
    // Edited since: the link is about what runs.
    world.files.set(A, "");
    await copy();
    expect(world.errors).toEqual([]);
    expect(parseLink(state.clipboard)).toEqual({
      scenario: "a.balloon.yaml",
      text: sha256(TEXT),
      mark: HERE.mark,
      fingerprint: HERE.fingerprint,
      kernel: "v4.19",
      variant: "1GiB",
    });
  });

  test.each<readonly [string, () => void]>([
    ["while it runs", () => startSession({ program: "/ws/a.balloon.yaml" })],
    ["on a branch", () => (here = { ...HERE, branch: 1 })],
    ["after an edit", () => (edits = [{ ...EDIT, mark: HERE.mark }])],
    ["long after an edit", () => (edits = [{ ...EDIT, mark: { dispatch: 1, statement: 99 } }])],
  ])("%s is refused", async (what, change) => {
    startSession({ program: "/ws/a.balloon.yaml" });
    stop();
    change();
    await copy();
    expect(state.clipboard).toBe("");
    expect(world.errors).toEqual([
      expect.stringContaining(what === "while it runs" ? "Stop a scenario" : "changed by hand"),
    ]);
  });
});

describe("opening", () => {
  const link = (change: Record<string, string> = {}): string => {
    const query = new URLSearchParams({
      scenario: "a.balloon.yaml",
      at: "5602.56",
      state: HERE.fingerprint,
      text: sha256(TEXT),
      ...change,
    });
    return `vscode://publisher.name/mark?${query.toString()}`;
  };
  const SEEK = `balloon/seek {"mark":{"dispatch":5602,"statement":56}}`;

  test("in the run that is there, goes to the mark and checks the state", async () => {
    startSession({ program: "/ws/a.balloon.yaml" });
    stop();
    await open(link());
    expect(asked).toEqual([SEEK, "balloon/fingerprint"]);
    expect(world.errors).toEqual([]);
  });

  test("starts the scenario, as the link has it, and goes there", async () => {
    let started: Configuration = {};
    startSession({ program: "/ws/a.balloon.yaml", kernel: "v4.19" });
    stop();
    state.start = (configuration) => {
      started = configuration;
      startSession(configuration);
      setImmediate(stop);
      return true;
    };
    const address = decodeURIComponent(link({ kernel: "v5.7", seed: "2" }));
    await marks.handleUri({ toString: () => address } as unknown as vscode.Uri);
    expect(started).toMatchObject({
      program: "/ws/a.balloon.yaml",
      kernel: "v5.7",
      seed: 2,
      stopOnEntry: true,
    });
    expect(asked).toEqual([SEEK, "balloon/fingerprint"]);
    expect(world.errors).toEqual([]);
  });

  test("proposes what is on the clipboard, if that is a link", async () => {
    state.clipboard = link();
    await open();
    expect(state.proposed).toBe(link());
    state.clipboard = "something else";
    state.input = "typed";
    await open();
    expect(state.proposed).toBe("");
    expect(world.errors).toEqual([expect.stringContaining("This is no link")]);
    // A browser would ask first, and the box would not come before that was answered.
    Object.assign(state, { clipboard: link(), isWeb: true });
    await open();
    expect(state.proposed).toBe("");
  });

  test.each<readonly [string, Record<string, string>, string]>([
    [
      "a scenario that is not there",
      { scenario: "b.balloon.yaml" },
      "There is no scenario b.balloon.yaml",
    ],
    ["a file that is no scenario", { scenario: "/etc/passwd" }, "There is no scenario /etc/passwd"],
    ["another text", { text: "0".repeat(64) }, "a is not as it was"],
    ["another state", { state: "0".repeat(16) }, "This is not the state"],
    ["half a link", { at: "" }, "This is no link"],
  ])("%s is an error that says so", async (_what, change, message) => {
    startSession({ program: "/ws/a.balloon.yaml" });
    stop();
    await open(link(change));
    expect(world.errors).toEqual([expect.stringContaining(message)]);
  });

  test("a session that does not start, or ends on the way, leaves nothing behind", async () => {
    await open(link());
    expect(asked).toEqual([]);
    state.start = (configuration) => {
      const session = startSession(configuration);
      setImmediate(() => fakeVscode.debug.end(session as never));
      return true;
    };
    await open(link());
    expect(asked).toEqual([]);
    expect(world.errors).toEqual([]);
  });
});
