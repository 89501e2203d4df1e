/**
 * Where everything stands in a scenario, also while it is being typed. A YAML parser gives up at the
 * first line that is not YAML, and that is the line somebody is writing; this scanner goes by
 * indentation, takes each line for itself and always returns. On valid scenarios it finds what the
 * YAML parser finds (a test compares the two).
 */
import {
  endOfLine,
  isBlank,
  isBelow,
  MAX_DEPTH,
  skipBlanks,
  trimEnd,
  type Entry,
  type Outline,
  type Path,
  type Span,
} from "./outline-entry.ts";
import { FlowScanner } from "./outline-flow.ts";
import { scanScalar } from "./outline-scalar.ts";

export function outlineOf(text: string): Outline {
  return new Scanner(text).run();
}

/** A map or list of which lines have been seen; its lines begin at `column`. */
interface Block {
  readonly column: number;
  readonly kind: "map" | "list";
  /** Of the map or list itself. */
  readonly path: Path;
  count: number;
  /** The newest entry: what a deeper line belongs to. */
  open: Path;
}

class Scanner {
  readonly #text: string;
  readonly #entries: Entry[] = [];
  readonly #comments: Span[] = [];
  readonly #blocks: Block[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): Outline {
    while (this.#at < this.#text.length) this.#line();
    closeParents(this.#entries);
    return { text: this.#text, entries: this.#entries, comments: this.#comments };
  }

  /** Reads one line, and those that its value runs on to. */
  #line(): void {
    const lineStart = this.#at;
    const lineEnd = endOfLine(this.#text, lineStart);
    let at = skipBlanks(this.#text, lineStart, lineEnd);
    if (at === lineEnd || this.#text[at] === "#" || isMarker(this.#text, lineStart)) {
      if (this.#text[at] === "#") this.#comments.push({ start: at, end: lineEnd });
      this.#at = lineEnd + 1;
      return;
    }
    let dashes = 0;
    while (this.#text[at] === "-" && isBlank(this.#text[at + 1]) && dashes < MAX_DEPTH) {
      this.#listEntry(at, at - lineStart);
      dashes++;
      at = skipBlanks(this.#text, at + 1, lineEnd);
    }
    if (at === lineEnd || this.#text[at] === "#") {
      this.#rest(at, lineEnd);
      return;
    }
    const colon = colonOf(this.#text, at, lineEnd);
    if (colon !== null) this.#keyed(at, colon, at - lineStart, lineEnd);
    else this.#bare(at, at - lineStart, dashes > 0);
  }

  #listEntry(start: number, column: number): void {
    this.#leave((block) => block.column > column);
    // A list may stand in the column of the key that it belongs to.
    let list = this.#blocks.at(-1);
    if (list?.kind !== "list" || list.column !== column) {
      list = { column, kind: "list", path: this.#owner(), count: 0, open: [] };
      this.#enter(list);
    }
    list.open = [...list.path, list.count++];
    this.#add({ path: list.open, key: null, style: "none", start });
  }

  #keyed(at: number, colon: number, column: number, lineEnd: number): void {
    this.#leave(
      (block) => block.column > column || (block.column === column && block.kind === "list"),
    );
    let map = this.#blocks.at(-1);
    if (map?.kind !== "map" || map.column !== column) {
      map = { column, kind: "map", path: this.#owner(), count: 0, open: [] };
      this.#enter(map);
    }
    const key = unquotedSpan(this.#text, at, trimEnd(this.#text, at, colon));
    map.open = [...map.path, this.#text.slice(key.start, key.end)];
    map.count++;
    const valueStart = skipBlanks(this.#text, colon + 1, lineEnd);
    const entry = { path: map.open, key, start: at };
    if (valueStart === lineEnd || this.#text[valueStart] === "#") {
      this.#add({ ...entry, style: "none" });
      this.#rest(valueStart, lineEnd);
    } else {
      this.#value(entry, valueStart, column);
    }
  }

  /** Text without a colon: an entry of a list, the rest of a value, or a key in the making. */
  #bare(at: number, column: number, isEntry: boolean): void {
    const last = this.#entries.at(-1);
    if (isEntry && last !== undefined) {
      this.#entries.pop();
      this.#value(
        { path: last.path, key: null, start: last.start },
        at,
        this.#blocks.at(-1)?.column ?? 0,
      );
      return;
    }
    this.#leave((block) => block.column > column);
    const found: Span[] = [];
    const { end, next } = scanScalar(this.#text, at, Number.MAX_SAFE_INTEGER, found);
    const word = this.#text.slice(at, end);
    const pending = last !== undefined && last.style === "none" && last.key !== null;
    const block = this.#blocks.at(-1);
    if (pending && block?.open === last.path && column > block.column && /[\s[{"'|>]/.test(word)) {
      // A value below its key.
      this.#entries.pop();
      this.#value({ path: last.path, key: last.key, start: last.start }, at, block.column);
      return;
    }
    const parent = block === undefined || column > block.column ? this.#owner() : block.path;
    this.#add({ path: [...parent, word], key: { start: at, end }, style: "word", start: at });
    this.#comments.push(...found);
    this.#at = next;
  }

  /** `column`: of the key or dash; what stands deeper belongs to the value. */
  #value(entry: Pick<Entry, "path" | "key" | "start">, at: number, column: number): void {
    const first = this.#text[at];
    if (first === "{" || first === "[") {
      const owner = this.#add({ ...entry, style: "flow" });
      const flow = new FlowScanner(this.#text, column, this.#entries, this.#comments);
      const end = flow.run(at, entry.path);
      owner.value = { start: at, end };
      owner.end = end;
      this.#rest(end, endOfLine(this.#text, end));
      return;
    }
    const scalar = scanScalar(this.#text, at, column, this.#comments);
    const added = this.#add({ ...entry, style: scalar.style });
    added.value = { start: scalar.start, end: scalar.end };
    added.text = scalar.text;
    added.end = scalar.outerEnd;
    this.#at = scalar.next;
  }

  #add(entry: Omit<Entry, "value" | "text" | "end">): Entry {
    const end = entry.key?.end ?? entry.start + 1;
    const added: Entry = { ...entry, value: null, text: "", end };
    this.#entries.push(added);
    return added;
  }

  /** What may follow a complete value on its line: nothing, or a comment. */
  #rest(at: number, lineEnd: number): void {
    const rest = skipBlanks(this.#text, at, lineEnd);
    if (this.#text[rest] === "#" && rest < lineEnd)
      this.#comments.push({ start: rest, end: lineEnd });
    this.#at = lineEnd + 1;
  }

  #enter(block: Block): void {
    if (this.#blocks.length >= MAX_DEPTH) this.#blocks.pop();
    this.#blocks.push(block);
  }

  #leave(isLeft: (block: Block) => boolean): void {
    for (let top = this.#blocks.at(-1); top !== undefined && isLeft(top); top = this.#blocks.at(-1))
      this.#blocks.pop();
  }

  /** Path of what a new block belongs to. */
  #owner(): Path {
    return this.#blocks.at(-1)?.open ?? [];
  }
}

/** An entry ends where the last one that it holds does. */
function closeParents(entries: Entry[]): void {
  const open: Entry[] = [];
  for (const entry of entries) {
    while (open.length > 0 && !isBelow(entry.path, open.at(-1)?.path ?? [])) open.pop();
    for (const parent of open) parent.end = Math.max(parent.end, entry.end);
    open.push(entry);
  }
}

/** `---` and `...` between documents. */
function isMarker(text: string, lineStart: number): boolean {
  return /^(?:---|\.\.\.)(?=\s|$)/.test(text.slice(lineStart, lineStart + 4));
}

/** The colon after a key that begins at `at`, or null when the line has none. */
export function colonOf(text: string, at: number, end: number): number | null {
  const first = text[at];
  if (first === "{" || first === "[") return null;
  let from = at;
  if (first === '"' || first === "'") {
    const close = text.indexOf(first, at + 1);
    if (close < 0 || close >= end) return null;
    const colon = skipBlanks(text, close + 1, end);
    return text[colon] === ":" && isBlank(text[colon + 1]) ? colon : null;
  }
  for (; from < end; from++) {
    if (text[from] === "#" && isBlank(text[from - 1])) return null;
    if (text[from] === ":" && isBlank(text[from + 1])) return from;
  }
  return null;
}

function unquotedSpan(text: string, start: number, end: number): Span {
  const quote = text[start];
  const isQuoted = (quote === '"' || quote === "'") && end - start >= 2 && text[end - 1] === quote;
  return isQuoted ? { start: start + 1, end: end - 1 } : { start, end };
}
