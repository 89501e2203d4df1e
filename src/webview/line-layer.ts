import { sameCrossing, type Crossing } from "../base/crossing.ts";
import { element, setText } from "./dom.ts";
import { lineKey, rounded, type DrawnLine } from "./lines.ts";
import type { Plot } from "./plot.ts";
import type { Choice } from "./presets.ts";
import type { ChartTexts } from "./protocol.ts";
import { fill } from "./text.ts";
import type { Theme } from "./theme.ts";

export interface LineLayerOptions {
  readonly texts: ChartTexts;
  /** To be drawn elsewhere, or (`to` is null) no more; for a line that is moved, again and again. */
  readonly onMove: (from: Crossing, to: Crossing | null) => void;
  /** Where it is now it stays: mouse or key were let go. */
  readonly onSettle: (from: Crossing, to: Crossing | null) => void;
}

export interface LineLayerFrame {
  readonly lines: readonly DrawnLine[];
  readonly plot: Plot;
  readonly unit: Choice["unit"];
  readonly theme: Theme;
}

interface Handle {
  readonly row: HTMLElement;
  readonly slider: HTMLElement;
  readonly label: HTMLElement;
  readonly remove: HTMLButtonElement;
  drawn: DrawnLine;
}

/**
 * The handles of threshold lines over a plot, whose canvas draws the lines themselves. Each is a
 * slider: dragged with the mouse, moved with the arrow keys, removed with Delete or its button.
 */
export class LineLayer {
  readonly element = element("div", { class: "lines" });
  readonly #options: LineLayerOptions;
  #handles: readonly Handle[] = [];
  #frame: LineLayerFrame | null = null;
  /** The line that is being moved, as it was before. */
  #moving: { readonly handle: Handle; readonly from: Crossing } | null = null;

  constructor(options: LineLayerOptions) {
    this.#options = options;
  }

  draw(frame: LineLayerFrame): void {
    this.#frame = frame;
    const before = this.#handles;
    const known = (drawn: DrawnLine): Handle | undefined =>
      before.find((handle) => sameCrossing(handle.drawn.line, drawn.line));
    this.#handles = frame.lines.map((drawn) => known(drawn) ?? this.#make(drawn));
    for (const handle of before) if (!this.#handles.includes(handle)) handle.row.remove();
    frame.lines.forEach((drawn, index) => {
      const handle = this.#handles[index];
      if (handle === undefined) return;
      handle.drawn = drawn;
      this.#place(handle, frame);
    });
  }

  focus(line: Crossing): void {
    this.#handles.find(({ drawn }) => sameCrossing(drawn.line, line))?.slider.focus();
  }

  clear(): void {
    this.#handles = [];
    this.#frame = null;
    this.element.replaceChildren();
  }

  #make(drawn: DrawnLine): Handle {
    const label = element("span", { class: "label" });
    const slider = element(
      "div",
      { class: "slider", role: "slider", tabindex: "0", "aria-orientation": "vertical" },
      [element("span", { class: "chip" }, [element("span", { class: "dot" }), label])],
    );
    slider.setAttribute("aria-describedby", "line-keys");
    const remove = element("button", { type: "button", class: "remove" }, ["×"]);
    const row = element("div", { class: "line" }, [slider, remove]);
    const handle: Handle = { row, slider, label, remove, drawn };
    remove.addEventListener("click", () => this.#remove(handle));
    slider.addEventListener("keydown", (event) => this.#key(handle, event));
    slider.addEventListener("keyup", () => this.#settle());
    slider.addEventListener("blur", () => this.#settle());
    slider.addEventListener("pointerdown", (event) => this.#grab(handle, event));
    slider.addEventListener("pointermove", (event) => this.#drag(handle, event));
    slider.addEventListener("pointerup", () => this.#settle());
    slider.addEventListener("pointercancel", () => this.#settle());
    this.element.append(row);
    return handle;
  }

  #place({ row, slider, label, remove, drawn }: Handle, { plot, theme }: LineLayerFrame): void {
    const { texts } = this.#options;
    const { left, top, width, height } = plot.box;
    const wanted = plot.topOf(drawn.at);
    const offset = Math.min(Math.max(wanted, 0), height);
    row.style.transform = `translate(${left}px, ${top + offset}px)`;
    row.style.width = `${width}px`;
    row.style.color = theme.colors[drawn.style.color];
    row.dataset["place"] = wanted < 0 ? "above" : offset < 12 ? "top" : "inside";
    row.dataset["enabled"] = String(drawn.line.enabled);
    const text = fill(texts.breaksAt, drawn.text);
    setText(label, drawn.text);
    slider.title = text;
    slider.setAttribute("aria-label", text);
    slider.setAttribute("aria-valuemin", "0");
    slider.setAttribute("aria-valuemax", String(Math.max(plot.high, drawn.at)));
    slider.setAttribute("aria-valuenow", String(drawn.at));
    slider.setAttribute("aria-valuetext", drawn.text);
    remove.setAttribute("aria-label", fill(texts.removeLine, drawn.text));
  }

  #key(handle: Handle, event: KeyboardEvent): void {
    const frame = this.#frame;
    if (frame === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = lineKey(event, handle.drawn.at, frame.plot.high);
    if (action === null) return;
    event.preventDefault();
    if (action === "remove") return this.#remove(handle);
    this.#moving ??= { handle, from: handle.drawn.line };
    this.#move(handle, this.#at(handle, action));
  }

  #grab(handle: Handle, event: PointerEvent): void {
    if (event.button !== 0 || this.#frame === null) return;
    handle.slider.setPointerCapture(event.pointerId);
    this.#moving = { handle, from: handle.drawn.line };
    // Otherwise the axis would grow under a line that is dragged to its end.
    this.#frame.plot.hold(true);
  }

  #drag(handle: Handle, { clientY, buttons }: PointerEvent): void {
    const frame = this.#frame;
    if (frame === null || buttons === 0 || this.#moving?.handle !== handle) return;
    this.#move(handle, this.#at(handle, frame.plot.valueAt(clientY)));
  }

  #move(handle: Handle, to: Crossing): void {
    const from = handle.drawn.line;
    if (sameCrossing(from, to)) return;
    // Known by its new value from now on, so that the handle, and with it the focus, stays.
    handle.drawn = { ...handle.drawn, line: { ...from, ...to } };
    this.#options.onMove(from, to);
  }

  #settle(): void {
    if (this.#moving === null) return;
    const { handle, from } = this.#moving;
    this.#moving = null;
    this.#frame?.plot.hold(false);
    const { line } = handle.drawn;
    if (!sameCrossing(from, line)) this.#options.onSettle(from, line);
  }

  #remove({ drawn: { line } }: Handle): void {
    this.#moving = null;
    this.#options.onMove(line, null);
    this.#options.onSettle(line, null);
  }

  #at({ drawn }: Handle, at: number): Crossing {
    const { plot, unit } = this.#frame ?? {};
    const perPixel = (plot?.high ?? 1) / Math.max(plot?.box.height ?? 1, 1);
    const how = { factor: drawn.factor, perPixel, unit: unit ?? "pages" };
    return { counter: drawn.line.counter, value: rounded(at, how) };
  }
}
