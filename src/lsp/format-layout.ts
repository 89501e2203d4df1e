/** In which column each line of a scenario belongs. */
import { isAlone } from "./folding.ts";
import type { Entry, Outline } from "./outline-entry.ts";

export type LineLayout =
  /** Begins with a key or a dash. */
  | { readonly kind: "entry"; readonly indent: number }
  | { readonly kind: "comment"; readonly indent: number }
  /** Goes on with the value of a line above, and moves along with it. */
  | { readonly kind: "inside"; readonly shift: number };

const STEP = 2;

/** Where an entry stands, and where it should. */
interface Place {
  readonly line: number;
  readonly column: number;
  readonly indent: number;
}

export function layoutOf(outline: Outline, lines: readonly string[]): LineLayout[] {
  const starts = startsOf(lines);
  const places = placesOf(outline, starts);
  const layout: LineLayout[] = [];
  let shift = 0;
  let next = 0;
  const comments = new Set(
    outline.comments
      .filter(({ start }) => isAlone(outline.text, start))
      .map(({ start }) => lineOf(starts, start)),
  );
  for (let line = 0; line < lines.length; line++) {
    while (next < places.length && (places[next]?.line ?? 0) < line) next++;
    const place = places[next];
    if (place?.line === line) {
      shift = place.indent - place.column;
      layout.push({ kind: "entry", indent: place.indent });
    } else if (comments.has(line)) {
      const column = (lines[line] ?? "").search(/\S/);
      layout.push({ kind: "comment", indent: commentIndent(column, places, next) });
    } else {
      layout.push({ kind: "inside", shift });
    }
  }
  return layout;
}

/** A comment belongs to the line below it, unless it stands deeper: then to what is above. */
function commentIndent(column: number, places: readonly Place[], next: number): number {
  const below = places[next];
  if (below !== undefined && column <= below.column) return below.indent;
  let above = next - 1;
  while (above > 0 && (places[above]?.column ?? 0) > column) above--;
  return Math.max(below?.indent ?? 0, places[above]?.indent ?? 0);
}

/** Of all entries in block style; a line with a dash and a key has two. */
function placesOf({ entries }: Outline, starts: readonly number[]): Place[] {
  const places: Place[] = [];
  let flowEnd = -1;
  for (const entry of entries) {
    if (entry.start < flowEnd) continue;
    if (entry.style === "flow") flowEnd = entry.end;
    const line = lineOf(starts, entry.start);
    places.push({ line, column: entry.start - (starts[line] ?? 0), indent: indentOf(entry) });
  }
  return places;
}

function indentOf({ path }: Entry): number {
  return STEP * (path.length - 1);
}

function startsOf(lines: readonly string[]): number[] {
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length + 1;
  }
  return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
