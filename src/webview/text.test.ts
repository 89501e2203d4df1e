import { expect, test } from "vitest";
import { rateText } from "./text.ts";

test.each([
  [undefined, "–"],
  [NaN, "–"],
  [0, "0/s"],
  [0.347, "0.35/s"],
  [-2, "-2/s"],
  [9.96, "10/s"],
  [12.4, "12/s"],
  [23_351.6, "23,352/s"],
  [-23_351.6, "-23,352/s"],
])("%s a second is %s", (perSecond, text) => {
  expect(rateText(perSecond)).toBe(text);
});
