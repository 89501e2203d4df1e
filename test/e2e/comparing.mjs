/** A scenario on two kernels, side by side, and from there into one of the runs. */
import assert from "node:assert/strict";
import { until } from "./until.mjs";

const SCENARIO = "oom-notify.balloon.yaml";
const NOTIFIER = "virtio_balloon_oom_notify";
const PANEL = "Comparison";

/**
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {import("playwright-core").Page} page
 */
export async function compareKernels(workbench, page) {
  await workbench.addFunctionBreakpoint(NOTIFIER);
  await workbench.openFile(SCENARIO);
  const lens = page.locator(".codelens-decoration a", { hasText: /Compare kernels$/ });
  const list = page.locator(".quick-input-widget", { hasText: "Kernels to run the scenario on" });
  await workbench.insist("comparison", async () => {
    await lens.first().click();
    await list.locator(".monaco-list-row").first().waitFor();
    // The two sides of the report are ticked already.
    await workbench.press("Enter");
    await workbench.tab(PANEL).waitFor();
  });
  const comparison = await workbench.panel("#comparison .u-over");
  await until("end of both runs", async () =>
    /All runs are over/.test(await comparison.locator(".note").first().innerText()),
  );
  const row = comparison.locator("tbody tr", { hasText: "oom_notifications > 0" }).first();
  assert.deepEqual(await row.locator("td").allInnerTexts(), ["✗ 0", "✓"]);

  await workbench.insist("stop on v5.7", async () => {
    if ((await workbench.stoppedLine()) !== null) return;
    await comparison.getByRole("button", { name: "Debug v5.7" }).click();
    await page.locator(".debug-top-stack-frame-line").first().waitFor();
  });
  // The source has opened beside the panels and not over them.
  await until("source in the other group", async () => {
    const group = page.locator(".editor-group-container").filter({ has: workbench.tab(PANEL) });
    const names = await group
      .locator(".tab")
      .evaluateAll((all) => all.map((each) => each.getAttribute("data-resource-name") ?? ""));
    return names.length > 0 && names.every((name) => !name.endsWith(".ts"));
  });
  await workbench.endSession();
  await workbench.command("View: Close All Editors");
}
