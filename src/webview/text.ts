import { formatCount } from "../base/format.ts";
import { NS_PER_SECOND } from "../base/units.ts";

/** What stands for a value that a run does not have. */
export const NONE = "–";

const PAGES_PER_MIB = 256;

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

/** Always as many decimals, so that columns line up and changing values stay in place. */
export function sizeText(pages: number | undefined): string {
  if (pages === undefined || Number.isNaN(pages)) return NONE;
  const mebibytes = pages / PAGES_PER_MIB;
  return mebibytes < 8192 ? `${mebibytes.toFixed(1)} MiB` : `${(mebibytes / 1024).toFixed(2)} GiB`;
}

/** Whole numbers; of slow counters two digits, so that `0/s` means that nothing happens. */
export function rateText(perSecond: number | undefined): string {
  if (perSecond === undefined || Number.isNaN(perSecond)) return NONE;
  return Math.abs(perSecond) < 10
    ? `${Number(perSecond.toPrecision(2))}/s`
    : `${formatCount(Math.round(perSecond))}/s`;
}
