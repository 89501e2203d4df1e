import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ModelFunction } from "../../src/lsp/protocol.ts";
import { type Client, startClient, URI } from "./client.ts";

const TEXT = `guest:
  memory: 1GiB
  files: { big: 53GB }
timeline:
  - run: cat big
    name: reader # see fill_balloon
  - kill: reader
`;

let client: Client;

beforeEach(async () => {
  client = await startClient({ commands: true, modelSources: true });
});

afterEach(() => client.close());

const at = (line: number, character: number): object => ({ position: { line, character } });
const all = { range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } } };

describe("diagnostics", () => {
  test("come after the text, with the version that they are about", async () => {
    const published = client.diagnostics();
    await client.open(TEXT.replace("wait", "wiat").replace("kill", "klil"));
    expect(await published).toMatchObject({
      uri: URI,
      version: 1,
      diagnostics: [
        {
          source: "balloon",
          severity: 1,
          code: "unknown-key",
          range: { start: { line: 6, character: 4 }, end: { line: 6, character: 8 } },
        },
      ],
    });
  });

  test("are about the newest text only", async () => {
    const published = client.diagnostics();
    await client.open("a");
    await client.change("b");
    await client.change(TEXT);
    expect(await published).toMatchObject({ version: 3, diagnostics: [] });
  });

  test("go when the document is closed", async () => {
    const first = client.diagnostics();
    await client.open("a: 1");
    expect((await first).diagnostics).not.toEqual([]);
    const second = client.diagnostics();
    await client.connection.sendNotification("textDocument/didClose", {
      textDocument: { uri: URI },
    });
    expect((await second).diagnostics).toEqual([]);
  });

  test("are capped", async () => {
    const published = client.diagnostics();
    await client.open(`guest:\n  memory: 1GiB\ntimeline:\n${"  - wiat: 1s\n".repeat(500)}`);
    expect((await published).diagnostics).toHaveLength(100);
  });

  test("are given on request for a text that is not open", async () => {
    const published = client.diagnostics();
    const found = await client.connection.sendRequest<object[]>("balloon/check", {
      uri: "file:///ws/b.balloon.yaml",
      text: "guest: {}\n",
    });
    expect(found).toMatchObject([{ code: "missing-key" }, { code: "missing-key" }]);
    expect(await published).toMatchObject({
      uri: "file:///ws/b.balloon.yaml",
      diagnostics: found,
    });
  });
});

describe("questions over the wire", () => {
  beforeEach(() => client.open(TEXT));

  test("hover", async () => {
    expect(await client.ask("hover", at(2, 17))).toMatchObject({
      contents: { kind: "markdown", value: expect.stringContaining("49.36 GiB") as string },
      range: { start: { line: 2, character: 16 }, end: { line: 2, character: 20 } },
    });
  });

  test("completion", async () => {
    const items = await client.ask<{ label: string }[]>("completion", at(6, 10));
    expect(items.map(({ label }) => label)).toEqual(["reader"]);
  });

  test("definition, references and highlights", async () => {
    expect(await client.ask("definition", at(6, 12))).toMatchObject([
      { uri: URI, range: { start: { line: 5, character: 10 } } },
    ]);
    const context = { context: { includeDeclaration: true } };
    expect(await client.ask("references", { ...at(6, 12), ...context })).toHaveLength(2);
    expect(await client.ask("documentHighlight", at(6, 12))).toHaveLength(2);
  });

  test("renaming, and why not", async () => {
    expect(await client.ask("prepareRename", at(6, 12))).toMatchObject({ placeholder: "reader" });
    expect(await client.ask("rename", { ...at(6, 12), newName: "r" })).toMatchObject({
      changes: { [URI]: [{ newText: "r" }, { newText: "r" }] },
    });
    await expect(client.ask("rename", { ...at(6, 12), newName: "a b" })).rejects.toThrow(
      /`a b` cannot be a name/,
    );
  });

  test("symbols, folds, lenses, hints, colours, formatting, fixes", async () => {
    expect(await client.ask("documentSymbol")).toMatchObject([
      { name: "guest" },
      { name: "timeline", children: [{ name: "run: cat big", detail: "reader" }, {}] },
    ]);
    expect(await client.ask("foldingRange")).toHaveLength(3);
    expect(await client.ask("codeLens")).toMatchObject([
      { command: { command: "balloon.runScenario", arguments: [URI] } },
      { command: { command: "balloon.debugScenario" } },
      { command: { command: "balloon.compareKernels" } },
    ]);
    expect(await client.ask("inlayHint", all)).toMatchObject([{}, {}]);
    expect(await client.ask("semanticTokens/full")).toHaveProperty("data");
    expect(await client.ask("semanticTokens/range", all)).toHaveProperty("data");
    expect(await client.ask("formatting", { options: {} })).toEqual([]);
    const context = { context: { diagnostics: [] } };
    expect(await client.ask("codeAction", { ...all, ...context })).toEqual([]);
  });

  test("a function of the kernel is asked of the editor", async () => {
    client.connection.onRequest("balloon/modelFunctions", ({ name }: { name: string }) =>
      name === "fill_balloon" ? FILL_BALLOON : [],
    );
    const start = { line: 41, character: 0 };
    expect(await client.ask("definition", at(5, 25))).toEqual([
      { uri: "balloon-model:/balloon/v5_7.ts", range: { start, end: start } },
      { uri: "balloon-model:/balloon/v4_14.ts", range: { start, end: start } },
    ]);
    expect(await client.ask("hover", at(5, 25))).toMatchObject({
      contents: { value: expect.stringMatching(/v5_7.*Takes pages.*Also in .*v4_14/s) as string },
    });
    expect(await client.ask("definition", at(5, 20))).toEqual([]);
  });

  test("about a document that is not open the answer is nothing", async () => {
    const textDocument = { uri: "file:///ws/other.balloon.yaml" };
    expect(await client.ask("documentSymbol", { textDocument })).toEqual([]);
    expect(await client.ask("hover", { textDocument, ...at(0, 0) })).toBeNull();
  });
});

const FILL_BALLOON: ModelFunction[] = ["v4_14", "v5_7"].map((generation) => ({
  name: "fill_balloon",
  path: `balloon/${generation}.ts`,
  line: 41,
  doc: "Takes pages.",
}));

describe("another editor", () => {
  test("gets no lenses that it could not run, and hover of functions from the host", async () => {
    client.close();
    client = await startClient({}, { modelFunctions: () => FILL_BALLOON });
    expect(client.capabilities).not.toHaveProperty("codeLensProvider");
    await client.open(TEXT);
    expect(await client.ask("definition", at(5, 25))).toBeNull();
    expect(await client.ask("hover", at(5, 25))).toHaveProperty("contents");
  });
});
