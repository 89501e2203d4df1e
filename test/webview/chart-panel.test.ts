import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { PRESETS } from "../../src/webview/presets.ts";
import { seriousFindings } from "./accessible.ts";
import { Charts, inkOf, madeUpColumns, RUNNING, sent, settled, STOPPED } from "./chart-page.ts";
import { madeUpBatch } from "./made-up-run.ts";
import type { ThemeName } from "./themes.ts";

vi.mock("vscode", () => ({ l10n: { t: (text: string) => text } }));

let charts: Charts;
beforeAll(async () => {
  charts = await Charts.start();
});
afterAll(() => charts?.close());

describe("what the panel shows", () => {
  test("says that nothing has run, then that it waits, then draws", async () => {
    const chart = await charts.open();
    expect(await chart.received()).toEqual([{ kind: "ready", series: PRESETS.headline }]);
    const message = chart.page.locator(".message");
    await chart.send({ kind: "nothing" });
    await settled(chart);
    expect(await message.innerText()).toContain("press F5");
    expect(await seriousFindings(chart.page)).toEqual([]);
    await chart.send({
      kind: "snapshot",
      run: { ...RUNNING, state: "starting" },
      samples: madeUpColumns().snapshot(),
    });
    await settled(chart);
    expect(await message.innerText()).toBe("Waiting for the first sample…");
    await chart.send(
      { kind: "samples", batch: madeUpBatch(0, 300) },
      { kind: "run", run: RUNNING },
    );
    expect(await inkOf(chart, "memory")).toBeGreaterThan(0.02);
    expect(await inkOf(chart, "activity")).toBeGreaterThan(0.01);
    expect(await message.isVisible()).toBe(false);
    expect(await seriousFindings(chart.page)).toEqual([]);
    expect(chart.complaints).toEqual([]);
    await chart.close();
  });

  test("shows the newest values, and those under the mouse", async () => {
    const chart = await charts.openWith(800, STOPPED);
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
    const chart = await charts.openWith(800, STOPPED);
    await settled(chart);
    const plot = (await chart.page.locator("section.memory .u-over").boundingBox())!;
    await chart.page.mouse.move(plot.x + (plot.width * 31) / 79.9, plot.y + 20);
    await expect
      .poll(() => chart.page.locator(".events").innerText())
      .toBe("31.000 s: Out of puff: no page for the balloon");
    await chart.close();
  });

  test("marks where it was stopped, as far as the run has come", async () => {
    const stops = [20_000_000_000, 30_000_000_000, 90_000_000_000];
    const chart = await charts.openWith(800, { ...STOPPED, stops });
    await settled(chart);
    expect(await chart.page.locator(".events").innerText()).toMatch(/^■\s*Stop 2/);
    const plot = (await chart.page.locator("section.memory .u-over").boundingBox())!;
    await chart.page.mouse.move(plot.x + (plot.width * 20) / 79.9, plot.y + 20);
    await expect
      .poll(() => chart.page.locator(".events").innerText())
      .toBe("20.000 s: The guest was stopped here");
    await chart.page.screenshot({ path: "test-results/chart-stops.png" });
    await chart.close();
  });

  test("zooms with mouse and keyboard, and shows all again", async () => {
    const chart = await charts.openWith(800, STOPPED);
    await settled(chart);
    const showAll = chart.page.getByRole("button", { name: "Show All" });
    expect(await showAll.isVisible()).toBe(false);
    const plot = (await chart.page.locator("section.activity .u-over").boundingBox())!;
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
    const chart = await charts.openWith(1000, { ...RUNNING, state: "finished" });
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
    expect(await chart.page.locator("li").allInnerTexts()).toContain(
      "15.000 s: Target set to 848.0 MiB",
    );
    expect(await chart.page.locator("li").first().innerText()).toBe(
      "0.000 s: Step run: cat big --loop",
    );
    await chart.page.screenshot({ path: "test-results/chart-table.png" });
    expect(await seriousFindings(chart.page)).toEqual([]);
    await chart.page.getByRole("button", { name: "Show as Chart" }).click();
    await chart.page.locator("section.memory canvas").waitFor();
    await chart.close();
  });

  test("describes itself to screen readers", async () => {
    const chart = await charts.openWith(800, STOPPED);
    await expect
      .poll(() => chart.page.locator("section.memory [role=img]").getAttribute("aria-label"), {
        timeout: 10_000,
      })
      .toMatch(
        /^Guest memory from 0\.000 s to 79\.900 s\. Balloon .* MiB, Target 848\.0 MiB, .*OOM notifier 40, Out of puff 2, OOM kill 1\.$/,
      );
    await chart.close();
  });

  test("drops what came after a point that was gone back to", async () => {
    const chart = await charts.openWith(800, STOPPED);
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
    const first = await charts.openWith(1000, { ...RUNNING, state: "finished" });
    await expect.poll(async () => (await first.remembered())?.samples?.times.length).toBe(1000);
    const state = (await first.remembered()) ?? undefined;
    await first.close();
    const second = await charts.open(state === undefined ? {} : { state });
    await second.send({ kind: "nothing" });
    expect(await inkOf(second, "memory")).toBeGreaterThan(0.02);
    expect(await second.page.locator(".state").innerText()).toBe(
      "Last run, before the window was reloaded",
    );
    await second.close();
  });

  test("fits a panel that is resized", async () => {
    const chart = await charts.openWith(800, STOPPED);
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

  test("low and wide, the plots stand beside each other; in a side bar nothing is cut off", async () => {
    const chart = await charts.openWith(800, STOPPED, { width: 1900, height: 300 });
    await settled(chart);
    const top = (pane: string): Promise<number> =>
      chart.page
        .locator(`section.${pane}`)
        .evaluate((section) => Math.round(section.getBoundingClientRect().top));
    expect(await top("activity")).toBe(await top("memory"));
    await chart.page.screenshot({ path: "test-results/chart-low.png" });
    await chart.page.setViewportSize({ width: 300, height: 700 });
    await settled(chart);
    expect(await top("activity")).toBeGreaterThan(await top("memory"));
    await chart.page.screenshot({ path: "test-results/chart-side-bar.png" });
    const beyond = await chart.page.evaluate(() =>
      [...document.querySelectorAll(".bar > *, .toolbar > *, section header > *")]
        .filter((each) => each.getBoundingClientRect().right > innerWidth)
        .map((each) => each.className),
    );
    expect(beyond).toEqual([]);
    for (const menu of ["Counters", "Save"]) {
      await chart.page.getByText(menu, { exact: true }).click();
      const edges = async (): Promise<readonly boolean[]> => {
        const { x, width } = (await chart.page.locator("details[open] .panel").boundingBox())!;
        return [x >= 0, x + width <= 300];
      };
      await expect.poll(edges).toEqual([true, true]);
      await chart.page.screenshot({ path: `test-results/chart-side-bar-${menu}.png` });
      await chart.page.keyboard.press("Escape");
    }
    await chart.close();
  });
});

describe("what the user chooses", () => {
  test("a preset asks for its series, and draws those that the run has", async () => {
    const chart = await charts.openWith(800, STOPPED);
    await settled(chart);
    await chart.page.getByRole("combobox", { name: "What to show" }).selectOption("Reclaim");
    await expect
      .poll(() => sent(chart, "series"))
      .toEqual([{ kind: "series", series: PRESETS.reclaim }]);
    await expect
      .poll(() => chart.page.locator("section.memory button.series").allInnerTexts())
      .toEqual([expect.stringMatching(/^Free/)]);
    expect(await chart.page.locator("section.activity .note.none").isVisible()).toBe(true);
    expect(chart.complaints).toEqual([]);
    await chart.close();
  });

  test("any counter can be picked, with the keyboard too", async () => {
    const chart = await charts.openWith(800, STOPPED);
    await settled(chart);
    await chart.page.getByText("Counters", { exact: true }).focus();
    await chart.page.keyboard.press("Enter");
    await expect
      .poll(() => chart.page.evaluate(() => document.activeElement?.tagName))
      .toBe("INPUT");
    await chart.page.keyboard.type("pgf");
    await chart.page.keyboard.press("Tab");
    await chart.page.keyboard.press("Space");
    await expect
      .poll(() => sent(chart, "series"))
      .toEqual([{ kind: "series", series: [...PRESETS.headline, "pgfault"] }]);
    await chart.page.screenshot({ path: "test-results/chart-counters.png" });
    expect(await seriousFindings(chart.page)).toEqual([]);
    await chart.page.keyboard.press("Escape");
    expect(await chart.page.locator(".counters").isVisible()).toBe(false);
    const columns = madeUpColumns();
    columns.append(madeUpBatch(0, 800));
    await chart.send({ kind: "snapshot", run: STOPPED, samples: columns.snapshot() });
    const legend = chart.page.locator("section.activity button.series");
    await expect.poll(() => legend.last().innerText()).toMatch(/^pgfault\s*0\/s$/);
    expect(await chart.page.getByRole("combobox", { name: "What to show" }).inputValue()).toBe(
      "custom",
    );
    await chart.close();
  });

  test("sums instead of rates, pages and per cent instead of MiB, a log scale", async () => {
    const chart = await charts.openWith(800, STOPPED);
    const value = (pane: string): Promise<string> =>
      chart.page.locator(`section.${pane} button.series .value`).last().innerText();
    await settled(chart);
    await chart.page.getByLabel("Counters that only grow").selectOption("In all");
    await expect.poll(() => value("activity")).toBe("942,900");
    await chart.page.getByLabel("Unit of memory").selectOption("Pages");
    await expect.poll(() => value("memory")).toMatch(/^\d{3},\d{3}$/);
    await chart.page.getByLabel("Unit of memory").selectOption("% of the guest");
    await expect.poll(() => value("memory")).toMatch(/^4\d\.\d\d %$/);
    await chart.page.getByLabel("Log scale").check();
    expect(await inkOf(chart, "memory")).toBeGreaterThan(0.02);
    await chart.page.screenshot({ path: "test-results/chart-log.png" });
    expect(chart.complaints).toEqual([]);
    await chart.close();
  });

  test("survives that the panel is hidden: choice, zoom and table", async () => {
    const first = await charts.openWith(800, STOPPED);
    await settled(first);
    await first.page.getByLabel("Unit of memory").selectOption("Pages");
    await first.page.locator("section.memory .plot").focus();
    for (const key of ["End", "+"]) await first.page.keyboard.press(key);
    await expect.poll(async () => (await first.remembered())?.zoom).toBeTruthy();
    const state = await first.remembered();
    await first.close();
    const second = await charts.openWith(800, STOPPED, state === null ? {} : { state });
    await settled(second);
    expect(await second.page.getByRole("button", { name: "Show All" }).isVisible()).toBe(true);
    expect(await second.page.getByLabel("Unit of memory").inputValue()).toBe("pages");
    await second.close();
  });

  test("the wheel zooms, and moves along with Shift", async () => {
    const chart = await charts.openWith(800, STOPPED);
    await settled(chart);
    const plot = (await chart.page.locator("section.memory .u-over").boundingBox())!;
    await chart.page.mouse.move(plot.x + plot.width / 2, plot.y + 40);
    await chart.page.mouse.wheel(0, -400);
    const zoom = async () => (await chart.remembered())?.zoom;
    await expect.poll(zoom).toBeTruthy();
    const before = (await zoom())!;
    expect(before.end - before.start).toBeCloseTo(79_900_000_000 / 1.2 ** 4, -3);
    await chart.page.keyboard.down("Shift");
    await chart.page.mouse.wheel(0, 100);
    await chart.page.keyboard.up("Shift");
    await expect.poll(async () => (await zoom())!.start).toBeGreaterThan(before.start);
    await chart.close();
  });

  test("a click goes to that time, a double click does not, Enter goes to the cursor", async () => {
    const chart = await charts.openWith(800, STOPPED);
    await settled(chart);
    const plot = (await chart.page.locator("section.activity .u-over").boundingBox())!;
    await chart.page.mouse.dblclick(plot.x + plot.width / 4, plot.y + 40);
    await chart.page.mouse.click(plot.x + plot.width / 2, plot.y + 40);
    await expect.poll(async () => (await sent(chart, "seek")).length).toBe(1);
    const [seek] = (await sent(chart, "seek")) as { time: number }[];
    expect(Math.abs(seek!.time / 39_950_000_000 - 1)).toBeLessThan(0.01);
    await chart.page.locator("section.memory .plot").focus();
    for (const key of ["Home", "Enter"]) await chart.page.keyboard.press(key);
    await expect.poll(() => sent(chart, "seek")).toEqual([seek, { kind: "seek", time: 0 }]);
    await chart.close();
  });

  test("another run is laid over, dotted", async () => {
    const chart = await charts.openWith(800, STOPPED);
    const before = await inkOf(chart, "memory");
    const columns = madeUpColumns();
    columns.append(madeUpBatch(0, 1000));
    await chart.send({
      kind: "overlay",
      overlay: { name: "v5.7", samples: columns.snapshot(), shift: -8_000_000_000 },
    });
    await expect.poll(() => inkOf(chart, "memory")).not.toBe(before);
    expect(await chart.page.locator(".bar .note").innerText()).toBe("dotted: v5.7");
    expect(await seriousFindings(chart.page)).toEqual([]);
    await chart.page.screenshot({ path: "test-results/chart-overlay.png" });
    // At the stop, the other run is 8 s further.
    const target = chart.page.getByRole("button", { name: "Target", exact: false }).first();
    expect(await target.innerText()).toMatch(/^Target\s848\.0 MiB \/ 848\.0 MiB$/);
    await chart.page.getByRole("button", { name: "Show as Table" }).click();
    const head = chart.page.locator("thead th");
    await expect
      .poll(async () => (await head.allInnerTexts()).slice(0, 3))
      .toEqual(["Virtual time", "Balloon", "Balloon (v5.7)"]);
    const early = chart.page.locator("tbody tr").first().locator("td");
    // Free memory as at 0 s and, of the run that is laid over, as at 8 s.
    const free = madeUpBatch(0, 81).series["nr_free_pages"]!;
    const inMiB = (pages: number): string => `${(pages / 256).toFixed(1)} MiB`;
    expect((await early.allInnerTexts()).slice(4, 6)).toEqual([inMiB(free[0]!), inMiB(free[80]!)]);
    await chart.page.getByRole("button", { name: "Show as Chart" }).click();
    await chart.page.getByText("Compare").click();
    await chart.page.getByRole("button", { name: "With nothing" }).click();
    expect(await sent(chart, "compare")).toEqual([{ kind: "compare", with: "nothing" }]);
    await chart.send({ kind: "overlay", overlay: null });
    await expect.poll(() => inkOf(chart, "memory")).toBe(before);
    expect(chart.complaints).toEqual([]);
    await chart.close();
  });

  test("saves a picture and vector graphics, and has the tables written", async () => {
    const chart = await charts.openWith(800, STOPPED);
    await chart.send({
      kind: "lines",
      lines: [{ counter: "nr_free_pages", value: 131_072, enabled: true }],
    });
    await settled(chart);
    for (const name of ["Picture (PNG)", "Vector graphics (SVG)", "All counters (CSV)"]) {
      await chart.page.getByText("Save").click();
      await chart.page.getByRole("button", { name }).click();
    }
    type Saved = { format: string; base64?: string; text?: string };
    const saved = async (): Promise<Saved[]> => (await sent(chart, "save")) as Saved[];
    // The picture is ready a little later than what was asked for after it.
    await expect.poll(async () => (await saved()).length).toBe(3);
    const all = await saved();
    const of = (format: string): Saved => all.find((each) => each.format === format)!;
    expect(of("csv")).toEqual({ kind: "save", format: "csv" });
    const picture = Buffer.from(of("png").base64 ?? "", "base64");
    writeFileSync("test-results/chart-saved.png", picture);
    const { text = "" } = of("svg");
    writeFileSync("test-results/chart-saved.svg", text);
    const page = await charts.browser.newPage({ viewport: { width: 980, height: 700 } });
    await page.setContent(text);
    const lines = page.locator("svg g[clip-path] path[fill=none]");
    expect(await lines.count()).toBe(6);
    const texts = await page.locator("svg text").allTextContents();
    for (const expected of ["Guest memory", "Free 512.0 MiB", "OOM notifier 40", "70 s", "768 MiB"])
      expect(texts).toContain(expected);
    expect(await page.locator("svg title").textContent()).toBe("page-cache-pressure (v4.19)");
    const size = await page.locator("svg").boundingBox();
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([
      2 * size!.width,
      2 * size!.height,
    ]);
    await page.screenshot({ path: "test-results/chart-saved-svg.png" });
    await page.close();
    expect(chart.complaints).toEqual([]);
    await chart.close();
  });
});

describe("lines that the run stops at", () => {
  const FREE = { counter: "nr_free_pages", value: 131_072 };

  test("one is drawn by the menu, moved with the keys, and removed", async () => {
    const chart = await charts.openWith(800, STOPPED);
    const ink = await inkOf(chart, "memory");
    await chart.page.getByText("Break at", { exact: true }).click();
    await chart.page.getByRole("button", { name: "Target…" }).click();
    const line = chart.page.getByRole("slider", {
      name: "Breaks when it crosses Target 848.0 MiB",
    });
    await line.waitFor();
    expect(await sent(chart, "line")).toEqual([
      { kind: "line", from: null, to: { counter: "balloon_target", value: 217_088 } },
    ]);
    expect(await line.evaluate((it) => it === document.activeElement)).toBe(true);
    await expect.poll(() => inkOf(chart, "memory")).not.toBe(ink);
    await chart.page.keyboard.press("Shift+ArrowDown");
    const moved = chart.page.getByRole("slider");
    await expect.poll(() => moved.getAttribute("aria-valuetext")).toMatch(/^Target 7\d\d\.0 MiB$/);
    expect(await moved.evaluate((it) => it === document.activeElement)).toBe(true);
    const [, message] = (await sent(chart, "line")) as { from: object; to: { value: number } }[];
    expect(message?.from).toMatchObject({ counter: "balloon_target", value: 217_088 });
    const to = { counter: "balloon_target", value: message!.to.value };
    // What the extension answers is the same line: the focus stays where it is.
    await chart.send({ kind: "lines", lines: [{ ...to, enabled: true }] });
    await settled(chart);
    expect(await moved.evaluate((it) => it === document.activeElement)).toBe(true);
    await chart.page.keyboard.press("Delete");
    expect(await chart.page.getByRole("slider").count()).toBe(0);
    expect((await sent(chart, "line"))[2]).toMatchObject({ from: to, to: null });
    expect(chart.complaints).toEqual([]);
    await chart.close();
  });

  test("one is dragged with the mouse, and told of when it is let go", async () => {
    const chart = await charts.openWith(800, STOPPED);
    await chart.send({ kind: "lines", lines: [{ ...FREE, enabled: true }] });
    const line = chart.page.getByRole("slider");
    const box = (await line.boundingBox())!;
    await chart.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await chart.page.mouse.down();
    await chart.page.mouse.move(box.x + box.width / 2, box.y + 40, { steps: 5 });
    await settled(chart);
    const dragged = (await line.boundingBox())!;
    expect(Math.abs(dragged.y + dragged.height / 2 - box.y - 40)).toBeLessThan(2);
    expect(await sent(chart, "line")).toEqual([]);
    await chart.page.mouse.up();
    const [message] = (await sent(chart, "line")) as { from: object; to: { value: number } }[];
    expect(message?.from).toMatchObject(FREE);
    expect(message?.to.value).toBeLessThan(FREE.value);
    // As round as a pixel of the plot is wide: here 512 pages, 2 MiB.
    expect(message!.to.value % 512).toBe(0);
    // A drag along a line neither zooms nor seeks.
    expect((await chart.received()).map(({ kind }) => kind)).toEqual(["ready", "line"]);
    expect(await chart.page.getByRole("button", { name: "Show All" }).isVisible()).toBe(false);
    await chart.close();
  });

  test("they are listed with the table, and those that are switched off look it", async () => {
    const chart = await charts.openWith(800, { ...STOPPED, state: "finished" });
    await chart.send({
      kind: "lines",
      lines: [
        { ...FREE, enabled: false },
        { counter: "balloon_deflate", value: 5, enabled: true },
        { counter: "pgscan_kswapd", value: 5, enabled: true },
      ],
    });
    const enabled = chart.page.locator(".line");
    // A rate has no line, and neither has a counter that is not shown.
    await expect.poll(() => enabled.count()).toBe(1);
    expect(await enabled.getAttribute("data-enabled")).toBe("false");
    await chart.page.getByLabel("Counters that only grow").selectOption("In all");
    await expect.poll(() => enabled.count()).toBe(2);
    await chart.page.getByRole("button", { name: "Show as Table" }).click();
    const entries = chart.page.locator(".line-list li");
    await expect
      .poll(() => entries.allInnerTexts())
      .toEqual([
        expect.stringContaining("Breaks when it crosses Free 512.0 MiB"),
        expect.stringContaining("Breaks when it crosses Deflate 5"),
      ]);
    expect(await seriousFindings(chart.page)).toEqual([]);
    await chart.page.getByRole("button", { name: "Remove the line at Deflate 5" }).click();
    expect(await sent(chart, "line")).toMatchObject([
      { from: { counter: "balloon_deflate", value: 5 }, to: null },
    ]);
    await expect.poll(() => entries.count()).toBe(1);
    expect(chart.complaints).toEqual([]);
    await chart.close();
  });

  test("one that is far above the data is marked at the edge", async () => {
    const chart = await charts.openWith(800, STOPPED);
    await chart.send({ kind: "lines", lines: [{ ...FREE, value: 100 * 262_144, enabled: true }] });
    await expect.poll(() => chart.page.locator(".line").getAttribute("data-place")).toBe("above");
    const line = (await chart.page.locator(".line").boundingBox())!;
    const plot = (await chart.page.locator("section.memory .u-over").boundingBox())!;
    expect(Math.abs(line.y + line.height / 2 - plot.y)).toBeLessThan(2);
    await chart.close();
  });
});

describe("themes", () => {
  const themes: readonly ThemeName[] = ["dark", "light", "high-contrast", "high-contrast-light"];
  test.each(themes)("%s", async (theme) => {
    const chart = await charts.openWith(
      1000,
      { ...RUNNING, state: "stopped", stoppedAt: 85_000_000_000 },
      { theme },
    );
    await chart.send({
      kind: "lines",
      lines: [{ counter: "nr_free_pages", value: 40_960, enabled: true }],
    });
    expect(await inkOf(chart, "memory")).toBeGreaterThan(0.02);
    expect(await seriousFindings(chart.page)).toEqual([]);
    expect(chart.complaints).toEqual([]);
    await chart.close();
  });

  test("follows a change of theme", async () => {
    const chart = await charts.openWith(800, STOPPED);
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
