import { beforeEach, describe, expect, test, vi } from "vitest";
import type * as vscode from "vscode";
import { Uri, resetWorld, world } from "../../test/extension/fake-vscode.ts";
import {
  asWritten,
  ConfigurationProvider,
  DynamicConfigurationProvider,
} from "./configuration-provider.ts";
import { variantsOf } from "../scenario/index.ts";
import type { Problem } from "./scenario-language.ts";

const { run } = vi.hoisted(() => ({ run: [] as unknown[] }));

vi.mock("vscode", async () => ({
  ...(await import("../../test/extension/fake-vscode.ts")).fakeVscode,
  commands: {
    executeCommand: (...command: unknown[]) => Promise.resolve(void run.push(command)),
  },
}));

const provider = new ConfigurationProvider(
  (_uri, text) => Promise.resolve(text.includes("bad") ? [MISTAKE] : []),
  (_uri, text, fixed) => Promise.resolve(variantsOf(text, fixed).map(({ name }) => name)),
);
const MISTAKE: Problem = { message: "There is no key bad.", line: 6, column: 2 };
const EMPTY = {} as vscode.DebugConfiguration;

beforeEach(() => {
  resetWorld();
  world.folders = [{ uri: Uri.parse("file:///ws"), name: "ws", index: 0 }];
});

function put(...uris: readonly string[]): void {
  for (const uri of uris) world.files.set(uri, "name: x\n");
}

function open(uri: string, languageId = "balloon-scenario"): void {
  const document = { uri: Uri.parse(uri), languageId, text: "name: edited\n" };
  world.documents.push(document);
  world.active = document;
}

describe("F5 without a launch.json", () => {
  test("runs the scenario in the active editor", async () => {
    put("file:///ws/a.balloon.yaml", "file:///ws/b.balloon.yaml");
    open("file:///ws/b.balloon.yaml");
    expect(await provider.resolveDebugConfiguration(undefined, EMPTY)).toEqual({
      type: "balloon",
      request: "launch",
      name: "b",
      program: "/ws/b.balloon.yaml",
    });
    expect(world.offered).toEqual([]);
  });

  test("keeps what VS Code says beside, such as noDebug", async () => {
    open("file:///ws/b.balloon.yaml");
    const resolved = await provider.resolveDebugConfiguration(undefined, {
      ...EMPTY,
      noDebug: true,
    });
    expect(resolved).toMatchObject({ noDebug: true, program: "/ws/b.balloon.yaml" });
  });

  test("names a scenario that is not on a disk by its URI", async () => {
    open("sample:/oom.balloon.yaml");
    expect(await provider.resolveDebugConfiguration(undefined, EMPTY)).toMatchObject({
      program: "sample:/oom.balloon.yaml",
    });
  });

  test("takes the only scenario there is, without asking", async () => {
    put("file:///ws/deep/er/a.balloon.yml");
    open("file:///ws/readme.md", "markdown");
    expect(await provider.resolveDebugConfiguration(undefined, EMPTY)).toMatchObject({
      program: "/ws/deep/er/a.balloon.yml",
    });
  });

  test("asks when there are several", async () => {
    put("file:///ws/b.balloon.yaml", "file:///ws/a.balloon.yaml");
    world.picks = "b";
    expect(await provider.resolveDebugConfiguration(undefined, EMPTY)).toMatchObject({ name: "b" });
    expect(world.offered).toEqual(["a", "b"]);
    world.picks = null;
    expect(await provider.resolveDebugConfiguration(undefined, EMPTY)).toBeUndefined();
  });

  test("finds scenarios where nothing can be searched", async () => {
    world.folders = [{ uri: Uri.parse("sample:/"), name: "sample", index: 0 }];
    world.canSearch = false;
    put("sample:/notes.txt", "sample:/more/b.balloon.yaml", "sample:/node_modules/c.balloon.yaml");
    expect(await provider.resolveDebugConfiguration(undefined, EMPTY)).toMatchObject({
      program: "sample:/more/b.balloon.yaml",
    });
  });

  test("says what to do when there is none", async () => {
    expect(await provider.resolveDebugConfiguration(undefined, EMPTY)).toBeUndefined();
    expect(world.errors).toEqual([
      expect.stringContaining("Open or create a file named like my-guest.balloon.yaml"),
    ]);
  });
});

describe("a launch.json", () => {
  const written = (program?: unknown): vscode.DebugConfiguration => ({
    type: "balloon",
    request: "launch",
    name: "Mine",
    ...(program === undefined ? {} : { program }),
  });
  const resolve = async (configuration: vscode.DebugConfiguration): Promise<unknown> =>
    provider.resolveDebugConfigurationWithSubstitutedVariables(
      world.folders[0] as unknown as vscode.WorkspaceFolder,
      configuration,
    );

  beforeEach(() => {
    world.launchJson = [{ type: "balloon", name: "Mine" }];
  });

  test("is left alone before its variables are filled in", async () => {
    const configuration = written("${workspaceFolder}/a.balloon.yaml");
    expect(await provider.resolveDebugConfiguration(undefined, configuration)).toBe(configuration);
  });

  const programs: readonly (readonly [program: string, folder: string, expected: string])[] = [
    ["/ws/a.balloon.yaml", "file:///ws", "/ws/a.balloon.yaml"],
    ["a.balloon.yaml", "file:///ws", "/ws/a.balloon.yaml"],
    ["./sub/../a.balloon.yaml", "file:///ws", "/ws/a.balloon.yaml"],
    ["file:///ws/a.balloon.yaml", "file:///ws", "/ws/a.balloon.yaml"],
    // What VS Code makes of ${workspaceFolder} where the workspace is not on a disk.
    ["/ws/a.balloon.yaml", "sample:/ws", "sample:/ws/a.balloon.yaml"],
    ["\\ws\\a.balloon.yaml", "sample:/ws", "sample:/ws/a.balloon.yaml"],
    ["a.balloon.yaml", "sample:/ws", "sample:/ws/a.balloon.yaml"],
    ["other:/x/a.balloon.yaml", "sample:/ws", "other:/x/a.balloon.yaml"],
  ];
  test.each(programs)("program %s in %s is %s", async (program, folder, expected) => {
    world.folders = [{ uri: Uri.parse(folder), name: "ws", index: 0 }];
    put("file:///ws/a.balloon.yaml", "sample:/ws/a.balloon.yaml", "other:/x/a.balloon.yaml");
    expect(await resolve(written(program))).toMatchObject({ name: "Mine", program: expected });
    expect(world.errors).toEqual([]);
  });

  const mistakes: readonly (readonly [program: unknown, message: string])[] = [
    [
      undefined,
      'The launch configuration "Mine" does not say what to run. Set "program" to a scenario',
    ],
    ["  ", 'The launch configuration "Mine" does not say what to run.'],
    [42, 'The launch configuration "Mine" does not say what to run.'],
    [
      "/ws/a.yaml",
      "/ws/a.yaml is not a scenario. Scenarios are files whose names end in .balloon.yaml.",
    ],
    ["/ws/none.balloon.yaml", "There is no scenario /ws/none.balloon.yaml."],
  ];
  test.each(mistakes)("program %j is refused and the file opened", async (program, message) => {
    put("file:///ws/a.yaml");
    expect(await resolve(written(program))).toBeNull();
    expect(world.errors).toEqual([expect.stringContaining(message)]);
  });

  test("is not opened for a configuration that comes from elsewhere", async () => {
    world.launchJson = undefined;
    expect(await resolve(written("/ws/none.balloon.yaml"))).toBeUndefined();
    expect(world.errors).toHaveLength(1);
  });

  test("is not opened for a mistake in the scenario: its place is", async () => {
    world.files.set("file:///ws/a.balloon.yaml", "bad: 1");
    expect(await resolve(written("a.balloon.yaml"))).toBeUndefined();
    expect(world.errors).toEqual(["a.balloon.yaml cannot run. Line 7: There is no key bad."]);
    expect(world.shown).toEqual(["file:///ws/a.balloon.yaml 6:2"]);
  });

  test("may name a document that was never saved", async () => {
    open("untitled:Untitled-1");
    expect(await resolve(written("untitled:Untitled-1"))).toMatchObject({
      program: "untitled:Untitled-1",
    });
  });
});

describe("a scenario with a matrix", () => {
  const URI = "file:///ws/m.balloon.yaml";
  const resolve = async (more: object = {}): Promise<unknown> => {
    world.files.set(URI, "matrix:\n  kernel: [v4.19, v5.7]\n  memory: [1GiB]\n");
    const written = { type: "balloon", request: "launch", name: "m", program: "m.balloon.yaml" };
    return provider.resolveDebugConfigurationWithSubstitutedVariables(
      world.folders[0] as unknown as vscode.WorkspaceFolder,
      { ...written, ...more },
    );
  };

  test("asks which of its runs is meant", async () => {
    world.picks = "v5.7, 1GiB";
    expect(await resolve()).toMatchObject({ name: "m (v5.7, 1GiB)", variant: "v5.7, 1GiB" });
    expect(world.offered).toEqual(["v4.19, 1GiB", "v5.7, 1GiB", "$(git-compare) Compare All"]);
    world.picks = null;
    expect(await resolve()).toBeUndefined();
    expect(run).toEqual([]);
  });

  test("can be compared instead of debugged", async () => {
    world.picks = "$(git-compare) Compare All";
    expect(await resolve()).toBeUndefined();
    expect(run).toEqual([["balloon.compareVariants", Uri.parse(URI)]]);
  });

  test("does not ask when a configuration has said it, or leaves one only", async () => {
    expect(await resolve({ variant: "v4.19, 1GiB" })).toMatchObject({ variant: "v4.19, 1GiB" });
    expect(await resolve({ kernel: "v6.1" })).toMatchObject({ kernel: "v6.1", variant: "1GiB" });
    expect(world.offered).toEqual([]);
  });
});

test("every scenario is listed with both sides of the commit", async () => {
  put("file:///ws/a.balloon.yaml", "file:///ws/b.balloon.yaml");
  const listed = await new DynamicConfigurationProvider().provideDebugConfigurations(undefined);
  expect(
    listed.map(({ name, kernel }: { name: string; kernel?: string }) => [name, kernel]),
  ).toEqual([
    ["a", undefined],
    ["a (v4.19)", "v4.19"],
    ["a (v5.7)", "v5.7"],
    ["b", undefined],
    ["b (v4.19)", "v4.19"],
    ["b (v5.7)", "v5.7"],
  ]);
});

test("a configuration that ran can run once more", () => {
  const written = { type: "balloon", request: "launch", name: "a", program: "/a", kernel: "v4.19" };
  expect(asWritten({ ...written, noDebug: true, __sessionId: "1" })).toEqual(written);
});
