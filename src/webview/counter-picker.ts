import { element } from "./dom.ts";
import { dropDown } from "./menu.ts";
import type { ChartTexts } from "./protocol.ts";

export interface CounterPickerOptions {
  readonly texts: ChartTexts;
  readonly onPick: (name: string, shown: boolean) => void;
}

/** A list of every counter of the run with a check mark each, and a field that narrows it. */
export class CounterPicker {
  readonly element: HTMLDetailsElement;
  readonly #onPick: CounterPickerOptions["onPick"];
  readonly #list = element("div", { class: "counters", role: "group" });
  readonly #filter: HTMLInputElement;
  #listed = "";

  constructor({ texts, onPick }: CounterPickerOptions) {
    this.#onPick = onPick;
    this.#list.setAttribute("aria-label", texts.counters);
    this.#filter = element("input", {
      type: "search",
      "aria-label": texts.findCounter,
      placeholder: texts.findCounter,
    });
    this.#filter.addEventListener("input", () => this.#narrow());
    this.element = dropDown(texts.counters, [this.#filter, this.#list]);
    this.element.addEventListener("toggle", () => {
      if (this.element.open) this.#filter.focus();
    });
  }

  update(available: readonly string[], shown: readonly string[]): void {
    const listed = available.join(" ");
    if (listed !== this.#listed) {
      this.#listed = listed;
      this.#list.replaceChildren(...available.map((name) => this.#entry(name)));
      this.#narrow();
    }
    for (const box of this.#boxes()) box.checked = shown.includes(box.value);
  }

  #entry(name: string): HTMLElement {
    const box = element("input", { type: "checkbox", value: name });
    box.addEventListener("change", () => this.#onPick(name, box.checked));
    return element("label", {}, [box, name]);
  }

  #narrow(): void {
    const wanted = this.#filter.value.trim().toLowerCase();
    for (const box of this.#boxes()) {
      if (box.parentElement !== null)
        box.parentElement.hidden = !box.value.toLowerCase().includes(wanted);
    }
  }

  #boxes(): NodeListOf<HTMLInputElement> {
    return this.#list.querySelectorAll("input");
  }
}
