/** Words of a model source, found without a parser: the model has neither regular expressions nor JSX. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const COMMENT = String.raw`/\*[^]*?(?:\*/|$)|//[^\n]*`;
const STRING = String.raw`"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|${"`"}(?:[^${"`"}\\]|\\[^])*${"`"}?`;
const NAME = String.raw`[A-Za-z_$][\w$]*`;
const NUMBER = String.raw`\d[\w.]*`;

/** Identifiers outside of comments and strings, keywords among them. */
export function wordsIn(text: string): Word[] {
  const pieces = new RegExp(`${COMMENT}|${STRING}|${NUMBER}|(${NAME})`, "g");
  return [...text.matchAll(pieces)].flatMap(({ 1: name, index }) =>
    name === undefined ? [] : [{ text: name, start: index, end: index + name.length }],
  );
}

const KEYWORDS = new Set(
  (
    "as break case const continue default do else export extends false for from function if import " +
    "in interface let new null of readonly return switch true type typeof undefined void while"
  ).split(" "),
);

export interface ExpressionAt {
  readonly start: number;
  readonly end: number;
  /** As the debugger reads it: without the `!` that only the type checker wants. */
  readonly expression: string;
}

/**
 * The value that the word at `offset` names: `vb.num_pages` on `num_pages`, `vb` on `vb`. Null where
 * there is none to look at: keywords, functions that are called, results of calls, types.
 */
export function expressionAt(text: string, offset: number): ExpressionAt | null {
  const words = wordsIn(text);
  const word = words.find(({ start, end }) => start <= offset && offset <= end);
  if (word === undefined || KEYWORDS.has(word.text)) return null;
  if (/^\s*[(<]/.test(text.slice(word.end, word.end + 20)) && isCall(text, word.end)) return null;
  if (isKey(text, word)) return null;
  const start = chainStart(text, word.start, words);
  if (start === null) return null;
  const expression = text
    .slice(start, word.end)
    .replace(/!(?=[.[])/g, "")
    .replace(/\s+/g, "");
  return { start, end: word.end, expression };
}

function isCall(text: string, end: number): boolean {
  return /^\s*(?:<[\w, ]+>)?\(/.test(text.slice(end, end + 80));
}

/** Of an object, `order:`; prettier leaves no blank there, and one in `a ? b : c`. */
function isKey(text: string, { start, end }: Word): boolean {
  return text[end] === ":" && /[{,]\s*$/.test(text.slice(Math.max(0, start - 80), start));
}

/** Where the chain of members that ends at `at` begins; null when it is no chain of names. */
function chainStart(text: string, at: number, words: readonly Word[]): number | null {
  const [link = ""] = /!?\.\s*$/.exec(text.slice(Math.max(0, at - 80), at)) ?? [];
  if (link === "") return at;
  let end = at - link.length;
  while (/[\s!]/.test(text[end - 1] ?? "")) end--;
  while (text[end - 1] === "]") {
    end = openingOf(text, end - 1);
    if (end < 0) return null;
    if (text[end - 1] === "!") end--;
  }
  const before = words.find((word) => word.end === end);
  return before === undefined ? null : chainStart(text, before.start, words);
}

/** Offset of the bracket that the one at `close` closes; negative when there is none. */
function openingOf(text: string, close: number): number {
  let depth = 0;
  for (let at = close; at >= 0; at--) {
    if (text[at] === "]") depth++;
    else if (text[at] === "[" && --depth === 0) return at;
  }
  return -1;
}

/**
 * Where parameters and locals of the function around `offset` stand, from its head to the end of
 * the line of `offset`. Nothing outside of functions.
 */
export function localsUpTo(text: string, offset: number): Word[] {
  const lineEnd = text.indexOf("\n", offset) < 0 ? text.length : text.indexOf("\n", offset);
  const start = headBefore(text, lineEnd);
  if (start === null) return [];
  const words = wordsIn(text.slice(start, lineEnd)).map((word) => ({
    ...word,
    start: word.start + start,
    end: word.end + start,
  }));
  const declared = new Set(
    words.filter((word, at) => isDeclared(text, word, words[at - 1])).map(nameOf),
  );
  for (const name of parametersFrom(text, start)) declared.add(name);
  return words.filter(
    (word) =>
      declared.has(word.text) &&
      !/\.\s*$/.test(text.slice(start, word.start)) &&
      !isPlainKey(text, word, start),
  );
}

function nameOf({ text }: Word): string {
  return text;
}

/** Start of the function whose body `offset` is in; a closing brace at a line's start ends it. */
function headBefore(text: string, offset: number): number | null {
  const before = text.slice(0, offset);
  const heads = [...before.matchAll(/^(?:export )?function /gm)];
  const head = heads.at(-1)?.index;
  if (head === undefined) return null;
  const [end] = before.slice(head).matchAll(/^\}/gm);
  const isLastLine = end !== undefined && !before.slice(head + end.index).includes("\n");
  return end === undefined || isLastLine ? head : null;
}

function isDeclared(text: string, word: Word, before: Word | undefined): boolean {
  if (before === undefined || !/^(?:let|const|var)$/.test(before.text)) return false;
  return text.slice(before.end, word.start).trim() === "";
}

/** `function f(vb: virtio_balloon, nr = 1)`: the names that begin a parameter. */
function parametersFrom(text: string, head: number): string[] {
  const open = text.indexOf("(", head);
  const names: string[] = [];
  let depth = 0;
  for (let at = open; at >= 0 && at < text.length; at++) {
    const char = text[at] ?? "";
    if ("([{".includes(char)) depth++;
    if (")]}".includes(char)) depth--;
    if (depth === 0) break;
    if (depth === 1 && (char === "(" || char === ",")) {
      const [, name] = /^\s*([A-Za-z_$][\w$]*)/.exec(text.slice(at + 1, at + 80)) ?? [];
      if (name !== undefined) names.push(name);
    }
  }
  return names;
}

/** A key of an object, other than a parameter with its type. */
function isPlainKey(text: string, word: Word, head: number): boolean {
  const body = text.indexOf("{", head);
  return word.start > body && isKey(text, word);
}
