/** What the word under the pointer means. */
import { formatPages } from "../base/format.ts";
import { parsePages } from "../base/units.ts";
import { driverOf } from "../scenario/kernels.ts";
import {
  COMMAND_DOCS,
  COUNTER_DOCS,
  DRIVER_DOCS,
  FEATURE_DOCS,
  FUNCTION_DOCS,
  KERNEL_DOCS,
} from "../scenario/knowledge/index.ts";
import { isCounted, nameIn, SCENARIO_NAMES } from "../scenario/names.ts";
import type { Kernel } from "../scenario/types.ts";
import { explainAmount } from "./amounts.ts";
import { bindingAt } from "./bindings.ts";
import type { ScenarioDocument } from "./document.ts";
import type { Span } from "./outline-entry.ts";
import type { Token } from "./tokens.ts";

export interface HoverText {
  readonly markdown: string;
  readonly span: Span;
}

export function hoverAt(document: ScenarioDocument, offset: number): HoverText | null {
  const token = document.tokenAt(offset);
  if (token === null) return null;
  const markdown = explain(document, token);
  return markdown === null ? null : { markdown, span: token.span };
}

function explain(document: ScenarioDocument, token: Token): string | null {
  const { text, info } = token;
  switch (token.kind) {
    case "key":
      return info === null ? null : explainKey(token);
    case "amount": {
      const amount = explainAmount(text, token.amount ?? "integer");
      return amount === null ? null : `\`${text}\` is ${amount}.`;
    }
    case "choice":
      return explainChoice(token);
    case "command":
      return entry(COMMAND_DOCS, text, ({ usage, doc }) => `\`${usage}\`\n\n${doc}`);
    case "option":
      return explainOption(token);
    case "counter":
      return explainCounter(text, document.kernel);
    case "function":
      return entry(FUNCTION_DOCS, text, ({ usage, doc }) => `\`${usage}\`\n\n${doc}`);
    case "file":
    case "file-name":
    case "task":
    case "task-name":
      return explainBinding(document, token);
    case "operator":
      return null;
  }
}

function explainKey({ text, info }: Token): string | null {
  if (info === null) return null;
  const { doc, example, choices } = info;
  const fallback = info.default === undefined ? "" : `\n\nDefault: \`${info.default}\``;
  return `**${text}**\n\n${doc}${choiceList(choices)}${fallback}\n\n${fenced(example)}`;
}

function choiceList(choices: Readonly<Record<string, string>> | undefined): string {
  if (choices === undefined) return "";
  const lines = Object.entries(choices).map(([name, meaning]) => `- \`${name}\`: ${meaning}`);
  return `\n\n${lines.join("\n")}`;
}

function fenced(example: string): string {
  return `\`\`\`yaml\n${example}\n\`\`\``;
}

function explainChoice({ text, info }: Token): string | null {
  switch (info?.value) {
    case "kernel":
      return entry(KERNEL_DOCS, text, (doc) => {
        const driver = driverOf(text as Kernel);
        return `**Kernel ${text}**\n\n${doc}\n\nDriver ${driver}: ${DRIVER_DOCS[driver]}`;
      });
    case "driver":
      return entry(DRIVER_DOCS, text, (doc) => `**Driver ${text}**\n\n${doc}`);
    case "feature":
      return entry(
        FEATURE_DOCS,
        text,
        ({ bit, constant, meaning, drivers }) =>
          `**${text}** is bit ${bit}, \`${constant}\`\n\n${meaning}\n\nDrivers: ${drivers}.`,
      );
    default:
      return entry(info?.choices ?? {}, text, (doc) => `**${text}**: ${doc}`);
  }
}

function explainOption({ text, entry: { text: line } }: Token): string | null {
  const command = /^\S+/.exec(line)?.[0] ?? "";
  const options = entry(COMMAND_DOCS, command, ({ options }) => options) ?? {};
  return entry(options, text, ({ doc, example }) => `\`${`${text} ${example}`.trim()}\`\n\n${doc}`);
}

export function explainCounter(written: string, kernel: Kernel): string | null {
  const name = written.replace(/\s*(?:->|\.)\s*/g, ".");
  const unit = SCENARIO_NAMES.get(name);
  if (unit === undefined) return null;
  const counts = unit === "pages" ? " (pages of 4 KiB)" : unit === "ns" ? " (nanoseconds)" : "";
  const right = nameIn(kernel, name);
  if (!isCounted(kernel, name)) return `**${name}**\n\nKernel ${kernel} does not count it yet.`;
  const other = right === name ? "" : `\n\nIn kernel ${kernel} it is called \`${right}\`.`;
  return `**${name}**${counts}\n\n${entry(COUNTER_DOCS, name, (doc) => doc) ?? ""}${other}`;
}

function explainBinding(document: ScenarioDocument, token: Token): string | null {
  const binding = bindingAt(document, token.span.start);
  if (binding === null) return null;
  const { entry: at } = binding.definition;
  if (binding.kind === "file") {
    const pages = parsePages(at.text, "up");
    return `**${binding.name}**: a file of ${pages.ok ? formatPages(pages.value) : at.text}`;
  }
  const line = document.line(at.start) + 1;
  const command = document.entry([...at.path.slice(0, -1), "run"])?.text ?? "";
  return `**${binding.name}**: the task started on line ${line} by \`${command}\``;
}

/** What a table says about `name`; null where it has no such row. */
function entry<T, R>(
  table: Readonly<Record<string, T>>,
  name: string,
  show: (row: T) => R,
): R | null {
  const row = Object.hasOwn(table, name) ? table[name] : undefined;
  return row === undefined ? null : show(row);
}
