/** Whatever the text, every question gets an answer, and its places lie within the text. */
import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeLenses } from "../../src/lsp/code-lens.ts";
import { completions } from "../../src/lsp/completion.ts";
import { definitionAt, functionNameAt, referencesAt } from "../../src/lsp/definition.ts";
import { diagnosticsOf, quickFixes } from "../../src/lsp/diagnostics.ts";
import type { ScenarioDocument } from "../../src/lsp/document.ts";
import { foldingRanges } from "../../src/lsp/folding.ts";
import { formatEdits } from "../../src/lsp/format.ts";
import { hoverAt } from "../../src/lsp/hover.ts";
import { inlayHints } from "../../src/lsp/inlay-hints.ts";
import { prepareRename, rename } from "../../src/lsp/rename.ts";
import { semanticTokens } from "../../src/lsp/semantic-tokens.ts";
import { documentSymbols } from "../../src/lsp/symbols.ts";
import { parseYaml } from "../../src/scenario/yaml-tree.ts";
import { applied, documentOf } from "./cursor.ts";

const SEED = Number(process.env["LAW_SEED"]);
const RUNS = { seed: SEED, numRuns: 300 };

const scenarios = readdirSync("scenarios")
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => readFileSync(`scenarios/${name}`, "utf8"));

/** Pieces that mean something to YAML or to us, so that edits are more than noise. */
const piece = fc.oneof(
  fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "-",
    "#",
    "'",
    '"',
    "|",
    ">",
    "&",
    "*",
    "!",
    "%",
    "@",
  ),
  fc.constantFrom(
    "`",
    "\n",
    "\t",
    " ",
    "~",
    "\r",
    "\\",
    "\n  - ",
    ": ",
    "- - - ",
    "\n\n",
    " #",
    "{a: ",
  ),
  fc.constantFrom("[[", "guest:", "run: ", "--rate ", "\uE000", "53GB", "balloon.", "0x", "|\n   "),
  fc.constantFrom("kill: reader", "\u{1F388}", "é", "\0", "__proto__: "),
  fc.string({ maxLength: 6 }),
);

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const edit = fc.record({
  at: fc.nat(4000),
  remove: fc.oneof(fc.constant(0), fc.nat(60)),
  insert: fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join("")),
});

/** A real scenario after a few edits. */
const edited = fc
  .tuple(fc.constantFrom(...scenarios), fc.array(edit, { minLength: 1, maxLength: 6 }))
  .map(([text, edits]: [string, Edit[]]) =>
    edits.reduce((before, { at, remove, insert }) => {
      const start = at % (before.length + 1);
      return before.slice(0, start) + insert + before.slice(start + remove);
    }, text),
  );

const ALL = { start: { line: 0, character: 0 }, end: { line: 100_000, character: 0 } };

/** Asks everything; returns all ranges in the answers. */
function askAll(document: ScenarioDocument, offset: number): unknown {
  return [
    completions(document, offset, { snippets: true, commands: true }),
    hoverAt(document, offset),
    definitionAt(document, offset),
    functionNameAt(document, offset),
    referencesAt(document, offset, true),
    prepareRename(document, offset),
    rename(document, offset, "other"),
    diagnosticsOf(document),
    quickFixes(document, ALL),
    documentSymbols(document),
    foldingRanges(document),
    codeLenses(document),
    inlayHints(document, ALL),
    semanticTokens(document, null),
    formatEdits(document, null),
  ];
}

/** Every `{ line, character }` within an answer. */
function places(answer: unknown): { line: number; character: number }[] {
  if (typeof answer !== "object" || answer === null) return [];
  if ("line" in answer && "character" in answer)
    return [answer as { line: number; character: number }];
  return Object.values(answer).flatMap(places);
}

describe("any text", () => {
  test("gets answers about places that it has", () => {
    fc.assert(
      fc.property(edited, fc.nat(), (text, at) => {
        const document = documentOf(text);
        const answer = askAll(document, at % (text.length + 1));
        const lines = text.split(/\r\n|\n|\r/);
        for (const { line, character } of places(answer)) {
          // Taking out the last line ends behind it.
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(character).toBeLessThanOrEqual(lines[line]?.length ?? 0);
        }
      }),
      RUNS,
    );
  });

  test("of five thousand lines, too, or of one that is very long", () => {
    const step = (i: number): string =>
      `  # ${i}\n  - wait-until: balloon.actual == ${i}\n    timeout: 1s\n`;
    const long = Array.from({ length: 1700 }, (_, i) => step(i)).join("");
    const texts = [
      `guest:\n  memory: 1GiB\ntimeline:\n${long}`,
      `a: [${"{b: 1}, ".repeat(8000)}]\n`,
      "[".repeat(60_000),
      "- ".repeat(30_000),
      `expect:\n  - a${" ".repeat(60_000)}b\n`,
      `name: "${"\\".repeat(60_000)}\n`,
    ];
    for (const text of texts) {
      const answer = askAll(documentOf(text), text.length >> 1);
      expect(places(answer).every(({ line }) => line <= text.split("\n").length)).toBe(true);
    }
  });

  test("has entries in order, within it, and children within their parents", () => {
    fc.assert(
      fc.property(edited, (text) => {
        let last = -1;
        for (const { start, end, key, value } of documentOf(text).outline.entries) {
          expect(start).toBeGreaterThanOrEqual(last);
          for (const span of [key, value]) {
            expect(span === null || (start <= span.start && span.start <= span.end)).toBe(true);
            expect(span === null || span.end <= text.length).toBe(true);
          }
          expect(end).toBeLessThanOrEqual(text.length);
          last = start;
        }
      }),
      RUNS,
    );
  });

  test("means the same after formatting, and formatting again changes nothing", () => {
    fc.assert(
      fc.property(edited, (text) => {
        const document = documentOf(text);
        const after = applied(document, formatEdits(document, null));
        if (after === text) return;
        expect(JSON.stringify(parseYaml(after).root)).toBe(JSON.stringify(parseYaml(text).root));
        expect(comments(after)).toEqual(comments(text));
        expect(formatEdits(documentOf(after), null)).toEqual([]);
      }),
      RUNS,
    );
  });
});

test("however a scenario was laid out, formatting it gives the same", () => {
  const layout = fc.record({
    text: fc.constantFrom(...scenarios),
    factor: fc.integer({ min: 1, max: 4 }),
    spaces: fc.array(fc.nat(3), { minLength: 3, maxLength: 40 }),
  });
  fc.assert(
    fc.property(layout, ({ text, factor, spaces }) => {
      const document = documentOf(loosened(text, factor, spaces));
      expect(applied(document, formatEdits(document, null))).toBe(text);
    }),
    RUNS,
  );
});

/** Wider indentation, more spaces behind colons and at the ends of lines, more empty lines. */
function loosened(text: string, factor: number, spaces: readonly number[]): string {
  const lines = text.trimEnd().split("\n");
  return lines
    .map((line, number) => {
      const blanks = (n: number): string => " ".repeat(spaces[(number + n) % spaces.length] ?? 0);
      const indent = " ".repeat(line.search(/\S|$/) * factor);
      const content = line.trimStart();
      if (content === "") return "\n".repeat(spaces[number % spaces.length] ?? 0);
      if (content.startsWith("#")) return `${indent}${content}${blanks(0)}`;
      const wider = content
        .replace(/^- /, `-${" ".repeat(2 * factor - 1)}`)
        .replace(/^((?:- +)?[\w-]+):(?= )/, `$1${blanks(1)}:${blanks(2)}`);
      return `${indent}${wider}${blanks(3)}`;
    })
    .join("\n");
}

function comments(text: string): string[] {
  const document = documentOf(text);
  return document.outline.comments.map(({ start, end }) => text.slice(start, end).trimEnd());
}
