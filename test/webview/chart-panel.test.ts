import { mkdirSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { SampleColumns } from "../../src/base/sample-columns.ts";
import { chartTexts } from "../../src/extension/chart-texts.ts";
import { CHART_SAMPLES, type ChartRun } from "../../src/webview/protocol.ts";
import {
  buildChart,
  openBrowser,
  openChart,
  type ChartPageOptions,
  type OpenChart,
} from "./chart-page.ts";
import { madeUpBatch } from "./made-up-run.ts";
import type { ThemeName } from "./themes.ts";

vi.mock("vscode", () => ({ l10n: { t: (text: string) => text } }));

const RUNNING: ChartRun = {
  name: "page-cache-pressure (v4.19)",
  state: "running",
  stoppedAt: null,
};
const STOPPED: ChartRun = { ...RUNNING, state: "stopped", stoppedAt: 79_900_000_000 };

let browser: Browser;
let bundle: ChartPageOptions["bundle"];

beforeAll(async () => {
  [browser, bundle] = await Promise.all([openBrowser(), buildChart()]);
  mkdirSync("test-results", { recursive: true });
});

afterAll(() => browser?.close());

async function open(options: Partial<ChartPageOptions> = {}): Promise<OpenChart> {
  return openChart({ browser, bundle, texts: chartTexts(), ...options });
}

/** A panel that has been told of a run and its first `samples` samples. */
async function openWith(
  samples: number,
  run: ChartRun,
  options: Partial<ChartPageOptions> = {},
): Promise<OpenChart> {
  const chart = await open(options);
  const columns = new SampleColumns(CHART_SAMPLES);
  if (samples > 0) columns.append(madeUpBatch(0, samples));
  await chart.send({ kind: "snapshot", run, samples: columns.snapshot() });
  return chart;
}

/** Share of a plot's canvas pixels that are not transparent. */
async function inkOf(chart: OpenChart, section: "memory" | "rates"): Promise<number> {
  await settled(chart);
  return chart.page.locator(`section.${section} canvas`).evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    let inked = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) inked++;
    return inked / (data.length / 4);
  });
}

async function settled(chart: OpenChart): Promise<void> {
  await chart.page.evaluate(
    () =>
      new Promise((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))),
      ),
  );
}

describe("what the panel shows", () => {
  test("says that nothing has run, then that it waits, then draws", async () => {
    const chart = await open();
    expect(await chart.received()).toEqual([{ kind: "ready" }]);
    const message = chart.page.locator(".message");
    await chart.send({ kind: "nothing" });
    await settled(chart);
    expect(await message.innerText()).toContain("press F5");
    await chart.send({
      kind: "snapshot",
      run: { ...RUNNING, state: "starting" },
      samples: new SampleColumns(CHART_SAMPLES).snapshot(),
    });
    await settled(chart);
    expect(await message.innerText()).toBe("Waiting for the first sample…");
    await chart.send(
      { kind: "samples", batch: madeUpBatch(0, 300) },
      { kind: "run", run: RUNNING },
    );
    expect(await inkOf(chart, "memory")).toBeGreaterThan(0.02);
    expect(await inkOf(chart, "rates")).toBeGreaterThan(0.01);
    expect(await message.isVisible()).toBe(false);
    expect(chart.complaints).toEqual([]);
    await chart.close();
  });

  test("shows the newest values, and those under the mouse", async () => {
    const chart = await openWith(800, STOPPED);
    await settled(chart);
    const balloon = chart.page
      .locator("section.memory button.series", { hasText: "Balloon" })
      .locator(".value");
    const newest = await balloon.innerText();
    expect(newest).toMatch(/MiB$/);
    expect(await chart.page.locator(".state").innerText()).toBe("Stopped at 79.900 s");
    const plot = (await chart.page.locator("section.memory .u-over").boundingBox())!;
    await chart.page.mouse.move(plot.x + plot.width * 0.1, plot.y + plot.height / 2);
    await expect.poll(() => balloon.innerText()).toBe("0.0 MiB");
    await expect.poll(() => chart.page.locator(".cursor").innerText()).toMatch(/^7\.\d{3} s$/);
    await chart.page.mouse.move(2, 2);
    await expect.poll(() => balloon.innerText()).toBe(newest);
    await chart.close();
  });

  test("names the event under the mouse", async () => {
    const chart = await openWith(800, STOPPED);
    await settled(chart);
    const plot = (await chart.page.locator("section.memory .u-over").boundingBox())!;
    await chart.page.mouse.move(plot.x + (plot.width * 31) / 79.9, plot.y + 20);
    await expect
      .poll(() => chart.page.locator(".events").innerText())
      .toBe("31.000 s: Out of puff: no page for the balloon");
    await chart.close();
  });

  test("zooms with mouse and keyboard, and shows all again", async () => {
    const chart = await openWith(800, STOPPED);
    await settled(chart);
    const showAll = chart.page.getByRole("button", { name: "Show All" });
    expect(await showAll.isVisible()).toBe(false);
    const plot = (await chart.page.locator("section.rates .u-over").boundingBox())!;
    await chart.page.mouse.move(plot.x + plot.width * 0.2, plot.y + 20);
    await chart.page.mouse.down();
    await chart.page.mouse.move(plot.x + plot.width * 0.4, plot.y + 20, { steps: 4 });
    await chart.page.mouse.up();
    await showAll.waitFor({ state: "visible" });
    await chart.page.screenshot({ path: "test-results/chart-zoomed.png" });
    await showAll.click();
    await showAll.waitFor({ state: "hidden" });
    await chart.page.locator("section.memory .plot").focus();
    for (const key of ["End", "+", "+", "ArrowLeft"]) await chart.page.keyboard.press(key);
    await showAll.waitFor({ state: "visible" });
    await expect
      .poll(() => chart.page.locator(".spoken[aria-live]").innerText())
      .toMatch(/^79\.\d{3} s, Balloon /);
    await chart.page.keyboard.press("0");
    await showAll.waitFor({ state: "hidden" });
    expect(chart.complaints).toEqual([]);
    await chart.close();
  });

  test("hides a series, and shows everything as a table", async () => {
    const chart = await openWith(1000, { ...RUNNING, state: "finished" });
    const cache = chart.page.getByRole("button", { name: "Page cache" });
    const all = await inkOf(chart, "memory");
    await cache.click();
    await expect.poll(() => cache.getAttribute("aria-pressed")).toBe("false");
    expect(await inkOf(chart, "memory")).toBeLessThan(all);
    await chart.page.getByRole("button", { name: "Show as Table" }).click();
    await chart.page.locator("table").waitFor();
    expect(await chart.page.locator("tbody tr").count()).toBe(100);
    expect(await chart.page.locator("caption").innerText()).toBe(
      "100 of 1,000 samples, evenly spaced",
    );
    expect(await chart.page.locator("li").first().innerText()).toBe(
      "15.000 s: Target set to 848.0 MiB",
    );
    await chart.page.screenshot({ path: "test-results/chart-table.png" });
    await chart.page.getByRole("button", { name: "Show as Chart" }).click();
    await chart.page.locator("section.memory canvas").waitFor();
    await chart.close();
  });

  test("describes itself to screen readers", async () => {
    const chart = await openWith(800, STOPPED);
    await expect
      .poll(() => chart.page.locator("section.memory [role=img]").getAttribute("aria-label"), {
        timeout: 10_000,
      })
      .toMatch(
        /^Guest memory from 0\.000 s to 79\.900 s\. Balloon .* MiB, target 848\.0 MiB, .*OOM notifier 40, Out of puff 2, OOM kill 1\.$/,
      );
    await chart.close();
  });

  test("drops what came after a point that was gone back to", async () => {
    const chart = await openWith(800, STOPPED);
    await chart.send(
      { kind: "samples", batch: { ...madeUpBatch(400, 1, { truncate: true }), events: [] } },
      { kind: "run", run: { ...STOPPED, stoppedAt: 40_000_000_000 } },
    );
    await settled(chart);
    expect(await chart.page.locator(".state").innerText()).toBe("Stopped at 40.000 s");
    expect(await chart.page.locator(".events").innerText()).not.toContain("OOM");
    await chart.close();
  });

  test("remembers a finished run over a reload of the window", async () => {
    const first = await openWith(1000, { ...RUNNING, state: "finished" });
    const state = (await first.remembered()) ?? undefined;
    await first.close();
    expect(state?.samples.times.length).toBe(1000);
    const second = await open(state === undefined ? {} : { state });
    await second.send({ kind: "nothing" });
    expect(await inkOf(second, "memory")).toBeGreaterThan(0.02);
    expect(await second.page.locator(".state").innerText()).toBe(
      "Last run, before the window was reloaded",
    );
    await second.close();
  });

  test("fits a panel that is resized", async () => {
    const chart = await openWith(800, STOPPED);
    await chart.page.setViewportSize({ width: 420, height: 500 });
    const width = (): Promise<number> =>
      chart.page
        .locator("section.memory .uplot")
        .evaluate((plot) => plot.getBoundingClientRect().width);
    await expect.poll(width).toBe(420 - 24);
    await settled(chart);
    await chart.page.screenshot({ path: "test-results/chart-narrow.png" });
    await chart.close();
  });
});

describe("themes", () => {
  const themes: readonly ThemeName[] = ["dark", "light", "high-contrast", "high-contrast-light"];
  test.each(themes)("%s", async (theme) => {
    const chart = await openWith(
      1000,
      { ...RUNNING, state: "stopped", stoppedAt: 85_000_000_000 },
      { theme },
    );
    expect(await inkOf(chart, "memory")).toBeGreaterThan(0.02);
    await chart.page.screenshot({ path: `test-results/chart-${theme}.png` });
    expect(chart.complaints).toEqual([]);
    await chart.close();
  });

  test("follows a change of theme", async () => {
    const chart = await openWith(800, STOPPED);
    const color = (): Promise<string | null> =>
      chart.page.locator("section.memory button.series line").first().getAttribute("stroke");
    const ink = await inkOf(chart, "memory");
    expect(await color()).toBe("#3794ff");
    await chart.setTheme("light");
    await expect.poll(color).toBe("#1a85ff");
    expect(Math.abs((await inkOf(chart, "memory")) / ink - 1)).toBeLessThan(0.02);
    await chart.close();
  });
});
