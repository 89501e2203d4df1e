import { beforeEach, expect, test, vi } from "vitest";
import type * as vscode from "vscode";
import { resetWorld, Uri, world } from "../../test/extension/fake-vscode.ts";
import { ModelSources } from "./model-sources.ts";

vi.mock("vscode", async () => (await import("../../test/extension/fake-vscode.ts")).fakeVscode);

const INDEX = {
  files: [
    { path: "config.ts", text: "export {};\n", functions: [] },
    {
      path: "mm/vmscan.ts",
      text: "// größer\n",
      functions: [{ name: "shrink_node", line: 3, doc: "", maySleep: true }],
    },
  ],
};

const model = (path: string): vscode.Uri =>
  Uri.from({ scheme: "balloon-model", path }) as unknown as vscode.Uri;
const make = (): ModelSources =>
  new ModelSources(Uri.parse("https://host/ext") as unknown as vscode.Uri);

beforeEach(() => {
  resetWorld();
  world.files.set("https://host/ext/dist/model-sources.json", JSON.stringify(INDEX));
});

test("reads the model's sources from the extension's own files", async () => {
  const text = new TextDecoder().decode(await make().readFile(model("/mm/vmscan.ts")));
  expect(text).toBe("// größer\n");
  expect(await make().stat(model("/mm/vmscan.ts"))).toMatchObject({
    type: 1,
    size: 12,
    permissions: 1,
  });
});

test("lists folders", async () => {
  expect(await make().readDirectory(model("/"))).toEqual([
    ["config.ts", 1],
    ["mm", 2],
  ]);
  expect(await make().readDirectory(model("/mm"))).toEqual([["vmscan.ts", 1]]);
  expect(await make().stat(model("/mm"))).toMatchObject({ type: 2 });
});

test("has nothing else, and lets nothing be written", async () => {
  await expect(make().stat(model("/mm/none.ts"))).rejects.toThrow(
    "not found: balloon-model:/mm/none.ts",
  );
  await expect(make().readFile(model("/mm"))).rejects.toThrow("not found");
  expect(() => make().writeFile(model("/mm/vmscan.ts"))).toThrow("no permission");
});

test("tries again after a failure", async () => {
  const file = "https://host/ext/dist/model-sources.json";
  const text = world.files.get(file)!;
  const sources = make();
  world.files.delete(file);
  await expect(sources.files()).rejects.toThrow("file not found");
  world.files.set(file, text);
  expect(await sources.files()).toHaveLength(2);
});
