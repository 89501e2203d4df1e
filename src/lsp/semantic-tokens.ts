import { SemanticTokensBuilder, type SemanticTokens, type Range } from "vscode-languageserver";
import type { ScenarioDocument } from "./document.ts";
import type { Token, TokenKind } from "./tokens.ts";

/** Standard types, so that every colour theme has a colour for them. */
export const TOKEN_TYPES = [
  "variable",
  "number",
  "enumMember",
  "function",
  "parameter",
  "operator",
] as const;

export const TOKEN_MODIFIERS = ["declaration", "readonly", "defaultLibrary"] as const;

type Type = (typeof TOKEN_TYPES)[number];
type Modifier = (typeof TOKEN_MODIFIERS)[number];

const STYLES: Readonly<Record<TokenKind, readonly [Type, ...Modifier[]] | null>> = {
  /** Themes colour properties as variables; the grammar keeps keys and names apart. */
  key: null,
  "file-name": ["variable", "declaration", "readonly"],
  file: ["variable", "readonly"],
  "task-name": ["variable", "declaration"],
  task: ["variable"],
  amount: ["number"],
  choice: ["enumMember"],
  command: ["function"],
  option: ["parameter"],
  counter: ["variable", "readonly", "defaultLibrary"],
  function: ["function", "defaultLibrary"],
  operator: ["operator"],
};

/** Colours by meaning; what the grammar can tell by itself (keys, comments, text) is left to it. */
export function semanticTokens(document: ScenarioDocument, range: Range | null): SemanticTokens {
  const start = range === null ? 0 : document.offsetAt(range.start);
  const end = range === null ? document.text.length : document.offsetAt(range.end);
  const builder = new SemanticTokensBuilder();
  for (const token of document.tokens) {
    if (token.span.end < start || token.span.start > end) continue;
    push(builder, document, token);
  }
  return builder.build();
}

/** A token may not cross lines; a value in several lines is left to the grammar. */
function push(builder: SemanticTokensBuilder, document: ScenarioDocument, token: Token): void {
  const { start, end } = document.range(token.span);
  if (start.line !== end.line) return;
  const style = STYLES[token.kind];
  if (style === null) return;
  const [type, ...modifiers] = style;
  const mask = modifiers.reduce((bits, name) => bits | (1 << TOKEN_MODIFIERS.indexOf(name)), 0);
  const length = end.character - start.character;
  builder.push(start.line, start.character, length, TOKEN_TYPES.indexOf(type), mask);
}
