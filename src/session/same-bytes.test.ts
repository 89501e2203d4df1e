import { expect, test } from "vitest";
import { sameBytes, sameWords } from "./same-bytes.ts";

test.each([
  ["in Node", sameBytes],
  ["elsewhere", sameWords],
])("a difference in any byte is seen, %s", (_, same) => {
  const whole = new Uint8Array(new ArrayBuffer(64));
  for (const [start, length] of [
    [0, 64],
    [4, 37],
    [3, 40],
    [0, 5],
    [8, 0],
  ] as const) {
    const a = whole.subarray(start, start + length);
    const b = a.slice();
    expect(same(a, b)).toBe(true);
    for (let i = 0; i < length; i++) {
      b[i] = 128;
      expect(same(a, b)).toBe(false);
      b[i] = 0;
    }
  }
});
