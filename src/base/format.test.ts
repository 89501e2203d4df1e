import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { counted, formatCount, formatDuration, formatPages, formatSize } from "./format.ts";
import { parseDuration, parseSize } from "./units.ts";

it.each([
  [0, "0 pages (0 B)"],
  [1, "1 page (4 KiB)"],
  [217_088, "217,088 pages (848 MiB)"],
  [12_939_453, "12,939,453 pages (49.36 GiB)"],
])("formatPages(%d)", (pages, expected) => {
  expect(formatPages(pages)).toBe(expected);
});

it("counts in the singular and the plural", () => {
  expect([counted(1, "page"), counted(0, "page"), counted(2, "entry", "entries")]).toEqual([
    "1 page",
    "0 pages",
    "2 entries",
  ]);
});

it.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1 KiB"],
  [1536, "1.5 KiB"],
  [2 ** 30, "1 GiB"],
  [2 ** 50, "1,024 TiB"],
])("formatSize(%d)", (bytes, expected) => {
  expect(formatSize(bytes)).toBe(expected);
});

it.each([
  [0, "0s"],
  [1, "1ns"],
  [1500, "1.5us"],
  [200_000_000, "200ms"],
  [15_000_000_000, "15s"],
  [90_000_000_000, "1m30s"],
  [3_600_000_000_000, "1h"],
  [3_600_500_000_000, "1h500ms"],
])("formatDuration(%d)", (ns, expected) => {
  expect(formatDuration(ns)).toBe(expected);
});

it.each([
  [0, "0"],
  [999, "999"],
  [1000, "1,000"],
  [154_828_377, "154,828,377"],
])("formatCount(%d)", (count, expected) => {
  expect(formatCount(count)).toBe(expected);
});

describe("what is shown can be read", () => {
  it("durations come back exactly", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (ns) => {
        expect(parseDuration(formatDuration(ns))).toEqual({ ok: true, value: ns });
      }),
    );
  });

  it("sizes come back within the two decimals shown", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), fc.nat(10), (count, shift) => {
        const bytes = count * 2 ** shift;
        const text = formatSize(bytes).replaceAll(",", "");
        const [digits = "", unit = ""] = text.split(" ");
        const size = parseSize(`1${unit}`);
        const factor = size.ok ? size.value : 0;
        expect(Math.abs(Number(digits) * factor - bytes)).toBeLessThanOrEqual(factor * 0.005 + 1);
      }),
    );
  });
});
