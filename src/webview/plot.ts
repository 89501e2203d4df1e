import uPlot from "uplot";
import { drawLines } from "./draw-lines.ts";
import type { DrawnLine } from "./lines.ts";
import { drawMarkers, MARKER_LANE, type MarkerOptions } from "./markers.ts";
import type { Reduced } from "./reduce.ts";
import { logTicks, type Scale } from "./scale.ts";
import type { SeriesStyle } from "./series.ts";
import { withAlpha, type Theme } from "./theme.ts";
import { TIME_STEPS, timeTick } from "./time-axis.ts";
import { clamp, type TimeRange } from "./view-range.ts";

export interface PlotOptions {
  readonly host: HTMLElement;
  readonly series: readonly SeriesStyle[];
  /** Draws every series once more, from the columns that follow the first ones: another run. */
  readonly overlaid: boolean;
  readonly theme: Theme;
  readonly scale: Scale;
  readonly log: boolean;
  /** Leaves room above for the glyphs of events. */
  readonly lane: boolean;
  /** Time under the mouse, null when it has left. */
  readonly onCursor: (time: number | null) => void;
  readonly onSelect: (from: number, to: number) => void;
  readonly onShowAll: () => void;
  readonly onClick: (time: number) => void;
}

export interface PlotFrame {
  readonly data: Reduced;
  readonly range: TimeRange;
  readonly hidden: ReadonlySet<string>;
  readonly markers: Omit<MarkerOptions, "theme" | "lane">;
  readonly lines: readonly DrawnLine[];
}

const AXIS_WIDTH = 64;
const AXIS_HEIGHT = 26;
/** Half of the longest time that may stand at the end of the axis. */
const RIGHT_MARGIN = 24;
const SYNC_KEY = "balloon";
/** A mouse that moved further than this has dragged, not clicked; in CSS pixels. */
const CLICK_REACH = 3;
/** A second click within this time makes it a double click, which means something else. */
const DOUBLE_CLICK_MS = 250;

/** One uPlot that fills its host. X values are virtual ns throughout. */
export class Plot {
  readonly #options: PlotOptions;
  readonly #plot: uPlot;
  #frame: PlotFrame | null = null;
  /** End of the value axis while it must not move. */
  #held: number | null = null;

  constructor(options: PlotOptions) {
    this.#options = options;
    const { clientWidth, clientHeight } = options.host;
    const settings = this.#settings({ width: clientWidth, height: clientHeight });
    const columns = [...options.series, ...(options.overlaid ? options.series : [])];
    this.#plot = new uPlot(settings, [[], ...columns.map(() => [])], options.host);
    this.#listenForClicks();
  }

  /** Width of the plotting area in CSS pixels; known before the browser has laid anything out. */
  get width(): number {
    return Math.max(this.#plot.width - AXIS_WIDTH - RIGHT_MARGIN, 1);
  }

  /** Time at a distance from the left edge of the plotting area, in CSS pixels. */
  timeAt(left: number): number {
    return this.#plot.posToVal(left, "x");
  }

  /** The plotting area, without the axes. */
  get area(): HTMLElement {
    return this.#plot.over;
  }

  /** The plotting area within the host, in CSS pixels. */
  get box(): { readonly left: number; readonly top: number; width: number; height: number } {
    const { offsetLeft: left, offsetTop: top, clientWidth, clientHeight } = this.#plot.over;
    return { left, top, width: clientWidth, height: clientHeight };
  }

  /** End of the value axis. */
  get high(): number {
    return this.#plot.scales["y"]?.max ?? 1;
  }

  /** Distance of a value from the upper edge of the plotting area; negative above it. */
  topOf(value: number): number {
    return this.#plot.valToPos(value, "y");
  }

  /** The value at a height of the window, within the axis. */
  valueAt(clientY: number): number {
    const { top } = this.#plot.over.getBoundingClientRect();
    return clamp(this.#plot.posToVal(clientY - top, "y"), 0, this.high);
  }

  /** Keeps the value axis as it is. */
  hold(held: boolean): void {
    this.#held = held ? this.high : null;
  }

  draw(frame: PlotFrame): void {
    this.#frame = frame;
    const { series } = this.#options;
    this.#plot.batch(() => {
      for (let index = 1; index < this.#plot.series.length; index++) {
        const show = !frame.hidden.has(series[(index - 1) % series.length]?.column ?? "");
        if (this.#plot.series[index]?.show !== show) this.#plot.setSeries(index, { show });
      }
      const columns = [frame.data.x, ...frame.data.columns].map((column) => [...column]);
      this.#plot.setData(columns as uPlot.AlignedData, false);
      this.#plot.setScale("x", { min: frame.range.start, max: frame.range.end });
    });
  }

  /** Moves the cursor as the mouse would; the other plot's follows by itself. */
  moveCursor(time: number): void {
    this.#plot.setCursor(
      { left: this.#plot.valToPos(time, "x"), top: this.#plot.over.clientHeight / 2 },
      false,
    );
  }

  fit(): void {
    const { clientWidth: width, clientHeight: height } = this.#options.host;
    if (width !== this.#plot.width || height !== this.#plot.height)
      this.#plot.setSize({ width, height });
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #settings(size: { readonly width: number; readonly height: number }): uPlot.Options {
    const { theme, lane, scale, log, overlaid, series, onShowAll } = this.#options;
    return {
      ...size,
      padding: [lane ? MARKER_LANE : 6, RIGHT_MARGIN, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        sync: { key: SYNC_KEY, scales: ["x", null] },
        points: { size: 6 },
        bind: { dblclick: () => () => (onShowAll(), null) },
      },
      select: { show: true, left: 0, top: 0, width: 0, height: 0 },
      scales: {
        x: { time: false, auto: false },
        y: {
          // Of the logarithms, this one knows zero.
          distr: log ? 4 : 1,
          asinh: scale.factor,
          // Differences, and their rates, may be below zero.
          range: (_plot, low, high) => [
            Math.min(low ?? 0, 0) * 1.05,
            this.#held ?? this.#highFor(high ?? 0),
          ],
        },
      },
      axes: [
        this.#axis({
          size: AXIS_HEIGHT,
          space: 70,
          incrs: [...TIME_STEPS],
          values: (_plot, ticks, _axis, _space, step) => ticks.map((tick) => timeTick(tick, step)),
        }),
        this.#axis({
          size: AXIS_WIDTH,
          space: 28,
          ...(scale.steps === null ? {} : { incrs: [...scale.steps] }),
          ...(log
            ? { splits: (_plot, _axis, _low, high) => logTicks(scale, high), filter: keepTicks }
            : {}),
          values: (_plot, ticks) => ticks.map(scale.tick),
        }),
      ],
      series: [
        {},
        ...series.map((style) => seriesOptions(style, theme)),
        ...(overlaid ? series.map((style) => seriesOptions(overlayStyle(style), theme, 0.6)) : []),
      ],
      hooks: {
        setCursor: [(plot) => this.#cursorMoved(plot)],
        setSelect: [(plot) => this.#selected(plot)],
        draw: [
          (plot) => {
            if (this.#frame === null) return;
            drawMarkers(plot, { theme, lane, ...this.#frame.markers });
            drawLines(plot, this.#frame.lines, theme);
          },
        ],
      },
    };
  }

  #axis(options: uPlot.Axis): uPlot.Axis {
    const { theme } = this.#options;
    return {
      stroke: theme.colors.muted,
      font: theme.font,
      grid: { stroke: theme.grid, width: 1 },
      ticks: { stroke: theme.grid, width: 1, size: 4 },
      ...options,
    };
  }

  /** Room for the data, and for lines that are not far above it. */
  #highFor(data: number): number {
    const near = (this.#frame?.lines ?? []).map(({ at }) => at).filter((at) => at <= 2 * data);
    return Math.max(data, ...near) * (this.#options.log ? 1.5 : 1.05) || 1;
  }

  #listenForClicks(): void {
    const { over } = this.#plot;
    let pressedAt = NaN;
    let timer: ReturnType<typeof setTimeout> | undefined;
    over.addEventListener("mousedown", ({ button, clientX }) => {
      pressedAt = button === 0 ? clientX : NaN;
    });
    over.addEventListener("mouseup", ({ clientX }) => {
      if (!(Math.abs(clientX - pressedAt) <= CLICK_REACH)) return;
      const time = this.timeAt(clientX - over.getBoundingClientRect().left);
      clearTimeout(timer);
      timer = setTimeout(() => this.#options.onClick(time), DOUBLE_CLICK_MS);
    });
    over.addEventListener("dblclick", () => clearTimeout(timer));
  }

  #cursorMoved(plot: uPlot): void {
    const { left } = plot.cursor;
    const inside =
      left !== undefined && left >= 0 && this.#frame !== null && this.#frame.data.x.length > 0;
    this.#options.onCursor(inside ? plot.posToVal(left, "x") : null);
  }

  #selected(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width <= CLICK_REACH) return;
    this.#options.onSelect(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }
}

function seriesOptions(style: SeriesStyle, theme: Theme, alpha = 1): uPlot.Series {
  const plain = theme.colors[style.color];
  const color = alpha === 1 ? plain : withAlpha(plain, alpha);
  const { linear, stepped } = uPlot.paths;
  const paths =
    style.join === "line" ? linear?.() : stepped?.({ align: style.join === "earlier" ? 1 : -1 });
  return {
    stroke: color,
    width: theme.highContrast ? Math.max(style.width, 2) : style.width,
    dash: [...style.dash],
    points: { show: false },
    ...(style.filled && !theme.highContrast ? { fill: withAlpha(color, 0.14) } : {}),
    ...(paths === undefined ? {} : { paths }),
  };
}

/** The other run: the same colour, fainter, thin and dotted. */
function overlayStyle(style: SeriesStyle): SeriesStyle {
  return { ...style, width: 1.25, dash: [1.5, 2.5], filled: false };
}

function keepTicks(_: uPlot, ticks: number[]): number[] {
  return ticks;
}
