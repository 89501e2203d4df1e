/**
 * Sizes, durations and rates as users write them, read exactly: the arithmetic is on integers from
 * the first digit on, since a simulated run may not depend on how a fraction was rounded.
 *
 * A failure says what is wrong and where, not in which words: the words belong to the caller.
 */

/** Bytes in a page of the guest; the balloon's unit too. */
export const PAGE_SIZE = 4096;
export const NS_PER_SECOND = 1_000_000_000;

/** What a number counts, where that is known: `4 KiB`, `256 pages`, `200ms`, or just `4`. */
export type Unit = "none" | "bytes" | "pages" | "ns";

/**
 * `number`: no number where one should be. `unit`: unknown unit, `text` holds it. `missing-unit`:
 * a number that needs one. `fraction`: not a whole number of bytes or nanoseconds. `order`: a
 * duration whose units do not descend. `range`: more than 2^53 - 1. `octal`: digits after a zero.
 * `rate`: no `/s`. `slow`: a rate of less than one page a second.
 */
export type UnitProblem =
  "number" | "unit" | "missing-unit" | "fraction" | "order" | "range" | "octal" | "rate" | "slow";

export type UnitResult =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly problem: UnitProblem; readonly text: string };

/**
 * Reads a size in bytes: a whole or decimal number, or `0x...`, and a unit. Without a unit it is
 * bytes, and K, M, G, T are powers of 1024 in either case, as in the kernel's `memparse`; KiB,
 * MiB, GiB, TiB are the same; kB, KB, MB, GB, TB are powers of 1000; `pages` are 4 KiB.
 */
export function parseSize(text: string): UnitResult {
  const match = NUMBER_AND_UNIT.exec(text.trim());
  if (match === null) return failure("number", text.trim());
  const [, digits = "", unit = ""] = match;
  if (isOctal(digits)) return failure("octal", digits);
  const factor = unit === "" ? 1n : sizeUnit(unit);
  return factor === undefined ? failure("unit", unit) : scale(digits, factor);
}

/**
 * Reads a size as 4 KiB pages. `up` where a started page takes a whole one (a file), `down` where
 * only whole pages count (the balloon, RAM).
 */
export function parsePages(text: string, round: "up" | "down"): UnitResult {
  const bytes = parseSize(text);
  if (!bytes.ok) return bytes;
  const down = Math.floor(bytes.value / PAGE_SIZE);
  const partial = bytes.value % PAGE_SIZE !== 0;
  return { ok: true, value: round === "up" && partial ? down + 1 : down };
}

/**
 * Reads a duration in nanoseconds: one or more numbers with units h, m, s, ms, us, ns, largest
 * first and each at most once (`1m30s`, `1.5s`, `200ms`). Only 0 needs no unit.
 */
export function parseDuration(text: string): UnitResult {
  const trimmed = text.trim();
  if (trimmed === "0") return { ok: true, value: 0 };
  let rest = trimmed;
  let total = 0;
  let previous: bigint | null = null;
  do {
    const match = DURATION_PART.exec(rest);
    if (match === null) return failure("number", rest);
    const [whole, digits = "", unit = ""] = match;
    if (unit === "") return failure("missing-unit", digits);
    const factor = durationUnit(unit);
    if (factor === undefined) return failure("unit", unit);
    if (previous !== null && factor >= previous) return failure("order", trimmed);
    const part = scale(digits, factor);
    if (!part.ok) return part;
    total += part.value;
    if (!Number.isSafeInteger(total)) return failure("range", trimmed);
    previous = factor;
    rest = rest.slice(whole.length).trimStart();
  } while (rest !== "");
  return { ok: true, value: total };
}

/** Reads a rate such as `50MiB/s` in whole 4 KiB pages a second, rounded down, at least 1. */
export function parseRate(text: string): UnitResult {
  const trimmed = text.trim();
  if (!/\/\s*s$/.test(trimmed)) return failure("rate", trimmed);
  const pages = parsePages(trimmed.replace(/\/\s*s$/, ""), "down");
  return pages.ok && pages.value === 0 ? failure("slow", trimmed) : pages;
}

/** Bytes in a size unit, or undefined. Case matters, but for the kernel's single letters. */
export function sizeUnit(unit: string): bigint | undefined {
  return SIZE_UNITS.get(unit);
}

/** Nanoseconds in a unit of time, or undefined. */
export function durationUnit(unit: string): bigint | undefined {
  return DURATION_UNITS.get(unit);
}

/** Names of all units, for "did you mean". */
export function sizeUnitNames(): string[] {
  return [...SIZE_UNITS.keys()];
}

export function durationUnitNames(): string[] {
  return [...DURATION_UNITS.keys()];
}

/** Digits times factor: an integer, a decimal fraction or `0x...`, exactly. */
export function scale(digits: string, factor: bigint): UnitResult {
  const [whole = "", fraction = ""] = digits.split(".");
  const numerator = BigInt(whole + fraction) * factor;
  const denominator = 10n ** BigInt(fraction.length);
  if (numerator % denominator !== 0n) return failure("fraction", digits);
  const value = numerator / denominator;
  return value > MAX_SAFE ? failure("range", digits) : { ok: true, value: Number(value) };
}

/** True for `017`, which is 15 to the kernel and 17 to nearly everybody else. */
export function isOctal(digits: string): boolean {
  return /^0[0-9]/.test(digits);
}

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const NUMBER_AND_UNIT = /^(0[xX][0-9a-fA-F]{1,20}|[0-9]{1,20}(?:\.[0-9]{1,20})?)\s*(\S*)$/;
const DURATION_PART = /^([0-9]{1,20}(?:\.[0-9]{1,20})?)\s*([^\s0-9.]*)/;

const SIZE_UNITS = new Map<string, bigint>([
  ["B", 1n],
  ["KiB", 1n << 10n],
  ["MiB", 1n << 20n],
  ["GiB", 1n << 30n],
  ["TiB", 1n << 40n],
  ["kB", 1000n],
  ["KB", 1000n],
  ["MB", 1000n ** 2n],
  ["GB", 1000n ** 3n],
  ["TB", 1000n ** 4n],
  ["K", 1n << 10n],
  ["M", 1n << 20n],
  ["G", 1n << 30n],
  ["T", 1n << 40n],
  ["k", 1n << 10n],
  ["m", 1n << 20n],
  ["g", 1n << 30n],
  ["t", 1n << 40n],
  ["page", 4096n],
  ["pages", 4096n],
]);

const DURATION_UNITS = new Map<string, bigint>([
  ["h", 3_600_000_000_000n],
  ["m", 60_000_000_000n],
  ["min", 60_000_000_000n],
  ["s", 1_000_000_000n],
  ["ms", 1_000_000n],
  ["us", 1000n],
  ["µs", 1000n],
  ["μs", 1000n],
  ["ns", 1n],
]);

function failure(problem: UnitProblem, text: string): UnitResult {
  return { ok: false, problem, text };
}
