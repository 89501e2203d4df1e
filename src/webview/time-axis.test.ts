import { expect, test } from "vitest";
import { TIME_STEPS, timeTick } from "./time-axis.ts";

const SECOND = 1e9;

test.each([
  [0, 5 * SECOND, "0 s"],
  [15 * SECOND, 5 * SECOND, "15 s"],
  [0.25 * SECOND, 0.05 * SECOND, "0.25 s"],
  [8_000_000, 2_000_000, "0.008 s"],
  [90 * SECOND, 30 * SECOND, "90 s"],
  [0, 600 * SECOND, "0 s"],
  [1200 * SECOND, 600 * SECOND, "20m"],
  [5400 * SECOND, 1800 * SECOND, "1h30m"],
])("%d ns among ticks %d ns apart is %s", (ns, step, text) => {
  expect(timeTick(ns, step)).toBe(text);
});

test("steps grow, each at most threefold, and name every tick differently", () => {
  for (const [i, step] of TIME_STEPS.entries()) {
    const next = TIME_STEPS[i + 1] ?? 2 * step;
    expect(next / step).toBeGreaterThan(1);
    expect(next / step).toBeLessThanOrEqual(3);
    const names = Array.from({ length: 12 }, (_none, k) => timeTick(k * step, step));
    expect(new Set(names).size).toBe(12);
  }
});
