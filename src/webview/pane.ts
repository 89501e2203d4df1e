import type { SampleColumns } from "../base/sample-columns.ts";
import type { DrawnPane } from "./drawn.ts";
import { element, setText } from "./dom.ts";
import { seriesKind } from "./expressions.ts";
import { Legend } from "./legend.ts";
import { LineLayer, type LineLayerOptions } from "./line-layer.ts";
import type { DrawnLine } from "./lines.ts";
import { Plot, type PlotFrame, type PlotOptions } from "./plot.ts";
import type { Choice } from "./presets.ts";
import { mergeReduced, reduceRows, type Reduced } from "./reduce.ts";
import { valueText } from "./scale.ts";
import type { Theme } from "./theme.ts";
import { rowAt, rowsWithin, type TimeRange } from "./view-range.ts";

export interface PaneOptions {
  readonly className: string;
  readonly noSeries: string;
  readonly onToggle: (column: string) => void;
  readonly lines: LineLayerOptions;
  /** What its plot does; colours, series and scale are added when it is made. */
  readonly plot: Pick<PlotOptions, "lane" | "onCursor" | "onSelect" | "onShowAll" | "onClick">;
}

/** What a pane shows: its own run, and perhaps another one under it. */
export interface PaneFrame {
  readonly title: string;
  /** Beside the title. */
  readonly note: string;
  readonly drawn: DrawnPane;
  readonly samples: SampleColumns;
  readonly overlay: {
    readonly times: readonly number[];
    readonly columns: DrawnPane["columns"];
  } | null;
  readonly range: TimeRange;
  readonly choice: Choice;
  readonly hidden: ReadonlySet<string>;
  readonly markers: PlotFrame["markers"];
  readonly lines: readonly DrawnLine[];
  readonly theme: Theme;
}

/** One of the two plots with its heading and legend. */
export class Pane {
  readonly section: HTMLElement;
  /** The plot's place, which keyboard and screen readers get to. */
  readonly host: HTMLElement;
  readonly lines: LineLayer;
  readonly #options: PaneOptions;
  readonly #title = element("h2");
  readonly #note = element("span", { class: "note" });
  readonly #legendHost = element("div", { class: "legend" });
  readonly #empty: HTMLElement;
  readonly #place: HTMLElement;
  #legend: Legend | null = null;
  #plot: Plot | null = null;
  /** Everything that is fixed once a plot is made; when it differs, the plot is made anew. */
  #madeFor = "";

  constructor(options: PaneOptions) {
    this.#options = options;
    this.host = element("div", {
      class: "plot",
      role: "img",
      tabindex: "0",
      "aria-describedby": "keys",
    });
    this.#empty = element("p", { class: "note none" }, [options.noSeries]);
    this.lines = new LineLayer(options.lines);
    this.#place = element("div", { class: "place" }, [this.host, this.lines.element]);
    this.section = element("section", { class: options.className }, [
      element("header", {}, [this.#title, this.#note, this.#legendHost]),
      this.#empty,
      this.#place,
    ]);
  }

  get plot(): Plot | null {
    return this.#plot;
  }

  /** `row` is the one whose values the legend shows. */
  draw(frame: PaneFrame, row: number): void {
    const { drawn, choice, overlay, hidden, range, markers, theme } = frame;
    setText(this.#title, frame.title);
    setText(this.#note, frame.note);
    const isEmpty = drawn.styles.length === 0;
    this.section.classList.toggle("empty", isEmpty);
    this.#empty.hidden = !isEmpty;
    this.#place.hidden = isEmpty;
    if (isEmpty) {
      this.forget();
      return;
    }
    const key = JSON.stringify([
      drawn.styles,
      choice.log,
      drawn.scale.factor,
      choice.unit,
      overlay !== null,
    ]);
    if (key !== this.#madeFor) this.forget();
    this.#madeFor = key;
    // Before the plot, which takes the room that the legend leaves.
    this.drawLegend(frame, row);
    this.#plot ??= new Plot({
      ...this.#options.plot,
      host: this.host,
      series: drawn.styles,
      overlaid: overlay !== null,
      theme,
      scale: drawn.scale,
      log: choice.log,
    });
    this.#plot.fit();
    const { lines } = frame;
    this.#plot.draw({ data: reduced(frame, this.#plot.width), range, hidden, markers, lines });
    this.lines.draw({ lines, plot: this.#plot, unit: choice.unit, theme });
  }

  drawLegend(frame: PaneFrame, row: number): void {
    const { drawn, choice, hidden, theme } = frame;
    if (this.#legend === null) {
      this.#legendHost.replaceChildren();
      const { onToggle } = this.#options;
      this.#legend = new Legend({ host: this.#legendHost, series: drawn.styles, onToggle });
    }
    const values = drawn.styles.map(({ column }, i) => {
      const kind = seriesKind(column);
      const own = valueText(kind, drawn.columns[i]?.[row], choice);
      const other = otherValue(frame, i, row);
      return other === null ? own : `${own} / ${valueText(kind, other, choice)}`;
    });
    this.#legend.update(values, hidden, theme);
  }

  /** Colours, fonts, series and scale are part of a plot's settings. */
  forget(): void {
    this.#plot?.destroy();
    this.#plot = null;
    this.#legend = null;
    this.#madeFor = "";
    this.lines.clear();
    this.#legendHost.replaceChildren();
  }
}

/** Of the other run, at the time of a row of this one; null when there is no other. */
function otherValue({ samples, overlay }: PaneFrame, index: number, row: number): number | null {
  if (overlay === null) return null;
  const at = rowAt(overlay.times, samples.times[row] ?? NaN);
  return overlay.columns[index]?.[at] ?? NaN;
}

function reduced({ drawn, samples, overlay, range }: PaneFrame, buckets: number): Reduced {
  const rows = { ...rowsWithin(samples.times, range), buckets };
  const own = reduceRows(samples.times, drawn.columns, rows);
  if (overlay === null) return own;
  const otherRows = { ...rowsWithin(overlay.times, range), buckets };
  return mergeReduced(own, reduceRows(overlay.times, overlay.columns, otherRows));
}
