import * as vscode from "vscode";
import type { ChartTexts } from "../webview/protocol.ts";

/** The chart panel's texts in the user's language. `{0}` and so on are filled in by the panel. */
export function chartTexts(): ChartTexts {
  const { t } = vscode.l10n;
  return {
    noRun: t("Nothing has run yet. Open a scenario (*.balloon.yaml) and press F5."),
    waiting: t("Waiting for the first sample…"),
    running: t("Running"),
    stoppedAt: t("Stopped at {0}"),
    finished: t("Finished"),
    lastRun: t("Last run, before the window was reloaded"),
    memory: t("Guest memory"),
    rates: t("Balloon rates, pages per second"),
    ratesOver: t("averaged over {0}"),
    time: t("Virtual time"),
    balloon: t("Balloon"),
    target: t("Target"),
    free: t("Free"),
    cache: t("Page cache"),
    inflate: t("Inflate"),
    deflate: t("Deflate"),
    targetSet: t("Target changed"),
    targetDetail: t("Target set to {0}"),
    oomNotify: t("OOM notifier"),
    oomNotifyDetail: t("OOM notifier freed {0} pages"),
    outOfPuff: t("Out of puff"),
    outOfPuffDetail: t("Out of puff: no page for the balloon"),
    oomKill: t("OOM kill"),
    oomKillDetail: t("OOM killer ended process {0}"),
    panic: t("Kernel panic"),
    more: t("and {0} more"),
    resetZoom: t("Show All"),
    showTable: t("Show as Table"),
    showChart: t("Show as Chart"),
    tableCaption: t("{0} of {1} samples, evenly spaced"),
    events: t("Events"),
    keys: t(
      "Drag to zoom, double-click to show all. Keys: left and right move the cursor, plus and minus zoom, 0 shows all.",
    ),
    summary: t(
      "Guest memory from {0} to {1}. Balloon {2}, target {3}, free {4}, page cache {5}. Events: {6}.",
    ),
  };
}
