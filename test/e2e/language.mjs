/** A scenario is written: lenses and hints stand in it, a mistake is underlined and put right. */
import { until } from "./until.mjs";

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
    (await page.locator(".editor-instance .view-lines").innerText()).replaceAll("\u00a0", " ");
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

  await runByLens(workbench, page);
}

/** The first lens runs the scenario without stops; beside it, the chart says when it has ended. */
async function runByLens(
  /** @type {import("./workbench.mjs").Workbench} */ workbench,
  /** @type {import("playwright-core").Page} */ page,
) {
  const run = page.locator(".codelens-decoration a", { hasText: /Run$/ }).first();
  await workbench.insist("run by the lens", async () => {
    await workbench.press("Control+Home");
    // While a text changes, a lens that is still shown may be one of the text before.
    await run.click();
    await workbench.tab("Balloon Chart").waitFor();
  });
  const chart = await workbench.panel("#chart .u-over");
  const state = chart.locator(".state").first();
  await until("end of the run", async () => (await state.innerText()) === "Finished");
  await until("verdicts in the console", async () =>
    /balloon_deflate == balloon_inflate/.test(await page.locator(".repl-tree").innerText()),
  );
  await workbench.command("View: Toggle Panel Visibility");
  await workbench.command("View: Close All Editors");
}
