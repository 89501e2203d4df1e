/** The pictures of docs/panels.md: what the panels show of runs of the model. */
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { SampleColumns } from "../../src/base/sample-columns.ts";
import type {
  PageMapBody,
  ResultBody,
  RingsBody,
  SamplesBody,
  ScenarioBody,
} from "../../src/dap/protocol.ts";
import { chartTexts } from "../../src/extension/chart-texts.ts";
import { comparisonTexts } from "../../src/extension/comparison-texts.ts";
import { mapTexts } from "../../src/extension/map-texts.ts";
import { ringsTexts } from "../../src/extension/rings-texts.ts";
import type { ComparedRun, ToComparison } from "../../src/webview/comparison-protocol.ts";
import type { FromMap, ToMap } from "../../src/webview/map-protocol.ts";
import { CHART_EVENTS, CHART_ROWS, type ToChart } from "../../src/webview/protocol.ts";
import type { ToRings } from "../../src/webview/rings-protocol.ts";
import { Guest } from "../dap/guest.ts";
import { buildPanel, openBrowser, openPanel, takePicture, type OpenPanel } from "./panel-page.ts";
import type { ThemeName } from "./themes.ts";

vi.mock("vscode", () => ({ l10n: { t: (text: string) => text } }));

const PROGRAM = join(process.cwd(), "scenarios/page-cache-pressure.balloon.yaml");
const KERNELS = ["v4.14", "v4.19", "v5.5", "v5.7"];
const SECOND = 1_000_000_000;
const GUEST_PAGES = 262_144;
const themes: readonly ThemeName[] = ["dark", "light", "high-contrast", "high-contrast-light"];

/** Six runs of a gigabyte; a machine may have other things to do. */
vi.setConfig({ testTimeout: 300_000 });

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

async function started(kernel: string): Promise<Guest> {
  return Guest.start({ program: PROGRAM, kernel });
}

/** What the extension keeps of a run so far. */
function samplesOf({ client }: Guest, limit = CHART_ROWS): SampleColumns {
  const columns = new SampleColumns({ series: "all", events: CHART_EVENTS, limit });
  for (const { event, body } of client.events) {
    if (event === "balloon/samples") columns.append(body as SamplesBody);
  }
  return columns;
}

/** The panel called `name` in every theme, after it was sent `messages`. */
async function takePictures<To, From>(
  name: string,
  texts: object,
  messages: readonly To[] | ((panel: OpenPanel<To, From, object>) => Promise<readonly To[]>),
  size: { readonly width?: number; readonly height?: number } = {},
): Promise<void> {
  const bundle = await buildPanel(name);
  for (const theme of themes) {
    const panel: OpenPanel<To, From, object> = await openPanel({
      browser,
      bundle,
      texts,
      theme,
      ...size,
    });
    await panel.send(...(typeof messages === "function" ? await messages(panel) : messages));
    await panel.page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    await takePicture(panel.page, `${name}-${theme}`);
    expect(panel.complaints).toEqual([]);
    await panel.close();
  }
}

test("chart: the shrinker against the page cache", async () => {
  const guest = await started("v4.19");
  await guest.go("balloon/seek", { time: 40 * SECOND });
  const samples = samplesOf(guest).snapshot();
  const outline = (await guest.client.event("balloon/scenario")).body as ScenarioBody;
  await takePictures<ToChart, unknown>("chart", chartTexts(), [
    {
      kind: "snapshot",
      run: {
        id: "session 1",
        name: "page-cache-pressure (v4.19)",
        state: "stopped",
        stoppedAt: guest.stop.virtualTime,
        stops: [guest.stop.virtualTime],
        available: Object.keys(samples.series),
        ...outline,
      },
      samples,
    },
    { kind: "lines", lines: [{ counter: "nr_free_pages", value: 65_536, enabled: true }] },
  ]);
});

test("page map and virtqueues: stopped while the balloon inflates", async () => {
  const guest = await started("v5.7");
  await guest.go("balloon/seek", { time: 17 * SECOND });
  await guest.breakAt("balloon_inflate_pages");
  const { virtualTime: stoppedAt } = await guest.go("continue");
  const run = {
    id: "session 1",
    name: "page-cache-pressure (v5.7)",
    state: "stopped",
    stoppedAt,
  } as const;
  const body = await guest.client.request<RingsBody>("balloon/rings");
  await takePictures<ToRings, unknown>("rings", ringsTexts(), [
    { kind: "run", run },
    { kind: "rings", body },
  ]);
  await takePictures<ToMap, FromMap>("page-map", mapTexts(), async (panel) => {
    await panel.send({ kind: "run", run: { ...run, guestPages: GUEST_PAGES } });
    // What the panel has room for.
    const view = await vi.waitFor(async () => {
      const found = (await panel.received()).find((each) => each.kind === "view");
      expect(found).toBeDefined();
      return found;
    });
    const map = await guest.client.request<PageMapBody>("balloon/pageMap", view);
    return [{ kind: "map", map }];
  });
});

test("comparison: four kernels to the end of the scenario", async () => {
  const runs: ComparedRun[] = [];
  for (const name of KERNELS) {
    const guest = await started(name);
    await guest.client.request("continue", { threadId: guest.thread });
    const result = (await guest.client.event("balloon/result")).body as ResultBody;
    const { times, series } = samplesOf(guest, 1000).snapshot();
    const launch = { program: PROGRAM, kernel: name };
    const values = series["balloon_pages"]!;
    runs.push({ name, launch, state: "done", problem: "", times, values, result });
  }
  const series = "balloon_pages";
  const title = "page-cache-pressure";
  const comparison = { title, series, available: [series], runs };
  const messages: ToComparison[] = [{ kind: "comparison", comparison }];
  await takePictures("comparison", comparisonTexts(), messages, { height: 760 });
});
