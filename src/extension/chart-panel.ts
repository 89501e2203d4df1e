import * as vscode from "vscode";
import type { SamplesBody } from "../dap/protocol.ts";
import { KERNEL_NAMES } from "../scenario/kernels.ts";
import type { FromChart, ToChart } from "../webview/protocol.ts";
import type { WorkerPort } from "./adapter-bridge.ts";
import { csvOf, perfettoOf } from "./chart-export.ts";
import { chartTexts } from "./chart-texts.ts";
import { compareBranch, compareKernel, compareRecording, type Comparison } from "./comparison.ts";
import { shiftToFirstInflation } from "./recording.ts";
import { chartRun, type Run, type RunChange, type RunTracker } from "./run-tracker.ts";
import { bytesOfBase64, saveFile } from "./save-file.ts";
import type { Seeking } from "./seeking.ts";
import { ThresholdLines } from "./threshold-lines.ts";
import { WebPanel } from "./web-panel.ts";

export interface ChartPanelOptions {
  readonly extensionUri: vscode.Uri;
  readonly runs: RunTracker;
  readonly seeking: Seeking;
  readonly startWorker: () => WorkerPort;
}

type Save = Extract<FromChart, { readonly kind: "save" }>;

/** The chart: shows the current run of `RunTracker`, in whatever state that is. */
export class ChartPanel implements vscode.Disposable {
  readonly #options: ChartPanelOptions;
  readonly #panel: WebPanel<ToChart, FromChart>;
  readonly #lines = new ThresholdLines();
  readonly #subscription: vscode.Disposable;
  /** Series that the page draws; it is sent no others. */
  #series: readonly string[] = [];
  /** Laid over the run of that session. */
  #comparison: { readonly session: string; readonly other: Comparison } | null = null;

  constructor(options: ChartPanelOptions) {
    this.#options = options;
    this.#panel = new WebPanel({
      extensionUri: options.extensionUri,
      viewType: "balloon.chart",
      title: vscode.l10n.t("Balloon Chart"),
      name: "chart",
      texts: chartTexts,
      receive: (message: FromChart) => void this.#receive(message),
    });
    this.#subscription = vscode.Disposable.from(
      this.#lines,
      this.#lines.onDidChange(() => this.#sendLines()),
      options.runs.onDidChange((change) => this.#follow(change)),
    );
  }

  show(): void {
    this.#panel.show();
  }

  dispose(): void {
    this.#panel.dispose();
    this.#subscription.dispose();
  }

  async #receive(message: FromChart): Promise<void> {
    const run = this.#options.runs.current;
    switch (message.kind) {
      case "ready":
      case "series":
        this.#series = message.series;
        return this.#sendAll();
      case "seek":
        if (run !== null) await this.#options.seeking.seek(run, { time: message.time });
        return;
      case "line":
        return this.#lines.change(message.from, message.to);
      case "compare":
        return this.#report(() => this.#compare(message.with));
      case "save":
        if (run !== null) await this.#report(() => save(message, run));
        return;
      case "failed":
        void vscode.window.showErrorMessage(
          vscode.l10n.t("The chart failed: {0}", message.message),
        );
    }
  }

  #follow(change: RunChange): void {
    if (change.run !== this.#options.runs.current) return;
    switch (change.kind) {
      case "current":
        return this.#sendAll();
      case "state":
        return this.#panel.send({ kind: "run", run: chartRun(change.run) });
      case "samples":
        return this.#panel.send({ kind: "samples", batch: this.#drawnPart(change.batch) });
    }
  }

  #sendLines(): void {
    this.#panel.send({ kind: "lines", lines: this.#lines.all });
  }

  #sendAll(): void {
    this.#sendLines();
    const run = this.#options.runs.current;
    if (run === null) {
      this.#panel.send({ kind: "nothing" });
      return;
    }
    const samples = run.samples.snapshot(this.#series);
    this.#panel.send({ kind: "snapshot", run: chartRun(run), samples });
    this.#sendOverlay(run);
  }

  #sendOverlay(run: Run): void {
    const comparison = this.#comparison?.session === run.session.id ? this.#comparison.other : null;
    if (comparison === null) {
      this.#panel.send({ kind: "overlay", overlay: null });
      return;
    }
    const { name, samples, alignedBy } = comparison;
    const series = Object.fromEntries(
      this.#series.map((each) => [each, samples.series[each] ?? samples.times.map(() => NaN)]),
    );
    const shift =
      alignedBy === "time"
        ? 0
        : shiftToFirstInflation(run.samples.snapshot(["balloon_inflate"]), samples);
    this.#panel.send({
      kind: "overlay",
      overlay: { name, samples: { ...samples, series }, shift },
    });
  }

  async #compare(what: Extract<FromChart, { kind: "compare" }>["with"]): Promise<void> {
    const { runs, startWorker } = this.#options;
    const run = runs.current;
    if (run === null) return;
    if (what === "nothing") {
      this.#comparison = null;
    } else {
      const other = await {
        kernel: () => compareKernel(run, KERNEL_NAMES, startWorker),
        branch: () => compareBranch(run),
        recording: () => compareRecording(run),
      }[what]();
      if (other === null) return;
      this.#comparison = { session: run.session.id, other };
    }
    if (runs.current !== null) this.#sendOverlay(runs.current);
  }

  async #report(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(message);
    }
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

async function save(message: Save, run: Run): Promise<void> {
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  const { name } = run.session;
  switch (message.format) {
    case "png":
      return saveFile(name, { label: "PNG", extension: "png" }, bytesOfBase64(message.base64));
    case "svg":
      return saveFile(name, { label: "SVG", extension: "svg" }, text(message.text));
    case "csv": {
      const csv = csvOf(run.samples.snapshot());
      return saveFile(name, { label: "CSV", extension: "csv" }, text(csv));
    }
    case "perfetto": {
      const trace = perfettoOf(run.samples.snapshot(), name, run.outline?.steps ?? []);
      return saveFile(name, { label: "Perfetto", extension: "json" }, text(trace));
    }
  }
}
