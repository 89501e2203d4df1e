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
  /** Of its own value; other entries below do not count. */
  readonly last: number;
  readonly column: number;
  readonly indent: number;
}

/** By line; empty lines between entries have no layout. */
export function layoutOf(outline: Outline): Map<number, LineLayout> {
  const starts = startsOf(outline.text);
  const places = placesOf(outline, starts);
  const layout = new Map<number, LineLayout>();
  /** How far the line moves; its first entry decides. */
  let shift = 0;
  for (const { line, last, indent, column } of places) {
    if (!layout.has(line)) {
      layout.set(line, { kind: "entry", indent });
      shift = indent - column;
    }
    for (let inside = line + 1; inside <= last; inside++)
      layout.set(inside, { kind: "inside", shift });
  }
  let next = 0;
  for (const { start } of outline.comments) {
    if (!isAlone(outline.text, start)) continue;
    const line = lineOf(starts, start);
    if (layout.has(line)) continue;
    while (next < places.length && (places[next]?.line ?? 0) < line) next++;
    const indent = commentIndent(start - (starts[line] ?? 0), places, next);
    layout.set(line, { kind: "comment", indent });
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
    const last = entry.value === null ? line : lineOf(starts, entry.value.end);
    const column = entry.start - (starts[line] ?? 0);
    places.push({ line, last, column, indent: indentOf(entry) });
  }
  return places;
}

function indentOf({ path }: Entry): number {
  return STEP * (path.length - 1);
}

function startsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
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
