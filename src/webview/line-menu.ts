import { element } from "./dom.ts";
import { commandMenu, setCommands } from "./menu.ts";
import type { ChartTexts } from "./protocol.ts";
import type { SeriesStyle } from "./series.ts";

export interface LineMenuOptions {
  readonly texts: ChartTexts;
  readonly onAdd: (counter: string) => void;
  readonly onRemoveAll: () => void;
}

/** Draws a line over one of the series that are shown. */
export class LineMenu {
  readonly element: HTMLDetailsElement;
  readonly #options: LineMenuOptions;
  readonly #none: HTMLElement;
  #listed = "";

  constructor(options: LineMenuOptions) {
    this.#options = options;
    this.element = commandMenu(options.texts.breakAt, []);
    this.#none = element("p", { class: "note" }, [options.texts.noLine]);
  }

  update(series: readonly SeriesStyle[], lines: number): void {
    const listed = [...series.map(({ column }) => column), lines > 0].join(" ");
    if (listed === this.#listed) return;
    this.#listed = listed;
    const { texts, onAdd, onRemoveAll } = this.#options;
    setCommands(this.element, [
      ...series.map(({ column, label }) => ({ text: `${label}…`, run: () => onAdd(column) })),
      ...(lines > 0 ? [{ text: texts.removeLines, run: onRemoveAll }] : []),
    ]);
    if (series.length === 0) this.element.querySelector(".panel")?.prepend(this.#none);
  }
}
