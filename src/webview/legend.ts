import { element, setText } from "./dom.ts";
import type { SeriesStyle } from "./series.ts";
import { NONE } from "./text.ts";
import type { Theme } from "./theme.ts";

const SVG = "http://www.w3.org/2000/svg";

export interface LegendOptions {
  readonly host: HTMLElement;
  readonly series: readonly SeriesStyle[];
  readonly onToggle: (column: string) => void;
}

/** A plot's series with their values at the cursor, or the newest; each is a button that hides it. */
export class Legend {
  readonly #items: readonly {
    readonly style: SeriesStyle;
    readonly button: HTMLButtonElement;
    readonly line: SVGElement;
    readonly value: HTMLElement;
  }[];

  constructor({ host, series, onToggle }: LegendOptions) {
    this.#items = series.map((style) => {
      const line = document.createElementNS(SVG, "line");
      for (const [name, value] of [
        ["x1", "1"],
        ["x2", "23"],
        ["y1", "5"],
        ["y2", "5"],
      ] as const) {
        line.setAttribute(name, value);
      }
      line.setAttribute("stroke-width", String(Math.max(style.width, 1.5)));
      line.setAttribute("stroke-dasharray", style.dash.join(" "));
      const swatch = document.createElementNS(SVG, "svg");
      swatch.setAttribute("viewBox", "0 0 24 10");
      swatch.setAttribute("aria-hidden", "true");
      swatch.append(line);
      const value = element("span", { class: "value" });
      const label = element("span", { class: "label" }, [style.label]);
      const button = element("button", { type: "button", class: "series" }, [swatch, label, value]);
      button.addEventListener("click", () => onToggle(style.column));
      host.append(button);
      return { style, button, line, value };
    });
  }

  /** One value for each series, in their order. */
  update(values: readonly string[], hidden: ReadonlySet<string>, theme: Theme): void {
    this.#items.forEach(({ style, button, line, value }, index) => {
      button.setAttribute("aria-pressed", String(!hidden.has(style.column)));
      line.setAttribute("stroke", theme.colors[style.color]);
      setText(value, values[index] ?? NONE);
    });
  }
}
