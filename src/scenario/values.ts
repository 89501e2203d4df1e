/** Reads single values, reporting what is wrong with them; null stands for a value that is wrong. */
import {
  durationUnitNames,
  parseDuration,
  parsePages,
  parseRate,
  sizeUnitNames,
  type UnitResult,
} from "../base/units.ts";
import { didYouMean } from "../base/did-you-mean.ts";
import { valueErrors, type Message } from "./errors.ts";
import type { Path } from "./positions.ts";
import type { Report } from "./report.ts";

/** A part of the text at `path` that a value was taken from. */
export interface Source {
  readonly path: Path;
  readonly offset: number;
  readonly length: number;
}

export function wholeOf(path: Path, text: string): Source {
  return { path, offset: 0, length: Math.max(text.length, 1) };
}

/** 4 KiB pages; `down` where a part of a page does not count. */
export function readPages(
  text: string,
  round: "up" | "down",
  at: Source,
  report: Report,
): number | null {
  const result = parsePages(text, round);
  if (result.ok && /^[1-9][0-9]*$/.test(text)) {
    report.inside(at.path, at.offset, at.length, valueErrors.sizeWithoutUnit(text, result.value));
  }
  return take(result, text, sizeUnitNames(), valueErrors.size, at, report);
}

/** Nanoseconds. */
export function readDuration(text: string, at: Source, report: Report): number | null {
  return take(parseDuration(text), text, durationUnitNames(), valueErrors.duration, at, report);
}

/** Pages a second. */
export function readRate(text: string, at: Source, report: Report): number | null {
  return take(parseRate(text), text, sizeUnitNames(), valueErrors.rate, at, report);
}

/** A whole number in a range, written in decimal digits. */
export function readInteger(
  key: string,
  text: string,
  range: { readonly least: number; readonly most: number },
  at: Source,
  report: Report,
): number | null {
  const value = /^-?(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.least && value <= range.most) return value;
  report.inside(
    at.path,
    at.offset,
    at.length,
    valueErrors.integer(key, text, range.least, range.most),
  );
  return null;
}

function take(
  result: UnitResult,
  text: string,
  units: readonly string[],
  message: (
    text: string,
    problem: UnitResultProblem,
    detail: string,
    near: string | null,
  ) => Message,
  at: Source,
  report: Report,
): number | null {
  if (result.ok) return result.value;
  // `PiB` is no slip of the finger for `KiB`: the first letter must be right.
  const first = result.text.charAt(0).toLowerCase();
  const alike = units.filter((unit) => unit.charAt(0).toLowerCase() === first);
  const near = result.problem === "unit" ? didYouMean(result.text, alike) : null;
  report.inside(at.path, at.offset, at.length, message(text, result.problem, result.text, near));
  return null;
}

type UnitResultProblem = Extract<UnitResult, { ok: false }>["problem"];
