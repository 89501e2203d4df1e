/** Ticks of the time axis: round seconds, and from a minute on round minutes and hours. */
import { formatDuration } from "../base/format.ts";
import { NS_PER_SECOND } from "../base/units.ts";

const MINUTE = 60;

/** Distances between ticks to choose from, in ns: 1 µs to 2000 h. */
export const TIME_STEPS: readonly number[] = [
  ...Array.from({ length: 7 }, (_none, i) =>
    [1, 2, 5].map((digit) => digit * 10 ** (i + 3)),
  ).flat(),
  ...[10, 20, 30, 1 * MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE].map(
    (seconds) => seconds * NS_PER_SECOND,
  ),
  ...[1, 2, 6, 12, 24, 48, 120, 240, 480, 1000, 2000].map((hours) => hours * 3600 * NS_PER_SECOND),
];

/** As many decimals as neighbouring ticks need to differ: `2.5 s`, and in longer runs `1h30m`. */
export function timeTick(ns: number, step: number): string {
  if (step >= MINUTE * NS_PER_SECOND && ns > 0) return formatDuration(Math.round(ns));
  const decimals = Math.max(0, Math.ceil(-Math.log10(step / NS_PER_SECOND) - 1e-9));
  return `${(ns / NS_PER_SECOND).toFixed(decimals)} s`;
}
