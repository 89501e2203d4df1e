import { element, setText } from "./dom.ts";
import { isExpression, readSeries } from "./expressions.ts";
import { dropDown } from "./menu.ts";
import type { ChartTexts } from "./protocol.ts";

export interface CounterPickerOptions {
  readonly texts: ChartTexts;
  readonly onPick: (name: string, shown: boolean) => void;
}

/**
 * A list of every counter of the run with a check mark each, and a field that narrows it, or takes an
 * expression over counters, which then stands at the top of the list.
 */
export class CounterPicker {
  readonly element: HTMLDetailsElement;
  readonly #onPick: CounterPickerOptions["onPick"];
  readonly #list = element("div", { class: "counters", role: "group" });
  readonly #field: HTMLInputElement;
  readonly #add: HTMLButtonElement;
  readonly #problem = element("p", { class: "note", role: "status" });
  #available: readonly string[] = [];
  #listed = "";

  constructor({ texts, onPick }: CounterPickerOptions) {
    this.#onPick = onPick;
    this.#list.setAttribute("aria-label", texts.counters);
    this.#field = element("input", {
      type: "search",
      spellcheck: "false",
      "aria-label": texts.findCounter,
      placeholder: texts.findCounter,
    });
    this.#field.addEventListener("input", () => this.#typed());
    this.#field.addEventListener("keydown", ({ key }) => {
      if (key === "Enter") this.#addWritten();
    });
    this.#add = element("button", { type: "button", class: "command" }, [texts.addExpression]);
    this.#add.addEventListener("click", () => this.#addWritten());
    const content = [this.#field, this.#add, this.#problem, this.#list];
    this.element = dropDown(texts.counters, content);
    this.element.addEventListener("toggle", () => {
      if (this.element.open) this.#field.focus();
    });
    this.#typed();
  }

  update(available: readonly string[], shown: readonly string[]): void {
    this.#available = available;
    const names = [...shown.filter(isExpression), ...available];
    const listed = names.join();
    if (listed !== this.#listed) {
      this.#listed = listed;
      this.#list.replaceChildren(...names.map((name) => this.#entry(name)));
      this.#typed();
    }
    for (const box of this.#boxes()) box.checked = shown.includes(box.value);
  }

  #entry(name: string): HTMLElement {
    const box = element("input", { type: "checkbox", value: name });
    box.addEventListener("change", () => {
      // An expression that is not shown is not listed either, and takes the focus with it.
      if (isExpression(name)) this.#field.focus();
      this.#onPick(name, box.checked);
    });
    return element("label", {}, [box, name]);
  }

  /** What is no part of any counter's name is taken for an expression. */
  #typed(): void {
    const wanted = this.#field.value.trim().toLowerCase();
    const writes = isExpression(wanted) && wanted !== "";
    const reading = writes ? readSeries(this.#field.value, this.#available) : null;
    this.#add.hidden = reading?.ok !== true;
    this.#problem.hidden = reading?.ok !== false;
    if (reading?.ok === false) setText(this.#problem, reading.problem);
    for (const box of this.#boxes()) {
      if (box.parentElement !== null)
        box.parentElement.hidden = !writes && !box.value.toLowerCase().includes(wanted);
    }
  }

  #addWritten(): void {
    const { value } = this.#field;
    if (value.trim() === "") return;
    const reading = readSeries(value, this.#available);
    if (!reading.ok) {
      this.#problem.hidden = false;
      setText(this.#problem, reading.problem);
      return;
    }
    this.#field.value = "";
    this.#field.focus();
    this.#onPick(reading.name, true);
    this.#typed();
  }

  #boxes(): NodeListOf<HTMLInputElement> {
    return this.#list.querySelectorAll("input");
  }
}
