/** Gives a task or a file another name, wherever it stands. */
import type { Range, TextEdit } from "vscode-languageserver";
import { bindingAt, bindingsOf, type Binding } from "./bindings.ts";
import type { ScenarioDocument } from "./document.ts";

export interface Renaming {
  readonly range: Range;
  readonly placeholder: string;
}

export type RenameResult =
  { readonly ok: true; readonly edits: TextEdit[] } | { readonly ok: false; readonly why: string };

export function prepareRename(document: ScenarioDocument, offset: number): Renaming | null {
  const binding = bindingAt(document, offset);
  if (binding === null) return null;
  const { span } =
    [binding.definition, ...binding.uses].find(
      (each) => each.span.start <= offset && offset <= each.span.end,
    ) ?? binding.definition;
  return { range: document.range(span), placeholder: binding.name };
}

export function rename(document: ScenarioDocument, offset: number, name: string): RenameResult {
  const binding = bindingAt(document, offset);
  if (binding === null) return refused("Only tasks and files have names that can be changed.");
  const { kind } = binding;
  if (!NAME[kind].test(name)) return refused(`\`${name}\` cannot be a name here: ${RULE[kind]}.`);
  const taken = bindingsOf(document).some((other) => other.kind === kind && other.name === name);
  if (taken && name !== binding.name) {
    return refused(`There is a ${kind} called \`${name}\` already. Choose another name.`);
  }
  const edits = binding.uses.map(({ span }) => ({ range: document.range(span), newText: name }));
  const first = binding.explicit
    ? { range: document.range(binding.definition.span), newText: name }
    : nameStep(document, binding, name);
  return first === null
    ? refused("This task is called after its command. Give it a `name:` first.")
    : { ok: true, edits: [first, ...edits] };
}

const NAME = {
  task: /^[A-Za-z0-9_][\w.-]{0,14}$/,
  file: /^[A-Za-z0-9_][\w.-]{0,63}$/,
};

const RULE = {
  task: "use 1 to 15 letters, digits, `.`, `_` or `-`, as in `/proc/PID/comm`",
  file: "use 1 to 64 letters, digits, `.`, `_` or `-`",
};

function refused(why: string): RenameResult {
  return { ok: false, why };
}

/** A task that is called after its command gets a line `name:`; null within braces. */
function nameStep(document: ScenarioDocument, binding: Binding, name: string): TextEdit | null {
  const { entry } = binding.definition;
  if (entry.key === null || entry.value === null) return null;
  const { character, line } = document.range(entry.key).start;
  const lineStart = document.offsetAt({ line, character: 0 });
  if (/[{[]/.test(document.text.slice(lineStart, entry.key.start))) return null;
  const indent = " ".repeat(character);
  return {
    range: document.range({ start: entry.end, end: entry.end }),
    newText: `\n${indent}name: ${name}`,
  };
}
