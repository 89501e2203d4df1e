import { expect, test } from "vitest";
import { createPrng } from "./prng.ts";
import { createSteal, resumesAt, setSteal, type Steal } from "./steal.ts";

const SLICE = 4_000_000;
/** What the machine lets run between two looks at the clock. */
const DISPATCH = 200_000;

/** A vCPU that always wants to run, for `wanted` ns of its own time. */
function busy(share: number, wanted: number, seed = 1): { steal: Steal; end: number } {
  const prng = createPrng(seed);
  const steal = createSteal(2);
  setSteal(steal, prng, 1, share, SLICE);
  let at = 0;
  for (let done = 0; done < wanted; done += DISPATCH) {
    at = resumesAt(steal, prng, 1, DISPATCH, at + DISPATCH);
  }
  return { steal, end: at };
}

test.each([100, 500, 800, 950])("in the long run others get %i of 1000 slices", (share) => {
  const wanted = 200e9;
  const { steal, end } = busy(share, wanted);
  expect(steal.lost[1]).toBe(end - wanted);
  expect(Math.abs((1000 * steal.lost[1]!) / end - share)).toBeLessThan(8);
  // Whole slices, one by one.
  expect(steal.lost[1]! % SLICE).toBe(0);
  expect(steal.lost[0]).toBe(0);
});

test("the seed decides when", () => {
  expect(busy(600, 1e9)).toEqual(busy(600, 1e9));
  expect(busy(600, 1e9, 2).end).not.toBe(busy(600, 1e9).end);
});

test("one long stretch loses as much as many short ones", () => {
  const prng = createPrng(1);
  const steal = createSteal(1);
  setSteal(steal, prng, 0, 500, SLICE);
  const end = resumesAt(steal, prng, 0, 100e9, 100e9);
  expect(end / 200e9).toBeGreaterThan(0.97);
  expect(end / 200e9).toBeLessThan(1.03);
});

test("nothing is taken any more once the share is 0", () => {
  const prng = createPrng(1);
  const steal = createSteal(1);
  setSteal(steal, prng, 0, 900, SLICE);
  setSteal(steal, prng, 0, 0, SLICE);
  expect(resumesAt(steal, prng, 0, 1e9, 1e9)).toBe(1e9);
  expect(steal.lost[0]).toBe(0);
});
