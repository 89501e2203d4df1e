/** The plots as scalable graphics: one `path` a series, axes and events as lines and text. */
import type { DrawnPane } from "./drawn.ts";
import type { PaneFrame } from "./pane.ts";
import { mergeReduced, reduceRows } from "./reduce.ts";
import { logTicks } from "./scale.ts";
import { MARKERS, type SeriesStyle } from "./series.ts";
import { timeText } from "./text.ts";
import type { Theme } from "./theme.ts";
import { rowsWithin, type TimeRange } from "./view-range.ts";

const WIDTH = 960;
const HEIGHT = 300;
const LEFT = 80;
const RIGHT = 36;
const TOP = 44;
const BOTTOM = 30;
const TICKS = 5;

export interface SvgOptions {
  readonly theme: Theme;
  readonly title: string;
}

export function svgOf(
  { panes }: { readonly panes: readonly PaneFrame[] },
  { theme, title }: SvgOptions,
): string {
  const drawn = panes.filter(({ drawn: { styles } }) => styles.length > 0);
  const height = drawn.length * HEIGHT + 30;
  const body = drawn.map((pane, index) => paneSvg(pane, theme, 30 + index * HEIGHT)).join("");
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" ` +
    `viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">` +
    `<title>${escapeXml(title)}</title>` +
    `<rect width="100%" height="100%" fill="${escapeXml(theme.background)}"/>` +
    text(LEFT, 20, title, theme.colors.foreground, "start") +
    `${body}</svg>\n`
  );
}

/** Where values are on the page. */
interface Frame {
  readonly x: (time: number) => number;
  readonly y: (value: number) => number;
}

function paneSvg(pane: PaneFrame, theme: Theme, offset: number): string {
  const shown = pane.drawn.styles.flatMap((style, i) =>
    pane.hidden.has(style.column) ? [] : [{ style, index: i }],
  );
  const rows = { ...rowsWithin(pane.samples.times, pane.range), buckets: WIDTH };
  const own = reduceRows(pane.samples.times, pane.drawn.columns, rows);
  const other = pane.overlay;
  const all =
    other === null
      ? own
      : mergeReduced(
          own,
          reduceRows(other.times, other.columns, {
            ...rowsWithin(other.times, pane.range),
            buckets: WIDTH,
          }),
        );
  const values = shown.flatMap(({ index }) => all.columns[index] ?? []);
  const high = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0) * 1.05 || 1;
  const frame = frameOf(pane.range, high, pane.choice.log);
  const count = pane.drawn.styles.length;
  const lines = shown.flatMap(({ style, index }) => [
    path(all.x, all.columns[index] ?? [], style, theme, frame),
    other === null ? "" : path(all.x, all.columns[index + count] ?? [], faint(style), theme, frame),
  ]);
  const clip = `<clipPath id="clip${offset}"><rect x="${LEFT}" y="${TOP}" width="${WIDTH - LEFT - RIGHT}" height="${HEIGHT - TOP - BOTTOM}"/></clipPath>`;
  return (
    `<g transform="translate(0 ${offset})">${clip}` +
    axes(pane, high, frame, theme) +
    key(
      shown.map(({ style }) => style),
      theme,
    ) +
    `<g clip-path="url(#clip${offset})">${events(pane, frame, theme)}${lines.join("")}${thresholds(pane, frame, theme)}</g></g>`
  );
}

function frameOf({ start, end }: TimeRange, high: number, log: boolean): Frame {
  const bend = (value: number): number => (log ? Math.asinh(value) : value);
  return {
    x: (time) => LEFT + ((time - start) / (end - start)) * (WIDTH - LEFT - RIGHT),
    y: (value) => HEIGHT - BOTTOM - (bend(value) / bend(high)) * (HEIGHT - TOP - BOTTOM),
  };
}

function path(
  times: readonly number[],
  values: readonly (number | null | undefined)[],
  { color, width, dash, join }: SeriesStyle,
  theme: Theme,
  { x, y }: Frame,
): string {
  let d = "";
  let last: number | null = null;
  times.forEach((time, i) => {
    const value = values[i];
    if (value === undefined) return;
    if (value === null) {
      last = null;
      return;
    }
    const [px, py] = [x(time).toFixed(1), y(value).toFixed(1)];
    if (last === null) d += `M${px} ${py}`;
    else
      d += join === "line" ? `L${px} ${py}` : join === "earlier" ? `H${px}V${py}` : `V${py}H${px}`;
    last = value;
  });
  const dashes = dash.length === 0 ? "" : ` stroke-dasharray="${dash.join(" ")}"`;
  return `<path d="${d}" fill="none" stroke="${escapeXml(theme.colors[color])}" stroke-width="${width}"${dashes}/>`;
}

function faint(style: SeriesStyle): SeriesStyle {
  return { ...style, width: 1, dash: [1.5, 2.5] };
}

function axes(
  { drawn, range, choice }: PaneFrame,
  high: number,
  { x, y }: Frame,
  theme: Theme,
): string {
  const { muted } = theme.colors;
  const ticks = choice.log ? logTicks(drawn.scale, high) : linearTicks(drawn, high);
  const horizontal = ticks.map((tick) => {
    const at = y(tick).toFixed(1);
    return (
      line(LEFT, at, WIDTH - RIGHT, at, muted, 0.25) +
      text(LEFT - 6, Number(at) + 4, drawn.scale.tick(tick), muted, "end")
    );
  });
  const vertical = Array.from({ length: TICKS + 1 }, (_none, i) => {
    const time = range.start + ((range.end - range.start) * i) / TICKS;
    const at = x(time).toFixed(1);
    return (
      line(at, TOP, at, HEIGHT - BOTTOM, muted, 0.25) +
      text(Number(at), HEIGHT - BOTTOM + 16, timeText(time), muted, "middle")
    );
  });
  return horizontal.join("") + vertical.join("");
}

/** The finest of the scale's distances that gives a handful of ticks; without any, 1, 2 and 5. */
function linearTicks({ scale }: DrawnPane, high: number): number[] {
  const power = 10 ** Math.floor(Math.log10(high / TICKS));
  const steps = scale.steps ?? [1, 2, 5, 10].map((digit) => digit * power);
  const step = steps.find((each) => high / each <= TICKS + 1) ?? high;
  return Array.from({ length: Math.floor(high / step) + 1 }, (_none, i) => i * step);
}

function key(styles: readonly SeriesStyle[], theme: Theme): string {
  let left = LEFT;
  return styles
    .map(({ label, color, width, dash }) => {
      const swatch = `<line x1="${left}" y1="22" x2="${left + 24}" y2="22" stroke="${escapeXml(theme.colors[color])}" stroke-width="${width}" stroke-dasharray="${dash.join(" ")}"/>`;
      const name = text(left + 30, 26, label, theme.colors.foreground, "start");
      left += 48 + label.length * 6.5;
      return swatch + name;
    })
    .join("");
}

function events({ markers }: PaneFrame, { x }: Frame, theme: Theme): string {
  const drawn = markers.events.flatMap(({ time, name }) => {
    const style = MARKERS.find(({ event }) => event === name);
    if (style === undefined || !style.line) return [];
    const at = x(time).toFixed(1);
    return [line(at, TOP, at, HEIGHT - BOTTOM, theme.colors[style.color], 0.5)];
  });
  if (markers.stoppedAt !== null) {
    const at = x(markers.stoppedAt).toFixed(1);
    drawn.push(line(at, TOP, at, HEIGHT - BOTTOM, theme.colors.yellow, 1));
  }
  return drawn.join("");
}

/** In the colour of their series; the key beside them says which that is. */
function thresholds({ lines }: PaneFrame, { y }: Frame, theme: Theme): string {
  const drawn = lines.map(({ at, style, text: value }) => {
    const height = y(at).toFixed(1);
    const color = theme.colors[style.color];
    return (
      line(LEFT, height, WIDTH - RIGHT, height, color, 1) +
      text(LEFT + 4, Number(height) - 4, value, color, "start")
    );
  });
  return drawn.join("");
}

function line(
  x1: number | string,
  y1: number | string,
  x2: number | string,
  y2: number | string,
  color: string,
  opacity: number,
): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${escapeXml(color)}" stroke-opacity="${opacity}"/>`;
}

function text(
  x: number,
  y: number,
  content: string,
  color: string,
  anchor: "start" | "middle" | "end",
): string {
  return `<text x="${x}" y="${y}" fill="${escapeXml(color)}" text-anchor="${anchor}">${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
  return content.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
