/** Entry of the page with the virtqueues: connects the extension's messages, state and view. */
import "./rings.css";
import type { FromRings, RingsTexts, ToRings } from "./rings-protocol.ts";
import { RingsView, type RingsState } from "./rings-view.ts";

const vscode = acquireVsCodeApi<null>();
const root = document.getElementById("rings");
if (root === null) throw new Error("the page has no element #rings");

const post = (message: FromRings): void => vscode.postMessage(message);
addEventListener("error", ({ message }) => post({ kind: "failed", message }));

const texts = JSON.parse(root.dataset["texts"] ?? "{}") as RingsTexts;
const state: RingsState = { run: null, queues: null };
const view = new RingsView(root, state, texts);

addEventListener("message", ({ data }: MessageEvent<ToRings>) => {
  if (data.kind === "rings") {
    state.queues = data.body.queues;
  } else {
    if (state.run?.id !== data.run?.id) state.queues = null;
    state.run = data.run;
  }
  view.draw();
});

post({ kind: "ready" });
