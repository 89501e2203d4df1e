import fc from "fast-check";
import { expect, it } from "vitest";
import { didYouMean, editDistance } from "./did-you-mean.ts";

const KEYS = ["name", "guest", "device", "timeline", "expect", "wait", "wait-until"];

it.each([
  ["timline", "timeline"],
  ["tmieline", "timeline"],
  ["Guest", "guest"],
  ["wait_until", "wait-until"],
  ["waits", "wait"],
  ["nam", "name"],
  ["memory", null],
  ["x", null],
  ["", null],
])("%s", (word, expected) => {
  expect(didYouMean(word, KEYS)).toBe(expected);
});

it.each([
  ["", "", 0],
  ["a", "", 1],
  ["kitten", "sitting", 3],
  ["ab", "ba", 1],
  ["balloon", "baloon", 1],
])("distance of %s and %s", (a, b, expected) => {
  expect(editDistance(a, b)).toBe(expected);
});

it("is a distance: symmetric, zero for equals, never more than the longer word", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, a)).toBe(0);
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});

it("is not slowed down by long words", () => {
  expect(didYouMean("x".repeat(100_000), ["x".repeat(50_000)])).not.toBeNull();
});
