import { expect, test } from "vitest";
import { parseCrossing, crossingText } from "./crossing.ts";

test.each([
  ["nr_free_pages crosses 4096", { counter: "nr_free_pages", value: 4096 }],
  ["  balloon_pages   crosses 0 ", { counter: "balloon_pages", value: 0 }],
  ["virtio_balloon_oom_notify", null],
  ["nr_free_pages crosses", null],
  ["nr_free_pages crosses -1", null],
  ["nr_free_pages crosses 1.5", null],
  ["4 crosses 4", null],
])("%s", (text, expected) => {
  expect(parseCrossing(text)).toEqual(expected);
});

test("what is written can be read", () => {
  const crossing = { counter: "pgfault", value: 123_456_789 };
  expect(parseCrossing(crossingText(crossing))).toEqual(crossing);
});
