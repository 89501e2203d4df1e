import { CompletionItemKind } from "vscode-languageserver";
import { formatPages } from "../base/format.ts";
import { parsePages } from "../base/units.ts";
import { FEATURES } from "../scenario/device.ts";
import { DRIVER_NAMES, driverOf, KERNEL_NAMES } from "../scenario/kernels.ts";
import {
  COMMAND_DOCS,
  COUNTER_DOCS,
  DRIVER_DOCS,
  FEATURE_DOCS,
  FUNCTION_DOCS,
  KERNEL_DOCS,
  type CommandDoc,
} from "../scenario/knowledge/index.ts";
import { isCounted, nameIn, SCENARIO_NAMES } from "../scenario/names.ts";
import type { Kernel } from "../scenario/types.ts";
import { explainAmount } from "./amounts.ts";
import { bindingsOf } from "./bindings.ts";
import type { Suggestion } from "./suggestion.ts";
import type { AmountKind } from "./tokens.ts";
import type { Cursor } from "./cursor.ts";
import type { ScenarioDocument } from "./document.ts";

/** Values that fit at the cursor. */
export function valueSuggestions(cursor: Cursor, document: ScenarioDocument): Suggestion[] {
  const { info, before } = cursor;
  switch (info.value) {
    case "kernel":
      return KERNEL_NAMES.map((name) =>
        choice(name, KERNEL_DOCS[name], `driver ${driverOf(name)}`),
      );
    case "driver":
      return DRIVER_NAMES.map((name) => choice(name, DRIVER_DOCS[name]));
    case "feature":
      return features(cursor);
    case "choice":
    case "costs":
    case "share":
    case "text":
      return Object.entries(info.choices ?? {}).map(([name, doc]) => choice(name, doc));
    case "task":
      return tasks(document, cursor.span.start);
    case "command":
      return command(before, document);
    case "expression":
      return expression(before, document.kernel);
    case "size":
    case "file-size":
      return units(before, 0, SIZE_UNITS);
    case "duration":
      return units(before, 0, TIME_UNITS);
    case "list":
      // In brackets nothing is there yet, and outside of them a list begins.
      return [];
    case "integer":
    case "task-name":
    case "map":
      return [];
  }
}

function choice(label: string, doc: string, detail?: string): Suggestion {
  const kind = CompletionItemKind.EnumMember;
  return { label, kind, doc, ...(detail === undefined ? {} : { detail }) };
}

function features({ siblings }: Cursor): Suggestion[] {
  return [...FEATURES.keys()].flatMap((name) => {
    const doc = Object.hasOwn(FEATURE_DOCS, name) ? FEATURE_DOCS[name] : undefined;
    if (doc === undefined || siblings.includes(name)) return [];
    const { bit, constant, meaning, drivers } = doc;
    return [choice(name, `${meaning}\n\nDrivers: ${drivers}.`, `bit ${bit}, ${constant}`)];
  });
}

/** Those that have been started by then. */
function tasks(document: ScenarioDocument, before: number): Suggestion[] {
  const names = bindingsOf(document).filter(
    ({ kind, definition }) => kind === "task" && definition.span.start < before,
  );
  return [...new Map(names.map((each) => [each.name, each])).values()].map(
    ({ name, definition }) => {
      const line = document.line(definition.span.start) + 1;
      return { label: name, kind: CompletionItemKind.Variable, doc: `Started on line ${line}.` };
    },
  );
}

/** The command, then its operand, its options and their values. */
function command(before: string, document: ScenarioDocument): Suggestion[] {
  const words = before.split(/\s+/);
  const word = words.at(-1) ?? "";
  const from = before.length - word.length;
  const [first = ""] = words;
  if (words.length <= 1)
    return Object.entries(COMMAND_DOCS).map(([name, doc]) => starter(name, doc));
  const doc = Object.hasOwn(COMMAND_DOCS, first) ? COMMAND_DOCS[first] : undefined;
  if (doc === undefined) return [];
  const previous = words.at(-2) ?? "";
  const awaited = Object.hasOwn(doc.options, previous) ? doc.options[previous]?.value : undefined;
  if (awaited === "rate")
    return units(
      word,
      from,
      SIZE_UNITS.map((unit) => `${unit}/s`),
    );
  if (awaited === "duration") return units(word, from, TIME_UNITS);
  if (awaited === "integer") return [];
  const hasOperand = words
    .slice(1, -1)
    .some((each, i) => !each.startsWith("--") && !takesValue(doc, words[i] ?? ""));
  return [...(hasOperand ? [] : operands(doc, word, from, document)), ...options(doc, words, from)];
}

function starter(name: string, { usage, doc, operand }: CommandDoc): Suggestion {
  return {
    label: name,
    kind: CompletionItemKind.Function,
    detail: usage,
    doc,
    snippet: operand === "file" ? `${name} $1` : `${name} \${1:400MiB}`,
    goesOn: operand === "file",
  };
}

function takesValue({ options }: CommandDoc, word: string): boolean {
  return Object.hasOwn(options, word) && options[word]?.value !== null;
}

function operands(
  { operand }: CommandDoc,
  word: string,
  from: number,
  document: ScenarioDocument,
): Suggestion[] {
  if (operand === "size") return units(word, from, SIZE_UNITS);
  return bindingsOf(document)
    .filter(({ kind }) => kind === "file")
    .map(({ name, definition }) => {
      const pages = parsePages(definition.entry.text, "up");
      const doc = `A file of ${pages.ok ? formatPages(pages.value) : definition.entry.text}.`;
      return { label: name, kind: CompletionItemKind.File, doc, from };
    });
}

function options({ options }: CommandDoc, words: readonly string[], from: number): Suggestion[] {
  return Object.entries(options)
    .filter(([name]) => !words.includes(name))
    .map(([name, { doc, value, example }]) => ({
      label: name,
      kind: CompletionItemKind.Keyword,
      doc,
      from,
      ...(value === null
        ? {}
        : { detail: `${name} ${example}`, snippet: `${name} \${1:${example}}` }),
    }));
}

/** Names and functions, or a unit behind a number. */
function expression(before: string, kernel: Kernel): Suggestion[] {
  const number = /(?:^|[^\w.])(\d[\d_]*(?:\.\d+)?\s*[A-Za-z]*)$/.exec(before)?.[1];
  if (number !== undefined)
    return units(number, before.length - number.length, [...SIZE_UNITS, "pages", ...TIME_UNITS]);
  const word = /[A-Za-z_][\w.]*$/.exec(before)?.[0] ?? "";
  const from = before.length - word.length;
  const names = [...SCENARIO_NAMES].flatMap(([name, unit]) =>
    nameIn(kernel, name) === name && isCounted(kernel, name)
      ? [
          {
            label: name,
            kind: CompletionItemKind.Variable,
            doc: Object.hasOwn(COUNTER_DOCS, name) ? (COUNTER_DOCS[name] ?? "") : "",
            ...(unit === "none" ? {} : { detail: unit }),
            from,
          },
        ]
      : [],
  );
  const functions = Object.entries(FUNCTION_DOCS).map(([name, { usage, doc }]) => ({
    label: name,
    kind: CompletionItemKind.Function,
    detail: usage,
    doc,
    snippet: `${name}($1)`,
    from,
  }));
  return [...names, ...functions];
}

const SIZE_UNITS = ["MiB", "GiB", "KiB", "MB", "GB"];
const TIME_UNITS = ["s", "ms", "us", "m", "h"];

/** `84` becomes `84MiB`; nothing where there is no number yet. */
function units(text: string, from: number, names: readonly string[]): Suggestion[] {
  const number = /^(\d[\d_]*(?:\.\d+)?)\s*[A-Za-z]*$/.exec(text)?.[1];
  if (number === undefined) return [];
  return names.map((name) => {
    const label = `${number}${name}`;
    const doc = explainAmount(label, name.endsWith("/s") ? "rate" : kindOf(name)) ?? label;
    return { label, kind: CompletionItemKind.Unit, doc, from };
  });
}

function kindOf(unit: string): AmountKind {
  return TIME_UNITS.includes(unit) ? "duration" : "size";
}
