import { expect, test } from "vitest";
import { hitStops, parseHitCondition } from "./hit-condition.ts";

const hitsOf = (text: string): number[] => {
  const condition = parseHitCondition(text);
  if ("error" in condition) throw new Error(condition.error);
  return [1, 2, 3, 4, 5, 6].filter((hits) => hitStops(condition, hits));
};

test.each([
  ["3", [3]],
  ["== 3", [3]],
  ["= 3", [3]],
  [">= 5", [5, 6]],
  [">4", [5, 6]],
  ["<= 2", [1, 2]],
  ["< 2", [1]],
  ["% 2", [2, 4, 6]],
  [" %3 ", [3, 6]],
])("%s stops at hits %j", (text, hits) => {
  expect(hitsOf(text)).toEqual(hits);
});

test.each(["0", "== 0", "< 1", "<= 0"])("%s stops at no hit, and says so", (text) => {
  expect(parseHitCondition(text)).toEqual({
    error: `"${text}" is true at no hit: they count from 1.`,
  });
});

test.each(["", "x", "-1", "% 0", "3 4", "1e3"])(
  "%j is refused with an example of what to write",
  (text) => {
    expect(parseHitCondition(text)).toEqual({
      error: `Cannot read the hit count "${text}": write 5, >= 5 or % 5.`,
    });
  },
);
