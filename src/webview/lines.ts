/** Crossing lines in the terms of a plot: which it shows, where, and how they are moved. */
import { sameCrossing, type Crossing } from "../base/crossing.ts";
import { factorOf, type DrawnPane } from "./drawn.ts";
import { isExpression, seriesKind } from "./expressions.ts";
import type { Choice } from "./presets.ts";
import type { ThresholdLine } from "./protocol.ts";
import { valueText } from "./scale.ts";
import type { SeriesStyle } from "./series.ts";

/** A line over a series that the plot shows. */
export interface DrawnLine {
  readonly line: ThresholdLine;
  readonly style: SeriesStyle;
  /** From the counter's unit to the plot's. */
  readonly factor: number;
  /** Its value in the plot's unit. */
  readonly at: number;
  /** `Free 12.0 MiB` */
  readonly text: string;
}

/** Of a series that is hidden, or shown as a rate, there is nothing that a line could be over. */
export function drawnLines(
  lines: readonly ThresholdLine[],
  drawn: DrawnPane,
  choice: Choice,
): DrawnLine[] {
  return lines.flatMap((line) => {
    const style = drawn.styles.find(({ column }) => column === line.counter);
    const factor = factorOf(line.counter, { choice, scale: drawn.scale });
    if (style === undefined || factor === null || choice.hidden.includes(line.counter)) return [];
    const at = line.value * factor;
    const text = `${style.label} ${valueText(seriesKind(line.counter), at, choice)}`;
    return [{ line, style, factor, at, text }];
  });
}

/** The series of a plot that can have a line: counters. */
export function lineable(drawn: DrawnPane, choice: Choice): readonly SeriesStyle[] {
  return drawn.styles.filter(
    ({ column }) =>
      !isExpression(column) &&
      !choice.hidden.includes(column) &&
      factorOf(column, { choice, scale: drawn.scale }) !== null,
  );
}

/** A value of the plot as the counter's, as round as a pixel of the plot allows. */
export function rounded(
  at: number,
  { factor, perPixel, unit }: { factor: number; perPixel: number; unit: Choice["unit"] },
): number {
  const base = unit === "size" ? 2 : 10;
  const step = Math.max(base ** Math.floor(Math.log(perPixel / factor) / Math.log(base)), 1);
  return Math.max(Math.round(at / factor / step) * step, 0);
}

/** What a key means on a line of a plot that goes from 0 to `high`. */
export function lineKey(
  { key, shiftKey }: Pick<KeyboardEvent, "key" | "shiftKey">,
  at: number,
  high: number,
): number | "remove" | null {
  const step = high * (shiftKey ? 0.1 : 0.01);
  switch (key) {
    case "ArrowUp":
    case "ArrowRight":
      return at + step;
    case "ArrowDown":
    case "ArrowLeft":
      return Math.max(at - step, 0);
    case "PageUp":
      return at + high * 0.1;
    case "PageDown":
      return Math.max(at - high * 0.1, 0);
    case "Delete":
    case "Backspace":
      return "remove";
    default:
      return null;
  }
}

/** The lines with one of them changed, put in (`from` is null) or taken out (`to` is null). */
export function withLine(
  lines: readonly ThresholdLine[],
  from: Crossing | null,
  to: Crossing | null,
): readonly ThresholdLine[] {
  const same = (one: Crossing, other: Crossing | null): boolean =>
    other !== null && sameCrossing(one, other);
  const others = lines.filter((line) => !same(line, from) && !same(line, to));
  if (to === null) return others;
  const before = lines.findIndex((line) => same(line, from));
  const enabled = lines[before]?.enabled ?? true;
  const made: ThresholdLine = { ...to, enabled };
  return before < 0 ? [...others, made] : others.toSpliced(before, 0, made);
}
