/** Entry of the page map's page: connects the extension's messages, the state and the view. */
import "./page-map.css";
import type { FromMap, MapTexts, ToMap } from "./map-protocol.ts";
import { receiveMap, startMapState, type RememberedMap } from "./map-state.ts";
import { MapView } from "./map-view.ts";

const vscode = acquireVsCodeApi<RememberedMap>();
const root = document.getElementById("page-map");
if (root === null) throw new Error("the page has no element #page-map");

const post = (message: FromMap): void => vscode.postMessage(message);
addEventListener("error", ({ message }) => post({ kind: "failed", message }));

const texts = JSON.parse(root.dataset["texts"] ?? "{}") as MapTexts;
const state = startMapState(vscode.getState() ?? null);
const view = new MapView(root, state, texts, {
  post,
  onView: () => vscode.setState({ range: state.range, only: state.only }),
});

addEventListener("message", ({ data }: MessageEvent<ToMap>) => {
  receiveMap(state, data);
  view.refresh();
});

post({ kind: "ready" });
