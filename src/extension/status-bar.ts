import * as vscode from "vscode";
import { NS_PER_SECOND, PAGE_SIZE } from "../base/units.ts";
import { formatSize } from "../base/format.ts";
import type { MarkBody } from "../dap/protocol.ts";
import { formatMark } from "./mark-link.ts";
import { virtualTime, type Run, type RunTracker } from "./run-tracker.ts";
import { formatSpeed, SpeedMeter } from "./speed-meter.ts";

/** The stack and the variables are asked for first; a mark may need the dispatch replayed. */
const MARK_DELAY_MS = 100;

/**
 * Shows how far the guest has come, while a session exists: virtual time, how fast it passes, and
 * where it is stopped the mark. A click opens the chart.
 */
export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #subscription: vscode.Disposable;
  readonly #speed = new SpeedMeter();
  readonly #now: () => number;
  /** What stands behind the time, with the run that it is about. */
  #note = "";
  #noted: Run | null = null;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(runs: RunTracker, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#item = vscode.window.createStatusBarItem(
      "balloon.time",
      vscode.StatusBarAlignment.Left,
      10,
    );
    this.#item.name = vscode.l10n.t("Balloon: virtual time");
    this.#item.command = "balloon.showChart";
    this.#subscription = runs.onDidChange(({ kind, run }) => {
      if (run !== runs.current) return;
      if (kind !== "samples") this.#changed(run);
      else if (run.state === "running") this.#measure(run);
      this.#show(run);
    });
  }

  dispose(): void {
    clearTimeout(this.#waiting);
    this.#subscription.dispose();
    this.#item.dispose();
  }

  #changed(run: Run): void {
    clearTimeout(this.#waiting);
    if (this.#noted !== run || run.state !== "running") this.#note = "";
    this.#noted = run;
    if (run.state === "running") this.#measure(run);
    else this.#speed.reset();
    if (run.state !== "stopped") return;
    const { stoppedAt } = run;
    this.#waiting = setTimeout(() => {
      const asked = run.session.customRequest("balloon/mark") as Promise<MarkBody>;
      asked.then(
        ({ mark }) => {
          if (this.#noted !== run || run.state !== "stopped" || run.stoppedAt !== stoppedAt) return;
          this.#note = formatMark(mark);
          this.#show(run);
        },
        // It runs again, or has ended: there is no mark to show.
        () => {},
      );
    }, MARK_DELAY_MS);
  }

  #measure(run: Run): void {
    const time = run.samples.times.at(-1);
    if (time === undefined) return;
    const speed = this.#speed.at(time, this.#now());
    if (speed !== null) this.#note = vscode.l10n.t("{0}× real time", formatSpeed(speed));
  }

  #show(run: Run): void {
    const time = virtualTime(run);
    if (run.state === "finished" || time === null) {
      this.#item.hide();
      return;
    }
    const icon = run.state === "stopped" ? "$(debug-pause)" : "$(pulse)";
    const seconds = `${(time / NS_PER_SECOND).toFixed(3)} s`;
    this.#item.text = [`${icon} ${seconds}`, this.#note].filter((part) => part !== "").join(" · ");
    this.#item.tooltip = tooltip(run);
    this.#item.show();
  }
}

function tooltip(run: Run): vscode.MarkdownString {
  const size = (series: string): string => {
    const pages = run.samples.column(series).at(-1);
    return pages === undefined || Number.isNaN(pages) ? "–" : formatSize(pages * PAGE_SIZE);
  };
  const lines = [
    vscode.l10n.t("**{0}**: virtual time of the simulated guest", run.session.name),
    vscode.l10n.t("Balloon {0} of {1}", size("balloon_pages"), size("balloon_target")),
    vscode.l10n.t("Free {0}, page cache {1}", size("nr_free_pages"), size("nr_file_pages")),
    vscode.l10n.t("Select to show the chart."),
  ];
  if (run.state === "stopped")
    lines.push(`[${vscode.l10n.t("Copy mark as link")}](command:balloon.copyMarkLink)`);
  const text = new vscode.MarkdownString(lines.join("  \n"));
  text.isTrusted = { enabledCommands: ["balloon.copyMarkLink"] };
  return text;
}
