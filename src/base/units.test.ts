import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDuration, parsePages, parseRate, parseSize, type UnitResult } from "./units.ts";

/** The value, or `problem: text`. */
function shown(result: UnitResult): number | string {
  return result.ok ? result.value : `${result.problem}: ${result.text}`;
}

describe("sizes", () => {
  it.each([
    ["0", 0],
    ["1024", 1024],
    ["0x1000", 4096],
    ["0x1000K", 0x1000 * 1024],
    ["1K", 1024],
    ["1k", 1024],
    ["2M", 2 * 2 ** 20],
    ["64G", 64 * 2 ** 30],
    ["1t", 2 ** 40],
    ["1KiB", 1024],
    ["848MiB", 848 * 2 ** 20],
    ["848 MiB", 848 * 2 ** 20],
    ["  1 GiB ", 2 ** 30],
    ["1.5GiB", 1.5 * 2 ** 30],
    ["0.5KiB", 512],
    ["1.50 MiB", 1.5 * 2 ** 20],
    ["42GB", 42_000_000_000],
    ["1kB", 1000],
    ["1KB", 1000],
    ["1MB", 1_000_000],
    ["1TB", 1_000_000_000_000],
    ["5B", 5],
    ["256 pages", 2 ** 20],
    ["1page", 4096],
    ["", "number: "],
    ["GiB", "number: GiB"],
    ["-1MiB", "number: -1MiB"],
    ["1e3", "unit: e3"],
    ["1gb", "unit: gb"],
    ["1 Gib", "unit: Gib"],
    ["1MiB 2", "number: 1MiB 2"],
    ["010M", "octal: 010"],
    ["0.3KiB", "fraction: 0.3"],
    ["0x1.8M", "unit: .8M"],
    [".5GiB", "number: .5GiB"],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ["9007199254740992", "range: 9007199254740992"],
    ["99999999TiB", "range: 99999999"],
    ["1__proto__", "unit: __proto__"],
  ])("%s", (text, expected) => {
    expect(shown(parseSize(text))).toBe(expected);
  });

  it("reads back what it is told in any unit", () => {
    const units = {
      "": 1,
      B: 1,
      K: 2 ** 10,
      MiB: 2 ** 20,
      G: 2 ** 30,
      kB: 1000,
      MB: 10 ** 6,
      pages: 4096,
    };
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        fc.constantFrom(...Object.entries(units)),
        (count, [unit, factor]) => {
          expect(shown(parseSize(`${count}${unit}`))).toBe(count * factor);
          expect(shown(parseSize(`${count} ${unit}`))).toBe(count * factor);
          expect(shown(parseSize(`0x${count.toString(16)} ${unit === "B" ? "" : unit}`))).toBe(
            count * factor,
          );
        },
      ),
    );
  });

  it("reads decimals exactly", () => {
    fc.assert(
      fc.property(fc.nat(9999), fc.nat(999), (whole, thousandths) => {
        const text = `${whole}.${String(thousandths).padStart(3, "0")}kB`;
        expect(shown(parseSize(text))).toBe(whole * 1000 + thousandths);
      }),
    );
  });
});

describe("pages", () => {
  it.each([
    ["53GB", "down", 12_939_453],
    ["42GB", "up", 10_253_907],
    ["848MiB", "down", 217_088],
    ["848MiB", "up", 217_088],
    ["1", "up", 1],
    ["1", "down", 0],
    ["1x", "up", "unit: x"],
  ] as const)("%s %s", (text, round, expected) => {
    expect(shown(parsePages(text, round))).toBe(expected);
  });
});

describe("durations", () => {
  it.each([
    ["0", 0],
    ["0s", 0],
    ["15s", 15_000_000_000],
    ["15 s", 15_000_000_000],
    ["200ms", 200_000_000],
    ["10us", 10_000],
    ["10µs", 10_000],
    ["7ns", 7],
    ["1.5s", 1_500_000_000],
    ["0.000000001s", 1],
    ["1m30s", 90_000_000_000],
    ["1m 30s", 90_000_000_000],
    ["1h2m3s4ms5us6ns", 3_723_004_005_006],
    ["2min", 120_000_000_000],
    ["1.5ns", "fraction: 1.5"],
    ["15", "missing-unit: 15"],
    ["1s30", "missing-unit: 30"],
    ["30s1m", "order: 30s1m"],
    ["1s1s", "order: 1s1s"],
    ["5 minutes", "unit: minutes"],
    ["", "number: "],
    ["-1s", "number: -1s"],
    ["soon", "number: soon"],
    ["99999999h", "range: 99999999"],
    ["2000h8000000s", "range: 2000h8000000s"],
  ])("%s", (text, expected) => {
    expect(shown(parseDuration(text))).toBe(expected);
  });
});

describe("rates", () => {
  it.each([
    ["50MiB/s", 12_800],
    ["50 MiB / s", 12_800],
    ["1page/s", 1],
    ["5KiB/s", 1],
    ["1KiB/s", "slow: 1KiB/s"],
    ["50MiB", "rate: 50MiB"],
    ["50Mib/s", "unit: Mib"],
  ])("%s", (text, expected) => {
    expect(shown(parseRate(text))).toBe(expected);
  });
});

it("never throws", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from("0123456789.xXkKmMgGiBsuh/ pages_")) }),
      (text) => {
        for (const parse of [parseSize, parseDuration, parseRate]) {
          const result = parse(text);
          if (result.ok) expect(Number.isSafeInteger(result.value) && result.value >= 0).toBe(true);
        }
      },
    ),
  );
});
