import type { SampleSnapshot } from "../base/sample-columns.ts";
import type { SamplesBody } from "../dap/protocol.ts";
import type { FromChart, ThresholdLine, ToChart } from "../webview/protocol.ts";
import type { Comparison } from "./comparison.ts";
import { shiftToFirstInflation } from "./recording.ts";
import { chartRun, type Run, type RunChange } from "./run-tracker.ts";

/** What every page of the chart shows. */
export interface ChartContent {
  /** Null before the first run. */
  readonly run: Run | null;
  /** What is laid over that run. */
  readonly other: Comparison | null;
  readonly lines: readonly ThresholdLine[];
}

/** One page that shows the chart; each has its own choice of series, and is sent no others. */
export class ChartPage {
  readonly #send: (message: ToChart) => void;
  #series: readonly string[] = [];

  constructor(send: (message: ToChart) => void) {
    this.#send = send;
  }

  /** The page is new, or shows other series from now on. */
  choose(
    { series }: Extract<FromChart, { readonly kind: "ready" | "series" }>,
    content: ChartContent,
  ): void {
    this.#series = series;
    this.sendAll(content);
  }

  sendAll({ run, other, lines }: ChartContent): void {
    this.sendLines(lines);
    if (run === null) return this.#send({ kind: "nothing" });
    const samples = run.samples.snapshot(this.#series);
    this.#send({ kind: "snapshot", run: chartRun(run), samples });
    this.sendOverlay(run, other);
  }

  sendLines(lines: readonly ThresholdLine[]): void {
    this.#send({ kind: "lines", lines });
  }

  sendOverlay(run: Run, other: Comparison | null): void {
    this.#send({ kind: "overlay", overlay: other === null ? null : this.#overlay(run, other) });
  }

  follow(change: Exclude<RunChange, { readonly kind: "current" }>): void {
    if (change.kind === "state") this.#send({ kind: "run", run: chartRun(change.run) });
    else this.#send({ kind: "samples", batch: this.#drawnPart(change.batch) });
  }

  #overlay(
    run: Run,
    { name, samples, alignedBy }: Comparison,
  ): Extract<ToChart, { readonly kind: "overlay" }>["overlay"] {
    const series: SampleSnapshot["series"] = Object.fromEntries(
      this.#series.map((each) => [each, samples.series[each] ?? samples.times.map(() => NaN)]),
    );
    const shift =
      alignedBy === "time"
        ? 0
        : shiftToFirstInflation(run.samples.snapshot(["balloon_inflate"]), samples);
    return { name, samples: { ...samples, series }, shift };
  }

  /** A batch has every counter of the guest; the chart draws a few. */
  #drawnPart(batch: SamplesBody): SamplesBody {
    const drawn = this.#series.flatMap((name) => {
      const column = batch.series[name];
      return column === undefined ? [] : [[name, column] as const];
    });
    return { ...batch, series: Object.fromEntries(drawn) };
  }
}
