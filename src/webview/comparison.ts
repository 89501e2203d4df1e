/** Entry of the page that compares runs: connects the extension's messages, state and view. */
import "uplot/dist/uPlot.min.css";
import "./comparison.css";
import type {
  Comparison,
  ComparisonTexts,
  FromComparison,
  ToComparison,
} from "./comparison-protocol.ts";
import { ComparisonView, type ComparisonState } from "./comparison-view.ts";

const vscode = acquireVsCodeApi<Comparison>();
const root = document.getElementById("comparison");
if (root === null) throw new Error("the page has no element #comparison");

const post = (message: FromComparison): void => vscode.postMessage(message);
addEventListener("error", ({ message }) => post({ kind: "failed", message }));

const texts = JSON.parse(root.dataset["texts"] ?? "{}") as ComparisonTexts;
const state: ComparisonState = { comparison: null, remembered: false };
const view = new ComparisonView(root, state, texts, {
  onSeries: (series) => {
    // Of what is remembered there is one series only.
    if (state.remembered) view.refresh();
    else post({ kind: "series", series });
  },
  onDebug: ({ name, launch }) => post({ kind: "debug", name, launch }),
});

addEventListener("message", ({ data: { comparison } }: MessageEvent<ToComparison>) => {
  const kept = vscode.getState() ?? null;
  state.comparison = comparison ?? (kept && { ...kept, available: [kept.series] });
  state.remembered = comparison === null && kept !== null;
  if (comparison !== null) vscode.setState(comparison);
  view.refresh();
});

post({ kind: "ready" });
