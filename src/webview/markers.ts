import type uPlot from "uplot";
import type { SampleEvent } from "../base/sample-columns.ts";
import { MARKERS, type MarkerShape, type MarkerStyle } from "./series.ts";
import { withAlpha, type Theme } from "./theme.ts";

/** Height of the lane above a plot in which markers stand, in CSS pixels. */
export const MARKER_LANE = 14;
const RADIUS = 4;

export interface MarkerOptions {
  readonly theme: Theme;
  readonly events: readonly SampleEvent[];
  readonly stoppedAt: number | null;
  /** Draws the glyphs in the lane; lines are drawn in any case. */
  readonly lane: boolean;
}

/** Draws events and the present stop over a plot. Many events in one pixel column are one glyph. */
export function drawMarkers(plot: uPlot, { theme, events, stoppedAt, lane }: MarkerOptions): void {
  const ratio = devicePixelRatio;
  const { ctx, bbox } = plot;
  const columnOf = (time: number): number | null => {
    const x = Math.round(plot.valToPos(time, "x", true));
    return x >= bbox.left && x <= bbox.left + bbox.width ? x : null;
  };
  ctx.save();
  // The series drawn last may have left its dashes.
  ctx.setLineDash([]);
  for (const style of MARKERS) {
    const color = theme.colors[style.color];
    for (const x of columnsOf(style, events, columnOf)) {
      if (style.line) line(plot, x, withAlpha(color, theme.highContrast ? 0.8 : 0.4), [2, 3]);
      if (lane)
        glyph(ctx, style.shape, { x, y: bbox.top - (MARKER_LANE / 2) * ratio, color, ratio });
    }
  }
  const stop = stoppedAt === null ? null : columnOf(stoppedAt);
  if (stop !== null) line(plot, stop, theme.colors.yellow, []);
  ctx.restore();
}

/** The events within `reach` ns of a moment, oldest first. */
export function eventsNear(
  events: readonly SampleEvent[],
  time: number,
  reach: number,
): SampleEvent[] {
  return events.filter((event) => Math.abs(event.time - time) <= reach);
}

function columnsOf(
  style: MarkerStyle,
  events: readonly SampleEvent[],
  columnOf: (time: number) => number | null,
): Set<number> {
  const columns = new Set<number>();
  for (const event of events) {
    const x = event.name === style.event ? columnOf(event.time) : null;
    if (x !== null) columns.add(x);
  }
  return columns;
}

function line({ ctx, bbox }: uPlot, x: number, color: string, dash: readonly number[]): void {
  const ratio = devicePixelRatio;
  ctx.beginPath();
  ctx.strokeStyle = color;
  ctx.lineWidth = ratio;
  ctx.setLineDash(dash.map((length) => length * ratio));
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.setLineDash([]);
}

interface GlyphPlace {
  readonly x: number;
  readonly y: number;
  readonly color: string;
  readonly ratio: number;
}

function glyph(
  ctx: CanvasRenderingContext2D,
  shape: MarkerShape,
  { x, y, color, ratio }: GlyphPlace,
): void {
  const r = RADIUS * ratio;
  ctx.beginPath();
  ctx.fillStyle = color;
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.75 * ratio;
  switch (shape) {
    case "triangle":
      outline(ctx, [x - r, y - r * 0.8, x + r, y - r * 0.8, x, y + r]);
      return ctx.fill();
    case "diamond":
      outline(ctx, [x, y - r, x + r, y, x, y + r, x - r, y]);
      return ctx.fill();
    case "square":
      return ctx.fillRect(x - r * 0.7, y - r * 0.7, r * 1.4, r * 1.4);
    case "bar":
      ctx.moveTo(x, y - r);
      ctx.lineTo(x, y + r * 1.5);
      return ctx.stroke();
    case "ring":
      ctx.arc(x, y, r * 0.8, 0, 2 * Math.PI);
      return ctx.stroke();
    case "cross":
      ctx.moveTo(x - r * 0.8, y - r * 0.8);
      ctx.lineTo(x + r * 0.8, y + r * 0.8);
      ctx.moveTo(x + r * 0.8, y - r * 0.8);
      ctx.lineTo(x - r * 0.8, y + r * 0.8);
      return ctx.stroke();
  }
}

/** Points as x, y, x, y, ... */
function outline(ctx: CanvasRenderingContext2D, points: readonly number[]): void {
  for (let i = 0; i < points.length; i += 2) ctx.lineTo(points[i] ?? 0, points[i + 1] ?? 0);
  ctx.closePath();
}
