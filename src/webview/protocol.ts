/**
 * What the panels and the extension say to each other. A panel that was hidden is built anew by
 * VS Code and has nothing: it says `ready`, and `snapshot` tells it everything.
 */
import type { Crossing } from "../base/crossing.ts";
import type { SamplesBody } from "../dap/protocol.ts";

/** Events that the chart marks, or that an exported trace needs; a run's others are not kept. */
export const CHART_EVENTS = [
  "step",
  "step_end",
  "oom_notify",
  "oom_kill",
  "out_of_puff",
  "no_progress",
  "target",
  "panic",
] as const;
/** Rows that are kept of a run; beyond, every second one goes. */
export const CHART_ROWS = 20_000;

/** Of a run that is stopped more often, the newest stops are kept. */
export const CHART_STOPS = 500;

export type RunState = "starting" | "running" | "stopped" | "finished";

/** All samples of a run; the fields are those of `SampleSnapshot` in `base/sample-columns.ts`. */
export interface ChartSamples {
  readonly stride: number;
  readonly numbers: readonly number[];
  readonly times: readonly number[];
  readonly series: Readonly<Record<string, readonly number[]>>;
  readonly events: SamplesBody["events"];
}

export interface ChartRun {
  /** The same as long as it is the same debug session. */
  readonly id: string;
  /** Name of the launch configuration. */
  readonly name: string;
  readonly state: RunState;
  /** Virtual time of the present stop in ns; null while running. */
  readonly stoppedAt: number | null;
  /** Times in ns at which the guest has been stopped, each once, in the order of the stops. */
  readonly stops: readonly number[];
  /** Every series that the run samples; the panel is sent those that it asked for. */
  readonly available: readonly string[];
  /** Texts of the scenario's steps. */
  readonly steps: readonly string[];
  /** RAM of the guest; null while it is not known. */
  readonly guestPages: number | null;
}

/** Another run to compare with, laid over this one. */
export interface ChartOverlay {
  readonly name: string;
  readonly samples: ChartSamples;
  /** Added to its times in ns, so that both start to inflate together. */
  readonly shift: number;
}

/** A line over a series: the run stops when the series crosses it. */
export interface ThresholdLine extends Crossing {
  /** False while its breakpoint is switched off. */
  readonly enabled: boolean;
}

export type ToChart =
  | { readonly kind: "snapshot"; readonly run: ChartRun; readonly samples: ChartSamples }
  | { readonly kind: "samples"; readonly batch: SamplesBody }
  | { readonly kind: "run"; readonly run: ChartRun }
  | { readonly kind: "overlay"; readonly overlay: ChartOverlay | null }
  /** All there are, of any counter. */
  | { readonly kind: "lines"; readonly lines: readonly ThresholdLine[] }
  /** No session has run since the extension started; the panel shows what it remembers. */
  | { readonly kind: "nothing" };

export type FromChart =
  /** Answered by `snapshot` with these series. */
  | { readonly kind: "ready"; readonly series: readonly string[] }
  | { readonly kind: "series"; readonly series: readonly string[] }
  /** Go to this virtual time in ns. */
  | { readonly kind: "seek"; readonly time: number }
  /** A line was drawn (`from` is null), moved, or removed (`to` is null). */
  | { readonly kind: "line"; readonly from: Crossing | null; readonly to: Crossing | null }
  | { readonly kind: "compare"; readonly with: "kernel" | "branch" | "recording" | "nothing" }
  /** `base64` for a picture; what is text is sent as it is. */
  | { readonly kind: "save"; readonly format: "png"; readonly base64: string }
  | { readonly kind: "save"; readonly format: "svg"; readonly text: string }
  /** The extension has all counters, so it writes these itself. */
  | { readonly kind: "save"; readonly format: "csv" | "perfetto" }
  | { readonly kind: "failed"; readonly message: string };

/** Texts of the panel, translated by the extension; `{0}` stands for a value. */
export interface ChartTexts {
  readonly noRun: string;
  readonly waiting: string;
  readonly running: string;
  readonly stoppedAt: string;
  readonly finished: string;
  readonly lastRun: string;
  readonly memory: string;
  readonly rates: string;
  readonly sums: string;
  readonly ratesOver: string;
  readonly time: string;
  readonly balloon: string;
  readonly target: string;
  readonly free: string;
  readonly cache: string;
  readonly inflate: string;
  readonly deflate: string;
  readonly targetSet: string;
  readonly targetDetail: string;
  readonly oomNotify: string;
  readonly oomNotifyDetail: string;
  readonly outOfPuff: string;
  readonly outOfPuffDetail: string;
  readonly noProgress: string;
  readonly noProgressDetail: string;
  readonly oomKill: string;
  readonly oomKillDetail: string;
  readonly panic: string;
  readonly step: string;
  readonly stepDetail: string;
  readonly stop: string;
  readonly stopDetail: string;
  readonly view: string;
  readonly headline: string;
  readonly reclaim: string;
  readonly oom: string;
  readonly balloonAndQueues: string;
  readonly host: string;
  readonly custom: string;
  readonly counters: string;
  readonly findCounter: string;
  readonly addExpression: string;
  readonly unit: string;
  readonly unitSize: string;
  readonly unitPages: string;
  readonly unitPercent: string;
  readonly totals: string;
  readonly asRates: string;
  readonly asSums: string;
  readonly logScale: string;
  readonly save: string;
  readonly savePng: string;
  readonly saveSvg: string;
  readonly saveCsv: string;
  readonly savePerfetto: string;
  readonly compare: string;
  readonly compareKernel: string;
  readonly compareBranch: string;
  readonly compareRecording: string;
  readonly compareNothing: string;
  readonly comparedWith: string;
  readonly breakAt: string;
  readonly breaksAt: string;
  readonly removeLine: string;
  readonly removeLines: string;
  readonly noLine: string;
  readonly lines: string;
  readonly lineKeys: string;
  readonly noSeries: string;
  readonly more: string;
  readonly resetZoom: string;
  readonly showTable: string;
  readonly showChart: string;
  readonly tableCaption: string;
  readonly events: string;
  readonly keys: string;
  readonly summary: string;
  readonly activitySummary: string;
}
