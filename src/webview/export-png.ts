import type { Shown } from "./chart-view.ts";
import type { Theme } from "./theme.ts";

const TITLE = 22;
const MARGIN = 12;

/** The plots as they are on the screen, with titles and legend: PNG in base64. */
export function pictureOf({ panes, canvases }: Shown, theme: Theme): string {
  const ratio = devicePixelRatio;
  const width = Math.max(...canvases.map((canvas) => canvas.width), 1) + 2 * MARGIN * ratio;
  const height = canvases.reduce((sum, canvas) => sum + canvas.height + TITLE * ratio, 0);
  const picture = document.createElement("canvas");
  picture.width = width;
  picture.height = height + 2 * MARGIN * ratio;
  const context = picture.getContext("2d");
  if (context === null) return "";
  context.fillStyle = theme.background;
  context.fillRect(0, 0, picture.width, picture.height);
  let top = MARGIN * ratio;
  const drawnPanes = panes.filter(({ drawn }) => drawn.styles.length > 0);
  canvases.forEach((canvas, index) => {
    context.save();
    context.translate(MARGIN * ratio, top);
    context.scale(ratio, ratio);
    const pane = drawnPanes[index];
    if (pane !== undefined) drawKey(context, pane, theme);
    context.restore();
    context.drawImage(canvas, MARGIN * ratio, top + TITLE * ratio);
    top += canvas.height + TITLE * ratio;
  });
  return picture.toDataURL("image/png").replace(/^data:[^,]*,/, "");
}

function drawKey(
  context: CanvasRenderingContext2D,
  { drawn, hidden }: Shown["panes"][number],
  theme: Theme,
): void {
  context.font = theme.font;
  context.textBaseline = "middle";
  let left = 0;
  for (const style of drawn.styles.filter(({ column }) => !hidden.has(column))) {
    context.strokeStyle = theme.colors[style.color];
    context.lineWidth = style.width;
    context.setLineDash([...style.dash]);
    context.beginPath();
    context.moveTo(left, TITLE / 2);
    context.lineTo(left + 24, TITLE / 2);
    context.stroke();
    context.fillStyle = theme.colors.foreground;
    context.fillText(style.label, left + 30, TITLE / 2);
    left += 30 + context.measureText(style.label).width + 18;
  }
}
