/** Reads one scalar of YAML's block style: plain, in quotes, or a block after `|` or `>`. */
import { endOfLine, isBlank, skipBlanks, trimEnd, type Entry, type Span } from "./outline-entry.ts";

interface Scalar {
  readonly style: Extract<Entry["style"], "plain" | "quoted" | "block">;
  /** Of what stands between the quotes, if there are any. */
  readonly start: number;
  readonly end: number;
  /** Behind the closing quote. */
  readonly outerEnd: number;
  readonly text: string;
  /** Start of the next line that does not belong to it. */
  readonly next: number;
}

/** `column`: lines that begin deeper belong to the scalar. */
export function scanScalar(text: string, at: number, column: number, comments: Span[]): Scalar {
  const first = text[at];
  if (first === '"' || first === "'") return quoted(text, at, first, column, comments);
  if (first === "|" || first === ">") return block(text, at, column);
  return plain(text, at, column, comments);
}

function plain(text: string, at: number, column: number, comments: Span[]): Scalar {
  let lineEnd = endOfLine(text, at);
  let hash = commentIn(text, at, lineEnd);
  let end = trimEnd(text, at, hash ?? lineEnd);
  while (hash === null && lineEnd < text.length) {
    const more = continuation(text, lineEnd + 1, column);
    if (more === null) break;
    lineEnd = endOfLine(text, more);
    hash = commentIn(text, more, lineEnd);
    end = trimEnd(text, more, hash ?? lineEnd);
  }
  if (hash !== null) comments.push({ start: hash, end: lineEnd });
  return {
    style: "plain",
    start: at,
    end,
    outerEnd: end,
    text: onOneLine(text.slice(at, end)),
    next: lineEnd + 1,
  };
}

/** Where the next line of a plain scalar begins, or null when it is over. */
function continuation(text: string, lineStart: number, column: number): number | null {
  const lineEnd = endOfLine(text, lineStart);
  const at = skipBlanks(text, lineStart, lineEnd);
  if (at === lineEnd || at - lineStart <= column || text[at] === "#") return null;
  // In YAML this would be an error; more likely somebody has begun a key above it.
  if (/^(?:- +)?[\w.-]+:(?:\s|$)/.test(text.slice(at, lineEnd))) return null;
  return at;
}

/** Start of a comment that ends a plain scalar. */
function commentIn(text: string, from: number, end: number): number | null {
  for (let at = text.indexOf("#", from); at >= 0 && at < end; at = text.indexOf("#", at + 1)) {
    if (at > from && isBlank(text[at - 1])) return at;
  }
  return null;
}

function quoted(text: string, at: number, quote: string, column: number, comments: Span[]): Scalar {
  const close = closingQuote(text, at, quote, column);
  const lineEnd = endOfLine(text, close ?? at);
  const end = close ?? trimEnd(text, at, lineEnd);
  const outerEnd = close === null ? end : close + 1;
  const rest = skipBlanks(text, outerEnd, lineEnd);
  if (text[rest] === "#" && rest < lineEnd) comments.push({ start: rest, end: lineEnd });
  const start = Math.min(at + 1, end);
  return {
    style: "quoted",
    start,
    end,
    outerEnd,
    text: unquote(text.slice(start, end), quote),
    next: lineEnd + 1,
  };
}

/** Null when the quote is left open: it ends with its line, not with the file. */
export function closingQuote(
  text: string,
  open: number,
  quote: string,
  column: number,
): number | null {
  for (let at = open + 1; at < text.length; at++) {
    const char = text[at];
    if (char === "\\" && quote === '"') at++;
    else if (char === quote) {
      if (quote === "'" && text[at + 1] === "'") at++;
      else return at;
    } else if (char === "\n") {
      const lineEnd = endOfLine(text, at + 1);
      const next = skipBlanks(text, at + 1, lineEnd);
      if (next < lineEnd && next - at - 1 <= column) return null;
    }
  }
  return null;
}

export function unquote(raw: string, quote: string): string {
  const flat = onOneLine(raw);
  return quote === "'" ? flat.replaceAll("''", "'") : flat.replace(/\\(["\\/])/g, "$1");
}

function block(text: string, at: number, column: number): Scalar {
  const header = endOfLine(text, at);
  let end = trimEnd(text, at, header);
  let next = header + 1;
  while (next < text.length) {
    const lineEnd = endOfLine(text, next);
    const first = skipBlanks(text, next, lineEnd);
    if (first < lineEnd) {
      if (first - next <= column) break;
      end = trimEnd(text, first, lineEnd);
    }
    next = lineEnd + 1;
  }
  const content = onOneLine(text.slice(Math.min(header, end), end)).trim();
  return { style: "block", start: at, end, outerEnd: end, text: content, next };
}

/** Lines joined by a space. No regular expression: for one, long blanks cost their square. */
function onOneLine(text: string): string {
  if (!text.includes("\n")) return text;
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
}
