/**
 * What the chart panel and the extension say to each other. A panel that was hidden is built anew
 * by VS Code and has nothing: it says `ready`, and `snapshot` tells it everything.
 */
import type { SamplesBody } from "../dap/protocol.ts";

/** What the chart draws; other series and events of a run are not sent to it. */
export const CHART_SAMPLES = {
  series: [
    "balloon_pages",
    "balloon_target",
    "nr_free_pages",
    "nr_file_pages",
    "balloon_inflate",
    "balloon_deflate",
  ],
  events: ["oom_notify", "oom_kill", "out_of_puff", "target", "panic"],
  limit: 20_000,
} as const;

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
  /** Name of the launch configuration. */
  readonly name: string;
  readonly state: RunState;
  /** Virtual time of the present stop in ns; null while running. */
  readonly stoppedAt: number | null;
}

export type ToChart =
  | { readonly kind: "snapshot"; readonly run: ChartRun; readonly samples: ChartSamples }
  | { readonly kind: "samples"; readonly batch: SamplesBody }
  | { readonly kind: "run"; readonly run: ChartRun }
  /** No session has run since the extension started; the panel shows what it remembers. */
  | { readonly kind: "nothing" };

export type FromChart =
  { readonly kind: "ready" } | { readonly kind: "failed"; readonly message: string };

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
  readonly oomKill: string;
  readonly oomKillDetail: string;
  readonly panic: string;
  readonly more: string;
  readonly resetZoom: string;
  readonly showTable: string;
  readonly showChart: string;
  readonly tableCaption: string;
  readonly events: string;
  readonly keys: string;
  readonly summary: string;
}
