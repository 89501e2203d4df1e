import type { Change } from "../dap/protocol.ts";
import { element } from "./dom.ts";
import type { MapTexts, PageDetails } from "./map-protocol.ts";
import type { History } from "./map-state.ts";
import { fill, timeText } from "./text.ts";

export interface DetailsInput {
  readonly page: PageDetails | null;
  readonly history: History | null;
  /** Only a guest that is stopped can be looked into and moved. */
  readonly stopped: boolean;
  readonly texts: MapTexts;
  readonly onWatch: (pfn: number) => void;
  readonly onHistory: (pfn: number) => void;
  readonly onJump: (mark: Change["mark"]) => void;
}

/** The chosen page: its fields, and who had it before, each a place to go to. */
export function detailsOf(input: DetailsInput): HTMLElement[] {
  const { page, history, stopped, texts, onWatch, onHistory } = input;
  const title = element("h2", {}, [texts.details]);
  if (page === null) return [title, element("p", { class: "note" }, [texts.noPage])];
  const { pfn, summary, fields } = page;
  const busy = history?.changes === null;
  const watch = command(texts.watch, () => onWatch(pfn), true);
  const look = command(texts.history, () => onHistory(pfn), stopped && !busy);
  const rows = fields.flatMap(({ name, value }) => [
    element("dt", {}, [name]),
    element("dd", {}, [value]),
  ]);
  return [
    title,
    element("p", { class: "summary" }, [summary]),
    element("div", { class: "toolbar" }, [watch, look]),
    // While the past is searched the guest moves by itself.
    ...(stopped || busy ? [] : [element("p", { class: "note" }, [texts.stopFirst])]),
    ...(rows.length === 0 ? [] : [element("dl", {}, rows)]),
    ...(history === null || history.pfn !== pfn ? [] : historyOf(history, input)),
  ];
}

function historyOf({ changes }: History, input: DetailsInput): HTMLElement[] {
  const { texts, stopped, onJump } = input;
  const title = element("h2", {}, [texts.historyTitle]);
  const said = (text: string): HTMLElement =>
    element("p", { class: "note", role: "status" }, [text]);
  if (changes === null) return [title, said(texts.historyBusy)];
  if (changes.length === 0) return [title, said(texts.historyNone)];
  const entries = changes.map((change) => {
    const { mark, time, text, thread, stack } = change;
    const jump = command(timeText(time), () => onJump(mark), stopped);
    // "page 0x1a2b flags: 1 -> 2": which page is known here.
    const what = text.replaceAll(/page 0x[0-9a-f]+ /g, "");
    const where = fill("{0}: {1}", thread, stack.join(" < "));
    return element("li", {}, [
      jump,
      element("div", { class: "what" }, [what]),
      element("div", { class: "note" }, [where]),
    ]);
  });
  return [title, element("ol", { class: "history" }, entries)];
}

function command(text: string, run: () => void, enabled: boolean): HTMLButtonElement {
  const button = element("button", { type: "button", class: "action" }, [text]);
  button.disabled = !enabled;
  button.addEventListener("click", run);
  return button;
}
