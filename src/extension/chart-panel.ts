import * as vscode from "vscode";
import type { SamplesBody } from "../dap/protocol.ts";
import {
  CHART_SAMPLES,
  type ChartSamples,
  type FromChart,
  type ToChart,
} from "../webview/protocol.ts";
import { chartPage, makeNonce } from "./chart-page.ts";
import { chartTexts } from "./chart-texts.ts";
import { chartRun, type Run, type RunChange, type RunTracker } from "./run-tracker.ts";

const VIEW_TYPE = "balloon.chart";

/** The one chart panel: shows the current run of `RunTracker`, in whatever state that is. */
export class ChartPanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #extensionUri: vscode.Uri;
  readonly #runs: RunTracker;
  readonly #owned: vscode.Disposable[];
  #panel: vscode.WebviewPanel | null = null;
  /** False while the page loads or is hidden: VS Code would drop what is sent then. */
  #listening = false;

  constructor(extensionUri: vscode.Uri, runs: RunTracker) {
    this.#extensionUri = extensionUri;
    this.#runs = runs;
    this.#owned = [
      runs.onDidChange((change) => this.#follow(change)),
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this),
    ];
  }

  /** Opens the panel beside the source, or shows it where it is; never takes the focus. */
  show(): void {
    if (this.#panel !== null) {
      this.#panel.reveal(undefined, true);
      return;
    }
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.#adopt(vscode.window.createWebviewPanel(VIEW_TYPE, vscode.l10n.t("Balloon Chart"), place));
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#adopt(panel);
    return Promise.resolve();
  }

  dispose(): void {
    this.#panel?.dispose();
    for (const each of this.#owned) each.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    this.#listening = false;
    const icon = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(this.#extensionUri, "media", `chart-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    panel.webview.onDidReceiveMessage((message: FromChart) => this.#receive(message));
    panel.onDidChangeViewState(() => (this.#listening &&= panel.visible));
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = null;
    });
    const dist = vscode.Uri.joinPath(this.#extensionUri, "dist");
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    const address = (file: string): string =>
      panel.webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
    panel.webview.html = chartPage({
      source: panel.webview.cspSource,
      nonce: makeNonce(),
      script: address("chart.js"),
      style: address("chart.css"),
      language: vscode.env.language,
      title: panel.title,
      texts: chartTexts(),
    });
  }

  #receive(message: FromChart): void {
    if (message.kind === "ready") {
      this.#listening = true;
      const run = this.#runs.current;
      this.#send(run === null ? { kind: "nothing" } : snapshot(run));
    } else {
      void vscode.window.showErrorMessage(vscode.l10n.t("The chart failed: {0}", message.message));
    }
  }

  #follow(change: RunChange): void {
    if (change.run !== this.#runs.current) return;
    switch (change.kind) {
      case "current":
        return this.#send(snapshot(change.run));
      case "state":
        return this.#send({ kind: "run", run: chartRun(change.run) });
      case "samples":
        return this.#send({ kind: "samples", batch: chartBatch(change.batch) });
    }
  }

  #send(message: ToChart): void {
    if (this.#listening) void this.#panel?.webview.postMessage(message);
  }
}

/** A batch has every counter of the guest; the chart draws a few. */
function chartBatch(batch: SamplesBody): SamplesBody {
  const drawn = CHART_SAMPLES.series.flatMap((name) => {
    const column = batch.series[name];
    return column === undefined ? [] : [[name, column] as const];
  });
  return { ...batch, series: Object.fromEntries(drawn) };
}

function snapshot(run: Run): ToChart {
  const samples: ChartSamples = run.samples.snapshot();
  return { kind: "snapshot", run: chartRun(run), samples };
}
