import * as vscode from "vscode";
import type { MapTexts } from "../webview/map-protocol.ts";

/** The page map's texts in the user's language. `{0}` and so on are filled in by the panel. */
export function mapTexts(): MapTexts {
  const { t } = vscode.l10n;
  return {
    noRun: t("Nothing has run yet. Open a scenario (*.balloon.yaml) and press F5."),
    waiting: t("Waiting for the guest…"),
    running: t("Running"),
    stoppedAt: t("Stopped at {0}"),
    finished: t("Finished"),
    zoomIn: t("Zoom In"),
    zoomOut: t("Zoom Out"),
    showAll: t("Show All"),
    scale: t("{0}; a tile is {1} pages ({2})"),
    onePage: t("{0}; a tile is one page"),
    legend: t("States of pages"),
    place: t("Pages {0} to {1}, at {2}: mostly {3}"),
    placeOne: t("Page {0}, at {1}: {2}"),
    keys: t(
      "Click a tile to open its page. The wheel zooms, with Shift it moves along. Keys: the arrows move the cursor, Enter opens the page, plus and minus zoom, Page Up and Page Down move along, 0 shows all.",
    ),
    summary: t("Map of {0} of the guest's memory. {1}."),
    details: t("Page"),
    noPage: t("Click a tile to open its page."),
    watch: t("Watch"),
    history: t("History"),
    historyBusy: t("Going back in time to find out…"),
    historyNone: t("Nothing has changed this page."),
    historyTitle: t("Who changed it, newest first"),
    stopFirst: t("Pause the guest to see more of the page."),
    states: {
      free: t("Free"),
      free_absent: t("Free, not in the host"),
      pcp: t("Per-CPU list"),
      active_file: t("Page cache, active"),
      inactive_file: t("Page cache, inactive"),
      active_anon: t("Anonymous, active"),
      inactive_anon: t("Anonymous, inactive"),
      kernel: t("Kernel and slab"),
      balloon: t("Balloon, still in the host"),
      in_flight: t("On its way to or from the host"),
      discarded: t("Balloon, taken by the host"),
    },
  };
}
