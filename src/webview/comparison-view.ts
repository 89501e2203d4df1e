import type { Comparison, ComparedRun, ComparisonTexts } from "./comparison-protocol.ts";
import { comparisonTable } from "./comparison-table.ts";
import { counterOf } from "./counters.ts";
import { element, setText } from "./dom.ts";
import { Frames } from "./frames.ts";
import { Legend } from "./legend.ts";
import { Plot } from "./plot.ts";
import { FIRST_CHOICE } from "./presets.ts";
import { mergeReduced, reduceRows, type Reduced } from "./reduce.ts";
import { ACTIVITY_SCALE, memoryScale, valueText } from "./scale.ts";
import { looksOf, type SeriesStyle } from "./series.ts";
import { fill, timeText } from "./text.ts";
import { onThemeChange, readTheme, type Theme } from "./theme.ts";
import { rowAt, rowsWithin, selected, type TimeRange } from "./view-range.ts";

export interface ComparisonState {
  /** Null before anything was compared. */
  comparison: Comparison | null;
  /** True when it is from before a reload of the window. */
  remembered: boolean;
}

export interface ComparisonActions {
  readonly onSeries: (series: string) => void;
  readonly onDebug: (run: ComparedRun) => void;
}

/** Several runs of one scenario: one series of all of them in a chart, and a table of what came out. */
export class ComparisonView {
  readonly #state: ComparisonState;
  readonly #texts: ComparisonTexts;
  readonly #actions: ComparisonActions;
  readonly #name = element("h1");
  readonly #progress = element("span", { class: "note", role: "status" });
  readonly #cursorText = element("span", { class: "cursor" });
  readonly #message = element("p", { class: "message", role: "status" });
  readonly #series: HTMLSelectElement;
  readonly #legendHost = element("div", { class: "legend" });
  readonly #plotHost = element("div", { class: "plot", role: "img" });
  readonly #chart: HTMLElement;
  readonly #table = element("div", { class: "table", tabindex: "0", role: "region" });
  readonly #frames = new Frames(() => this.#draw());
  #theme: Theme = readTheme();
  #plot: Plot | null = null;
  #legend: Legend | null = null;
  /** What plot, list of series and table were made for. */
  #madeFor = { plot: "", series: "", table: null as Comparison | null };
  #hidden = new Set<string>();
  #zoom: TimeRange | null = null;
  #cursor: number | null = null;

  constructor(
    root: HTMLElement,
    state: ComparisonState,
    texts: ComparisonTexts,
    actions: ComparisonActions,
  ) {
    this.#state = state;
    this.#texts = texts;
    this.#actions = actions;
    this.#series = element("select", { "aria-label": texts.series, title: texts.series });
    this.#series.addEventListener("change", () => actions.onSeries(this.#series.value));
    this.#table.setAttribute("aria-label", texts.table);
    this.#chart = element("section", {}, [
      element("header", {}, [this.#series, this.#legendHost]),
      element("div", { class: "place" }, [this.#plotHost]),
    ]);
    root.replaceChildren(
      element("div", { class: "bar" }, [this.#name, this.#progress, this.#cursorText]),
      this.#message,
      this.#chart,
      this.#table,
    );
    new ResizeObserver(() => this.#frames.request()).observe(this.#plotHost);
    onThemeChange(() => {
      this.#theme = readTheme();
      this.#forgetPlot();
      this.#frames.request();
    });
    this.refresh();
  }

  refresh(): void {
    this.#frames.request();
  }

  #draw(): void {
    const { comparison } = this.#state;
    const none = comparison === null;
    this.#message.hidden = !none;
    this.#chart.hidden = none || comparison.available.length === 0;
    this.#table.hidden = none;
    setText(this.#name, comparison?.title ?? "");
    setText(this.#progress, comparison === null ? "" : this.#progressText(comparison));
    setText(this.#cursorText, this.#cursor === null ? "" : timeText(this.#cursor));
    if (none) return setText(this.#message, this.#texts.nothing);
    if (this.#madeFor.table !== comparison) {
      this.#madeFor.table = comparison;
      const { onDebug } = this.#actions;
      this.#table.replaceChildren(comparisonTable(comparison, this.#texts, onDebug));
    }
    if (comparison.available.length > 0) this.#drawChart(comparison);
  }

  #progressText({ runs }: Comparison): string {
    const { progress, done, remembered } = this.#texts;
    if (this.#state.remembered) return remembered;
    const over = runs.filter(({ state }) => state === "done" || state === "failed").length;
    return over === runs.length ? done : fill(progress, String(over), String(runs.length));
  }

  #drawChart(comparison: Comparison): void {
    const { runs, series, available } = comparison;
    this.#listSeries(available, series);
    const styles = stylesOf(runs);
    const isPages = counterOf(series).quantity === "pages";
    const scale = isPages ? memoryScale("size", null) : ACTIVITY_SCALE;
    const key = JSON.stringify([series, styles.map(({ label }) => label)]);
    if (key !== this.#madeFor.plot) this.#forgetPlot();
    this.#madeFor.plot = key;
    this.#legend ??= new Legend({
      host: this.#legendHost,
      series: styles,
      onToggle: (column) => this.#toggle(column),
    });
    const values = runs.map((run) => this.#valueText(run, series));
    this.#legend.update(values, this.#hidden, this.#theme);
    this.#plot ??= new Plot({
      host: this.#plotHost,
      series: styles,
      overlaid: false,
      theme: this.#theme,
      scale,
      log: false,
      lane: false,
      onCursor: (time) => this.#pointAt(time),
      onSelect: (from, to) => this.#zoomTo(selected(from, to, wholeRange(runs))),
      onShowAll: () => this.#zoomTo(null),
      onClick: () => {},
    });
    this.#plot.fit();
    const range = this.#zoom ?? wholeRange(runs);
    this.#plot.draw({
      data: merged(runs, range, this.#plot.width),
      range,
      hidden: this.#hidden,
      markers: { events: [], stoppedAt: null },
      lines: [],
    });
    const said = runs.map(({ name }, index) => `${name} ${values[index] ?? ""}`).join(", ");
    this.#plotHost.setAttribute("aria-label", fill(this.#texts.chart, series, said));
  }

  #listSeries(available: readonly string[], shown: string): void {
    const listed = available.join(" ");
    if (listed !== this.#madeFor.series) {
      this.#madeFor.series = listed;
      this.#series.replaceChildren(
        ...available.map((name) => element("option", { value: name }, [name])),
      );
    }
    this.#series.value = shown;
  }

  /** At the cursor, or at the end. */
  #valueText({ times, values }: ComparedRun, series: string): string {
    const row = this.#cursor === null ? values.length - 1 : rowAt(times, this.#cursor);
    return valueText(counterOf(series), values[row], { ...FIRST_CHOICE, totals: "sums" });
  }

  #pointAt(time: number | null): void {
    if (this.#cursor === time) return;
    this.#cursor = time;
    this.#frames.request();
  }

  #zoomTo(range: TimeRange | null): void {
    this.#zoom = range;
    this.#frames.request();
  }

  #toggle(column: string): void {
    if (!this.#hidden.delete(column)) this.#hidden.add(column);
    this.#frames.request();
  }

  #forgetPlot(): void {
    this.#plot?.destroy();
    this.#plot = null;
    this.#legend = null;
    this.#zoom = null;
    this.#legendHost.replaceChildren();
  }
}

/** A line a run, known by its name. */
function stylesOf(runs: readonly ComparedRun[]): SeriesStyle[] {
  const looks = looksOf(runs.length);
  return runs.map(({ name }, index) => ({
    column: name,
    label: name,
    width: 1.5,
    filled: false,
    join: "line",
    ...looks[index]!,
  }));
}

function wholeRange(runs: readonly ComparedRun[]): TimeRange {
  return { start: 0, end: Math.max(1, ...runs.map(({ times }) => times.at(-1) ?? 0)) };
}

function merged(runs: readonly ComparedRun[], range: TimeRange, buckets: number): Reduced {
  return runs
    .map(({ times, values }) =>
      reduceRows(times, [values], { ...rowsWithin(times, range), buckets }),
    )
    .reduce(mergeReduced);
}
