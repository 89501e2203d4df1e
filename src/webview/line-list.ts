import { crossingText, type Crossing } from "../base/crossing.ts";
import { element } from "./dom.ts";
import type { DrawnLine } from "./lines.ts";
import type { ChartTexts } from "./protocol.ts";
import { fill } from "./text.ts";

/** The lines in words, beside the table: each with a button that removes it. */
export class LineList {
  readonly element: HTMLElement;
  readonly #texts: ChartTexts;
  readonly #onRemove: (line: Crossing) => void;
  readonly #list = element("ul");
  #listed = "";

  constructor(texts: ChartTexts, onRemove: (line: Crossing) => void) {
    this.#texts = texts;
    this.#onRemove = onRemove;
    this.element = element("div", { class: "line-list" }, [
      element("h2", {}, [texts.lines]),
      this.#list,
    ]);
  }

  /** Leaves alone what is the same as before, which may have the focus. */
  update(lines: readonly DrawnLine[]): void {
    this.element.hidden = lines.length === 0;
    const listed = lines.map(({ line, text }) => crossingText(line) + text).join();
    if (listed === this.#listed) return;
    this.#listed = listed;
    this.#list.replaceChildren(...lines.map((line) => this.#entry(line)));
  }

  #entry({ line, text }: DrawnLine): HTMLElement {
    const remove = element("button", { type: "button", class: "remove" }, ["×"]);
    remove.setAttribute("aria-label", fill(this.#texts.removeLine, text));
    remove.addEventListener("click", () => this.#onRemove(line));
    return element("li", {}, [fill(this.#texts.breaksAt, text), remove]);
  }
}
