import * as vscode from "vscode";
import { KERNEL_NAMES } from "../scenario/kernels.ts";
import type { FromChart, ToChart } from "../webview/protocol.ts";
import type { WorkerPort } from "./adapter-bridge.ts";
import { csvOf, perfettoOf } from "./chart-export.ts";
import { ChartPage, type ChartContent } from "./chart-page.ts";
import { chartTexts } from "./chart-texts.ts";
import { compareBranch, compareKernel, compareRecording, type Comparison } from "./comparison.ts";
import type { Run, RunChange, RunTracker } from "./run-tracker.ts";
import { bytesOfBase64, saveFile } from "./save-file.ts";
import type { Seeking } from "./seeking.ts";
import { ThresholdLines } from "./threshold-lines.ts";
import { WebPanel } from "./web-panel.ts";
import { WebView } from "./web-view.ts";

export interface ChartPanelOptions {
  readonly extensionUri: vscode.Uri;
  readonly runs: RunTracker;
  readonly seeking: Seeking;
  readonly startWorker: () => WorkerPort;
}

type Save = Extract<FromChart, { readonly kind: "save" }>;

/**
 * The chart: shows the current run of `RunTracker`, in whatever state that is, as an editor and in a
 * view beside the debug console.
 */
export class ChartPanel implements vscode.Disposable {
  readonly #options: ChartPanelOptions;
  readonly #editor: WebPanel<ToChart, FromChart>;
  readonly #view: WebView<ToChart, FromChart>;
  readonly #pages: readonly ChartPage[];
  readonly #lines = new ThresholdLines();
  readonly #owned: vscode.Disposable;
  /** Laid over the run of that session. */
  #comparison: { readonly session: string; readonly other: Comparison } | null = null;

  constructor(options: ChartPanelOptions) {
    this.#options = options;
    const { extensionUri, runs } = options;
    const page = {
      extensionUri,
      title: vscode.l10n.t("Balloon Chart"),
      name: "chart",
      texts: chartTexts,
    };
    const inEditor = new ChartPage((message) => this.#editor.send(message));
    this.#editor = new WebPanel({
      ...page,
      viewType: "balloon.chart",
      receive: (message: FromChart) => void this.#receive(message, inEditor),
    });
    const inView = new ChartPage((message) => this.#view.send(message));
    this.#view = new WebView({
      ...page,
      viewId: "balloon.chartView",
      receive: (message: FromChart) => void this.#receive(message, inView),
    });
    this.#pages = [inEditor, inView];
    this.#owned = vscode.Disposable.from(
      this.#editor,
      this.#view,
      this.#lines,
      this.#lines.onDidChange(() => {
        for (const each of this.#pages) each.sendLines(this.#lines.all);
      }),
      runs.onDidChange((change) => this.#follow(change)),
    );
  }

  show(): void {
    this.#editor.show();
  }

  /** In sight as a view, so that no editor is needed. */
  get isInView(): boolean {
    return this.#view.listening;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #receive(message: FromChart, page: ChartPage): Promise<void> {
    const run = this.#options.runs.current;
    switch (message.kind) {
      case "ready":
      case "series":
        return page.choose(message, this.#content);
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

  get #content(): ChartContent {
    const run = this.#options.runs.current;
    const isOfRun = run !== null && this.#comparison?.session === run.session.id;
    const other = isOfRun ? (this.#comparison?.other ?? null) : null;
    return { run, other, lines: this.#lines.all };
  }

  #follow(change: RunChange): void {
    if (change.run !== this.#options.runs.current) return;
    for (const page of this.#pages) {
      if (change.kind === "current") page.sendAll(this.#content);
      else page.follow(change);
    }
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
    const { run: now, other } = this.#content;
    if (now !== null) for (const page of this.#pages) page.sendOverlay(now, other);
  }

  async #report(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(message);
    }
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
