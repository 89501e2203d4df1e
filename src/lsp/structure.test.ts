import { describe, expect, test } from "vitest";
import type { DocumentSymbol } from "vscode-languageserver";
import { documentOf } from "../../test/lsp/cursor.ts";
import { codeLenses } from "./code-lens.ts";
import { foldingRanges } from "./folding.ts";
import { inlayHints } from "./inlay-hints.ts";
import { semanticTokens, TOKEN_MODIFIERS, TOKEN_TYPES } from "./semantic-tokens.ts";
import { documentSymbols } from "./symbols.ts";

const TEXT = `# A guest
# of two lines
name: x

guest:
  memory: 1GiB
  kernel: v6.1
  files: { big: 53GB }
timeline:
  - run: cat big --loop
    name: reader
  - wait: 10s
  - kill: reader

expect:
  - balloon_inflate >= pages(1MiB)
`;
const ALL = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

test("symbols are sections, steps and expectations", () => {
  const show = ({ name, detail, children = [] }: DocumentSymbol): string =>
    `${name}${detail === "" ? "" : `: ${detail}`}${children.length === 0 ? "" : ` (${children.map(show).join(", ")})`}`;
  expect(documentSymbols(documentOf(TEXT)).map(show)).toEqual([
    "name: x",
    "guest (memory: 1GiB, kernel: v6.1, files (big: 53GB))",
    "timeline (run: cat big --loop: reader, wait: 10s, kill: reader)",
    "expect (balloon_inflate >= pages(1MiB))",
  ]);
});

test("a symbol's name lies within it, whatever the text", () => {
  const inside = ({ range, selectionRange, children = [] }: DocumentSymbol): boolean =>
    before(range.start, selectionRange.start) &&
    before(selectionRange.end, range.end) &&
    children.every(inside);
  const before = (a: Place, b: Place): boolean =>
    a.line < b.line || (a.line === b.line && a.character <= b.character);
  for (const text of [TEXT, "timeline:\n  -", "a: {", "a:\n- b:\n  - [", "- \n- x\n", '"']) {
    expect(documentSymbols(documentOf(text)).every(inside)).toBe(true);
  }
});

interface Place {
  readonly line: number;
  readonly character: number;
}

test("sections, steps and comments fold", () => {
  const folds = foldingRanges(documentOf(TEXT)).map(
    ({ startLine, endLine, kind }) =>
      `${startLine}-${endLine}${kind === undefined ? "" : ` ${kind}`}`,
  );
  expect(folds).toEqual(["4-7", "8-12", "9-10", "14-15", "0-1 comment"]);
});

test("lenses stand above the first key", () => {
  const lenses = codeLenses(documentOf(TEXT));
  expect(lenses.map(({ range, command }) => [range.start.line, command?.title])).toEqual([
    [2, "$(play) Run"],
    [2, "$(debug-alt) Debug"],
    [2, "$(git-compare) Compare kernels"],
  ]);
  expect(codeLenses(documentOf("# nothing yet"))).toEqual([]);
});

test("a lens stands above a matrix", () => {
  const lenses = codeLenses(documentOf("guest: {}\nmatrix:\n  kernel: [v4.19, v5.7]\n"));
  expect(lenses.map(({ range, command }) => [range.start.line, command?.title])).toContainEqual([
    1,
    "$(git-compare) Compare variants",
  ]);
});

describe("hints", () => {
  const hintsIn = (text: string): string[] =>
    inlayHints(documentOf(text), ALL).map(
      ({ position, label }) =>
        `${position.line}:${position.character}${typeof label === "string" ? label : "?"}`,
    );

  test("give sizes in pages, and the driver of a kernel", () => {
    expect(hintsIn(TEXT)).toEqual([
      "5:14 = 262,144 pages",
      "6:14 driver v5.7",
      "7:20 = 12,939,454 pages, 49.36 GiB",
      "15:33 = 256 pages",
    ]);
  });

  test("give each kernel of a matrix its own driver", () => {
    expect(hintsIn("matrix: { kernel: [v4.19, v6.1] }\n")).toEqual(["0:30 driver v5.7"]);
  });

  test("say nothing that stands there already", () => {
    expect(hintsIn("timeline:\n  - balloon: 0\n  - balloon: 5 pages\n")).toEqual([]);
    expect(hintsIn("guest: { kernel: v5.7 }\n")).toEqual([]);
    expect(hintsIn("guest: { kernel: v6.1, driver: v4.19 }\n")).toEqual([]);
  });

  test("are for the lines in sight", () => {
    const range = { start: { line: 7, character: 0 }, end: { line: 8, character: 0 } };
    expect(inlayHints(documentOf(TEXT), range)).toHaveLength(1);
  });
});

test("colours tell what a word is", () => {
  const document = documentOf(TEXT);
  const { data } = semanticTokens(document, null);
  const lines = document.text.split("\n");
  const shown: string[] = [];
  let line = 0;
  let character = 0;
  for (let i = 0; i < data.length; i += 5) {
    const [down = 0, right = 0, length = 0, type = 0, mask = 0] = data.slice(i, i + 5);
    line += down;
    character = down === 0 ? character + right : right;
    const modifiers = TOKEN_MODIFIERS.filter((_name, bit) => (mask & (1 << bit)) !== 0);
    const word = lines[line]?.slice(character, character + length);
    shown.push([word, TOKEN_TYPES[type], ...modifiers].join(" "));
  }
  expect(shown).toEqual([
    "1GiB number",
    "v6.1 enumMember",
    "big variable declaration readonly",
    "53GB number",
    "cat function",
    "big variable readonly",
    "--loop parameter",
    "reader variable declaration",
    "10s number",
    "reader variable",
    "balloon_inflate variable readonly defaultLibrary",
    ">= operator",
    "pages function defaultLibrary",
    "1MiB number",
  ]);
});
