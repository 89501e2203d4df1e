import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type * as vscode from "vscode";
import type { BaseLanguageClient, LanguageClientOptions } from "vscode-languageclient";
import { resetWorld, Uri, world } from "../../test/extension/fake-vscode.ts";
import type { ModelFunction } from "../lsp/protocol.ts";
import type { ModelSources } from "./model-sources.ts";
import { ScenarioLanguage } from "./scenario-language.ts";

vi.mock("vscode", async () => (await import("../../test/extension/fake-vscode.ts")).fakeVscode);

const URI = Uri.parse("file:///ws/a.balloon.yaml") as unknown as vscode.Uri;
const SOURCES = {
  files: () =>
    Promise.resolve([
      { path: "mm/vmscan.ts", text: "", functions: [{ name: "kswapd", line: 7, doc: "Wakes." }] },
    ]),
} as unknown as ModelSources;

/** What a client is used for here. */
class FakeClient {
  options: LanguageClientOptions | null = null;
  handler: ((params: { name: string }) => Promise<ModelFunction[]>) | null = null;
  start = (): Promise<void> => Promise.resolve();
  sendRequest = (): Promise<unknown> => Promise.resolve([]);
  disposed = false;

  onRequest(_method: string, handler: NonNullable<FakeClient["handler"]>): void {
    this.handler = handler;
  }

  dispose(): void {
    this.disposed = true;
  }
}

let client: FakeClient;

function startLanguage(): ScenarioLanguage {
  return new ScenarioLanguage((options) => {
    client.options = options;
    return Promise.resolve(client as unknown as BaseLanguageClient);
  }, SOURCES);
}

beforeEach(() => {
  resetWorld();
  client = new FakeClient();
});
afterEach(() => void vi.useRealTimers());

test("a scenario is checked by the server, and its errors come back", async () => {
  const at = { start: { line: 3, character: 4 }, end: { line: 3, character: 8 } };
  const asked: unknown[] = [];
  client.sendRequest = (...args: unknown[]) => {
    asked.push(args);
    return Promise.resolve([
      { severity: 2, message: "a warning", range: at },
      { severity: 1, message: "a mistake", range: at },
    ]);
  };
  expect(await startLanguage().check(URI, "text")).toEqual([
    { message: "a mistake", line: 3, column: 4 },
  ]);
  expect(asked).toEqual([["balloon/check", { uri: "file:///ws/a.balloon.yaml", text: "text" }]]);
});

test("the server may send lenses, and ask for functions of the kernel", async () => {
  await startLanguage().check(URI, "");
  expect(client.options).toMatchObject({
    documentSelector: [{ language: "balloon-scenario" }],
    initializationOptions: { commands: true, modelSources: true },
  });
  expect(await client.handler?.({ name: "kswapd" })).toEqual([
    { name: "kswapd", path: "mm/vmscan.ts", line: 7, doc: "Wakes." },
  ]);
  expect(await client.handler?.({ name: "nobody" })).toEqual([]);
});

test("a server that does not start is reported, and keeps nothing from running", async () => {
  client.start = () => Promise.reject(new Error("no memory"));
  expect(await startLanguage().check(URI, "")).toEqual([]);
  expect(world.errors).toEqual(["The language server for scenarios did not start: no memory"]);
});

test("a server that fails or does not answer keeps nothing from running", async () => {
  client.sendRequest = () => Promise.reject(new Error("gone"));
  expect(await startLanguage().check(URI, "")).toEqual([]);
  vi.useFakeTimers();
  client.sendRequest = () => new Promise(() => {});
  const late = startLanguage().check(URI, "");
  await vi.advanceTimersByTimeAsync(3000);
  expect(await late).toEqual([]);
});

test("the client ends with the extension", async () => {
  const language = startLanguage();
  await language.check(URI, "");
  language.dispose();
  await Promise.resolve();
  expect(client.disposed).toBe(true);
});
