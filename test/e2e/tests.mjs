/** The test view: a scenario's expectations are run from the editor, and judged. */
import { until } from "./until.mjs";

const SCENARIO = "oom-notify.balloon.yaml";

/**
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {import("playwright-core").Page} page
 */
export async function runTests(workbench, page) {
  await workbench.openFile(SCENARIO);
  const ready = page.locator(".testing-run-glyph");
  await until("tests beside the lines", async () => (await ready.count()) > 1);
  await workbench.command("Testing: Focus on Test Explorer View");
  await workbench.command("Test: Run Tests in Current File");
  await until("judgement in the test view", async () => {
    const rows = page.locator(".test-explorer .monaco-list-row");
    const labels = await rows.evaluateAll((all) =>
      all.map((row) => row.getAttribute("aria-label")),
    );
    return labels.some((label) => /\(Passed\)/.test(label ?? ""));
  });
  await workbench.command("View: Toggle Panel Visibility");
}
