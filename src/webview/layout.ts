import { element } from "./dom.ts";
import type { Pane } from "./pane.ts";
import type { ChartTexts } from "./protocol.ts";

/** The page's elements; who fills them is in `chart-view.ts`. */
export interface Layout {
  readonly name: HTMLElement;
  readonly state: HTMLElement;
  readonly overlay: HTMLElement;
  readonly cursor: HTMLElement;
  readonly showAll: HTMLButtonElement;
  readonly toggleTable: HTMLButtonElement;
  readonly message: HTMLElement;
  readonly plots: HTMLElement;
  readonly events: HTMLElement;
  readonly table: HTMLElement;
  /** Spoken when it changes; not seen. */
  readonly spoken: HTMLElement;
}

export interface LayoutParts {
  readonly toolbar: HTMLElement;
  readonly memory: Pane;
  readonly activity: Pane;
  /** Stands above the table. */
  readonly lines: HTMLElement;
}

export function makeLayout(root: HTMLElement, texts: ChartTexts, parts: LayoutParts): Layout {
  const { toolbar, memory, activity, lines } = parts;
  const layout: Layout = {
    name: element("h1"),
    state: element("span", { class: "state", role: "status" }),
    overlay: element("span", { class: "note" }),
    cursor: element("span", { class: "cursor" }),
    showAll: element("button", { type: "button", class: "action" }, [texts.resetZoom]),
    toggleTable: element("button", { type: "button", class: "action" }),
    message: element("p", { class: "message", role: "status" }),
    plots: element("div", { class: "plots" }),
    events: element("div", { class: "events" }),
    table: element("div", { class: "table", tabindex: "0", role: "region" }),
    spoken: element("div", { class: "spoken", "aria-live": "polite" }),
  };
  layout.table.setAttribute("aria-label", texts.showTable);
  memory.section.append(layout.events);
  layout.plots.append(memory.section, activity.section);
  root.replaceChildren(
    element("div", { class: "bar" }, [
      layout.name,
      layout.state,
      layout.overlay,
      layout.cursor,
      layout.showAll,
      layout.toggleTable,
    ]),
    toolbar,
    layout.message,
    layout.plots,
    lines,
    layout.table,
    element("p", { id: "keys", class: "spoken" }, [texts.keys]),
    element("p", { id: "line-keys", class: "spoken" }, [texts.lineKeys]),
    layout.spoken,
  );
  return layout;
}
