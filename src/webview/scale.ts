/** How the numbers of a plot are shown: unit, ticks, and where the ticks of a log scale stand. */
import { formatCount, formatSize } from "../base/format.ts";
import { PAGE_SIZE } from "../base/units.ts";
import type { Counter } from "./counters.ts";
import type { Choice } from "./presets.ts";
import { NONE, rateText, sizeText } from "./text.ts";

export interface Scale {
  /** What the samples' values are multiplied by. */
  readonly factor: number;
  /** Distances between ticks to choose from; null leaves it to the chart. */
  readonly steps: readonly number[] | null;
  /** Each tick of a log scale is so much more than the one before. */
  readonly logBase: number;
  readonly tick: (value: number) => string;
}

/** Powers of two in pages, 64 KiB to 16 TiB. */
const SIZE_STEPS = Array.from({ length: 29 }, (_none, i) => 2 ** (i + 4));
const PERCENT_STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 25, 50, 100];

const compact = new Intl.NumberFormat("en", { notation: "compact" });

export function memoryScale(unit: Choice["unit"], guestPages: number | null): Scale {
  switch (unit) {
    case "percent":
      return {
        factor: 100 / Math.max(guestPages ?? 0, 1),
        steps: PERCENT_STEPS,
        logBase: 10,
        tick: (value) => `${Number(value.toPrecision(12))} %`,
      };
    case "pages":
      return { factor: 1, steps: null, logBase: 10, tick: (value) => compact.format(value) };
    case "size":
      return {
        factor: 1,
        steps: SIZE_STEPS,
        logBase: 16,
        tick: (value) => formatSize(Math.round(value) * PAGE_SIZE),
      };
  }
}

export const ACTIVITY_SCALE: Scale = {
  factor: 1,
  steps: null,
  logBase: 10,
  tick: (value) => compact.format(value),
};

/** A value of one series as the legend and the table show it; `value` is scaled already. */
export function valueText(
  { kind, quantity }: Counter,
  value: number | undefined,
  choice: Choice,
): string {
  if (value === undefined || Number.isNaN(value)) return NONE;
  if (kind === "total" && choice.totals === "rates") return rateText(value);
  if (kind === "total" || quantity === "number") return formatCount(Math.round(value));
  switch (choice.unit) {
    case "size":
      return sizeText(value);
    case "pages":
      return formatCount(Math.round(value));
    case "percent":
      return `${value.toFixed(2)} %`;
  }
}

/** Ticks up to `high`: 0 and powers of the base, at most a dozen. */
export function logTicks({ factor, logBase }: Scale, high: number): number[] {
  const first = factor === 1 ? logBase : logBase ** Math.floor(Math.log10(factor * 10));
  const ticks = [0];
  for (let tick = first; tick <= high && ticks.length < 12; tick *= logBase) ticks.push(tick);
  return ticks;
}
