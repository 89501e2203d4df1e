/** Reads `{ a: 1, b: [x, y] }`, over several lines if need be, and gives back at a line that ends it. */
import {
  endOfLine,
  isBlank,
  MAX_DEPTH,
  trimEnd,
  type Entry,
  type Path,
  type Span,
} from "./outline-entry.ts";
import { closingQuote, unquote } from "./outline-scalar.ts";

interface Level {
  readonly kind: "map" | "list";
  readonly path: Path;
  readonly owner: Entry | null;
  count: number;
}

export class FlowScanner {
  readonly #text: string;
  /** Lines that do not begin deeper than this belong to the block around. */
  readonly #column: number;
  readonly #entries: Entry[];
  readonly #comments: Span[];

  constructor(text: string, column: number, entries: Entry[], comments: Span[]) {
    this.#text = text;
    this.#column = column;
    this.#entries = entries;
    this.#comments = comments;
  }

  /** `at`: of the opening bracket. Returns where the value ends. */
  run(at: number, path: Path): number {
    const levels: Level[] = [];
    /** The key that waits for its value. */
    let pending: Entry | null = null;
    let end = at;
    while (at < this.#text.length) {
      const char = this.#text[at] ?? "";
      if (char === "\n") {
        if (this.#endsAt(at + 1)) return end;
        at++;
      } else if (isBlank(char)) {
        at++;
      } else if (char === "#" && isBlank(this.#text[at - 1])) {
        const lineEnd = endOfLine(this.#text, at);
        this.#comments.push({ start: at, end: lineEnd });
        at = lineEnd;
      } else if (char === "{" || char === "[") {
        if (levels.length >= MAX_DEPTH) return endOfLine(this.#text, at);
        const kind = char === "{" ? "map" : "list";
        const owner: Entry | null = pending ?? this.#openEntry(levels.at(-1), at);
        if (owner !== null) {
          owner.style = "flow";
          owner.value = { start: at, end: at + 1 };
        }
        levels.push({ kind, path: owner?.path ?? path, owner, count: 0 });
        pending = null;
        end = ++at;
      } else if (char === "}" || char === "]") {
        const level = levels.pop();
        end = ++at;
        pending = null;
        if (level?.owner != null) {
          if (level.owner.value !== null) level.owner.value = { ...level.owner.value, end };
          level.owner.end = end;
        }
        if (levels.length === 0) return end;
      } else if (char === ",") {
        pending = null;
        end = ++at;
      } else {
        const word = this.#word(at);
        const level = levels.at(-1);
        if (level === undefined) return end;
        if (word.isKey && pending === null) pending = this.#key(level, word);
        else {
          const entry: Entry | null = pending ?? this.#openEntry(level, at);
          if (entry !== null) this.#fill(entry, word);
          pending = null;
        }
        at = word.next;
        end = word.next;
      }
    }
    return end;
  }

  /** True when the line at `lineStart` belongs to what surrounds the flow. */
  #endsAt(lineStart: number): boolean {
    const lineEnd = endOfLine(this.#text, lineStart);
    let at = lineStart;
    while (at < lineEnd && isBlank(this.#text[at])) at++;
    if (at === lineEnd) return false;
    const closes = this.#text[at] === "}" || this.#text[at] === "]";
    return at - lineStart <= this.#column && !closes;
  }

  #word(at: number): Word {
    const quote = this.#text[at];
    if (quote === '"' || quote === "'") {
      const lineEnd = endOfLine(this.#text, at);
      const close = closingQuote(this.#text, at, quote, this.#column) ?? lineEnd;
      const next = Math.min(close + 1, this.#text.length);
      let after = next;
      while (this.#text[after] === " ") after++;
      const isKey = this.#text[after] === ":";
      return {
        span: { start: Math.min(at + 1, close), end: close },
        text: unquote(this.#text.slice(Math.min(at + 1, close), close), quote),
        outer: { start: at, end: next },
        style: "quoted",
        isKey,
        next: isKey ? after + 1 : next,
      };
    }
    let end = at;
    let isKey = false;
    for (; end < this.#text.length; end++) {
      const char = this.#text[end] ?? "";
      if (char === "\n" || (end > at && /[,{}[\]]/.test(char))) break;
      if (char === "#" && isBlank(this.#text[end - 1])) break;
      if (
        char === ":" &&
        (isBlank(this.#text[end + 1]) || /[,{}[\]]/.test(this.#text[end + 1] ?? ""))
      ) {
        isKey = true;
        break;
      }
    }
    const span = { start: at, end: trimEnd(this.#text, at, end) };
    return {
      span,
      text: this.#text.slice(span.start, span.end),
      outer: span,
      style: "plain",
      isKey,
      next: isKey ? end + 1 : Math.max(end, at + 1),
    };
  }

  #key(level: Level, { span, outer, text }: Word): Entry {
    const path: Path =
      level.kind === "map" ? [...level.path, text] : [...level.path, level.count++, text];
    const entry: Entry = {
      path,
      key: span,
      value: null,
      text: "",
      style: "none",
      start: outer.start,
      end: outer.end + 1,
    };
    this.#entries.push(entry);
    return entry;
  }

  /** An entry of a list, or a lone word in a map. Null when it is the value itself. */
  #openEntry(level: Level | undefined, at: number): Entry | null {
    if (level === undefined) return null;
    const isWord = level.kind === "map";
    const key = isWord ? { start: at, end: at } : null;
    const path: Path = isWord ? [...level.path, ""] : [...level.path, level.count++];
    const entry: Entry = {
      path,
      key,
      value: { start: at, end: at },
      text: "",
      style: isWord ? "word" : "plain",
      start: at,
      end: at,
    };
    this.#entries.push(entry);
    return entry;
  }

  #fill(entry: Entry, word: Word): void {
    const index = this.#entries.lastIndexOf(entry);
    const filled: Entry =
      entry.style === "word"
        ? { ...entry, path: [...entry.path.slice(0, -1), word.text], key: word.span, value: null }
        : { ...entry, style: word.style, value: word.span, text: word.text };
    filled.end = word.outer.end;
    this.#entries[index] = filled;
  }
}

interface Word {
  /** Without quotes. */
  readonly span: Span;
  readonly outer: Span;
  readonly text: string;
  readonly style: "plain" | "quoted";
  readonly isKey: boolean;
  readonly next: number;
}
