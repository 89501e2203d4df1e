/** Entry of the chart panel's page: connects the extension's messages, the state and the view. */
import "uplot/dist/uPlot.min.css";
import "./chart.css";
import { emptyState, receive, remember, type Remembered } from "./chart-state.ts";
import { ChartView } from "./chart-view.ts";
import type { ChartTexts, FromChart, ToChart } from "./protocol.ts";

const vscode = acquireVsCodeApi<Remembered>();
const root = document.getElementById("chart");
if (root === null) throw new Error("the page has no element #chart");

const post = (message: FromChart): void => vscode.postMessage(message);
addEventListener("error", ({ message }) => post({ kind: "failed", message }));

const texts = JSON.parse(root.dataset["texts"] ?? "{}") as ChartTexts;
const state = emptyState();
const view = new ChartView(root, state, texts);

addEventListener("message", ({ data }: MessageEvent<ToChart>) => {
  receive(state, data, vscode.getState() ?? null);
  const kept =
    state.run?.state === "stopped" || state.run?.state === "finished" ? remember(state) : null;
  if (kept !== null && !state.remembered) vscode.setState(kept);
  view.refresh();
});

post({ kind: "ready" });
