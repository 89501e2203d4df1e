import * as vscode from "vscode";
import type { ComparisonTexts } from "../webview/comparison-protocol.ts";

/** Texts of the comparison in the user's language; the panel fills in `{0}` and so on. */
export function comparisonTexts(): ComparisonTexts {
  const { t } = vscode.l10n;
  return {
    nothing: t(
      "Nothing was compared yet. The lines “Compare kernels” and “Compare variants” in a scenario do.",
    ),
    progress: t("{0} of {1} runs are over"),
    done: t("All runs are over"),
    remembered: t("From before the window was reloaded"),
    waiting: t("waits"),
    running: t("runs"),
    failed: t("failed: {0}"),
    brokeOff: t("broke off: {0}"),
    series: t("Counter to show"),
    chart: t("{0} over virtual time. {1}."),
    table: t("What came out of each run"),
    debug: t("Debug"),
    outcome: t("Expectations"),
    holds: t("{0} of {1} hold"),
    noExpectations: t("none"),
    balloon: t("Balloon at the end"),
    toTarget: t("Time to the target"),
    never: t("never"),
    stall: t("Longest time without progress"),
    deflated: t("Pages deflated"),
    kills: t("OOM kills"),
    atEnd: t("{0} at the end"),
  };
}
