import { describe, expect, test } from "vitest";
import { rateWindow, ratesOf } from "./rates.ts";

const SECOND = 1_000_000_000;
const seconds = (...values: readonly number[]): number[] => values.map((value) => value * SECOND);

describe("rates", () => {
  const cases: readonly (readonly [
    name: string,
    times: number[],
    counter: number[],
    window: number,
    rates: number[],
  ])[] = [
    ["between neighbours", seconds(0, 1, 2, 3), [0, 256, 256, 768], 1, [0, 256, 0, 512]],
    ["over a window", seconds(0, 1, 2, 3), [0, 100, 100, 400], 2, [0, 100, 50, 150]],
    [
      "a stop right after a sample makes no spike",
      seconds(0, 1, 1.000001),
      [0, 100, 356],
      1,
      [0, 100, 356 / 1.000001],
    ],
    ["two samples at one time", seconds(5, 5), [0, 256], 1, [0, 0]],
    ["nothing", [], [], 1, []],
    ["a series that is missing", seconds(0, 1), [NaN, NaN], 1, [0, NaN]],
  ];
  test.each(cases)("%s", (_name, times, counter, window, rates) => {
    const found = ratesOf(times, counter, window * SECOND);
    expect(found.map((rate) => Math.round(rate * 1e6) / 1e6)).toEqual(
      rates.map((rate) => Math.round(rate * 1e6) / 1e6),
    );
  });
});

test.each([
  [100 * SECOND, 500_000_000],
  [60 * SECOND, 500_000_000],
  [20 * SECOND, 100_000_000],
  [700 * SECOND, 5 * SECOND],
  [10, 1000],
])("a span of %i ns has a window of %i ns", (span, window) => {
  expect(rateWindow(span)).toBe(window);
});
