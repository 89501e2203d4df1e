/** Lays out a single line. */
import type { LineLayout } from "./format-layout.ts";
import { colonOf } from "./outline.ts";

export function formatLine(line: string, layout: LineLayout): string {
  const content = line.trim();
  switch (layout.kind) {
    case "comment":
      return `${" ".repeat(layout.indent)}${content}`;
    case "inside":
      return content === "" ? line : shifted(line, layout.shift);
    case "entry":
      return `${" ".repeat(layout.indent)}${entryLine(content)}`;
  }
}

/** Whatever stands at its end may be part of a folded text. */
function shifted(line: string, shift: number): string {
  if (shift >= 0) return `${" ".repeat(shift)}${line}`;
  const blanks = line.search(/[^ ]/);
  return line.slice(Math.min(-shift, Math.max(blanks, 0)));
}

function entryLine(content: string): string {
  const [dashes = ""] = /^(?:-\s+)*/.exec(content) ?? [];
  const rest = content.slice(dashes.length);
  const prefix = "- ".repeat(dashes.replace(/\s/g, "").length);
  const colon = colonOf(rest, 0, rest.length);
  if (colon === null) return `${prefix}${value(rest)}`;
  const written = value(rest.slice(colon + 1).trim());
  return `${prefix}${rest.slice(0, colon).trimEnd()}:${written === "" ? "" : ` ${written}`}`;
}

/** `{a: 1,b: 2}` becomes `{ a: 1, b: 2 }`, if it ends on its line. */
function value(text: string): string {
  if (!/^[{[]/.test(text)) return text;
  const parts = flowParts(text);
  if (parts === null) return text;
  const [flow, behind] = parts;
  return flow.reduce(join, "") + behind;
}

/** Brackets, commas and what stands between them, and what follows; null when it goes on below. */
function flowParts(text: string): [parts: string[], behind: string] | null {
  const parts: string[] = [];
  let depth = 0;
  for (let at = 0; at < text.length;) {
    const end = endOfPart(text, at);
    const part = text.slice(at, end).trim();
    at = end;
    if (part.startsWith("#")) return null;
    if (part !== "") parts.push(part);
    if (part === "{" || part === "[") depth++;
    if ((part === "}" || part === "]") && --depth === 0) return [parts, text.slice(at)];
  }
  return null;
}

/** A bracket or comma is a part of its own; quotes hide those within. */
function endOfPart(text: string, at: number): number {
  if (BREAK.test(text[at] ?? "")) return at + 1;
  let end = at;
  while (end < text.length && !BREAK.test(text[end] ?? "")) {
    const isFirst = end === at || /\s/.test(text[end - 1] ?? "");
    if (text[end] === "#" && isFirst) return Math.max(end, at + 1);
    const quoted = isFirst ? (QUOTED.exec(text.slice(end))?.[0].length ?? 0) : 0;
    end += Math.max(quoted, 1);
  }
  return end;
}

const QUOTED = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/;
const BREAK = /[{}[\],]/;

function join(before: string, part: string): string {
  const last = before.at(-1) ?? "";
  if (part === ",") return `${before},`;
  if (part === "]" || (part === "}" && last === "{")) return `${before}${part}`;
  if (part === "}") return `${before} }`;
  const text = part.replace(/^([\w.-]+)\s*:\s+/, "$1: ");
  if (before === "" || last === "[") return `${before}${text}`;
  return `${before} ${text}`;
}
