import { describe, expect, test } from "vitest";
import { moved, revealing, rowAt, rowsWithin, selected, zoomed } from "./view-range.ts";

const WHOLE = { start: 0, end: 100_000 };
const range = (start: number, end: number): { start: number; end: number } => ({ start, end });

describe("zooming", () => {
  test.each([
    ["in, around the middle", WHOLE, 0.5, 50_000, range(25_000, 75_000)],
    ["in, the cursor staying in place", WHOLE, 0.5, 20_000, range(10_000, 60_000)],
    ["in, at the end", WHOLE, 0.5, 100_000, range(50_000, 100_000)],
    ["out, not over the edge", range(80_000, 100_000), 2, 100_000, range(60_000, 100_000)],
    ["out, to all", range(20_000, 80_000), 2, 50_000, null],
    ["in, not below a microsecond", range(50_000, 51_000), 0.5, 50_500, range(50_000, 51_000)],
  ] as const)("%s", (_name, from, factor, around, expected) => {
    expect(zoomed(from, factor, around, WHOLE)).toEqual(expected);
  });
});

test.each([
  [20_000, 40_000, range(20_000, 40_000)],
  [40_000, 20_000, range(20_000, 40_000)],
  [90_000, 130_000, range(90_000, 100_000)],
  [5_000, 5_200, null],
])("selecting from %i to %i", (from, to, expected) => {
  expect(selected(from, to, WHOLE)).toEqual(expected);
});

test.each([
  [50, range(10, 110)],
  [5, range(5, 105)],
  [200, range(100, 200)],
])("revealing %i", (time, expected) => {
  expect(revealing(range(10, 110), time)).toEqual(expected);
});

test.each([
  [range(0, 40), { from: 0, to: 5 }],
  [range(15, 25), { from: 1, to: 4 }],
  [range(20, 20), { from: 1, to: 4 }],
  [range(100, 200), { from: 4, to: 5 }],
])("rows within %j, and one on either side", (within, expected) => {
  expect(rowsWithin([0, 10, 20, 30, 40], within)).toEqual(expected);
});

test.each([
  [-1, -1],
  [0, 0],
  [9, 0],
  [10, 1],
  [99, 2],
])("the row at %i is %i", (time, row) => {
  expect(rowAt([0, 10, 20], time)).toBe(row);
});

test.each([
  [10_000, range(30_000, 50_000)],
  [-30_000, range(0, 20_000)],
  [90_000, range(80_000, 100_000)],
])("moving by %i", (by, expected) => {
  expect(moved(range(20_000, 40_000), by, WHOLE)).toEqual(expected);
});
