/** The chart panel in a browser, told of a made-up run. */
import { mkdirSync } from "node:fs";
import type { Browser } from "playwright-core";
import { SampleColumns } from "../../src/base/sample-columns.ts";
import { chartTexts } from "../../src/extension/chart-texts.ts";
import { PRESETS } from "../../src/webview/presets.ts";
import { CHART_EVENTS, CHART_ROWS, type ChartRun } from "../../src/webview/protocol.ts";
import type { FromChart, Remembered, ToChart } from "./chart-types.ts";
import { madeUpBatch } from "./made-up-run.ts";
import {
  buildPanel,
  openBrowser,
  openPanel,
  type OpenPanel,
  type PanelBundle,
  type PanelPageOptions,
} from "./panel-page.ts";

export type OpenChart = OpenPanel<ToChart, FromChart, Remembered>;
type ChartPageOptions = PanelPageOptions<Remembered>;

export const RUNNING: ChartRun = {
  id: "session 1",
  available: [...PRESETS.headline, "pgfault"],
  steps: ["run: cat big --loop", "wait: 15s", "balloon: 848MiB"],
  guestPages: 262_144,
  name: "page-cache-pressure (v4.19)",
  state: "running",
  stoppedAt: null,
  stops: [],
};
export const STOPPED: ChartRun = { ...RUNNING, state: "stopped", stoppedAt: 79_900_000_000 };

export function madeUpColumns(): SampleColumns {
  return new SampleColumns({ series: "all", events: CHART_EVENTS, limit: CHART_ROWS });
}

/** A browser for all charts of a test file. */
export class Charts {
  readonly browser: Browser;
  readonly #bundle: PanelBundle;

  private constructor(browser: Browser, bundle: PanelBundle) {
    this.browser = browser;
    this.#bundle = bundle;
  }

  static async start(): Promise<Charts> {
    mkdirSync("test-results", { recursive: true });
    const [browser, bundle] = await Promise.all([openBrowser(), buildPanel("chart")]);
    return new Charts(browser, bundle);
  }

  async open(options: Partial<ChartPageOptions> = {}): Promise<OpenChart> {
    const { browser } = this;
    return openPanel({ browser, bundle: this.#bundle, texts: chartTexts(), ...options });
  }

  /** A panel that has been told of a run and its first `samples` samples. */
  async openWith(
    samples: number,
    run: ChartRun,
    options: Partial<ChartPageOptions> = {},
  ): Promise<OpenChart> {
    const chart = await this.open(options);
    const columns = madeUpColumns();
    if (samples > 0) columns.append(madeUpBatch(0, samples));
    await chart.send({ kind: "snapshot", run, samples: columns.snapshot() });
    return chart;
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

/** Messages of one kind that the page has sent. */
export async function sent(chart: OpenChart, kind: FromChart["kind"]): Promise<object[]> {
  return (await chart.received()).filter((message) => message.kind === kind);
}

/** Share of a plot's canvas pixels that are not transparent. */
export async function inkOf(chart: OpenChart, section: "memory" | "activity"): Promise<number> {
  await settled(chart);
  return chart.page.locator(`section.${section} canvas`).evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    let inked = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) inked++;
    return inked / (data.length / 4);
  });
}

export async function settled(chart: OpenChart): Promise<void> {
  await chart.page.evaluate(
    () =>
      new Promise((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))),
      ),
  );
}
