import { expect, test } from "vitest";
import { balloonProgress } from "./progress.ts";

const event = (time: number, name: string, a: number) => ({
  time,
  dispatch: 0,
  index: 1,
  name,
  a,
  b: 0,
});

/** One sample a second; sizes and targets as given. */
const samples = (sizes: number[], targets: number[]) => ({
  times: sizes.map((_, i) => i * 1e9),
  sizes,
  targets,
});

test.each([
  ["never asked", [], null],
  ["asked and reached", [event(5, "target", 100), event(9, "reached", 100)], 4],
  ["never reached", [event(5, "target", 100)], null],
  [
    "back to zero is not reaching a target",
    [event(5, "target", 100), event(7, "target", 0), event(9, "reached", 0)],
    null,
  ],
  [
    "the first target counts",
    [
      event(5, "target", 9),
      event(6, "reached", 9),
      event(20, "target", 50),
      event(30, "reached", 50),
    ],
    1,
  ],
])("time to target: %s", (_, events, expected) => {
  expect(balloonProgress(events, samples([], [])).timeToTargetNs).toBe(expected);
});

test.each([
  ["steady growth", [0, 1, 2, 3], [5, 5, 5, 5], 0],
  ["a plateau below the target", [0, 3, 3, 3, 4], [5, 5, 5, 5, 5], 2],
  ["sagging counts until the old maximum is passed", [0, 3, 1, 2, 3, 4], [5, 5, 5, 5, 5, 5], 3],
  ["at the target nothing stalls", [5, 5, 5, 5], [5, 5, 5, 5], 0],
  ["a new target starts anew", [0, 3, 3, 3, 3], [5, 5, 5, 9, 9], 1],
])("longest stall in seconds: %s", (_, sizes, targets, seconds) => {
  expect(balloonProgress([], samples(sizes, targets)).longestStallNs).toBe(seconds * 1e9);
});
