import { DiagnosticSeverity } from "vscode-languageserver";
import { describe, expect, test } from "vitest";
import { applied, documentOf } from "../../test/lsp/cursor.ts";
import { diagnosticsOf, quickFixes } from "./diagnostics.ts";

const ALL = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

/** Titles of the corrections, and the text after the first of them. */
function fixes(text: string): { titles: string[]; first: string } {
  const document = documentOf(text);
  const actions = quickFixes(document, ALL);
  const edits = actions[0]?.edit?.changes?.[document.uri] ?? [];
  return { titles: actions.map(({ title }) => title), first: applied(document, edits) };
}

const GUEST = "guest: { memory: 1GiB }\n";

const cases: readonly (readonly [what: string, text: string, titles: string[], first: string])[] = [
  [
    "a key",
    `${GUEST}timeline:\n  - wiat: 1s\n`,
    ["Change to wait"],
    `${GUEST}timeline:\n  - wait: 1s\n`,
  ],
  [
    "a value",
    `${GUEST}device: { features: [stats-qv] }\ntimeline: [{ wait: 1s }]\n`,
    ["Change to stats-vq"],
    `${GUEST}device: { features: [stats-vq] }\ntimeline: [{ wait: 1s }]\n`,
  ],
  [
    "a size without a unit",
    `${GUEST}timeline:\n  - balloon: 8192\n`,
    ["Add the unit MiB", "Add the unit B"],
    `${GUEST}timeline:\n  - balloon: 8192MiB\n`,
  ],
  [
    "a wait without end",
    `${GUEST}timeline:\n  - wait-until: balloon.reached # so\n  - wait: 1s\n`,
    ["Add timeout: 60s"],
    `${GUEST}timeline:\n  - wait-until: balloon.reached\n    timeout: 60s # so\n  - wait: 1s\n`,
  ],
];

describe("quick fixes correct", () => {
  test.each(cases)("%s", (_what, text, titles, first) => {
    expect(fixes(text)).toEqual({ titles, first });
  });

  test("nothing outside of the range asked for", () => {
    const document = documentOf(`${GUEST}timeline:\n  - wiat: 1s\n`);
    const range = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
    expect(quickFixes(document, range)).toEqual([]);
  });
});

test("lines are counted as the editor does, also at a lone carriage return", () => {
  const [found] = diagnosticsOf(documentOf("# a\r# b\nguest:\n  memroy: 1GiB\n"));
  expect(found?.range.start.line).toBe(2);
});

test("a feature that the guest's driver leaves out is a warning, in its place", () => {
  const text = `guest: { memory: 1GiB, kernel: v4.19 }
device: { features: [stats-vq, page-reporting] }
timeline: [{ wait: 1s }]
`;
  const [found, ...others] = diagnosticsOf(documentOf(text));
  expect(found).toMatchObject({
    code: "feature-not-taken",
    severity: DiagnosticSeverity.Warning,
    range: { start: { line: 1, character: 31 }, end: { line: 1, character: 45 } },
  });
  expect(others).toEqual([]);
});
