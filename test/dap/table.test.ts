import { expect, it } from "vitest";
import { plain, table, wrap } from "../../src/dap/table.ts";

const layout = { align: ["left", "right"], flexible: [0], paint: plain } as const;

it("aligns columns as wide as their cells", () => {
  const rows = [
    ["a", "1"],
    ["longer", "1000"],
  ];
  expect(table({ ...layout, head: ["name", "n"], rows })).toEqual([
    "name       n",
    "a          1",
    "longer  1000",
  ]);
});

it("wraps flexible cells to the width, and only those", () => {
  const rows = [["expect: balloon_deflate == 256 * oom_notifications", "1"]];
  expect(table({ ...layout, head: ["step", "line"], rows, width: 36 })).toEqual([
    "step                            line",
    "expect: balloon_deflate == 256     1",
    "* oom_notifications",
  ]);
});

it("takes width from the widest of several flexible columns", () => {
  const rows = [["x".repeat(20), "y".repeat(60)]];
  const [, first] = table({
    ...layout,
    align: ["left", "left"],
    flexible: [0, 1],
    head: ["", ""],
    rows,
    width: 60,
  });
  expect(first).toBe(`${"x".repeat(20)}  ${"y".repeat(38)}`);
});

it("breaks at blanks where it can, inside a word where it must", () => {
  const cases: readonly (readonly [string, number, readonly string[]])[] = [
    ["", 5, [""]],
    ["one two three", 8, ["one two", "three"]],
    ["abcdefghij", 4, ["abcd", "efgh", "ij"]],
    ["ab cdefghij", 6, ["ab cde", "fghij"]],
  ];
  for (const [text, width, lines] of cases) expect(wrap(text, width)).toEqual(lines);
});
