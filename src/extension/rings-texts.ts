import * as vscode from "vscode";
import type { RingsTexts } from "../webview/rings-protocol.ts";

/** Texts of the view of the virtqueues in the user's language; the panel fills in `{0}` and so on. */
export function ringsTexts(): RingsTexts {
  const { t } = vscode.l10n;
  return {
    title: t("Virtqueues"),
    noRun: t("Nothing has run yet. Open a scenario (*.balloon.yaml) and press F5."),
    waiting: t("The virtqueues are shown as they are when the guest stops."),
    running: t("Running"),
    stoppedAt: t("Stopped at {0}"),
    finished: t("Finished"),
    noQueues: t("The guest has no virtqueues yet: its driver sets them up when it is probed."),
    stale: t("as at the last stop"),
    free: t("Free"),
    available: t("Offered"),
    device: t("With the device"),
    used: t("Given back"),
    split: t("split"),
    packed: t("packed"),
    summary: t("of {0} descriptors {1} offered, {2} with the device, {3} given back, {4} free"),
    rings: t(
      "Available ring (outside) and used ring (inside) of {0}: {1}. Filled triangles are the driver's places, hollow ones the device's.",
    ),
    onlyRing: t(
      "Descriptor ring of {0}: {1}. Filled triangles are the driver's places, hollow ones the device's.",
    ),
    descriptors: t("Descriptors"),
    inUse: t("Descriptors of {0} in use"),
    allFree: t("All descriptors are free."),
    more: t("and {0} more"),
    number: t("Number"),
    whose: t("Whose"),
    address: t("Address"),
    bytes: t("Bytes"),
    flags: t("Flags"),
    buffer: t("Buffer"),
  };
}
