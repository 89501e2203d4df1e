/**
 * A workspace that nobody has said to trust: what can be done there, and what asks. In the end it is
 * trusted, as for all that follows.
 */
import assert from "node:assert/strict";
import { until } from "./until.mjs";

const SCENARIO = "oom-notify.balloon.yaml";

/**
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {import("playwright-core").Page} page
 */
export async function workRestricted(workbench, page) {
  const restricted = page.locator(".statusbar-item", { hasText: "Restricted Mode" });
  await restricted.waitFor();
  await workbench.openFile(SCENARIO);
  await until("lenses without trust", () =>
    page.locator(".codelens-decoration a").first().isVisible(),
  );

  // Debugging asks for trust. Refused, it does not happen, and we say what can be done instead.
  const offer = page.locator(".notifications-toasts .monaco-button", { hasText: "Run Without" });
  await workbench.insist("run without the debugger", async () => {
    await askedForTrust(workbench, page, "Cancel");
    await offer.first().click();
    await workbench.tab("Comparison").waitFor();
  });
  const comparison = await workbench.panel("#comparison tbody tr");
  await until("end of the run", async () =>
    /All runs are over/.test(await comparison.locator(".note").first().innerText()),
  );
  assert.match(await comparison.locator("tbody tr").first().innerText(), /\d of \d hold/);
  assert.equal(await restricted.count(), 1, "still nobody has trusted the workspace");

  // Trusted when asked, it runs.
  await workbench.insist("chart of the session", async () => {
    await workbench.openFile(SCENARIO);
    await askedForTrust(workbench, page, "Trust");
    await workbench.tab("Balloon Chart").waitFor();
  });
  await restricted.waitFor({ state: "detached" });
  // Under the debugger the guest stops at the end.
  await until("stop", async () => (await workbench.stoppedLine()) !== null);
  await workbench.endSession();
  await workbench.command("View: Close All Editors");
}

/**
 * Presses F5 and answers the question that comes, if it does.
 *
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {import("playwright-core").Page} page
 * @param {"Cancel" | "Trust"} answer
 */
async function askedForTrust(workbench, page, answer) {
  await page.locator(".editor-instance .view-line").first().click();
  await workbench.press("F5");
  const question = page.locator(".monaco-dialog-box", { hasText: "Do you trust" });
  await question.waitFor();
  await question.locator(".monaco-button", { hasText: answer }).first().click();
  await question.waitFor({ state: "detached" });
}
