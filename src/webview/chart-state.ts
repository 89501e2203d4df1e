import { SampleColumns } from "../base/sample-columns.ts";
import { CHART_SAMPLES, type ChartRun, type ChartSamples, type ToChart } from "./protocol.ts";
import { rowAt, type TimeRange } from "./view-range.ts";

/** What the page shows, apart from how: everything a frame is drawn from. */
export interface ChartState {
  /** Null before the first run. */
  run: ChartRun | null;
  /** True when `run` is remembered from before a reload, and no session stands behind it. */
  remembered: boolean;
  samples: SampleColumns;
  /** Null: all of the run, growing with it. */
  zoom: TimeRange | null;
  /** Time that mouse or keyboard points at. */
  cursor: number | null;
  readonly hidden: Set<string>;
  asTable: boolean;
}

/** What survives a reload of the window, small enough to be written often. */
export interface Remembered {
  readonly run: ChartRun;
  readonly samples: ChartSamples;
}

const REMEMBERED_ROWS = 1500;

export function emptyState(): ChartState {
  return {
    run: null,
    remembered: false,
    samples: new SampleColumns(CHART_SAMPLES),
    zoom: null,
    cursor: null,
    hidden: new Set(),
    asTable: false,
  };
}

export function receive(state: ChartState, message: ToChart, remembered: Remembered | null): void {
  switch (message.kind) {
    case "snapshot":
      state.run = message.run;
      state.remembered = false;
      state.samples = new SampleColumns(CHART_SAMPLES, message.samples);
      state.zoom = null;
      state.cursor = null;
      return;
    case "samples":
      state.samples.append(message.batch);
      if (state.zoom !== null && state.zoom.end > wholeRange(state).end) state.zoom = null;
      return;
    case "run":
      state.run = message.run;
      return;
    case "nothing":
      if (remembered === null) return;
      state.run = { ...remembered.run, state: "finished", stoppedAt: null };
      state.remembered = true;
      state.samples = new SampleColumns(CHART_SAMPLES, remembered.samples);
      return;
  }
}

export function remember({ run, samples }: ChartState): Remembered | null {
  if (run === null) return null;
  const thinned = new SampleColumns({ ...CHART_SAMPLES, limit: REMEMBERED_ROWS });
  const series = Object.fromEntries(
    CHART_SAMPLES.series.map((name) => [name, samples.column(name)]),
  );
  thinned.append({
    first: 0,
    truncate: false,
    times: samples.times,
    series,
    events: samples.events,
  });
  return { run, samples: thinned.snapshot() };
}

/** From the start of virtual time to the present stop, or the newest sample. */
export function wholeRange({ samples, run }: ChartState): TimeRange {
  return { start: 0, end: Math.max(samples.times.at(-1) ?? 0, run?.stoppedAt ?? 0, 1) };
}

export function shownRange(state: ChartState): TimeRange {
  return state.zoom ?? wholeRange(state);
}

/** The row whose values the legend shows: at the cursor, else the newest. -1: there is none. */
export function legendRow({ samples, cursor }: ChartState): number {
  return cursor === null ? samples.length - 1 : rowAt(samples.times, cursor);
}
