import * as vscode from "vscode";
import type { FromComparison, ToComparison } from "../webview/comparison-protocol.ts";
import type { WorkerPort } from "./adapter-bridge.ts";
import { ComparedRuns, type ComparedRunsOptions } from "./compared-runs.ts";
import { comparisonTexts } from "./comparison-texts.ts";
import { configurationFor } from "./configuration-provider.ts";
import { locate } from "./scenario-files.ts";
import { WebPanel } from "./web-panel.ts";

export interface ComparisonPanelOptions {
  readonly extensionUri: vscode.Uri;
  readonly startWorker: () => WorkerPort;
}

export type WantedRuns = Pick<ComparedRunsOptions, "title" | "text" | "runs">;

/** Runs of one scenario beside each other: its variants, or the scenario on several kernels. */
export class ComparisonPanel implements vscode.Disposable {
  readonly #options: ComparisonPanelOptions;
  readonly #panel: WebPanel<ToComparison, FromComparison>;
  #runs: ComparedRuns | null = null;

  constructor(options: ComparisonPanelOptions) {
    this.#options = options;
    this.#panel = new WebPanel({
      extensionUri: options.extensionUri,
      viewType: "balloon.comparison",
      title: vscode.l10n.t("Comparison"),
      name: "comparison",
      texts: comparisonTexts,
      receive: (message: FromComparison) => void this.#receive(message),
    });
  }

  /** Another comparison ends the one before. */
  async compare(wanted: WantedRuns): Promise<void> {
    this.#runs?.cancel();
    const { startWorker } = this.#options;
    const runs = new ComparedRuns({ ...wanted, startWorker, onChange: () => this.#send() });
    this.#runs = runs;
    this.#panel.show();
    this.#send();
    await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: progressTitle(wanted),
        cancellable: true,
      },
      (_progress, token) => {
        token.onCancellationRequested(() => runs.cancel());
        return runs.run();
      },
    );
  }

  dispose(): void {
    this.#runs?.cancel();
    this.#panel.dispose();
  }

  async #receive(message: FromComparison): Promise<void> {
    switch (message.kind) {
      case "ready":
        return this.#send();
      case "series":
        if (this.#runs !== null) this.#runs.series = message.series;
        return;
      case "debug": {
        const { program, ...chosen } = message.launch;
        const uri = locate(program, undefined);
        const { name, ...rest } = configurationFor(uri);
        const folder = vscode.workspace.getWorkspaceFolder(uri);
        const configuration = { ...rest, ...chosen, name: `${name} (${message.name})` };
        await vscode.debug.startDebugging(folder, configuration as vscode.DebugConfiguration);
        return;
      }
      case "failed":
        void vscode.window.showErrorMessage(
          vscode.l10n.t("The comparison failed: {0}", message.message),
        );
    }
  }

  #send(): void {
    this.#panel.send({ kind: "comparison", comparison: this.#runs?.view() ?? null });
  }
}

function progressTitle({ title, runs }: WantedRuns): string {
  return runs.length === 1
    ? vscode.l10n.t("Running {0}", title)
    : vscode.l10n.t("Comparing {0} runs of {1}", runs.length, title);
}
