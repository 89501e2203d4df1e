import { beforeEach, expect, test, vi } from "vitest";
import type * as vscode from "vscode";
import { resetWorld, Uri, world } from "../../test/extension/fake-vscode.ts";
import { ScenarioDiagnostics } from "./scenario-diagnostics.ts";

vi.mock("vscode", async () => (await import("../../test/extension/fake-vscode.ts")).fakeVscode);
vi.useFakeTimers();

const URI = Uri.parse("file:///ws/a.balloon.yaml") as unknown as vscode.Uri;
const GOOD = "guest:\n  memory: 1GiB\ntimeline:\n  - wait: 1s\n";
const BAD = GOOD.replace("wait", "wiat");

beforeEach(() => resetWorld());

test("shows what is wrong, and returns what keeps it from running", () => {
  const errors = new ScenarioDiagnostics().check(URI, BAD);
  expect(errors).toMatchObject([{ severity: "error", range: { line: 3 } }]);
  expect(world.problems.get("file:///ws/a.balloon.yaml")).toEqual(
    errors.map(({ message }) => `4: ${message}`),
  );
});

test("has nothing to say about a good scenario", () => {
  const diagnostics = new ScenarioDiagnostics();
  diagnostics.check(URI, BAD);
  expect(diagnostics.check(URI, GOOD)).toEqual([]);
  expect(world.problems.get("file:///ws/a.balloon.yaml")).toEqual([]);
});

test("checks documents that are open, once they are left alone", () => {
  world.documents.push({
    uri: Uri.parse("file:///ws/a.balloon.yaml"),
    languageId: "balloon-scenario",
    text: BAD,
  });
  world.documents.push({ uri: Uri.parse("file:///ws/b.yaml"), languageId: "yaml", text: BAD });
  const diagnostics = new ScenarioDiagnostics();
  expect(world.problems.size).toBe(0);
  vi.advanceTimersByTime(1000);
  expect([...world.problems.keys()]).toEqual(["file:///ws/a.balloon.yaml"]);
  diagnostics.dispose();
});

test("offers the word that was meant", () => {
  const diagnostics = new ScenarioDiagnostics();
  diagnostics.check(URI, BAD);
  const document = { uri: URI } as vscode.TextDocument;
  const at = (line: number): vscode.Range =>
    ({ start: { line }, end: { line } }) as unknown as vscode.Range;
  expect(diagnostics.provideCodeActions(document, at(3))).toMatchObject([
    {
      title: "Change to wait",
      isPreferred: true,
      edit: { edits: [`file:///ws/a.balloon.yaml 3:4 wait`] },
    },
  ]);
  expect(diagnostics.provideCodeActions(document, at(0))).toEqual([]);
});
