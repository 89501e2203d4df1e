/** The words of a scenario with what each of them is: what colours, hover and renaming go by. */
import { COMMAND_DOCS, FUNCTION_DOCS, infoAt, type KeyInfo } from "../scenario/knowledge/index.ts";
import type { Entry, Outline, Span } from "./outline-entry.ts";

/** How an amount is written. `size` counts whole pages, `file-size` also a started one. */
export type AmountKind = "size" | "file-size" | "duration" | "rate" | "integer";

export type TokenKind =
  | "key"
  /** A key that is a file of the guest, and a word that means one. */
  | "file-name"
  | "file"
  | "task-name"
  | "task"
  | "amount"
  | "choice"
  | "command"
  | "option"
  | "counter"
  | "function"
  | "operator";

export interface Token {
  readonly kind: TokenKind;
  readonly span: Span;
  readonly text: string;
  readonly entry: Entry;
  /** Of the entry that it stands in. */
  readonly info: KeyInfo | null;
  readonly amount: AmountKind | null;
}

export function tokensOf({ text, entries }: Outline): Token[] {
  const found: Token[] = [];
  for (const entry of entries) {
    const info = infoAt(entry.path);
    const add = (kind: TokenKind, span: Span, amount: AmountKind | null = null): void => {
      if (span.end > span.start)
        found.push({ kind, span, text: text.slice(span.start, span.end), entry, info, amount });
    };
    if (entry.key !== null) add(isFileName(entry) ? "file-name" : "key", entry.key);
    if (entry.value === null || info === null) continue;
    if (entry.style === "plain" || entry.style === "quoted") valueTokens(text, entry, info, add);
  }
  return found;
}

type Add = (kind: TokenKind, span: Span, amount?: AmountKind | null) => void;

function valueTokens(text: string, { value }: Entry, info: KeyInfo, add: Add): void {
  if (value === null) return;
  switch (info.value) {
    case "size":
    case "file-size":
    case "duration":
    case "integer":
      return add("amount", value, info.value);
    case "share":
      return add("amount", value);
    case "choice":
    case "kernel":
    case "driver":
    case "feature":
    case "costs":
      return add("choice", value);
    case "task-name":
    case "task":
      return add(info.value, value);
    case "command":
      return commandTokens(text, value, add);
    case "expression":
      return expressionTokens(text, value, add);
    case "text":
    case "map":
    case "list":
      return;
  }
}

function isFileName({ path }: Entry): boolean {
  return path.length === 3 && path[0] === "guest" && path[1] === "files";
}

/** `cat big --loop`; a word that could be anything stays without a kind. */
function commandTokens(text: string, value: Span, add: Add): void {
  const [command, ...rest] = wordsIn(text, value);
  if (command === undefined) return;
  add("command", command.span);
  const doc = Object.hasOwn(COMMAND_DOCS, command.text) ? COMMAND_DOCS[command.text] : undefined;
  let awaited: AmountKind | null = null;
  for (const { text: word, span } of rest) {
    if (!word.startsWith("--")) {
      if (awaited !== null) add("amount", span, awaited);
      else if (doc?.operand === "size") add("amount", span, "file-size");
      else if (doc?.operand === "file") add("file", span);
      awaited = null;
      continue;
    }
    const equals = word.indexOf("=");
    const name = equals < 0 ? word : word.slice(0, equals);
    add("option", { start: span.start, end: span.start + name.length });
    const option =
      doc !== undefined && Object.hasOwn(doc.options, name) ? doc.options[name] : undefined;
    awaited = option?.value ?? null;
    if (equals < 0 || awaited === null) continue;
    add("amount", { start: span.start + equals + 1, end: span.end }, awaited);
    awaited = null;
  }
}

function wordsIn(text: string, { start, end }: Span): { text: string; span: Span }[] {
  return [...text.slice(start, end).matchAll(/\S+/g)].map(({ 0: word, index }) => ({
    text: word,
    span: { start: start + index, end: start + index + word.length },
  }));
}

/** In this order: a number with its unit, a name with its members, an operator. */
const EXPRESSION_PART =
  /(?<number>(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|\d[\d_]*(?:\.\d+)?)(?:\s*(?:[KMGT]i?B|kB|B|pages?|min|ms|us|ns|h|m|s)(?![\w]))?)|(?<name>[A-Za-z_]\w*(?:\s*(?:\.|->)\s*[A-Za-z_]\w*)*)|(?<operator>->|<<|>>|[<>=!]=|&&|\|\||[-+*/%<>!&|^~?:])/g;

function expressionTokens(text: string, { start, end }: Span, add: Add): void {
  const source = text.slice(start, end);
  for (const match of source.matchAll(EXPRESSION_PART)) {
    const [word] = match;
    const span = { start: start + match.index, end: start + match.index + word.length };
    if (match.groups?.["number"] !== undefined) add("amount", span, amountOf(word));
    else if (match.groups?.["operator"] !== undefined) add("operator", span);
    else if (/^\s*\(/.test(source.slice(match.index + word.length)) || isFunction(word))
      add("function", span);
    else if (/^[KMGT]iB$/.test(word)) add("amount", span, "size");
    else add("counter", span);
  }
}

function isFunction(word: string): boolean {
  return Object.hasOwn(FUNCTION_DOCS, word);
}

function amountOf(word: string): AmountKind {
  if (/(?:[KMGT]i?B|kB|B|pages?)$/.test(word) && !/^0[xX]/.test(word)) return "size";
  return /(?:h|m|s|min)$/.test(word) && !/^0[xX]/.test(word) ? "duration" : "integer";
}
