import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeReduced, reduceRows } from "./reduce.ts";

const times = (count: number): number[] => Array.from({ length: count }, (_none, i) => i);

test("few rows stay as they are, with gaps for NaN", () => {
  expect(reduceRows([0, 1, 2, 3], [[5, NaN, 7, 8]], { from: 1, to: 4, buckets: 2 })).toEqual({
    x: [1, 2, 3],
    columns: [[null, 7, 8]],
  });
});

test("a bucket keeps lowest and highest in their order", () => {
  const rising = [0, 5, 9, 3, 4, 4, 4, 4];
  const falling = [9, 1, 2, 3, NaN, NaN, NaN, NaN];
  expect(reduceRows(times(8), [rising, falling], { from: 0, to: 8, buckets: 2 })).toEqual({
    x: [0, 3, 4, 7],
    columns: [
      [0, 9, 4, 4],
      [9, 1, null, null],
    ],
  });
});

test("rows that crowd in time share a bucket", () => {
  const reduced = reduceRows([0, 1, 2, 3, 4, 1000], [[1, 2, 3, 4, 5, 6]], {
    from: 0,
    to: 6,
    buckets: 2,
  });
  expect(reduced).toEqual({ x: [0, 4, 1000], columns: [[1, 5, 6]] });
});

test("any data: at most two rows a bucket, x sorted, extremes kept", () => {
  const rows = fc.array(fc.tuple(fc.nat(1000), fc.integer({ min: -1e6, max: 1e6 })), {
    minLength: 1,
    maxLength: 400,
  });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 50 }), (pairs, buckets) => {
      const sorted = pairs.map(([time]) => time).sort((a, b) => a - b);
      const values = pairs.map(([, value]) => value);
      const { x, columns } = reduceRows(sorted, [values], { from: 0, to: sorted.length, buckets });
      const [column = []] = columns;
      expect(x.length).toBe(column.length);
      expect(x.length).toBeLessThanOrEqual(2 * buckets);
      expect([...x].sort((a, b) => a - b)).toEqual(x);
      expect(Math.max(...column.map(Number))).toBe(Math.max(...values));
      expect(Math.min(...column.map(Number))).toBe(Math.min(...values));
    }),
  );
});

test("two sets of columns share one x; where one has no row, it says nothing", () => {
  const one = { x: [0, 10, 30], columns: [[1, null, 3]] };
  const other = { x: [10, 20], columns: [[7, 8]] };
  expect(mergeReduced(one, other)).toEqual({
    x: [0, 10, 20, 30],
    columns: [
      [1, null, undefined, 3],
      [undefined, 7, 8, undefined],
    ],
  });
});
