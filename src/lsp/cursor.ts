/** Where in the scenario somebody is typing: which key or value the next letters will belong to. */
import { infoAt, type KeyInfo } from "../scenario/knowledge/index.ts";
import { outlineOf } from "./outline.ts";
import { samePath, type Entry, type Outline, type Path, type Span } from "./outline-entry.ts";

export interface Cursor {
  readonly kind: "key" | "value";
  /** Of the map that the key belongs to, or of the value. */
  readonly path: Path;
  /** What is known of that map or value. */
  readonly info: KeyInfo;
  /** What stands before the cursor, from the beginning of the key or value. */
  readonly before: string;
  /** What stands behind it. */
  readonly after: string;
  /** Of the key or value as it stands now. */
  readonly span: Span;
  /** Keys of the same map, or entries of the same list. */
  readonly siblings: readonly string[];
  /** Whether a colon follows the key already. */
  readonly hasColon: boolean;
  /** Within braces or brackets. */
  readonly inFlow: boolean;
}

/** A letter that no text has, put where the cursor is: an empty line becomes a key, `a:` gets a value. */
const MARK = "\uE000";

export function cursorAt(text: string, offset: number): Cursor | null {
  const marked = `${text.slice(0, offset)}${MARK}${text.slice(offset)}`;
  const outline = outlineOf(marked);
  if (outline.comments.some(({ start, end }) => start <= offset && offset < end)) return null;
  const index = outline.entries.findIndex(
    ({ key, value, style }) =>
      holds(key, offset) || (style !== "flow" && style !== "block" && holds(value, offset)),
  );
  const entry = outline.entries[index];
  if (entry === undefined) return null;
  return holds(entry.key, offset)
    ? keyCursor(outline, entry, offset)
    : valueCursor(outline, entry, offset);
}

function keyCursor(outline: Outline, entry: Entry, offset: number): Cursor | null {
  if (entry.key === null) return null;
  const path = entry.path.slice(0, -1);
  const info = infoAt(path);
  return info === null ? null : cursor("key", path, info, outline, entry, entry.key, offset);
}

function valueCursor(outline: Outline, entry: Entry, offset: number): Cursor | null {
  const info = infoAt(entry.path);
  if (info === null || entry.value === null) return null;
  // `- ba` is a value so far, but will be the first key of a step.
  const kind = info.value === "map" ? "key" : "value";
  return cursor(kind, entry.path, info, outline, entry, entry.value, offset);
}

function cursor(
  kind: Cursor["kind"],
  path: Path,
  info: KeyInfo,
  outline: Outline,
  entry: Entry,
  span: Span,
  offset: number,
): Cursor {
  const { text, entries } = outline;
  const list = kind === "key" ? path : path.slice(0, -1);
  const siblings = entries.filter(
    (each) =>
      each !== entry &&
      each.path.length === list.length + 1 &&
      samePath(each.path.slice(0, -1), list),
  );
  return {
    kind,
    path,
    info,
    before: text.slice(span.start, offset),
    after: text.slice(offset + 1, span.end),
    // Without the mark.
    span: { start: span.start, end: span.end - 1 },
    siblings: siblings.map((each) => (kind === "key" ? String(each.path.at(-1)) : each.text)),
    hasColon: span === entry.key && entry.style !== "word",
    inFlow: entries.some(
      ({ style, value }) =>
        style === "flow" && value !== null && value.start < span.start && span.end <= value.end,
    ),
  };
}

function holds(span: Span | null, offset: number): boolean {
  return span !== null && span.start <= offset && offset < span.end;
}
