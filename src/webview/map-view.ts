import { formatCount, formatSize } from "../base/format.ts";
import { element, setText } from "./dom.ts";
import { Frames } from "./frames.ts";
import { MapCanvas } from "./map-canvas.ts";
import { detailsOf } from "./map-details.ts";
import {
  gridFor,
  mapKey,
  movedPages,
  tileAt,
  tilesFor,
  zoomedPages,
  type Grid,
} from "./map-grid.ts";
import { MapLegend } from "./map-legend.ts";
import type { FromMap, MapTexts, PageRange } from "./map-protocol.ts";
import { pagesOf, tileOf, wholeOf, type MapState, type Picture } from "./map-state.ts";
import { runStateText } from "./run-state.ts";
import { fill } from "./text.ts";
import { onThemeChange, readTheme, type Theme } from "./theme.ts";

/** A notch of the wheel. */
const NOTCH = 100;
const BYTES_PER_MIB = 1024 * 1024;
const DESCRIBE_EVERY_MS = 1000;

export interface MapActions {
  readonly post: (message: FromMap) => void;
  /** Something was changed that a reload should keep. */
  readonly onView: () => void;
}

/** Draws `state` into `root`; whoever changes the state calls `refresh`. */
export class MapView {
  readonly #state: MapState;
  readonly #texts: MapTexts;
  readonly #actions: MapActions;
  readonly #frames = new Frames(() => this.#draw());
  readonly #name = element("h1");
  readonly #runState = element("span", { class: "state", role: "status" });
  readonly #scale = element("span", { class: "note" });
  readonly #message = element("p", { class: "message", role: "status" });
  readonly #host = element("div", { class: "plot map", role: "img", tabindex: "0" });
  readonly #place = element("div", { class: "place", "aria-live": "polite" });
  readonly #details = element("aside", { class: "details" });
  readonly #legendHost = element("div", { class: "legend", role: "group" });
  readonly #legend: MapLegend;
  readonly #body: HTMLElement;
  readonly #toolbar: HTMLElement;
  readonly #zoom: Readonly<Record<"in" | "out" | "all", HTMLButtonElement>>;
  readonly #canvas: MapCanvas;
  #theme: Theme = readTheme();
  /** The picture and the look that the canvas has. */
  #drawn: unknown[] = [];
  #shownDetails: unknown[] = [];
  #wheel = 0;
  #asked = "";
  #describing = false;

  constructor(root: HTMLElement, state: MapState, texts: MapTexts, actions: MapActions) {
    this.#state = state;
    this.#texts = texts;
    this.#actions = actions;
    this.#canvas = new MapCanvas(this.#host);
    this.#legend = new MapLegend({
      host: this.#legendHost,
      labels: texts.states,
      onPick: (name) => this.#lookAt(state.only === name ? null : name),
    });
    const button = (text: string, run: () => void): HTMLButtonElement => {
      const made = element("button", { type: "button", class: "action" }, [text]);
      made.addEventListener("click", run);
      return made;
    };
    this.#zoom = {
      in: button(texts.zoomIn, () => this.#zoomAround("in", this.#middle())),
      out: button(texts.zoomOut, () => this.#zoomAround("out", this.#middle())),
      all: button(texts.showAll, () => this.#show(null)),
    };
    this.#legendHost.setAttribute("aria-label", texts.legend);
    this.#host.setAttribute("aria-describedby", "keys");
    this.#details.setAttribute("aria-label", texts.details);
    this.#body = element("div", { class: "map-body" }, [
      element("div", { class: "map-side" }, [this.#host, this.#place]),
      this.#details,
    ]);
    const { out, in: closer, all } = this.#zoom;
    this.#toolbar = element("div", { class: "toolbar" }, [out, closer, all]);
    root.replaceChildren(
      element("div", { class: "bar" }, [this.#name, this.#runState, this.#scale]),
      this.#toolbar,
      this.#legendHost,
      this.#message,
      this.#body,
      element("p", { id: "keys", class: "spoken" }, [texts.keys]),
    );
    this.#listen();
    this.refresh();
  }

  refresh(): void {
    this.#frames.request();
  }

  #listen(): void {
    this.#host.addEventListener("pointermove", (event) => this.#pointAt(this.#tileUnder(event)));
    this.#host.addEventListener("pointerleave", () => this.#pointAt(-1));
    this.#host.addEventListener("click", (event) => this.#open(this.#tileUnder(event)));
    this.#host.addEventListener("keydown", (event) => this.#key(event));
    this.#host.addEventListener("wheel", (event) => this.#turned(event), { passive: false });
    new ResizeObserver(() => this.refresh()).observe(this.#host);
    onThemeChange(() => {
      this.#theme = readTheme();
      this.refresh();
    });
  }

  #draw(): void {
    const { run, picture } = this.#state;
    const texts = this.#texts;
    setText(this.#name, run?.name ?? "");
    setText(this.#runState, runStateText(this.#state.run, this.#texts));
    this.#runState.dataset["state"] = run?.state ?? "";
    this.#message.hidden = picture !== null;
    if (picture === null) setText(this.#message, run === null ? texts.noRun : texts.waiting);
    // The canvas has to have its size before anything can be asked for.
    for (const part of [this.#toolbar, this.#body])
      part.classList.toggle("empty", picture === null);
    this.#zoom.all.disabled = this.#state.range === null;
    this.#zoom.out.disabled = this.#state.range === null;
    this.#ask();
    if (picture === null) return;
    this.#drawPicture(picture);
    this.#drawDetails();
    this.#describeSoon();
  }

  #drawPicture(picture: Picture): void {
    const { only, cursor, page } = this.#state;
    const { body, tiles } = picture;
    const { width, height } = this.#canvas.size;
    const grid = this.#grid(picture);
    const look = [picture, only, this.#theme, width, height];
    if (look.some((each, i) => each !== this.#drawn[i])) {
      this.#drawn = look;
      this.#canvas.draw({ grid, tiles, states: body.states, only, theme: this.#theme });
      this.#legend.update(body, only, this.#theme);
      setText(this.#scale, this.#scaleText(picture));
    }
    const chosen = page === null ? -1 : tileOf(picture, page.pfn);
    this.#canvas.mark(grid, cursor, chosen, this.#theme);
    setText(this.#place, cursor < 0 ? "" : this.#placeText(picture, cursor));
  }

  #drawDetails(): void {
    const { page, history, run } = this.#state;
    const shown = [page, history, run?.state];
    if (shown.every((each, i) => each === this.#shownDetails[i]) && this.#shownDetails.length > 0)
      return;
    this.#shownDetails = shown;
    const { post } = this.#actions;
    const focused = document.activeElement;
    const place = [...this.#details.querySelectorAll("button")].findIndex((b) => b === focused);
    this.#details.replaceChildren(
      ...detailsOf({
        page,
        history,
        stopped: run?.state === "stopped",
        texts: this.#texts,
        onWatch: (pfn) => post({ kind: "watch", pfn }),
        onHistory: (pfn) => post({ kind: "history", pfn }),
        onJump: (mark) => post({ kind: "jump", mark }),
      }),
    );
    if (place >= 0) this.#details.querySelectorAll("button")[place]?.focus();
  }

  /** Tells the extension what there is room for, when that has changed. */
  #ask(): void {
    const whole = wholeOf(this.#state);
    const { size } = this.#canvas;
    if (whole === 0 || size.width === 0 || size.height === 0) return;
    const { range } = this.#state;
    const resolution = tilesFor(range?.count ?? whole, size);
    const wanted = JSON.stringify([this.#state.run?.id, range, resolution]);
    if (wanted === this.#asked) return;
    this.#asked = wanted;
    this.#actions.post({ kind: "view", range, resolution });
  }

  #grid({ tiles }: Picture): Grid {
    return gridFor(tiles.length, this.#canvas.size);
  }

  #tileUnder({ clientX, clientY }: MouseEvent): number {
    const { picture } = this.#state;
    if (picture === null) return -1;
    const { left, top } = this.#host.getBoundingClientRect();
    return tileAt(this.#grid(picture), picture.tiles.length, clientX - left, clientY - top);
  }

  #pointAt(tile: number): void {
    if (this.#state.cursor === tile) return;
    this.#state.cursor = tile;
    this.refresh();
  }

  #open(tile: number): void {
    const { picture } = this.#state;
    if (picture === null || tile < 0) return;
    const state = picture.body.states[picture.tiles[tile] ?? 0] ?? "";
    this.#actions.post({ kind: "open", range: pagesOf(picture, tile), state });
  }

  #turned(event: WheelEvent): void {
    const { picture } = this.#state;
    if (picture === null) return;
    event.preventDefault();
    this.#wheel += event.deltaY || event.deltaX;
    if (Math.abs(this.#wheel) < NOTCH) return;
    const direction = this.#wheel < 0 ? "in" : "out";
    this.#wheel = 0;
    if (event.shiftKey) return this.#move(direction === "in" ? -1 : 1);
    const tile = this.#tileUnder(event);
    this.#zoomAround(direction, tile < 0 ? this.#middle() : pagesOf(picture, tile).first);
  }

  #key(event: KeyboardEvent): void {
    const { picture, cursor } = this.#state;
    if (picture === null) return;
    const tiles = picture.tiles.length;
    const tile = cursor < 0 ? 0 : cursor;
    const action = mapKey(event, this.#grid(picture), tiles, tile);
    if (action === null) return;
    event.preventDefault();
    switch (action.kind) {
      case "tile":
        return this.#pointAt(cursor < 0 ? 0 : action.tile);
      case "zoom":
        return this.#zoomAround(action.direction, pagesOf(picture, tile).first);
      case "move":
        return this.#move(action.direction);
      case "all":
        return this.#show(null);
      case "open":
        return this.#open(tile);
    }
  }

  #range(): PageRange {
    return this.#state.range ?? { first: 0, count: wholeOf(this.#state) };
  }

  #middle(): number {
    const { picture, page, cursor } = this.#state;
    const { first, count } = this.#range();
    if (picture !== null && cursor >= 0) return pagesOf(picture, cursor).first;
    const chosen = page?.pfn ?? -1;
    return chosen >= first && chosen < first + count ? chosen : first + Math.floor(count / 2);
  }

  #zoomAround(direction: "in" | "out", pfn: number): void {
    const whole = wholeOf(this.#state);
    if (whole > 0) this.#show(zoomedPages(this.#range(), direction, pfn, whole));
  }

  /** Half a picture up or down. */
  #move(direction: -1 | 1): void {
    const range = this.#range();
    if (this.#state.range === null) return;
    const by = Math.ceil(range.count / 2) * direction;
    this.#show(movedPages(range, by, wholeOf(this.#state)));
  }

  #show(range: PageRange | null): void {
    this.#state.range = range;
    this.#actions.onView();
    this.refresh();
  }

  #lookAt(only: string | null): void {
    this.#state.only = only;
    this.#actions.onView();
    this.refresh();
  }

  #scaleText({ body }: Picture): string {
    const { pagesPerTile, pages, pageBytes } = body;
    const all = formatSize(pages * pageBytes);
    if (pagesPerTile === 1) return fill(this.#texts.onePage, all);
    return fill(
      this.#texts.scale,
      all,
      formatCount(pagesPerTile),
      formatSize(pagesPerTile * pageBytes),
    );
  }

  /** `0x1a200 to 0x1a20f, at 418.0 MiB: page cache, active` */
  #placeText(picture: Picture, tile: number): string {
    const { first, count } = pagesOf(picture, tile);
    const name = picture.body.states[picture.tiles[tile] ?? 0] ?? "";
    const state = this.#texts.states[name] ?? name;
    const at = `${((first * picture.body.pageBytes) / BYTES_PER_MIB).toFixed(1)} MiB`;
    const from = `0x${first.toString(16)}`;
    return count === 1
      ? fill(this.#texts.placeOne, from, at, state)
      : fill(this.#texts.place, from, `0x${(first + count - 1).toString(16)}`, at, state);
  }

  /** Screen readers get the sums once a second, not with every picture; the first ones at once. */
  #describeSoon(): void {
    if (!this.#host.hasAttribute("aria-label")) this.#describe();
    if (this.#describing) return;
    this.#describing = true;
    setTimeout(() => {
      this.#describing = false;
      this.#describe();
    }, DESCRIBE_EVERY_MS);
  }

  #describe(): void {
    const { picture } = this.#state;
    if (picture === null) return;
    const { states, counts, pages, pageBytes } = picture.body;
    const parts = states.flatMap((name, i) => {
      const count = counts[i] ?? 0;
      return count === 0
        ? []
        : [`${this.#texts.states[name] ?? name} ${formatSize(count * pageBytes)}`];
    });
    const text = fill(this.#texts.summary, formatSize(pages * pageBytes), parts.join(", "));
    this.#host.setAttribute("aria-label", text);
  }
}
