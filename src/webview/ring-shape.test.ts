import { expect, test } from "vitest";
import { arcPath, pointerPath, runsOf, type Band } from "./ring-shape.ts";

const band: Band = { center: 100, inner: 50, outer: 80, size: 4 };

test.each([
  [[], []],
  [["a"], [["a", 0, 1]]],
  [
    ["a", "a", "b", "a"],
    [
      ["a", 0, 2],
      ["b", 2, 1],
      ["a", 3, 1],
    ],
  ],
])("runs of %j", (kinds, runs) => {
  expect(runsOf(kinds).map(({ kind, first, count }) => [kind, first, count])).toEqual(runs);
});

test("a quarter goes from the top to the right", () => {
  expect(arcPath(band, 0, 1)).toBe(
    "M100.00 20.00A80 80 0 0 1 180.00 100.00L150.00 100.00A50 50 0 0 0 100.00 50.00Z",
  );
});

test("a whole ring is drawn in halves", () => {
  const halves = arcPath(band, 0, 4).split("Z").slice(0, -1);
  expect(halves).toHaveLength(2);
  for (const half of halves) expect(half).toMatch(/^M100.00 (20|180).00A80 80/);
});

test("a ring of one slot still has an end", () => {
  expect(arcPath({ ...band, size: 1 }, 0, 1)).toContain("M100.00 20.00");
});

test("pointers stand outside, or with a negative length inside", () => {
  expect(pointerPath(band, 0, 82, 10)).toBe("M100.00 18.00L106.00 8.00L94.00 8.00Z");
  expect(pointerPath(band, 1, 48, -10)).toMatch(/^M148.00 100.00L138.00 /);
});
