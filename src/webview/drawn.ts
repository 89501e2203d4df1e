/** The series of a plot with their values, ready to be drawn, listed or read out. */
import type { SampleColumns } from "../base/sample-columns.ts";
import { seriesKind } from "./expressions.ts";
import { paneSeries, seriesOf, type Choice } from "./presets.ts";
import type { ChartTexts } from "./protocol.ts";
import { rateWindow, ratesOf } from "./rates.ts";
import { ACTIVITY_SCALE, memoryScale, type Scale } from "./scale.ts";
import { stylesOf, type SeriesStyle } from "./series.ts";
import type { TimeRange } from "./view-range.ts";

export type PaneName = "memory" | "activity";

export interface DrawnPane {
  readonly name: PaneName;
  readonly scale: Scale;
  readonly styles: readonly SeriesStyle[];
  /** One value a row of the samples, for each style. */
  readonly columns: readonly (readonly number[])[];
  /** Rates are averaged over this many ns. */
  readonly window: number;
}

export interface DrawnInput {
  readonly samples: SampleColumns;
  readonly choice: Choice;
  readonly available: readonly string[];
  readonly guestPages: number | null;
  readonly range: TimeRange;
  readonly texts: ChartTexts;
}

export function drawnPane(name: PaneName, input: DrawnInput): DrawnPane {
  const { samples, choice, available, guestPages, range, texts } = input;
  const names = paneSeries(seriesOf(choice), name, available);
  const scale = name === "memory" ? memoryScale(choice.unit, guestPages) : ACTIVITY_SCALE;
  const window = rateWindow(range.end - range.start);
  return {
    name,
    scale,
    window,
    styles: stylesOf(names, texts, choice.totals),
    columns: names.map((each) => valuesOf(samples, each, { choice, scale, window })),
  };
}

/** Values of one series in the unit and manner of its plot. */
export function valuesOf(
  samples: SampleColumns,
  name: string,
  how: { readonly choice: Choice; readonly scale: Scale; readonly window: number },
): readonly number[] {
  const column = samples.column(name);
  const factor = factorOf(name, how);
  if (factor === null) return ratesOf(samples.times, column, how.window);
  return factor === 1 ? column : column.map((value) => value * factor);
}

/** What a counter's own values are multiplied by; null where its rate is shown instead. */
export function factorOf(
  name: string,
  { choice, scale }: { readonly choice: Choice; readonly scale: Scale },
): number | null {
  const { kind, quantity } = seriesKind(name);
  if (kind === "total") return choice.totals === "rates" ? null : 1;
  return scale.factor / (quantity === "kibibytes" ? 4 : 1);
}
