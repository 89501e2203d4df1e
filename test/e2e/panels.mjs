/**
 * The panels beside the source, while the guest stands in the OOM notifier: a chart that has been
 * drawn and takes the guest back to where it is clicked, a map of its pages, and its virtqueues.
 */
import assert from "node:assert/strict";
import { until } from "./until.mjs";

/** The legend, the axes, and a few curves. */
const FEWEST_COLOURS = 4;
/** Of the width of the plot, which ends at the stop. */
const CLICKED = 0.5;

/** @param {import("./workbench.mjs").Workbench} workbench */
export async function seeChart(workbench) {
  const chart = await workbench.panel("#chart .u-over");
  await until("curves in the chart", async () => (await coloursIn(chart)) >= FEWEST_COLOURS);
  return chart;
}

/**
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {number} first line of the notifier's first statement; the guest stands in the next one,
 *   and does so again in the end
 */
export async function usePanels(workbench, first) {
  const chart = await seeChart(workbench);
  const latest = await stoppedAt(chart);
  // The source of the new stop opens elsewhere: the chart stays in sight.
  const before = await until("stop at the time of the click", () => clickInChart(chart, latest));
  assert.ok(
    Math.abs(before - latest * CLICKED) < latest / 10,
    `${before} s is not what was clicked`,
  );

  await workbench.command("Balloon: Show Page Map");
  const map = await workbench.panel("#page-map .map canvas");
  await until("tiles in the page map", async () => (await coloursIn(map)) >= FEWEST_COLOURS);
  assert.equal(await stoppedAt(map), before);
  await until("details of a page", async () => {
    await map.locator(".map").click({ position: { x: 40, y: 40 } });
    return map.locator(".details .summary").first().isVisible();
  });
  assert.match(await map.locator(".details dl").innerText(), /zone/);

  await workbench.command("Balloon: Show Virtqueues");
  const rings = await workbench.panel("#rings section svg");
  const names = await rings.locator("#rings h2").allInnerTexts();
  for (const name of ["inflate", "deflate", "stats"]) {
    assert.ok(
      names.some((each) => each.endsWith(name)),
      `${name} is not among ${names.join(", ")}`,
    );
  }

  await stopAtLine(workbench, before, latest);

  // Forward again, the guest comes to the same stop.
  await workbench.clickToolbar("continue");
  await until(`stop in line ${first}`, async () => (await workbench.stoppedLine()) === first);
  const again = await seeChart(workbench);
  await until("same time as before", async () => (await stoppedAt(again)) === latest);
  await workbench.clickToolbar("step-over");
  await until("next line", async () => (await workbench.stoppedLine()) === first + 1);
}

/**
 * Draws a line under the free memory of this moment: forward from here, the guest stops when memhog
 * has taken so much. Then the line is removed again, all of it with the keys.
 *
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {number} before where the guest is, in seconds
 * @param {number} latest where it would come to
 */
async function stopAtLine(workbench, before, latest) {
  await workbench.command("Balloon: Show Chart");
  const chart = await seeChart(workbench);
  const line = chart.locator(".lines .slider");
  await until("line in the chart", async () => {
    if ((await line.count()) > 0) return true;
    const menu = chart.locator("details.menu", { hasText: "Break at" });
    if ((await menu.getAttribute("open")) === null) await menu.locator("summary").click();
    await menu.locator(".command", { hasText: "Free" }).click();
    await line.first().waitFor();
    return true;
  });
  const drawn = await line.first().getAttribute("aria-valuetext");
  await until("lower line", async () => {
    if ((await line.first().getAttribute("aria-valuetext")) !== drawn) return true;
    await line.first().press("Shift+ArrowDown");
    return false;
  });
  await workbench.clickToolbar("continue");
  const reached = await until("stop at the line", async () => {
    const now = await stoppedAt(chart);
    return now !== before && now;
  });
  assert.ok(before < reached && reached < latest, `${reached} s is not where the line is`);
  await until("chart without lines", async () => {
    if ((await line.count()) === 0) return true;
    await line.first().press("Delete");
    return false;
  });
}

/**
 * @param {import("playwright-core").Frame} chart
 * @param {number} latest where the guest is, in seconds
 * @returns {Promise<number | null>} where it has gone then
 */
async function clickInChart(chart, latest) {
  if ((await stoppedAt(chart)) === latest) {
    const plot = chart.locator(".u-over").first();
    const { width = 0, height = 0 } = (await plot.boundingBox()) ?? {};
    await plot.click({ position: { x: width * CLICKED, y: height / 2 } });
  }
  await chart
    .locator(".state", { hasNotText: `${latest}` })
    .first()
    .waitFor();
  const now = await stoppedAt(chart);
  return now === latest ? null : now;
}

/**
 * @param {import("playwright-core").Frame} panel
 * @returns {Promise<number>} virtual time in seconds
 */
function stoppedAt(panel) {
  return until("time of the stop", async () => {
    const state = await panel.locator(".state").first().innerText();
    const found = /^Stopped at ([\d.]+) s$/.exec(state);
    return found && Number(found[1]);
  });
}

/** How many colours are drawn on a panel's canvases. @param {import("playwright-core").Frame} panel */
function coloursIn(panel) {
  return panel.evaluate(() => {
    const colours = new Set();
    for (const canvas of document.querySelectorAll("canvas")) {
      const { width, height } = canvas;
      if (width === 0 || height === 0) continue;
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
      for (let at = 0; at < pixels.length; at += 4) {
        if (pixels[at + 3] === 0) continue;
        colours.add(`${pixels[at]},${pixels[at + 1]},${pixels[at + 2]}`);
      }
    }
    return colours.size;
  });
}
