import { element } from "./dom.ts";
import type { ChartTexts } from "./protocol.ts";

/** The page's elements; who fills them is in `chart-view.ts`. */
export interface Layout {
  readonly name: HTMLElement;
  readonly state: HTMLElement;
  readonly cursor: HTMLElement;
  readonly showAll: HTMLButtonElement;
  readonly toggleTable: HTMLButtonElement;
  readonly message: HTMLElement;
  readonly plots: HTMLElement;
  readonly memory: HTMLElement;
  readonly memoryLegend: HTMLElement;
  readonly events: HTMLElement;
  readonly rates: HTMLElement;
  readonly ratesLegend: HTMLElement;
  readonly ratesNote: HTMLElement;
  readonly table: HTMLElement;
  /** Spoken when it changes; not seen. */
  readonly spoken: HTMLElement;
}

export function makeLayout(root: HTMLElement, texts: ChartTexts): Layout {
  const plot = (): HTMLElement =>
    element("div", { class: "plot", role: "img", tabindex: "0", "aria-describedby": "keys" });
  const layout: Layout = {
    name: element("h1"),
    state: element("span", { class: "state", role: "status" }),
    cursor: element("span", { class: "cursor" }),
    showAll: element("button", { type: "button", class: "action" }, [texts.resetZoom]),
    toggleTable: element("button", { type: "button", class: "action" }),
    message: element("p", { class: "message", role: "status" }),
    plots: element("div", { class: "plots" }),
    memory: plot(),
    memoryLegend: element("div", { class: "legend" }),
    events: element("div", { class: "events" }),
    rates: plot(),
    ratesLegend: element("div", { class: "legend" }),
    ratesNote: element("span", { class: "note" }),
    table: element("div", { class: "table", tabindex: "0" }),
    spoken: element("div", { class: "spoken", "aria-live": "polite" }),
  };
  layout.plots.append(
    element("section", { class: "memory" }, [
      element("header", {}, [element("h2", {}, [texts.memory]), layout.memoryLegend]),
      layout.memory,
      layout.events,
    ]),
    element("section", { class: "rates" }, [
      element("header", {}, [
        element("h2", {}, [texts.rates]),
        layout.ratesNote,
        layout.ratesLegend,
      ]),
      layout.rates,
    ]),
  );
  root.replaceChildren(
    element("header", { class: "bar" }, [
      layout.name,
      layout.state,
      layout.cursor,
      layout.showAll,
      layout.toggleTable,
    ]),
    layout.message,
    layout.plots,
    layout.table,
    element("p", { id: "keys", class: "spoken" }, [texts.keys]),
    layout.spoken,
  );
  return layout;
}
