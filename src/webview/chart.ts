/** Entry of the chart panel's page: connects the extension's messages, the state and the view. */
import "uplot/dist/uPlot.min.css";
import "./chart.css";
import { receive, remember, startState, type Remembered } from "./chart-state.ts";
import { ChartView, type Shown } from "./chart-view.ts";
import { pictureOf } from "./export-png.ts";
import { svgOf } from "./export-svg.ts";
import { countersFor } from "./expressions.ts";
import { seriesOf } from "./presets.ts";
import type { ChartTexts, FromChart, ToChart } from "./protocol.ts";
import { fill } from "./text.ts";
import type { SaveFormat } from "./toolbar.ts";

const KEEP_AFTER_MS = 200;

const vscode = acquireVsCodeApi<Remembered>();
const root = document.getElementById("chart");
if (root === null) throw new Error("the page has no element #chart");

const post = (message: FromChart): void => vscode.postMessage(message);
addEventListener("error", ({ message }) => post({ kind: "failed", message }));

const texts = JSON.parse(root.dataset["texts"] ?? "{}") as ChartTexts;
const state = startState(vscode.getState() ?? null);
let keeping: ReturnType<typeof setTimeout> | undefined;
const view = new ChartView(root, state, texts, {
  onChoice: (choice) => {
    const wanted = seriesOf(choice);
    const isNew = wanted.some((name) => !state.samples.names.includes(name));
    state.choice = choice;
    keep();
    if (isNew) post({ kind: "series", series: countersFor(wanted) });
    view.refresh();
  },
  onSeek: (time) => post({ kind: "seek", time }),
  onCompare: (comparison) => post({ kind: "compare", with: comparison }),
  onLine: (from, to) => post({ kind: "line", from, to }),
  onSave: (format, shown) => void save(format, shown),
  onView: keep,
});

addEventListener("message", ({ data }: MessageEvent<ToChart>) => {
  receive(state, data, vscode.getState() ?? null);
  if (state.run?.state === "stopped" || state.run?.state === "finished") keep();
  view.refresh();
});

/** Soon, since a turning wheel asks for it at every notch. */
function keep(): void {
  keeping ??= setTimeout(keepNow, KEEP_AFTER_MS);
}

/** A remembered run stays as it was remembered; only the way it is looked at may have changed. */
function keepNow(): void {
  keeping = undefined;
  const { choice, zoom, asTable, run, samples } = remember(state);
  const kept = vscode.getState();
  const remembersMore = state.remembered || state.samples.length === 0;
  vscode.setState({
    choice,
    zoom,
    asTable,
    run: remembersMore ? (kept?.run ?? run) : run,
    samples: remembersMore ? (kept?.samples ?? null) : samples,
  });
}

async function save(format: SaveFormat, { panes }: Shown): Promise<void> {
  if (format === "csv" || format === "perfetto") return post({ kind: "save", format });
  const { overlay, run } = state;
  const svg = svgOf(panes, {
    theme: view.theme,
    title: run?.name ?? "",
    note: overlay === null ? "" : fill(texts.comparedWith, overlay.name),
    texts,
  });
  if (format === "svg") return post({ kind: "save", format, text: svg.text });
  try {
    post({ kind: "save", format, base64: await pictureOf(svg) });
  } catch (error) {
    post({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
}

post({ kind: "ready", series: countersFor(seriesOf(state.choice)) });
