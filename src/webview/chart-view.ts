import { formatSize } from "../base/format.ts";
import { PAGE_SIZE } from "../base/units.ts";
import { legendRow, shownRange, wholeRange, type ChartState } from "./chart-state.ts";
import { setText } from "./dom.ts";
import { countEvents, eventKey, eventText } from "./event-list.ts";
import { Frames } from "./frames.ts";
import { makeLayout, type Layout } from "./layout.ts";
import { Legend } from "./legend.ts";
import { eventsNear } from "./markers.ts";
import { Plot, type PlotFrame } from "./plot.ts";
import type { ChartTexts } from "./protocol.ts";
import { rateWindow, ratesOf } from "./rates.ts";
import { reduceRows } from "./reduce.ts";
import { MEMORY_SERIES, RATE_SERIES } from "./series.ts";
import { stateText, summaryText } from "./summary.ts";
import { makeTable } from "./table.ts";
import { fill, rateText, sizeText, spanText, timeText } from "./text.ts";
import { onThemeChange, readTheme, type Theme } from "./theme.ts";
import { clamp, revealing, rowsWithin, selected, zoomed, type TimeRange } from "./view-range.ts";

/** Powers of two in pages, 64 KiB to 16 TiB: distances between ticks of the memory axis. */
const MEMORY_STEPS = Array.from({ length: 29 }, (_none, i) => 2 ** (i + 4));
/** A table that changes faster cannot be read. */
const TABLE_INTERVAL_MS = 1000;
/** How near to a marker the mouse must be, in CSS pixels. */
const MARKER_REACH = 5;

type Columns = readonly (readonly number[])[];

interface Shown {
  readonly range: TimeRange;
  /** Width of the plotting area in CSS pixels. */
  readonly width: number;
  readonly memory: Columns;
  readonly rates: Columns;
}

/** Draws `state` into `root`; whoever changes the state calls `refresh`. */
export class ChartView {
  readonly #state: ChartState;
  readonly #texts: ChartTexts;
  readonly #layout: Layout;
  readonly #legends: readonly [Legend, Legend];
  readonly #frames = new Frames(() => this.#draw());
  #theme: Theme = readTheme();
  #plots: readonly [Plot, Plot] | null = null;
  /** What the plots show; null when they are out of date. A moving cursor leaves them as they are. */
  #shown: Shown | null = null;
  #tableAt = -Infinity;
  #describing = false;

  constructor(root: HTMLElement, state: ChartState, texts: ChartTexts) {
    this.#state = state;
    this.#texts = texts;
    this.#layout = makeLayout(root, texts);
    const onToggle = (column: string): void => this.#toggleSeries(column);
    this.#legends = [
      new Legend({ host: this.#layout.memoryLegend, series: MEMORY_SERIES, texts, onToggle }),
      new Legend({ host: this.#layout.ratesLegend, series: RATE_SERIES, texts, onToggle }),
    ];
    this.#listen();
    this.#frames.setReducedMotion(this.#theme.reducedMotion);
    this.refresh();
  }

  /** Draws all of it in the next frame. */
  refresh(): void {
    this.#shown = null;
    this.#frames.request();
  }

  #listen(): void {
    const { showAll, toggleTable, memory, rates } = this.#layout;
    showAll.addEventListener("click", () => this.#zoomTo(null));
    toggleTable.addEventListener("click", () => {
      this.#state.asTable = !this.#state.asTable;
      this.#tableAt = -Infinity;
      this.refresh();
    });
    for (const plot of [memory, rates]) {
      plot.addEventListener("keydown", (event) => this.#key(event));
      new ResizeObserver(() => this.refresh()).observe(plot);
    }
    onThemeChange(() => this.#themeChanged());
  }

  #draw(): void {
    const { run, samples, asTable } = this.#state;
    const { name, state, message, plots, table, showAll, toggleTable } = this.#layout;
    const empty = samples.length === 0;
    setText(name, run?.name ?? "");
    setText(state, stateText(this.#state, this.#texts));
    state.dataset["state"] = run?.state ?? "";
    message.hidden = !empty;
    if (empty) setText(message, run === null ? this.#texts.noRun : this.#texts.waiting);
    plots.hidden = empty || asTable;
    table.hidden = empty || !asTable;
    toggleTable.hidden = empty;
    setText(toggleTable, asTable ? this.#texts.showChart : this.#texts.showTable);
    showAll.hidden = empty || this.#state.zoom === null;
    if (empty) return;
    if (asTable) return this.#drawTable();
    this.#shown ??= this.#drawPlots();
    this.#drawLegends(this.#shown);
  }

  #drawPlots(): Shown {
    this.#plots ??= this.#makePlots();
    const { samples } = this.#state;
    const range = shownRange(this.#state);
    const window = rateWindow(range.end - range.start);
    const memory = MEMORY_SERIES.map(({ column }) => samples.column(column));
    const rates = RATE_SERIES.map(({ column }) =>
      ratesOf(samples.times, samples.column(column), window),
    );
    const [memoryPlot, ratesPlot] = this.#plots;
    for (const plot of this.#plots) plot.fit();
    memoryPlot.draw(this.#frame(memory, memoryPlot, range));
    ratesPlot.draw(this.#frame(rates, ratesPlot, range));
    setText(this.#layout.ratesNote, fill(this.#texts.ratesOver, spanText(window)));
    this.#describeSoon();
    return { range, memory, rates, width: memoryPlot.width };
  }

  #frame(columns: Columns, plot: Plot, range: TimeRange): PlotFrame {
    const { samples, run, hidden } = this.#state;
    const rows = rowsWithin(samples.times, range);
    return {
      data: reduceRows(samples.times, columns, { ...rows, buckets: plot.width }),
      range,
      hidden,
      markers: { events: samples.events, stoppedAt: run?.stoppedAt ?? null },
    };
  }

  #makePlots(): readonly [Plot, Plot] {
    const shared = {
      theme: this.#theme,
      onCursor: (time: number | null) => this.#pointAt(time),
      onSelect: (from: number, to: number) =>
        this.#zoomTo(selected(from, to, wholeRange(this.#state))),
      onShowAll: () => this.#zoomTo(null),
    };
    const pages = (value: number): string => formatSize(value * PAGE_SIZE);
    const compact = new Intl.NumberFormat("en", { notation: "compact" });
    return [
      new Plot({
        ...shared,
        host: this.#layout.memory,
        series: MEMORY_SERIES,
        steps: MEMORY_STEPS,
        tickText: pages,
        lane: true,
      }),
      new Plot({
        ...shared,
        host: this.#layout.rates,
        series: RATE_SERIES,
        steps: null,
        tickText: (value) => compact.format(value),
        lane: false,
      }),
    ];
  }

  #drawLegends(shown: Shown): void {
    const { cursor, hidden } = this.#state;
    const row = legendRow(this.#state);
    const [memory, rates] = this.#legends;
    memory.update(
      shown.memory.map((column) => sizeText(column[row])),
      hidden,
      this.#theme,
    );
    rates.update(
      shown.rates.map((column) => rateText(column[row])),
      hidden,
      this.#theme,
    );
    setText(this.#layout.cursor, cursor === null ? "" : timeText(cursor));
    this.#drawEvents(shown);
  }

  /** The events at the cursor; without a cursor there, the key to the glyphs. */
  #drawEvents({ range, width }: Shown): void {
    const { samples, cursor } = this.#state;
    const { events } = this.#layout;
    const reach = (MARKER_REACH * (range.end - range.start)) / width;
    const near = cursor === null ? [] : eventsNear(samples.events, cursor, reach);
    const [first] = near;
    if (first === undefined) {
      events.replaceChildren(...eventKey(countEvents(samples.events), this.#texts, this.#theme));
    } else {
      const more = near.length > 1 ? ` ${fill(this.#texts.more, String(near.length - 1))}` : "";
      setText(events, eventText(first, this.#texts) + more);
    }
  }

  #drawTable(): void {
    const wait = this.#tableAt + TABLE_INTERVAL_MS - performance.now();
    if (wait > 0) {
      setTimeout(() => this.refresh(), wait);
      return;
    }
    this.#tableAt = performance.now();
    const range = shownRange(this.#state);
    const window = rateWindow(range.end - range.start);
    this.#layout.table.replaceChildren(
      ...makeTable(this.#state.samples, range, window, this.#texts),
    );
  }

  /** Screen readers get the summary once a second, not in every frame. */
  #describeSoon(): void {
    if (this.#describing) return;
    this.#describing = true;
    setTimeout(() => {
      this.#describing = false;
      const text = summaryText(this.#state, this.#texts);
      this.#layout.memory.setAttribute("aria-label", text);
      this.#layout.rates.setAttribute("aria-label", this.#texts.rates);
    }, 1000);
  }

  #pointAt(time: number | null): void {
    if (this.#state.cursor === time) return;
    this.#state.cursor = time;
    this.#frames.request();
  }

  #zoomTo(range: ChartState["zoom"]): void {
    this.#state.zoom = range;
    this.refresh();
  }

  #toggleSeries(column: string): void {
    const { hidden } = this.#state;
    if (!hidden.delete(column)) hidden.add(column);
    this.refresh();
  }

  #key(event: KeyboardEvent): void {
    const range = shownRange(this.#state);
    const whole = wholeRange(this.#state);
    const step = (range.end - range.start) * (event.shiftKey ? 0.1 : 0.01);
    const at = this.#state.cursor ?? range.end;
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.#moveCursor(at - step),
      ArrowRight: () => this.#moveCursor(at + step),
      Home: () => this.#moveCursor(whole.start),
      End: () => this.#moveCursor(whole.end),
      "+": () => this.#zoomTo(zoomed(range, 0.5, at, whole)),
      "=": () => this.#zoomTo(zoomed(range, 0.5, at, whole)),
      "-": () => this.#zoomTo(zoomed(range, 2, at, whole)),
      "0": () => this.#zoomTo(null),
    };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (action === undefined) return;
    event.preventDefault();
    action();
  }

  #moveCursor(time: number): void {
    const whole = wholeRange(this.#state);
    const at = clamp(time, whole.start, whole.end);
    if (this.#state.zoom !== null) this.#state.zoom = revealing(this.#state.zoom, at);
    this.#state.cursor = at;
    this.#shown = null;
    this.#draw();
    this.#plots?.[0].moveCursor(at);
    const row = legendRow(this.#state);
    const values = MEMORY_SERIES.map(
      ({ column, label }) =>
        `${this.#texts[label]} ${sizeText(this.#state.samples.column(column)[row])}`,
    );
    setText(this.#layout.spoken, [timeText(at), ...values].join(", "));
  }

  /** Colours and fonts are part of a plot's settings, so the plots are made anew. */
  #themeChanged(): void {
    this.#theme = readTheme();
    this.#frames.setReducedMotion(this.#theme.reducedMotion);
    for (const plot of this.#plots ?? []) plot.destroy();
    this.#plots = null;
    this.refresh();
  }
}
