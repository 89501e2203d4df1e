import type { Crossing } from "../base/crossing.ts";
import {
  choiceFor,
  legendRow,
  markedEvents,
  shownRange,
  wholeRange,
  type ChartState,
} from "./chart-state.ts";
import { setText } from "./dom.ts";
import { drawnPane, factorOf, valuesOf, type DrawnPane, type PaneName } from "./drawn.ts";
import { countEvents, eventKey, eventText } from "./event-list.ts";
import { seriesKind } from "./expressions.ts";
import { Frames } from "./frames.ts";
import { keyAction } from "./keys.ts";
import { makeLayout, type Layout } from "./layout.ts";
import { LineList } from "./line-list.ts";
import { drawnLines, lineable, rounded, withLine } from "./lines.ts";
import { eventsNear } from "./markers.ts";
import { Pane, type PaneFrame } from "./pane.ts";
import type { Choice } from "./presets.ts";
import type { ChartTexts } from "./protocol.ts";
import { valueText } from "./scale.ts";
import { activityText, stateText, summaryText } from "./summary.ts";
import { makeTable, type TableInput } from "./table.ts";
import { fill, spanText, timeText } from "./text.ts";
import { onThemeChange, readTheme, type Theme } from "./theme.ts";
import { Toolbar, type Comparison, type SaveFormat } from "./toolbar.ts";
import { clamp, moved, revealing, selected, zoomed, type TimeRange } from "./view-range.ts";

/** A table that changes faster cannot be read. */
const TABLE_INTERVAL_MS = 1000;
/** How near to a marker the mouse must be, in CSS pixels. */
const MARKER_REACH = 5;
/** Zoom for one pixel of the wheel: a notch of 100 makes it 1.2. */
const WHEEL_ZOOM = 1.2 ** 0.01;
/** A new line's value is as round as if the plot had this many pixels. */
const FINEST_LINE = 200;

export interface ChartActions {
  /** The user wants other series, or another look. */
  readonly onChoice: (choice: Choice) => void;
  readonly onSeek: (time: number) => void;
  readonly onSave: (format: SaveFormat, shown: Shown) => void;
  readonly onCompare: (comparison: Comparison) => void;
  /** A line is drawn (`from` is null), stands elsewhere, or is removed (`to` is null). */
  readonly onLine: (from: Crossing | null, to: Crossing | null) => void;
  /** Something was changed that a reload should keep. */
  readonly onView: () => void;
}

export interface Shown {
  readonly range: TimeRange;
  readonly panes: readonly PaneFrame[];
}

/** Draws `state` into `root`; whoever changes the state calls `refresh`. */
export class ChartView {
  readonly #state: ChartState;
  readonly #texts: ChartTexts;
  readonly #actions: ChartActions;
  readonly #layout: Layout;
  readonly #toolbar: Toolbar;
  readonly #panes: Readonly<Record<PaneName, Pane>>;
  readonly #lines: LineList;
  readonly #frames = new Frames(() => this.#draw());
  #theme: Theme = readTheme();
  /** What the plots show; null when they are out of date. A moving cursor leaves them as they are. */
  #shown: Shown | null = null;
  #tableAt = -Infinity;
  #describing = false;

  constructor(root: HTMLElement, state: ChartState, texts: ChartTexts, actions: ChartActions) {
    this.#state = state;
    this.#texts = texts;
    this.#actions = actions;
    this.#toolbar = new Toolbar({
      texts,
      state,
      onChoice: actions.onChoice,
      onCompare: actions.onCompare,
      lines: {
        onAdd: (counter) => this.#addLine(counter),
        onRemoveAll: () => {
          for (const line of state.lines) this.#removeLine(line);
        },
      },
      onSave: (format) => {
        if (this.#shown !== null) actions.onSave(format, this.#shown);
      },
    });
    this.#panes = { memory: this.#makePane("memory"), activity: this.#makePane("activity") };
    this.#lines = new LineList(texts, (line) => this.#removeLine(line));
    this.#layout = makeLayout(root, texts, {
      toolbar: this.#toolbar.element,
      lines: this.#lines.element,
      ...this.#panes,
    });
    this.#listen();
    this.#frames.setReducedMotion(this.#theme.reducedMotion);
    this.refresh();
  }

  get theme(): Theme {
    return this.#theme;
  }

  /** Draws all of it in the next frame. */
  refresh(): void {
    this.#shown = null;
    this.#frames.request();
  }

  #makePane(name: PaneName): Pane {
    return new Pane({
      className: name,
      noSeries: this.#texts.noSeries,
      onToggle: (column) => this.#toggleSeries(column),
      lines: {
        texts: this.#texts,
        onMove: (from, to) => this.#setLine(from, to),
        onSettle: (from, to) => this.#actions.onLine(from, to),
      },
      plot: {
        lane: name === "memory",
        onCursor: (time) => this.#pointAt(time),
        onSelect: (from, to) => this.#zoomTo(selected(from, to, wholeRange(this.#state))),
        onShowAll: () => this.#zoomTo(null),
        onClick: (time) => this.#actions.onSeek(Math.max(Math.round(time), 0)),
      },
    });
  }

  #listen(): void {
    const { showAll, toggleTable } = this.#layout;
    showAll.addEventListener("click", () => this.#zoomTo(null));
    toggleTable.addEventListener("click", () => {
      this.#state.asTable = !this.#state.asTable;
      this.#tableAt = -Infinity;
      this.#actions.onView();
      this.refresh();
    });
    for (const pane of Object.values(this.#panes)) {
      pane.host.addEventListener("keydown", (event) => this.#key(event));
      pane.host.addEventListener("wheel", (event) => this.#wheel(pane, event), { passive: false });
      new ResizeObserver(() => this.refresh()).observe(pane.host);
    }
    onThemeChange(() => this.#themeChanged());
  }

  #draw(): void {
    const { run, samples, asTable, overlay } = this.#state;
    const { name, state, message, plots, table, showAll, toggleTable } = this.#layout;
    const empty = samples.length === 0;
    setText(name, run?.name ?? "");
    setText(state, stateText(this.#state, this.#texts));
    state.dataset["state"] = run?.state ?? "";
    setText(
      this.#layout.overlay,
      overlay === null ? "" : fill(this.#texts.comparedWith, overlay.name),
    );
    message.hidden = !empty;
    if (empty) setText(message, run === null ? this.#texts.noRun : this.#texts.waiting);
    plots.hidden = empty || asTable;
    table.hidden = empty || !asTable;
    toggleTable.hidden = empty;
    setText(toggleTable, asTable ? this.#texts.showChart : this.#texts.showTable);
    showAll.hidden = empty || this.#state.zoom === null;
    this.#toolbar.element.hidden = empty;
    if (!asTable) this.#lines.element.hidden = true;
    if (empty) return;
    if (asTable) return this.#drawTable();
    this.#shown ??= this.#drawPlots();
    this.#updateToolbar(this.#shown.panes.map(({ drawn }) => drawn));
    this.#drawLegends(this.#shown);
  }

  #updateToolbar(panes: readonly DrawnPane[]): void {
    const choice = choiceFor(this.#state);
    this.#toolbar.update(panes.flatMap((drawn) => lineable(drawn, choice)));
  }

  #drawPlots(): Shown {
    const range = shownRange(this.#state);
    const frames = [this.#frame("memory", range), this.#frame("activity", range)];
    const row = legendRow(this.#state);
    for (const frame of frames) this.#panes[frame.drawn.name].draw(frame, row);
    this.#describeSoon();
    return { range, panes: frames };
  }

  #frame(name: PaneName, range: TimeRange): PaneFrame {
    const { samples, run } = this.#state;
    const choice = choiceFor(this.#state);
    const drawn = this.#drawn(name, range);
    return {
      ...this.#titleOf(drawn, choice),
      drawn,
      samples,
      range,
      choice,
      theme: this.#theme,
      hidden: new Set(choice.hidden),
      markers: { events: markedEvents(this.#state), stoppedAt: run?.stoppedAt ?? null },
      lines: drawnLines(this.#state.lines, drawn, choice),
      overlay: this.#otherOf([drawn]),
    };
  }

  /** The other run in the terms of some plots, one column for each of their series. */
  #otherOf(panes: readonly DrawnPane[]): TableInput["other"] {
    const { overlay } = this.#state;
    if (overlay === null) return null;
    const choice = choiceFor(this.#state);
    const { name, samples } = overlay;
    const columns = panes.flatMap(({ styles, scale, window }) =>
      styles.map(({ column }) => valuesOf(samples, column, { choice, scale, window })),
    );
    return { name, times: samples.times, columns };
  }

  #titleOf({ name, window }: DrawnPane, { totals }: Choice): Pick<PaneFrame, "title" | "note"> {
    const { memory, sums, rates, ratesOver } = this.#texts;
    if (name === "memory") return { title: memory, note: "" };
    if (totals === "sums") return { title: sums, note: "" };
    return { title: rates, note: fill(ratesOver, spanText(window)) };
  }

  #drawn(name: PaneName, range: TimeRange): DrawnPane {
    const { samples, run } = this.#state;
    return drawnPane(name, {
      samples,
      range,
      choice: choiceFor(this.#state),
      available: run?.available ?? [],
      guestPages: run?.guestPages ?? null,
      texts: this.#texts,
    });
  }

  #drawLegends(shown: Shown): void {
    const { cursor } = this.#state;
    const row = legendRow(this.#state);
    for (const frame of shown.panes) this.#panes[frame.drawn.name].drawLegend(frame, row);
    setText(this.#layout.cursor, cursor === null ? "" : timeText(cursor));
    this.#drawEvents(shown);
  }

  /** The events at the cursor; without a cursor there, the key to the glyphs. */
  #drawEvents({ range, panes }: Shown): void {
    const { cursor, run } = this.#state;
    const marked = panes[0]?.markers.events ?? [];
    const { events } = this.#layout;
    const width = this.#panes.memory.plot?.width ?? 1;
    const reach = (MARKER_REACH * (range.end - range.start)) / width;
    const near = cursor === null ? [] : eventsNear(marked, cursor, reach);
    const [first] = near;
    if (first === undefined) {
      events.replaceChildren(...eventKey(countEvents(marked), this.#texts, this.#theme));
    } else {
      const more = near.length > 1 ? ` ${fill(this.#texts.more, String(near.length - 1))}` : "";
      setText(events, eventText(first, this.#texts, run?.steps ?? []) + more);
    }
  }

  #drawTable(): void {
    const range = shownRange(this.#state);
    const choice = choiceFor(this.#state);
    const panes = [this.#drawn("memory", range), this.#drawn("activity", range)];
    this.#updateToolbar(panes);
    this.#lines.update(panes.flatMap((drawn) => drawnLines(this.#state.lines, drawn, choice)));
    const wait = this.#tableAt + TABLE_INTERVAL_MS - performance.now();
    if (wait > 0) {
      setTimeout(() => this.refresh(), wait);
      return;
    }
    this.#tableAt = performance.now();
    this.#layout.table.replaceChildren(
      ...makeTable({
        samples: this.#state.samples,
        events: markedEvents(this.#state),
        range,
        panes,
        choice,
        steps: this.#state.run?.steps ?? [],
        other: this.#otherOf(panes),
        texts: this.#texts,
      }),
    );
  }

  /** Screen readers get the summary once a second, not in every frame; the first one at once. */
  #describeSoon(): void {
    if (!this.#panes.memory.host.hasAttribute("aria-label")) this.#describe();
    if (this.#describing) return;
    this.#describing = true;
    setTimeout(() => {
      this.#describing = false;
      this.#describe();
    }, 1000);
  }

  #describe(): void {
    const { memory, activity } = this.#panes;
    const range = shownRange(this.#state);
    const describe = (name: PaneName): DrawnPane => this.#drawn(name, range);
    memory.host.setAttribute(
      "aria-label",
      summaryText(this.#state, describe("memory"), this.#texts),
    );
    activity.host.setAttribute(
      "aria-label",
      activityText(this.#state, describe("activity"), this.#texts),
    );
  }

  #pointAt(time: number | null): void {
    if (this.#state.cursor === time) return;
    this.#state.cursor = time;
    this.#frames.request();
  }

  #zoomTo(range: ChartState["zoom"]): void {
    this.#state.zoom = range;
    this.#actions.onView();
    this.refresh();
  }

  #toggleSeries(column: string): void {
    const { choice } = this.#state;
    const hidden = choice.hidden.includes(column)
      ? choice.hidden.filter((each) => each !== column)
      : [...choice.hidden, column];
    this.#actions.onChoice({ ...choice, hidden });
  }

  /** At what the legend shows of the series; of an empty one, in the middle of the plot. */
  #addLine(counter: string): void {
    const choice = choiceFor(this.#state);
    const row = legendRow(this.#state);
    for (const name of ["memory", "activity"] as const) {
      const drawn = this.#drawn(name, shownRange(this.#state));
      const index = drawn.styles.findIndex(({ column }) => column === counter);
      const factor = factorOf(counter, { choice, scale: drawn.scale });
      if (index < 0 || factor === null) continue;
      const high = this.#panes[name].plot?.high ?? 1;
      const at = drawn.columns[index]?.[row] || high / 2;
      const perPixel = high / FINEST_LINE;
      const line = { counter, value: rounded(at, { factor, perPixel, unit: choice.unit }) };
      this.#setLine(null, line);
      this.#actions.onLine(null, line);
      this.#panes[name].lines.focus(line);
    }
  }

  #removeLine(line: Crossing): void {
    this.#setLine(line, null);
    this.#actions.onLine(line, null);
  }

  /** Drawn at once: a line that is moved must not wait for anybody. */
  #setLine(from: Crossing | null, to: Crossing | null): void {
    this.#state.lines = withLine(this.#state.lines, from, to);
    this.#shown = null;
    this.#draw();
  }

  /** The wheel zooms around the mouse; sideways, or with Shift, it moves along. */
  #wheel({ plot }: Pane, event: WheelEvent): void {
    if (plot === null || this.#state.samples.length === 0) return;
    event.preventDefault();
    const range = shownRange(this.#state);
    const whole = wholeRange(this.#state);
    const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
    if (Math.abs(sideways) > Math.abs(event.deltaY) || event.shiftKey) {
      const span = range.end - range.start;
      if (this.#state.zoom !== null)
        this.#zoomTo(moved(range, (sideways / plot.width) * span, whole));
      return;
    }
    const around = plot.timeAt(event.clientX - plot.area.getBoundingClientRect().left);
    this.#zoomTo(zoomed(range, WHEEL_ZOOM ** event.deltaY, around, whole));
  }

  #key(event: KeyboardEvent): void {
    const action = keyAction(event, {
      range: shownRange(this.#state),
      whole: wholeRange(this.#state),
      cursor: this.#state.cursor,
    });
    if (action === null) return;
    event.preventDefault();
    switch (action.kind) {
      case "cursor":
        return this.#moveCursor(action.time);
      case "zoom":
        return this.#zoomTo(action.range);
      case "seek":
        return this.#actions.onSeek(action.time);
    }
  }

  #moveCursor(time: number): void {
    const whole = wholeRange(this.#state);
    const at = clamp(time, whole.start, whole.end);
    if (this.#state.zoom !== null) this.#state.zoom = revealing(this.#state.zoom, at);
    this.#state.cursor = at;
    this.#shown = null;
    this.#draw();
    const { memory, activity } = this.#panes;
    (memory.plot ?? activity.plot)?.moveCursor(at);
    const row = legendRow(this.#state);
    const choice = choiceFor(this.#state);
    const { styles, columns } = this.#drawn("memory", shownRange(this.#state));
    const values = styles.map(
      ({ column, label }, i) =>
        `${label} ${valueText(seriesKind(column), columns[i]?.[row], choice)}`,
    );
    setText(this.#layout.spoken, [timeText(at), ...values].join(", "));
  }

  #themeChanged(): void {
    this.#theme = readTheme();
    this.#frames.setReducedMotion(this.#theme.reducedMotion);
    for (const pane of Object.values(this.#panes)) pane.forget();
    this.refresh();
  }
}
