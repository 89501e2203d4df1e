import { SampleColumns, type SampleEvent } from "../base/sample-columns.ts";
import { isAvailable, isExpression, withExpressions } from "./expressions.ts";
import { FIRST_CHOICE, seriesOf, type Choice } from "./presets.ts";
import {
  CHART_EVENTS,
  CHART_ROWS,
  type ChartOverlay,
  type ChartRun,
  type ChartSamples,
  type ThresholdLine,
  type ToChart,
} from "./protocol.ts";
import { STOP } from "./series.ts";
import { rowAt, type TimeRange } from "./view-range.ts";

/** What the page shows, apart from how: everything a frame is drawn from. */
export interface ChartState {
  /** Null before the first run. */
  run: ChartRun | null;
  /** True when `run` is remembered from before a reload, and no session stands behind it. */
  remembered: boolean;
  samples: SampleColumns;
  overlay: Overlay | null;
  lines: readonly ThresholdLine[];
  choice: Choice;
  /** Null: all of the run, growing with it. */
  zoom: TimeRange | null;
  /** Time that mouse or keyboard points at. */
  cursor: number | null;
  asTable: boolean;
}

/** Another run with its times moved to those of the one that is shown. */
export interface Overlay {
  readonly name: string;
  readonly samples: SampleColumns;
}

/** What survives hiding the panel and a reload of the window, small enough to be written often. */
export interface Remembered {
  readonly choice: Choice;
  readonly zoom: TimeRange | null;
  readonly asTable: boolean;
  readonly run: ChartRun | null;
  readonly samples: ChartSamples | null;
}

const REMEMBERED_ROWS = 1500;

export function startState(remembered: Remembered | null): ChartState {
  const choice = { ...FIRST_CHOICE, ...remembered?.choice };
  return {
    run: null,
    remembered: false,
    samples: emptySamples(seriesOf(choice)),
    overlay: null,
    lines: [],
    choice,
    zoom: null,
    cursor: null,
    asTable: remembered?.asTable ?? false,
  };
}

/** `remembered` is what the page knew before it was hidden or reloaded. */
export function receive(state: ChartState, message: ToChart, remembered: Remembered | null): void {
  switch (message.kind) {
    case "snapshot": {
      const before = state.run ?? remembered?.run ?? null;
      if (before?.id !== message.run.id) state.zoom = null;
      else if (state.run === null) state.zoom = remembered?.zoom ?? null;
      state.run = message.run;
      state.remembered = false;
      state.samples = emptySamples(seriesOf(state.choice), message.samples);
      state.cursor = null;
      return;
    }
    case "samples":
      state.samples.append({
        ...message.batch,
        series: withExpressions(state.samples.names, message.batch),
      });
      if (state.zoom !== null && state.zoom.end > wholeRange(state).end) state.zoom = null;
      return;
    case "run":
      state.run = message.run;
      return;
    case "overlay":
      state.overlay =
        message.overlay === null ? null : overlayOf(message.overlay, seriesOf(state.choice));
      return;
    case "lines":
      state.lines = message.lines;
      return;
    case "nothing": {
      const { run, samples } = remembered ?? { run: null, samples: null };
      if (run === null || samples === null) return;
      const kept = Object.keys(samples.series);
      const available = kept.filter((name) => !isExpression(name));
      state.run = { ...run, available, state: "finished", stoppedAt: null };
      state.remembered = true;
      state.samples = emptySamples([...new Set([...kept, ...seriesOfState(state)])], samples);
      state.zoom = remembered?.zoom ?? null;
      return;
    }
  }
}

export function remember({ run, samples, choice, zoom, asTable }: ChartState): Remembered {
  if (run === null) return { choice, zoom, asTable, run, samples: null };
  const thinned = new SampleColumns({
    series: samples.names,
    events: CHART_EVENTS,
    limit: REMEMBERED_ROWS,
  });
  const { times, series, events } = samples.snapshot();
  thinned.append({ first: 0, truncate: false, times, series, events });
  return { choice, zoom, asTable, run, samples: thinned.snapshot() };
}

/** From the start of virtual time to the present stop or the newest sample, of either run. */
export function wholeRange({ samples, overlay, run }: ChartState): TimeRange {
  const ends = [samples.times.at(-1) ?? 0, overlay?.samples.times.at(-1) ?? 0];
  return { start: 0, end: Math.max(...ends, run?.stoppedAt ?? 0, 1) };
}

export function shownRange(state: ChartState): TimeRange {
  return state.zoom ?? wholeRange(state);
}

/** What the chart marks: what happened in the guest, and where it has been stopped so far. */
export function markedEvents({ samples, run }: ChartState): readonly SampleEvent[] {
  const end = Math.max(samples.times.at(-1) ?? 0, run?.stoppedAt ?? 0);
  const stops = (run?.stops ?? []).filter((time) => time <= end);
  const marked = stops.map((time) => ({ time, name: STOP, a: 0, b: 0 }));
  return [...samples.events, ...marked].sort((one, other) => one.time - other.time);
}

/** The row whose values the legend shows: at the cursor, else the newest. -1: there is none. */
export function legendRow({ samples, cursor }: ChartState): number {
  return cursor === null ? samples.length - 1 : rowAt(samples.times, cursor);
}

/** The choice as it can be followed: without the guest's size there are no percentages. */
export function choiceFor({ choice, run }: ChartState): Choice {
  const known = (run?.guestPages ?? null) !== null;
  return choice.unit === "percent" && !known ? { ...choice, unit: "size" } : choice;
}

export function seriesOfState({ choice, run }: ChartState): readonly string[] {
  const available = run?.available ?? [];
  const names = seriesOf(choice);
  return available.length === 0 ? names : names.filter((name) => isAvailable(name, available));
}

function emptySamples(series: readonly string[], snapshot?: ChartSamples): SampleColumns {
  const made =
    snapshot === undefined ? undefined : { ...snapshot, series: withExpressions(series, snapshot) };
  return new SampleColumns({ series, events: CHART_EVENTS, limit: CHART_ROWS }, made);
}

function overlayOf({ name, samples, shift }: ChartOverlay, drawn: readonly string[]): Overlay {
  const moved = { ...samples, times: samples.times.map((time) => time + shift) };
  return { name, samples: emptySamples(drawn, moved) };
}
