/** What is wrong with a scenario, and how it can be put right. */
import {
  CodeActionKind,
  DiagnosticSeverity,
  type CodeAction,
  type Diagnostic,
  type Range,
} from "vscode-languageserver";
import type { Diagnostic as ScenarioDiagnostic } from "../scenario/index.ts";
import type { ScenarioDocument } from "./document.ts";

/** Nobody reads more, and a broken file of thousands of lines must not flood the editor. */
export const MAX_DIAGNOSTICS = 100;

export function diagnosticsOf(document: ScenarioDocument): Diagnostic[] {
  return document.result.diagnostics
    .slice(0, MAX_DIAGNOSTICS)
    .map((diagnostic) => toProtocol(document, diagnostic));
}

/** Corrections of what is wrong within `range`. */
export function quickFixes(document: ScenarioDocument, range: Range): CodeAction[] {
  const from = document.offsetAt(range.start);
  const to = document.offsetAt(range.end);
  return document.result.diagnostics.slice(0, MAX_DIAGNOSTICS).flatMap((diagnostic) => {
    const shown = toProtocol(document, diagnostic);
    const touches =
      document.offsetAt(shown.range.start) <= to && from <= document.offsetAt(shown.range.end);
    if (!touches) return [];
    return fixesFor(document, diagnostic, shown.range).map(
      ({ title, at, newText }, index, { length }) => ({
        title,
        kind: CodeActionKind.QuickFix,
        diagnostics: [shown],
        isPreferred: length === 1 && index === 0,
        edit: { changes: { [document.uri]: [{ range: at, newText }] } },
      }),
    );
  });
}

interface Fix {
  readonly title: string;
  readonly at: Range;
  readonly newText: string;
}

function fixesFor(
  document: ScenarioDocument,
  { code, suggestion }: ScenarioDiagnostic,
  range: Range,
): Fix[] {
  if (suggestion !== null)
    return [{ title: `Change to ${suggestion}`, at: range, newText: suggestion }];
  const behind = { start: range.end, end: range.end };
  if (code === "size-without-unit") {
    return ["MiB", "B"].map((unit) => ({
      title: `Add the unit ${unit}`,
      at: behind,
      newText: unit,
    }));
  }
  if (code === "no-timeout") return addTimeout(document, range);
  return [];
}

/** A line `timeout:` below a `wait-until:` that stands in block style. */
function addTimeout(document: ScenarioDocument, range: Range): Fix[] {
  const start = document.offsetAt(range.start);
  const entry = document.outline.entries.find(({ key }) => key?.start === start);
  const lineStart = document.offsetAt({ line: range.start.line, character: 0 });
  if (entry?.value == null || /[{[]/.test(document.text.slice(lineStart, start))) return [];
  const at = document.range({ start: entry.end, end: entry.end });
  const newText = `\n${" ".repeat(range.start.character)}timeout: 60s`;
  return [{ title: "Add timeout: 60s", at, newText }];
}

function toProtocol(document: ScenarioDocument, diagnostic: ScenarioDiagnostic): Diagnostic {
  const { severity, code, message } = diagnostic;
  return {
    range: document.fromScenario(diagnostic.range),
    severity: severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    source: "balloon",
    code,
    message,
  };
}
