import { expect, test } from "vitest";
import { documentOf } from "../../test/lsp/cursor.ts";
import type { TestPlace } from "./protocol.ts";
import { testsOf } from "./tests.ts";

const told = ({ text, range: { start, end } }: TestPlace): string =>
  `${start.line}:${start.character}-${end.character} ${text}`;

/** The name and its line, then expectations, then variants. */
function testsIn(text: string): readonly string[] {
  const { name, range, expectations, variants } = testsOf(documentOf(text));
  return [`${range.start.line} ${name}`, ...[...expectations, ...variants].map(told)];
}

test("a scenario's expectations are found in its timeline and at its end", () => {
  const text = `# about
name: "A  guest"
guest: { memory: 1GiB }
timeline:
  - balloon: 128MiB
  - expect: balloon.reached # now
  - { expect: "oom_kill == 0" }
expect:
  - oom_kill == 1
`;
  expect(testsIn(text)).toEqual([
    "1 A guest",
    "5:12-27 balloon.reached",
    "6:15-28 oom_kill == 0",
    "8:4-17 oom_kill == 1",
  ]);
});

test("each combination of a matrix is a variant, at its first value", () => {
  const text = "guest: {}\nmatrix:\n  kernel: [v4.19, v5.7]\n  seed: [1]\ntimeline: []\n";
  expect(testsIn(text)).toEqual(["0 ", "2:11-16 v4.19, 1", "2:18-22 v5.7, 1"]);
});

test("an axis that is decided otherwise is none", () => {
  const text = "matrix:\n  kernel: [v4.19, v5.7]\n  memory: [1GiB, 2GiB]\n";
  const names = (fixed: object): string[] =>
    testsOf(documentOf(text), fixed).variants.map((variant) => variant.text);
  expect(names({ kernel: "v6.1" })).toEqual(["1GiB", "2GiB"]);
  expect(names({ seed: 4 })).toHaveLength(4);
});

test("a text that is being written has tests too", () => {
  expect(testsIn("expect:\n  - a ==\n  -\n  - [b\n  - c\n")).toContain("1:4-8 a ==");
  expect(testsIn("")).toEqual(["0 "]);
  expect(testsIn("timeline:\n  - expect:\n  - wait: 1s\n")).toEqual(["0 "]);
});
