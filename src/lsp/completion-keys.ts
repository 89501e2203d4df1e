import { CompletionItemKind } from "vscode-languageserver";
import type { KeyInfo } from "../scenario/knowledge/index.ts";
import { keysOf, STEPS } from "../scenario/shape.ts";
import type { Suggestion } from "./suggestion.ts";
import type { Cursor } from "./cursor.ts";

/** Keys that the map at the cursor may still get. */
export function keySuggestions(cursor: Cursor): Suggestion[] {
  const { info, path, inFlow, hasColon } = cursor;
  // In the column of a list's dashes: a new entry.
  if (info.value === "list") return newEntries(cursor);
  const keys = info.keys ?? {};
  const allowed = isStep(path) ? stepKeys(cursor.siblings) : Object.keys(keys);
  return allowed.flatMap((key) => {
    const known = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (known === undefined || cursor.siblings.includes(key)) return [];
    return [suggestion(key, known, hasColon ? key : `${key}:${valuePlace(known, inFlow)}`)];
  });
}

function isStep(path: Cursor["path"]): boolean {
  return path.length === 2 && path[0] === "timeline";
}

/** A step does one thing; beside that stands only what belongs to it. */
function stepKeys(siblings: readonly string[]): string[] {
  const action = Object.entries(STEPS).find(([name]) => siblings.includes(name));
  return action === undefined ? Object.keys(STEPS) : keysOf(action[1]);
}

function newEntries({ info, path, inFlow }: Cursor): Suggestion[] {
  const { items } = info;
  if (items === undefined || inFlow) return [];
  if (items.keys === undefined) {
    return [suggestion("- ", items, `- ${place(items.example.replace(/^- /, ""))}`)];
  }
  const allowed = path[0] === "timeline" ? Object.keys(STEPS) : Object.keys(items.keys);
  return allowed.flatMap((key) => {
    const known = items.keys?.[key];
    if (known === undefined) return [];
    return [suggestion(`- ${key}`, known, `- ${key}:${valuePlace(known, false)}`)];
  });
}

function suggestion(label: string, info: KeyInfo, snippet: string): Suggestion {
  const { example, doc } = info;
  return {
    label,
    kind: CompletionItemKind.Property,
    doc: `${doc}\n\n\`\`\`yaml\n${example}\n\`\`\``,
    ...(info.default === undefined ? {} : { detail: `default: ${info.default}` }),
    snippet,
    goesOn: CHOSEN.has(info.value),
  };
}

/** Values that are chosen from a list, so the list is shown at once. */
const CHOSEN: ReadonlySet<KeyInfo["value"]> = new Set([
  "kernel",
  "driver",
  "choice",
  "costs",
  "task",
  "command",
]);

/** What follows the colon; editors add the line's own indentation to the lines below. */
function valuePlace(info: KeyInfo, inFlow: boolean): string {
  const isFlow = inFlow || info.items?.value === "feature";
  if (info.value === "map") return inFlow ? " { $1 }" : "\n  $1";
  if (info.value === "list") return isFlow ? " [$1]" : "\n  - $1";
  if (CHOSEN.has(info.value)) return " $1";
  const example = info.example.slice(info.example.indexOf(":") + 1).trim();
  return ` ${place(example)}`;
}

function place(text: string): string {
  return `\${1:${text.replace(/[$}\\]/g, "\\$&")}}`;
}
