import * as vscode from "vscode";
import { NS_PER_SECOND, PAGE_SIZE } from "../base/units.ts";
import { formatSize } from "../base/format.ts";
import { virtualTime, type Run, type RunTracker } from "./run-tracker.ts";

/** Shows how far the guest has come, while a session exists. A click opens the chart. */
export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #subscription: vscode.Disposable;

  constructor(runs: RunTracker) {
    this.#item = vscode.window.createStatusBarItem(
      "balloon.time",
      vscode.StatusBarAlignment.Left,
      10,
    );
    this.#item.name = vscode.l10n.t("Balloon: virtual time");
    this.#item.command = "balloon.showChart";
    this.#subscription = runs.onDidChange(({ run }) => {
      if (run === runs.current) this.#show(run);
    });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#item.dispose();
  }

  #show(run: Run): void {
    const time = virtualTime(run);
    if (run.state === "finished" || time === null) {
      this.#item.hide();
      return;
    }
    const icon = run.state === "stopped" ? "$(debug-pause)" : "$(pulse)";
    this.#item.text = `${icon} ${(time / NS_PER_SECOND).toFixed(3)} s`;
    this.#item.tooltip = tooltip(run);
    this.#item.show();
  }
}

function tooltip(run: Run): vscode.MarkdownString {
  const size = (series: string): string => {
    const pages = run.samples.column(series).at(-1);
    return pages === undefined || Number.isNaN(pages) ? "–" : formatSize(pages * PAGE_SIZE);
  };
  return new vscode.MarkdownString(
    [
      vscode.l10n.t("**{0}**: virtual time of the simulated guest", run.session.name),
      vscode.l10n.t("Balloon {0} of {1}", size("balloon_pages"), size("balloon_target")),
      vscode.l10n.t("Free {0}, page cache {1}", size("nr_free_pages"), size("nr_file_pages")),
      vscode.l10n.t("Select to show the chart."),
    ].join("  \n"),
  );
}
