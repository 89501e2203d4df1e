import { formatCount, formatSize } from "../base/format.ts";
import { NS_PER_SECOND, PAGE_SIZE } from "../base/units.ts";

/** What stands for a value that a run does not have. */
export const NONE = "–";

/** Fills `{0}`, `{1}`, ... of a translated text. */
export function fill(text: string, ...values: readonly string[]): string {
  return text.replace(/\{(\d+)\}/g, (whole, index: string) => values[Number(index)] ?? whole);
}

/** `26.104 s`. */
export function timeText(ns: number): string {
  return `${(ns / NS_PER_SECOND).toFixed(3)} s`;
}

/** A length of time in the unit that suits it: `400 ms`. */
export function spanText(ns: number): string {
  if (ns >= NS_PER_SECOND) return `${ns / NS_PER_SECOND} s`;
  return ns >= 1_000_000 ? `${ns / 1_000_000} ms` : `${ns / 1000} µs`;
}

export function sizeText(pages: number | undefined): string {
  return pages === undefined || Number.isNaN(pages) ? NONE : formatSize(pages * PAGE_SIZE);
}

export function rateText(perSecond: number | undefined): string {
  return perSecond === undefined || Number.isNaN(perSecond)
    ? NONE
    : `${formatCount(Math.round(perSecond))}/s`;
}
