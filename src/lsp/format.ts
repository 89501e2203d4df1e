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
  if (isBroken(document) || isDelicate(document)) return [];
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const formatted = formatLines(lines, layoutOf(outline));
  if (!meansTheSame(outline, formatted)) return [];
  return editsBetween(document, lines, formatted).filter(
    ({ range: { start } }) =>
      range === null || (start.line >= range.start.line && start.line <= range.end.line),
  );
}

function isBroken({ result }: ScenarioDocument): boolean {
  return result.diagnostics.some(({ code }) => BROKEN.test(code));
}

const BROKEN = /^(?:yaml-|file-too-large|too-deep|not-a-scenario)/;

/** Old Macintosh line ends, and blocks of which even the empty lines at the end count. */
function isDelicate({ text, outline }: ScenarioDocument): boolean {
  const keepsEnd = outline.entries.some(
    ({ style, value }) =>
      style === "block" && value !== null && /^[|>]\d?\+/.test(text.slice(value.start, value.end)),
  );
  return keepsEnd || /\r(?!\n)/.test(text);
}

/** Null stands for a line to be taken out. */
function formatLines(
  lines: readonly string[],
  layout: ReadonlyMap<number, LineLayout>,
): (string | null)[] {
  const end = lines.findLastIndex((line) => line.trim() !== "");
  /** Empty lines at the beginning count as one too many. */
  let wasEmpty = true;
  return lines.map((line, number) => {
    const place = layout.get(number);
    const isEmpty = line.trim() === "" && place?.kind !== "inside";
    const isExtra = wasEmpty;
    wasEmpty = isEmpty;
    if (!isEmpty) return formatLine(line, place ?? { kind: "inside", shift: 0 });
    // Behind the last line end nothing follows, and that is no line.
    if (number === lines.length - 1) return "";
    return isExtra || number > end ? null : "";
  });
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
function editsBetween(
  document: ScenarioDocument,
  before: readonly string[],
  after: readonly (string | null)[],
): TextEdit[] {
  const edits: TextEdit[] = [];
  let start = 0;
  for (const [number, line] of before.entries()) {
    const end = start + line.length;
    const newline = document.text.indexOf("\n", end);
    const next = newline < 0 ? document.text.length : newline + 1;
    const isLast = number === before.length - 1;
    const formatted = after[number] ?? null;
    const newText = isLast && formatted !== "" ? `${formatted ?? ""}\n` : formatted;
    if (newText === null) edits.push({ range: document.range({ start, end: next }), newText: "" });
    else if (newText !== line) edits.push({ range: document.range({ start, end }), newText });
    start = next;
  }
  return edits;
}
