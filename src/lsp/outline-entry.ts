/** What the outline of a scenario is made of, and how its text is walked. */

/** Keys and list positions from the root. */
export type Path = readonly (string | number)[];

/** Offsets into the text, end excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A `key: value`, an entry of a list, or a word that stands where a key should be. */
export interface Entry {
  readonly path: Path;
  /** Null for list entries. */
  readonly key: Span | null;
  /** As written, without quotes; null where a block of entries follows, or nothing. */
  value: Span | null;
  /** As it reads: quotes and line breaks taken out. */
  text: string;
  style: "word" | "plain" | "quoted" | "block" | "flow" | "none";
  /** Where its first character stands, the dash of a list entry included. */
  readonly start: number;
  /** Where it ends, with all that belongs to it. */
  end: number;
}

export interface Outline {
  readonly text: string;
  /** In the order of the text; parents before what they hold. */
  readonly entries: readonly Entry[];
  /** Each from its `#` to the end of the line. */
  readonly comments: readonly Span[];
}

/** Deeper than any scenario; keeps paths short whatever the text. */
export const MAX_DEPTH = 12;

export function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

export function skipBlanks(text: string, at: number, end: number): number {
  while (at < end && isBlank(text[at])) at++;
  return at;
}

export function trimEnd(text: string, start: number, end: number): number {
  while (end > start && isBlank(text[end - 1])) end--;
  return end;
}

/** Also the end of the text, and the first half of a Windows line end. */
export function isBlank(char: string | undefined): boolean {
  return char === undefined || char === " " || char === "\t" || char === "\r" || char === "\n";
}

export function isBelow(path: Path, parent: Path): boolean {
  return path.length > parent.length && parent.every((key, index) => path[index] === key);
}

export function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}
