import type { CompletionItemKind } from "vscode-languageserver";

/** What is offered, before it is put into the protocol's words. */
export interface Suggestion {
  readonly label: string;
  readonly kind: CompletionItemKind;
  readonly doc: string;
  readonly detail?: string;
  /** What is inserted; `${1:...}` marks places to fill in. Without it the label. */
  readonly snippet?: string;
  /** What is replaced, from where the cursor's key or value begins; without it the whole of that. */
  readonly from?: number;
  /** Ask for the next completion at once. */
  readonly goesOn?: boolean;
}
