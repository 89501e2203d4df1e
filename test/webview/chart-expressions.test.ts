/** Series that the user writes: expressions over counters. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { PRESETS } from "../../src/webview/presets.ts";
import { seriousFindings } from "./accessible.ts";
import { Charts, inkOf, RUNNING, sent, settled, STOPPED, type OpenChart } from "./chart-page.ts";
import { madeUpBatch } from "./made-up-run.ts";

vi.mock("vscode", () => ({ l10n: { t: (text: string) => text } }));

const SUM = "nr_free_pages + nr_file_pages";

let charts: Charts;
beforeAll(async () => {
  charts = await Charts.start();
});
afterAll(() => charts?.close());

async function write(chart: OpenChart, text: string): Promise<void> {
  const field = chart.page.getByRole("searchbox");
  if (!(await field.isVisible())) await chart.page.getByText("Counters", { exact: true }).click();
  await field.fill(text);
}

function legend(chart: OpenChart, pane: "memory" | "activity"): Promise<string[]> {
  return chart.page.locator(`section.${pane} button.series`).allInnerTexts();
}

test("one is written, drawn in the unit of its counters, and taken away again", async () => {
  const chart = await charts.openWith(800, STOPPED);
  await settled(chart);
  await write(chart, "nr_free_pages + nr_fil_pages");
  const problem = chart.page.locator(".menu .note[role=status]");
  expect(await problem.innerText()).toContain("did you mean `nr_file_pages`?");
  expect(await chart.page.getByRole("button", { name: "Add this expression" }).isVisible()).toBe(
    false,
  );
  await write(chart, SUM);
  expect(await problem.isVisible()).toBe(false);
  await chart.page.screenshot({ path: "test-results/chart-expression.png" });
  expect(await seriousFindings(chart.page)).toEqual([]);
  await chart.page.keyboard.press("Enter");
  // The extension is asked for counters; it knows nothing of expressions.
  expect(await sent(chart, "series")).toEqual([{ kind: "series", series: PRESETS.headline }]);
  const { times, series, events } = madeUpBatch(0, 800);
  const numbers = times.map((_time, i) => i);
  const samples = { stride: 1, numbers, times, series, events };
  await chart.send({ kind: "snapshot", run: STOPPED, samples });
  const last = 799;
  const pages = series["nr_free_pages"]![last]! + series["nr_file_pages"]![last]!;
  const shown = `${SUM}\n${(pages / 256).toFixed(1)} MiB`;
  await expect.poll(async () => (await legend(chart, "memory")).at(-1)).toBe(shown);
  await chart.page.screenshot({ path: "test-results/chart-expression-drawn.png" });

  const box = chart.page.getByRole("checkbox", { name: SUM });
  expect(await box.isChecked()).toBe(true);
  await box.click();
  await expect.poll(async () => (await legend(chart, "memory")).length).toBe(4);
  expect(
    await chart.page.getByRole("searchbox").evaluate((it) => it === document.activeElement),
  ).toBe(true);
  expect(chart.complaints).toEqual([]);
  await chart.close();
});

test("it grows with the run, is drawn of the other run too, and below zero", async () => {
  const net = "balloon_deflate - balloon_inflate";
  const state = {
    choice: {
      preset: "custom",
      picked: [net],
      totals: "sums",
      unit: "size",
      log: false,
      hidden: [],
    },
    zoom: null,
    asTable: false,
    run: null,
    samples: null,
  } as const;
  const chart = await charts.openWith(300, RUNNING, { state });
  const value = async (): Promise<string | undefined> => (await legend(chart, "activity"))[0];
  const expected = (row: number): string => {
    const { series } = madeUpBatch(row, 1);
    const pages = series["balloon_deflate"]![0]! - series["balloon_inflate"]![0]!;
    return `${net}\n${pages.toLocaleString("en")}`;
  };
  expect((await chart.received())[0]).toEqual({
    kind: "ready",
    series: ["balloon_deflate", "balloon_inflate"],
  });
  await expect.poll(value).toBe(expected(299));
  await chart.send({ kind: "samples", batch: madeUpBatch(300, 100) });
  await expect.poll(value).toBe(expected(399));
  const before = await inkOf(chart, "activity");
  const { times, series } = madeUpBatch(0, 400);
  const numbers = times.map((_time, i) => i);
  const samples = { stride: 1, numbers, times, series, events: [] };
  const shift = -5_000_000_000;
  await chart.send({ kind: "overlay", overlay: { name: "v5.7", samples, shift } });
  expect(await inkOf(chart, "activity")).toBeGreaterThan(before);
  await chart.page.screenshot({ path: "test-results/chart-expression-overlay.png" });
  expect(chart.complaints).toEqual([]);
  await chart.close();
});
