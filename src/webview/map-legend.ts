import type { PageMapBody } from "../dap/protocol.ts";
import { formatCount, formatSize } from "../base/format.ts";
import { PAGE_SIZE } from "../base/units.ts";
import { element, setText } from "./dom.ts";
import { drawSwatch } from "./map-canvas.ts";
import type { Theme } from "./theme.ts";
import { sizeText } from "./text.ts";

export interface MapLegendOptions {
  readonly host: HTMLElement;
  readonly labels: Readonly<Record<string, string>>;
  /** A state to look at alone. */
  readonly onPick: (state: string) => void;
}

interface Item {
  readonly button: HTMLButtonElement;
  readonly swatch: HTMLCanvasElement;
  readonly value: HTMLElement;
}

/** The states with how much memory is in them; each is a button that fades all others. */
export class MapLegend {
  readonly #options: MapLegendOptions;
  readonly #items = new Map<string, Item>();
  #drawnFor: Theme | null = null;

  constructor(options: MapLegendOptions) {
    this.#options = options;
  }

  update(
    { states, counts, pageBytes }: Pick<PageMapBody, "states" | "counts" | "pageBytes">,
    only: string | null,
    theme: Theme,
  ): void {
    states.forEach((name, i) => {
      const item = this.#items.get(name) ?? this.#add(name);
      const pages = counts[i] ?? 0;
      setText(
        item.value,
        pages < 256 ? formatSize(pages * pageBytes) : sizeText((pages * pageBytes) / PAGE_SIZE),
      );
      item.button.title = formatCount(pages);
      item.button.setAttribute("aria-pressed", String(only === name));
      item.button.classList.toggle("absent", pages === 0);
      if (this.#drawnFor !== theme) drawSwatch(item.swatch, name, theme);
    });
    this.#drawnFor = theme;
  }

  #add(name: string): Item {
    const { host, labels, onPick } = this.#options;
    const swatch = element("canvas", { class: "swatch", "aria-hidden": "true" });
    const value = element("span", { class: "value" });
    const button = element("button", { type: "button", class: "state-button" }, [
      swatch,
      element("span", { class: "label" }, [labels[name] ?? name]),
      value,
    ]);
    button.addEventListener("click", () => onPick(name));
    host.append(button);
    const item = { button, swatch, value };
    this.#items.set(name, item);
    this.#drawnFor = null;
    return item;
  }
}
