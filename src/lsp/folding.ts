import { FoldingRangeKind, type FoldingRange } from "vscode-languageserver";
import type { ScenarioDocument } from "./document.ts";

/** Sections, steps of several lines, and comments of several lines. */
export function foldingRanges(document: ScenarioDocument): FoldingRange[] {
  const { entries, comments } = document.outline;
  const found: FoldingRange[] = [];
  for (const { start, end } of entries) {
    const startLine = document.line(start);
    const endLine = document.line(end);
    // `- run: x` is an entry of the list and a key of the step; one fold is enough.
    if (endLine > startLine && found.at(-1)?.startLine !== startLine)
      found.push({ startLine, endLine });
  }
  return [
    ...found,
    ...commentFolds(
      document,
      comments.map(({ start }) => start),
    ),
  ];
}

/** Lines that are comments and nothing else, one below the other. */
function commentFolds(document: ScenarioDocument, starts: readonly number[]): FoldingRange[] {
  const lines = starts
    .filter((start) => isAlone(document.text, start))
    .map((start) => document.line(start));
  const found: FoldingRange[] = [];
  for (let first = 0; first < lines.length;) {
    let last = first;
    while (lines[last + 1] === (lines[last] ?? 0) + 1) last++;
    if (last > first) {
      found.push({
        startLine: lines[first] ?? 0,
        endLine: lines[last] ?? 0,
        kind: FoldingRangeKind.Comment,
      });
    }
    first = last + 1;
  }
  return found;
}

export function isAlone(text: string, comment: number): boolean {
  const lineStart = text.lastIndexOf("\n", comment - 1) + 1;
  return text.slice(lineStart, comment).trim() === "";
}
