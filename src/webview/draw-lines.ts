import type uPlot from "uplot";
import type { DrawnLine } from "./lines.ts";
import { withAlpha, type Theme } from "./theme.ts";

/** Crossing lines in the colour of their series; the handles over them are `LineLayer`'s. */
export function drawLines(plot: uPlot, lines: readonly DrawnLine[], theme: Theme): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const { at, line, style } of lines) {
    const y = Math.round(plot.valToPos(at, "y", true));
    if (y < bbox.top) continue;
    const color = theme.colors[style.color];
    ctx.strokeStyle = line.enabled ? color : withAlpha(color, 0.5);
    ctx.lineWidth = (theme.highContrast ? 2 : 1) * devicePixelRatio;
    ctx.setLineDash(line.enabled ? [] : [4 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}
