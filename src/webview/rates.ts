import { NS_PER_SECOND } from "../base/units.ts";

/**
 * How fast a counter grew at each row, per second, averaged over about `window` ns before it: a
 * stop takes a sample at any moment, and the difference to a sample a microsecond earlier says
 * nothing. Near the beginning the window is what there is; the first row has rate 0.
 */
export function ratesOf(
  times: readonly number[],
  counter: readonly number[],
  window: number,
): number[] {
  const rates: number[] = [];
  let before = 0;
  for (let row = 0; row < times.length; row++) {
    const time = times[row] ?? 0;
    while (before + 1 < row && time - (times[before + 1] ?? 0) >= window) before++;
    const elapsed = time - (times[before] ?? 0);
    const grown = (counter[row] ?? NaN) - (counter[before] ?? NaN);
    rates.push(elapsed > 0 ? (grown / elapsed) * NS_PER_SECOND : 0);
  }
  return rates;
}

/** A window that smooths what the eye could not tell apart: 1/200 of the span, as a round 1, 2 or 5. */
export function rateWindow(span: number): number {
  const wanted = Math.max(span / 200, 1000);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const digit = wanted / power;
  return Math.round(power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10));
}
