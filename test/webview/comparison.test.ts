import { mkdirSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { comparisonTexts } from "../../src/extension/comparison-texts.ts";
import type {
  ComparedRun,
  Comparison,
  FromComparison,
  ToComparison,
} from "../../src/webview/comparison-protocol.ts";
import { seriousFindings } from "./accessible.ts";
import {
  buildPanel,
  openBrowser,
  openPanel,
  type OpenPanel,
  type PanelPageOptions,
} from "./panel-page.ts";
import type { ThemeName } from "./themes.ts";

vi.mock("vscode", () => ({ l10n: { t: (text: string) => text } }));

type OpenComparison = OpenPanel<ToComparison, FromComparison, Comparison>;
type Options = PanelPageOptions<Comparison>;

const SECOND = 1_000_000_000;

/** Fills up to `share` of the target; no model made it. */
function madeUpRun(name: string, share: number): ComparedRun {
  const times = Array.from({ length: 300 }, (_, i) => i * (SECOND / 10));
  const reaches = share === 1;
  const wobble = (i: number): number => (reaches ? 0 : Math.round(6000 * Math.sin(i / 5)));
  const values = times.map((_, i) =>
    Math.round(Math.min(217_088 * share, i * 2400) + (i * 2400 > 217_088 * share ? wobble(i) : 0)),
  );
  return {
    name,
    launch: { program: "/ws/a.balloon.yaml", variant: name },
    state: "done",
    problem: "",
    times,
    values,
    result: {
      scenario: "a",
      kernel: name,
      seed: 1,
      fingerprint: "",
      virtualNs: 30 * SECOND,
      bug: "",
      counters: { balloon_deflate: reaches ? 0 : 1_154_828, oom_kill: 0 },
      balloon: {
        targetPages: 217_088,
        actualPages: values.at(-1) ?? 0,
        timeToTargetNs: reaches ? 9 * SECOND : null,
        longestStallNs: reaches ? SECOND / 5 : 12 * SECOND,
      },
      timeline: [],
      expect: [
        { line: 8, text: "balloon.reached", pass: reaches, actual: `balloon.reached = ${reaches}` },
        { line: 9, text: "oom_kill == 0", pass: true, actual: "oom_kill = 0" },
      ],
    },
  };
}

const COMPARISON: Comparison = {
  title: "page-cache-pressure",
  series: "balloon_pages",
  available: ["balloon_pages", "nr_free_pages"],
  runs: [
    madeUpRun("v4.14", 0.93),
    madeUpRun("v4.19", 0.6),
    madeUpRun("v5.5", 0.7),
    madeUpRun("v5.7", 1),
  ],
};

let browser: Browser;
let bundle: Options["bundle"];

beforeAll(async () => {
  [browser, bundle] = await Promise.all([openBrowser(), buildPanel("comparison")]);
  mkdirSync("test-results", { recursive: true });
});

afterAll(() => browser?.close());

async function open(
  comparison: Comparison | null,
  options: Partial<Options> = {},
): Promise<OpenComparison> {
  const panel: OpenComparison = await openPanel({
    browser,
    bundle,
    texts: comparisonTexts(),
    ...options,
  });
  await panel.send({ kind: "comparison", comparison });
  return panel;
}

test("says what to do before anything was compared", async () => {
  const panel = await open(null);
  const message = panel.page.locator(".message");
  await expect.poll(() => message.innerText()).toContain("Nothing was compared yet");
  expect(await panel.received()).toEqual([{ kind: "ready" }]);
  expect(await seriousFindings(panel.page)).toEqual([]);
  expect(panel.complaints).toEqual([]);
  await panel.close();
});

test("a column a run: what came out, and what every expectation came to", async () => {
  const panel = await open(COMPARISON);
  const row = (name: string): Promise<string[]> =>
    panel.page
      .getByRole("row")
      .filter({ has: panel.page.getByRole("rowheader", { name, exact: true }) })
      .getByRole("cell")
      .allInnerTexts();
  await panel.page.locator("tbody tr").first().waitFor();
  expect(await row("Expectations")).toEqual([
    "✗ 1 of 2 hold",
    "✗ 1 of 2 hold",
    "✗ 1 of 2 hold",
    "✓ 2 of 2 hold",
  ]);
  expect(await row("Time to the target")).toEqual(["never", "never", "never", "9.000 s"]);
  expect(await row("balloon.reached")).toEqual(["✗ false", "✗ false", "✗ false", "✓"]);
  expect((await row("Balloon at the end")).at(-1)).toBe("848.0 MiB");
  expect(await panel.page.getByText("balloon_pages at the end").count()).toBe(0);
  await panel.send({
    kind: "comparison",
    comparison: { ...COMPARISON, series: "nr_free_pages" },
  });
  await panel.page.getByText("nr_free_pages at the end").waitFor();
  await panel.page.getByRole("button", { name: "Debug v5.7" }).click();
  const sent = await panel.received();
  const launch = { program: "/ws/a.balloon.yaml", variant: "v5.7" };
  expect(sent.at(-1)).toEqual({ kind: "debug", name: "v5.7", launch });
  expect(panel.complaints).toEqual([]);
  await panel.close();
});

test("one chart has a line for each run, with its value at the cursor", async () => {
  const panel = await open(COMPARISON);
  const legend = panel.page.locator("button.series");
  await expect.poll(() => legend.count()).toBe(4);
  expect((await legend.allInnerTexts()).at(-1)).toMatch(/^v5\.7\s*848\.0 MiB$/);
  const dashes = await legend
    .locator("line")
    .evaluateAll((all) => all.map((each) => each.getAttribute("stroke-dasharray")));
  const colors = await legend
    .locator("line")
    .evaluateAll((all) => all.map((each) => each.getAttribute("stroke")));
  expect(new Set(colors.map((color, i) => `${color} ${dashes[i]}`)).size).toBe(4);
  const plot = (await panel.page.locator(".u-over").boundingBox())!;
  await panel.page.mouse.move(plot.x + 1, plot.y + plot.height / 2);
  await expect.poll(async () => (await legend.allInnerTexts()).at(-1)).toMatch(/v5\.7\s*0\.0 MiB/);
  await panel.page.getByLabel("Counter to show").selectOption("nr_free_pages");
  expect((await panel.received()).at(-1)).toEqual({ kind: "series", series: "nr_free_pages" });
  await panel.close();
});

test("runs that wait, run or failed say so", async () => {
  const [first] = COMPARISON.runs;
  const rest = { result: null, times: [], values: [], problem: "" };
  const panel = await open({
    ...COMPARISON,
    runs: [
      { ...first!, ...rest, state: "failed", problem: "no such kernel" },
      { ...first!, ...rest, name: "b", state: "running" },
      { ...first!, ...rest, name: "c", state: "waiting" },
    ],
    available: [],
  });
  await panel.page.locator("tbody tr").first().waitFor();
  const cells = panel.page.locator("tbody tr").first().locator("td");
  expect(await cells.allInnerTexts()).toEqual(["✗ failed: no such kernel", "runs", "waits"]);
  expect(await panel.page.locator(".bar .note").innerText()).toBe("1 of 3 runs are over");
  expect(await seriousFindings(panel.page)).toEqual([]);
  expect(await panel.page.locator("section").isVisible()).toBe(false);
  expect(panel.complaints).toEqual([]);
  await panel.close();
});

test("remembers the comparison over a reload of the window", async () => {
  const first = await open(COMPARISON);
  await expect.poll(async () => (await first.remembered())?.runs.length).toBe(4);
  const state = (await first.remembered())!;
  await first.close();
  const second = await open(null, { state });
  await expect.poll(() => second.page.locator("button.series").count()).toBe(4);
  expect(await second.page.locator(".bar .note").innerText()).toBe(
    "From before the window was reloaded",
  );
  expect(await second.page.getByLabel("Counter to show").locator("option").count()).toBe(1);
  await second.close();
});

const themes: readonly ThemeName[] = ["dark", "light", "high-contrast", "high-contrast-light"];
test.each(themes)("%s", async (theme) => {
  const panel = await open(COMPARISON, { theme });
  await expect.poll(() => panel.page.locator("button.series").count()).toBe(4);
  expect(await seriousFindings(panel.page)).toEqual([]);
  expect(panel.complaints).toEqual([]);
  await panel.close();
});
