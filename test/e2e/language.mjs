/** A scenario is written: lenses and hints stand in it, a mistake is underlined and put right. */
import { until } from "./workbench.mjs";

const SCENARIO = "page-cache-pressure.balloon.yaml";

/**
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {import("playwright-core").Page} page
 */
export async function writeOneScenario(workbench, page) {
  await workbench.openFile(SCENARIO);
  const lenses = page.locator(".codelens-decoration");
  await until("lenses above the scenario", async () => {
    const [shown = ""] = await lenses.allTextContents();
    return /Run/.test(shown) && /Debug/.test(shown) && /Compare kernels/.test(shown);
  });
  const text = async () =>
    (await page.locator(".view-lines").innerText()).replaceAll("\u00a0", " ");
  await until("size in pages behind the size", async () =>
    (await text()).includes("1GiB = 262,144 pages"),
  );

  const errors = page.locator(".squiggly-error");
  await workbench.press("Control+End");
  await page.keyboard.type("sede: 2");
  await until("underlined mistake", async () => (await errors.count()) > 0);
  // The cursor stands behind the value; the mistake is the key.
  const fix = page.locator(".action-widget .monaco-list-row", { hasText: "Change to seed" });
  await workbench.insist("quick fix", async () => {
    await workbench.press("Home");
    await workbench.press("Control+.");
    await fix.waitFor();
    await workbench.press("Enter");
  });
  await until("corrected key", async () => (await text()).includes("seed: 2"));
  // Two seeds are a mistake, too.
  await until("underlined repetition", async () => (await errors.count()) > 0);
  await workbench.command("File: Revert File");
  await until("scenario without mistakes", async () => (await errors.count()) === 0);
}
