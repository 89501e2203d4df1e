import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { applied, documentOf } from "../../test/lsp/cursor.ts";
import { formatEdits } from "./format.ts";

function formatted(text: string): string {
  const document = documentOf(text);
  return applied(document, formatEdits(document, null));
}

const cases: readonly (readonly [what: string, before: string, after: string])[] = [
  [
    "indentation",
    "guest:\n    memory: 1GiB\n    files:\n            a: 1MiB\n",
    "guest:\n  memory: 1GiB\n  files:\n    a: 1MiB\n",
  ],
  [
    "lists in their key's column",
    "timeline:\n- run: cat a\n  name: b\n- wait: 1s\n",
    "timeline:\n  - run: cat a\n    name: b\n  - wait: 1s\n",
  ],
  [
    "spaces around colons and dashes",
    "name :   x\nexpect:\n  -   a\n",
    "name: x\nexpect:\n  - a\n",
  ],
  [
    "spaces at the end of lines",
    "name: x  \nguest:   \n  cpus: 1\t\n",
    "name: x\nguest:\n  cpus: 1\n",
  ],
  ["empty lines", "\n\nname: x\n\n\n\nseed: 1\n\n\n", "name: x\n\nseed: 1\n"],
  ["a missing end of line", "name: x", "name: x\n"],
  [
    "braces and brackets",
    "guest: {memory:  1GiB,files: {a: 1MiB}}\ndevice: {features: [ a,b ,c ]}\n",
    "guest: { memory: 1GiB, files: { a: 1MiB } }\ndevice: { features: [a, b, c] }\n",
  ],
  ["empty braces", "guest: {  }\ndevice: [ ]\n", "guest: {}\ndevice: []\n"],
  ["quotes within braces", `guest: {name:   "a,  {b"}\n`, `guest: { name: "a,  {b" }\n`],
  [
    "comments, which stay with the line below",
    "# a\nguest:\n      # b\n      cpus: 1   # c\n      # d\n# e\nseed: 1\n",
    "# a\nguest:\n  # b\n  cpus: 1   # c\n  # d\n# e\nseed: 1\n",
  ],
  [
    "folded text, which moves along",
    "guest:\n    about: >\n      a\n        b\n",
    "guest:\n  about: >\n    a\n      b\n",
  ],
  [
    "values of several lines",
    "about: a\n   b\nguest:\n    name: c\n      d\n",
    "about: a\n   b\nguest:\n  name: c\n    d\n",
  ],
  [
    "braces over several lines",
    "guest: {\n  a: 1,\n  b:   2\n}\n",
    "guest: {\n  a: 1,\n  b:   2\n}\n",
  ],
  ["Windows line ends", "guest:\r\n    cpus: 1  \r\n", "guest:\r\n  cpus: 1\r\n"],
];

describe("formatting puts right", () => {
  test.each(cases)("%s", (_what, before, after) => {
    expect(formatted(before)).toBe(after);
    expect(formatted(after)).toBe(after);
  });
});

test("a file that is not YAML is left alone", () => {
  for (const text of ["a: [1\n b:   2\n", "a\nb:   c\n", "a: 'x\n"])
    expect(formatted(text)).toBe(text);
});

test("within a range only its lines change", () => {
  const document = documentOf("name:  x\nabout:  y\nseed:  1\n");
  const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } };
  expect(applied(document, formatEdits(document, range))).toBe("name:  x\nabout: y\nseed:  1\n");
});

const scenarios = ["scenarios", "scenarios/reference"].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => `${folder}/${name}`),
);

test.each(scenarios)("%s is formatted", (file) => {
  const text = readFileSync(file, "utf8");
  expect(formatted(text)).toBe(text);
});
