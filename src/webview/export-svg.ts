/** What the plots show as scalable graphics that can be read alone: titles, keys, events, lines. */
import type { DrawnPane } from "./drawn.ts";
import { countEvents } from "./event-list.ts";
import type { PaneFrame } from "./pane.ts";
import type { ChartTexts } from "./protocol.ts";
import { mergeReduced, reduceRows } from "./reduce.ts";
import { logTicks } from "./scale.ts";
import { MARKERS, type SeriesStyle } from "./series.ts";
import { escapeXml, short, svgLine, svgPath, svgText } from "./svg.ts";
import type { Theme } from "./theme.ts";
import { TIME_STEPS, timeTick } from "./time-axis.ts";
import { rowsWithin, type TimeRange } from "./view-range.ts";

const WIDTH = 960;
const LEFT = 80;
const RIGHT = WIDTH - 24;
const PLOT_HEIGHT = 220;
const ROW = 18;
/** For the glyphs of events. */
const LANE = 16;
const AXIS = 22;
/** Of a letter, on the average. */
const LETTER = 6.3;
const TIME_TICKS = 8;
const VALUE_TICKS = 8;

export interface SvgOptions {
  readonly theme: Theme;
  /** Name of the run. */
  readonly title: string;
  /** What is compared with it; empty for nothing. */
  readonly note: string;
  readonly texts: ChartTexts;
}

export interface Svg {
  readonly text: string;
  readonly width: number;
  readonly height: number;
}

export function svgOf(panes: readonly PaneFrame[], options: SvgOptions): Svg {
  const { theme, title, note } = options;
  let height = 34;
  const body = panes
    .filter(({ drawn: { styles } }) => styles.length > 0)
    .map((pane) => {
      const made = paneSvg(pane, options, height);
      height = made.end + 14;
      return made.text;
    });
  const { foreground, muted } = theme.colors;
  const text =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${short(height)}" ` +
    `viewBox="0 0 ${WIDTH} ${short(height)}" font-family="sans-serif" font-size="11">` +
    `<title>${escapeXml(title)}</title>` +
    `<rect width="100%" height="100%" fill="${escapeXml(theme.background)}"/>` +
    `<g font-size="13">${svgText(16, 22, title, { color: foreground, bold: true })}</g>` +
    svgText(RIGHT, 22, note, { color: muted, anchor: "end" }) +
    `${body.join("")}</svg>\n`;
  return { text, width: WIDTH, height };
}

/** Where times and values are on the page. */
interface Frame {
  readonly top: number;
  readonly bottom: number;
  readonly x: (time: number) => number;
  readonly y: (value: number) => number;
}

function paneSvg(
  pane: PaneFrame,
  options: SvgOptions,
  start: number,
): { readonly text: string; readonly end: number } {
  const { theme } = options;
  const { drawn, hidden, overlay, markers } = pane;
  const shown = drawn.styles.flatMap((style, index) =>
    hidden.has(style.column) ? [] : [{ style, index }],
  );
  const { x, columns } = dataOf(pane);
  const values = shown
    .flatMap(({ index }) => [
      ...(columns[index] ?? []),
      ...(columns[index + drawn.styles.length] ?? []),
    ])
    .filter((value) => value !== null && value !== undefined);
  const names = shown.map(({ style }) => style);
  const key = keyOf(names, theme, start + ROW + 14);
  const hasLane = drawn.name === "memory";
  const frame = frameOf(pane, values, key.end + (hasLane ? LANE : 4));
  const lines = shown.flatMap(({ style, index }) => [
    curve(x, columns[index] ?? [], style, theme, frame),
    overlay === null
      ? ""
      : curve(x, columns[index + drawn.styles.length] ?? [], faint(style), theme, frame),
  ]);
  const clip = `plot-${drawn.name}`;
  const area = `<clipPath id="${clip}"><rect x="${LEFT}" y="${short(frame.top)}" width="${RIGHT - LEFT}" height="${PLOT_HEIGHT}"/></clipPath>`;
  const events = hasLane && markers.events.length > 0 ? eventKey(pane, options, frame) : "";
  const text =
    area +
    heading(pane, theme, start + 14) +
    key.text +
    axes(pane, frame, values, theme) +
    `<g clip-path="url(#${clip})">${lines.join("")}${eventLines(pane, frame, theme)}</g>` +
    thresholds(pane, frame, theme) +
    (hasLane ? glyphs(pane, frame, theme) : "") +
    events;
  return { text, end: frame.bottom + AXIS + (events === "" ? 0 : ROW) };
}

function dataOf({ drawn, samples, overlay, range }: PaneFrame): ReturnType<typeof reduceRows> {
  const reduced = (
    times: readonly number[],
    columns: DrawnPane["columns"],
  ): ReturnType<typeof reduceRows> =>
    reduceRows(times, columns, { ...rowsWithin(times, range), buckets: WIDTH });
  const own = reduced(samples.times, drawn.columns);
  return overlay === null ? own : mergeReduced(own, reduced(overlay.times, overlay.columns));
}

function frameOf(
  { range, choice, drawn, lines }: PaneFrame,
  values: readonly number[],
  top: number,
): Frame {
  const { start, end } = range;
  const bend = (value: number): number =>
    choice.log ? Math.asinh(value / drawn.scale.factor) : value;
  const most = values.reduce((high, value) => Math.max(high, value), 0);
  const near = lines.map(({ at }) => at).filter((at) => at <= 2 * most);
  const high = Math.max(most, ...near) * 1.05 || 1;
  const low = values.reduce((least, value) => Math.min(least, value), 0) * 1.05;
  const bottom = top + PLOT_HEIGHT;
  return {
    top,
    bottom,
    x: (time) => LEFT + ((time - start) / (end - start)) * (RIGHT - LEFT),
    y: (value) => bottom - ((bend(value) - bend(low)) / (bend(high) - bend(low))) * PLOT_HEIGHT,
  };
}

function heading({ title, note }: PaneFrame, theme: Theme, y: number): string {
  const { foreground, muted } = theme.colors;
  return (
    svgText(16, y, title, { color: foreground, bold: true }) +
    svgText(28 + title.length * LETTER, y, note, { color: muted })
  );
}

function curve(
  times: readonly number[],
  values: readonly (number | null | undefined)[],
  { color, width, dash, join, filled }: SeriesStyle,
  theme: Theme,
  { x, y }: Frame,
): string {
  let d = "";
  let joined = false;
  let last = 0;
  times.forEach((time, i) => {
    const value = values[i];
    if (value === undefined) return;
    if (value === null) {
      joined = false;
      return;
    }
    const [px, py] = [short(x(time)), short(y(value))];
    if (!joined) d += `M${px} ${py}`;
    else
      d += join === "line" ? `L${px} ${py}` : join === "earlier" ? `H${px}V${py}` : `V${py}H${px}`;
    joined = true;
    last = time;
  });
  const ink = theme.colors[color];
  const stroke = svgPath(d, { color: ink, width, dash });
  const first = times.find((_time, i) => typeof values[i] === "number");
  if (!filled || theme.highContrast || first === undefined || d.lastIndexOf("M") > 0) return stroke;
  const ground = short(y(0));
  return (
    svgPath(`${d}L${short(x(last))} ${ground}L${short(x(first))} ${ground}Z`, NO_STROKE, ink) +
    stroke
  );
}

const NO_STROKE = { color: "none", width: 0 };

function faint(style: SeriesStyle): SeriesStyle {
  return { ...style, width: 1, dash: [1.5, 2.5], filled: false };
}

function axes(
  { drawn, range, choice }: PaneFrame,
  { x, y, top, bottom }: Frame,
  values: readonly number[],
  theme: Theme,
): string {
  const { muted } = theme.colors;
  const stroke = { color: muted, opacity: 0.25 };
  const high = values.reduce((most, value) => Math.max(most, value), 0);
  const low = values.reduce((least, value) => Math.min(least, value), 0);
  const { scale } = drawn;
  const ticks = choice.log
    ? logTicks(scale, high)
    : ticksWithin({ start: low, end: high || 1 }, VALUE_TICKS, scale.steps);
  const horizontal = ticks.map(
    (tick) =>
      svgLine(LEFT, y(tick), RIGHT, y(tick), stroke) +
      svgText(LEFT - 6, y(tick) + 4, scale.tick(tick), { color: muted, anchor: "end" }),
  );
  const times = ticksWithin(range, TIME_TICKS, TIME_STEPS);
  const apart = (times[1] ?? 0) - (times[0] ?? 0) || 1;
  const vertical = times.map(
    (time) =>
      svgLine(x(time), top, x(time), bottom, stroke) +
      svgText(x(time), bottom + 15, timeTick(time, apart), {
        color: muted,
        anchor: "middle",
      }),
  );
  return horizontal.join("") + vertical.join("");
}

/** About so many round numbers: the finest of `steps`, by default 1, 2 and 5 of each magnitude. */
export function ticksWithin(
  { start, end }: TimeRange,
  count: number,
  steps: readonly number[] | null,
): number[] {
  const power = 10 ** Math.floor(Math.log10((end - start) / count));
  const choices = steps ?? [1, 2, 5, 10].map((digit) => digit * power);
  const step = choices.find((each) => (end - start) / each <= count) ?? end - start;
  const first = Math.ceil(start / step);
  return Array.from(
    { length: Math.floor(end / step) - first + 1 },
    (_none, i) => (first + i) * step,
  );
}

/** As many rows as the names need. */
function keyOf(
  styles: readonly SeriesStyle[],
  theme: Theme,
  start: number,
): { readonly text: string; readonly end: number } {
  let left = LEFT;
  let y = start;
  const entries = styles.map(({ label, color, width, dash }) => {
    const length = 48 + label.length * LETTER;
    if (left + length > RIGHT && left > LEFT) [left, y] = [LEFT, y + ROW];
    const entry =
      svgLine(left, y - 4, left + 24, y - 4, { color: theme.colors[color], width, dash }) +
      svgText(left + 30, y, label, { color: theme.colors.foreground });
    left += length;
    return entry;
  });
  return { text: entries.join(""), end: y + 6 };
}

function eventLines({ markers }: PaneFrame, { x, top, bottom }: Frame, theme: Theme): string {
  const lines = MARKERS.filter((style) => style.line).flatMap(({ event, color }) =>
    placesOf(markers.events, event, x).map((at) =>
      svgLine(at, top, at, bottom, { color: theme.colors[color], opacity: 0.5, dash: [2, 3] }),
    ),
  );
  if (markers.stoppedAt !== null) {
    const at = x(markers.stoppedAt);
    lines.push(svgLine(at, top, at, bottom, { color: theme.colors.yellow }));
  }
  return lines.join("");
}

function glyphs({ markers }: PaneFrame, { x, top }: Frame, theme: Theme): string {
  return MARKERS.flatMap(({ event, color, glyph }) =>
    placesOf(markers.events, event, x).map((at) =>
      svgText(at, top - 4, glyph, { color: theme.colors[color], anchor: "middle" }),
    ),
  ).join("");
}

/** Many events in one column are one. */
function placesOf(
  events: PaneFrame["markers"]["events"],
  name: string,
  x: Frame["x"],
): readonly number[] {
  const places = events.filter((event) => event.name === name).map(({ time }) => x(time));
  const columns = places.map(Math.round).filter((at) => at >= LEFT && at <= RIGHT);
  return [...new Set(columns)];
}

function eventKey({ markers }: PaneFrame, { theme, texts }: SvgOptions, frame: Frame): string {
  let left = LEFT;
  const y = frame.bottom + AXIS + 10;
  return countEvents(markers.events)
    .map(({ style, count }) => {
      const label = `${texts[style.label]} ${count}`;
      const entry =
        svgText(left, y, style.glyph, { color: theme.colors[style.color] }) +
        svgText(left + 14, y, label, { color: theme.colors.muted });
      left += 34 + label.length * LETTER;
      return entry;
    })
    .join("");
}

/** In the colour of their series, with their value; the key says which series that is. */
function thresholds({ lines }: PaneFrame, { y, top }: Frame, theme: Theme): string {
  const drawn = lines.flatMap(({ at, style, text }) => {
    const height = y(at);
    if (height < top) return [];
    const color = theme.colors[style.color];
    return [
      svgLine(LEFT, height, RIGHT, height, { color }),
      svgText(RIGHT - 4, height - 4, text, { color, anchor: "end", halo: theme.background }),
    ];
  });
  return drawn.join("");
}
