/** Where the word at the cursor comes from. */
import type { Location } from "vscode-languageserver";
import { bindingAt } from "./bindings.ts";
import type { ScenarioDocument } from "./document.ts";
import type { Span } from "./outline-entry.ts";

/** Of a task or file: where it is named. */
export function definitionAt(document: ScenarioDocument, offset: number): Location | null {
  const binding = bindingAt(document, offset);
  if (binding === null) return null;
  return { uri: document.uri, range: document.range(binding.definition.span) };
}

/** Every place that names a task or file, where it is given first. */
export function referencesAt(
  document: ScenarioDocument,
  offset: number,
  withDefinition: boolean,
): Location[] {
  const binding = bindingAt(document, offset);
  if (binding === null) return [];
  const tokens = withDefinition ? [binding.definition, ...binding.uses] : binding.uses;
  return tokens.map(({ span }) => ({ uri: document.uri, range: document.range(span) }));
}

/** A word that could be a function of the kernel, in a comment or a text: `fill_balloon`. */
export function functionNameAt(
  document: ScenarioDocument,
  offset: number,
): { readonly name: string; readonly span: Span } | null {
  const { text } = document;
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const before = /\w*$/.exec(text.slice(lineStart, offset))?.[0] ?? "";
  const after = /^\w*/.exec(text.slice(offset, offset + LONGEST))?.[0] ?? "";
  const name = `${before}${after}`;
  if (name.length > LONGEST || !/^[A-Za-z_]\w{2,}$/.test(name)) return null;
  return { name, span: { start: offset - before.length, end: offset + after.length } };
}

const LONGEST = 80;
