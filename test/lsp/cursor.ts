/** Documents for table tests: a `|` in the text is the cursor. */
import { TextDocument } from "vscode-languageserver-textdocument";
import { ScenarioDocument } from "../../src/lsp/document.ts";

export function documentOf(text: string): ScenarioDocument {
  return new ScenarioDocument(
    TextDocument.create("file:///ws/a.balloon.yaml", "balloon-scenario", 1, text),
  );
}

export function cursorIn(marked: string): { document: ScenarioDocument; offset: number } {
  const offset = marked.indexOf("|");
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return { document: documentOf(text), offset };
}

interface Edit {
  readonly range: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
  };
  readonly newText: string;
}

/** The text with edits made, as an editor makes them. */
export function applied(document: ScenarioDocument, edits: readonly Edit[]): string {
  const textDocument = TextDocument.create(document.uri, "balloon-scenario", 1, document.text);
  return TextDocument.applyEdits(textDocument, [...edits]);
}
