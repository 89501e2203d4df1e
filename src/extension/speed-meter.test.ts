import { expect, test } from "vitest";
import { formatSpeed, SpeedMeter } from "./speed-meter.ts";

const MS = 1e6;

test("is taken over the last second", () => {
  const meter = new SpeedMeter();
  expect(meter.at(0, 0)).toBeNull();
  expect(meter.at(100 * MS, 50)).toBeNull();
  expect(meter.at(200 * MS, 100)).toBe(2);
  expect(meter.at(400 * MS, 1000)).toBe(0.4);
  // Now from 100 on: 10 s in 1.9 s would be the mean over all.
  expect(meter.at(10_200 * MS, 1100)).toBe(10);
});

test("begins anew after a stop, and after going back", () => {
  const meter = new SpeedMeter();
  meter.at(0, 0);
  meter.reset();
  expect(meter.at(900 * MS, 5000)).toBeNull();
  expect(meter.at(100 * MS, 5500)).toBeNull();
  expect(meter.at(700 * MS, 5700)).toBe(3);
});

test.each<readonly [number, string]>([
  [0.004, "0.00"],
  [8.314, "8.31"],
  [83.14, "83.1"],
  [831.4, "831"],
])("%d", (speed, text) => {
  expect(formatSpeed(speed)).toBe(text);
});
