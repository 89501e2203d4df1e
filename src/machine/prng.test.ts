import { expect, test } from "vitest";
import { createPrng, PRNG_STREAMS, randomBelow } from "./prng.ts";

const draw = (seed: number, stream: number, bound: number, count: number): number[] => {
  const state = createPrng(seed);
  return Array.from({ length: count }, () => randomBelow(state, stream, bound));
};

test("the same seed gives the same numbers, another seed or stream others", () => {
  expect(draw(1, 0, 1000, 20)).toEqual(draw(1, 0, 1000, 20));
  expect(draw(1, 0, 1000, 20)).not.toEqual(draw(2, 0, 1000, 20));
  expect(draw(1, 0, 1000, 20)).not.toEqual(draw(1, 1, 1000, 20));
  expect(draw(1, 0, 1000, 20)).not.toEqual(draw(1 + 2 ** 40, 0, 1000, 20));
});

test("a draw in one stream does not shift another", () => {
  const quiet = createPrng(5);
  const busy = createPrng(5);
  for (let i = 0; i < 100; i++) randomBelow(busy, 3, 10);
  expect(randomBelow(busy, 4, 1 << 30)).toBe(randomBelow(quiet, 4, 1 << 30));
});

test("numbers are spread evenly over the bound", () => {
  const counts = new Array<number>(7).fill(0);
  for (const value of draw(9, 2, 7, 70_000)) counts[value]!++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
});

test("streams and bounds out of range are mistakes", () => {
  const state = createPrng(1);
  expect(() => randomBelow(state, PRNG_STREAMS, 2)).toThrow(/stream/);
  expect(() => randomBelow(state, 0, 0)).toThrow(/bound/);
});
