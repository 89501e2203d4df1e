/**
 * Lays a scenario out: two columns a level, one space after dash and colon, no blanks at the end of a
 * line, at most one empty line. It works on lines, so comments, quotes and folded texts stay as they
 * were written. A file that is not valid YAML is left alone.
 */
import type { Range, TextEdit } from "vscode-languageserver";
import type { ScenarioDocument } from "./document.ts";
import { layoutOf, type LineLayout } from "./format-layout.ts";
import { formatLine } from "./format-line.ts";
import { outlineOf } from "./outline.ts";
import type { Outline } from "./outline-entry.ts";

export function formatEdits(document: ScenarioDocument, range: Range | null): TextEdit[] {
  const { text, outline } = document;
  if (isBroken(document)) return [];
  const lines = text.split("\n");
  const formatted = formatLines(lines, layoutOf(outline, lines));
  if (!meansTheSame(outline, formatted)) return [];
  return editsBetween(lines, formatted).filter(
    ({ range: { start, end } }) =>
      range === null || (start.line >= range.start.line && end.line <= range.end.line + 1),
  );
}

function isBroken({ result }: ScenarioDocument): boolean {
  return result.diagnostics.some(({ code }) => BROKEN.test(code));
}

const BROKEN = /^(?:yaml-|file-too-large|too-deep|not-a-scenario)/;

/** Null stands for a line to be taken out. */
function formatLines(lines: readonly string[], layout: readonly LineLayout[]): (string | null)[] {
  const found: (string | null)[] = [];
  /** Empty lines at the beginning count as one too many. */
  let wasEmpty = true;
  for (const [number, line] of lines.entries()) {
    const isLast = number === lines.length - 1;
    const isEmpty = line.trim() === "" && layout[number]?.kind !== "inside";
    // Behind the last line end nothing follows, and that is no line.
    if (isEmpty) found.push(wasEmpty && !(isLast && line === "") ? null : returnOf(line));
    else found.push(formatLine(line, layout[number] ?? { kind: "inside", shift: 0 }));
    wasEmpty = isEmpty;
  }
  return withoutEmptyEnd(found);
}

/** A scenario ends with its last line, not with an empty one. */
function withoutEmptyEnd(lines: (string | null)[]): (string | null)[] {
  const end = lines.findLastIndex((line) => line !== null && line.trim() !== "");
  return lines.map((line, number) =>
    number > end && number < lines.length - 1
      ? null
      : number === lines.length - 1 && number > end
        ? ""
        : line,
  );
}

/** The first half of a Windows line end stays. */
function returnOf(line: string): string {
  return line.endsWith("\r") ? "\r" : "";
}

/** The last word on whether anything was lost. */
function meansTheSame(before: Outline, lines: readonly (string | null)[]): boolean {
  const after = outlineOf(lines.filter((line) => line !== null).join("\n"));
  return gist(before) === gist(after);
}

function gist({ text, entries, comments }: Outline): string {
  return JSON.stringify([
    entries.map((entry) => [entry.path, entry.style === "flow" ? "" : entry.text]),
    comments.map(({ start, end }) => text.slice(start, end).trimEnd()),
  ]);
}

/** One edit a line, so that cursors and folds stay where they are. */
function editsBetween(before: readonly string[], after: readonly (string | null)[]): TextEdit[] {
  return before.flatMap((line, number) => {
    const newText = after[number];
    if (newText === line || newText === undefined) return [];
    const start = { line: number, character: 0 };
    if (newText === null)
      return [{ range: { start, end: { line: number + 1, character: 0 } }, newText: "" }];
    const end = { line: number, character: line.length };
    return [{ range: { start, end }, newText }];
  });
}
