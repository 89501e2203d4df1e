/** What may be written at the cursor. */
import { InsertTextFormat, MarkupKind, type CompletionItem } from "vscode-languageserver";
import { valueSuggestions } from "./completion-values.ts";
import { keySuggestions } from "./completion-keys.ts";
import { cursorAt, type Cursor } from "./cursor.ts";
import type { ScenarioDocument } from "./document.ts";
import type { Suggestion } from "./suggestion.ts";
import { newScenario } from "./new-scenario.ts";
import type { Span } from "./outline-entry.ts";

export interface CompletionOptions {
  /** The editor can insert `${1:...}`. */
  readonly snippets: boolean;
  /** The editor knows VS Code's own commands. */
  readonly commands: boolean;
}

export function completions(
  document: ScenarioDocument,
  offset: number,
  options: CompletionOptions,
): CompletionItem[] {
  if (document.text.trim() === "") return [toItem(newScenario(), null, document, offset, options)];
  const cursor = cursorAt(document.text, offset);
  if (cursor === null) return [];
  const suggestions =
    cursor.kind === "key" ? keySuggestions(cursor) : valueSuggestions(cursor, document);
  return suggestions.map((each) => toItem(each, cursor, document, offset, options));
}

function toItem(
  suggestion: Suggestion,
  cursor: Cursor | null,
  document: ScenarioDocument,
  offset: number,
  { snippets, commands }: CompletionOptions,
): CompletionItem {
  const { label, kind, doc, detail, snippet, from, goesOn } = suggestion;
  const span = replaced(cursor, from, offset);
  const isSnippet = snippets && snippet !== undefined;
  return {
    label,
    kind,
    ...(detail === undefined ? {} : { detail }),
    documentation: { kind: MarkupKind.Markdown, value: doc },
    filterText: label,
    insertTextFormat: isSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    textEdit: {
      range: document.range(span),
      newText: isSnippet ? snippet : withoutPlaces(snippet ?? label),
    },
    ...(goesOn === true && commands
      ? { command: { title: "Suggest", command: "editor.action.triggerSuggest" } }
      : {}),
  };
}

/** From the beginning of the word to its end, or to the cursor when it is in the middle of a line. */
function replaced(cursor: Cursor | null, from: number | undefined, offset: number): Span {
  if (cursor === null) return { start: offset, end: offset };
  const start = cursor.span.start + (from ?? 0);
  const word = /^[\w.-]*/.exec(cursor.after)?.[0].length ?? 0;
  return { start: Math.min(start, offset), end: offset + word };
}

/** `memory: ${1:1GiB}` for an editor without snippets: `memory: 1GiB`. */
function withoutPlaces(snippet: string): string {
  return snippet
    .replace(/\$\{\d+\|([^,|]*)[^}]*\|\}/g, "$1")
    .replace(/\$\{\d+:([^}]*)\}/g, "$1")
    .replace(/\$\d+/g, "");
}
