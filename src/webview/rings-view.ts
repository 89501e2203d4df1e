import { formatCount } from "../base/format.ts";
import { element, setText } from "./dom.ts";
import { drawDescriptors, drawRings } from "./ring-drawing.ts";
import { countOf, DESCRIPTOR_STATES, type RingView } from "./rings-model.ts";
import type { RingsRun, RingsTexts } from "./rings-protocol.ts";
import { runStateText } from "./run-state.ts";
import { fill } from "./text.ts";

/** More rows say less. */
const MAX_ROWS = 16;

export interface RingsState {
  run: RingsRun | null;
  /** As at the last stop; null before the first. */
  queues: readonly RingView[] | null;
}

/** Shows every virtqueue; whoever changes the state calls `draw`. */
export class RingsView {
  readonly #state: RingsState;
  readonly #texts: RingsTexts;
  readonly #name = element("h1");
  readonly #runState = element("span", { class: "state", role: "status" });
  readonly #note = element("span", { class: "note" });
  readonly #message = element("p", { class: "message", role: "status" });
  readonly #key = element("ul", { class: "key" });
  readonly #queues = element("div", { class: "queues", role: "region", tabindex: "0" });
  #drawn: RingsState["queues"] = null;

  constructor(root: HTMLElement, state: RingsState, texts: RingsTexts) {
    this.#state = state;
    this.#texts = texts;
    this.#queues.setAttribute("aria-label", texts.title);
    this.#key.append(
      ...DESCRIPTOR_STATES.map((name) =>
        element("li", {}, [
          element("span", { class: `swatch ${name}`, "aria-hidden": "true" }),
          texts[name],
        ]),
      ),
    );
    root.replaceChildren(
      element("div", { class: "bar" }, [this.#name, this.#runState, this.#note]),
      this.#key,
      this.#message,
      this.#queues,
    );
    this.draw();
  }

  draw(): void {
    const { run, queues } = this.#state;
    const texts = this.#texts;
    setText(this.#name, run?.name ?? "");
    setText(this.#runState, runStateText(this.#state.run, this.#texts));
    this.#runState.dataset["state"] = run?.state ?? "";
    const none = queues === null || queues.length === 0;
    const stale = !none && run?.state !== "stopped";
    setText(this.#note, stale ? texts.stale : "");
    this.#queues.classList.toggle("stale", stale);
    this.#queues.hidden = none;
    this.#key.hidden = none;
    this.#message.hidden = !none;
    const why = run === null ? texts.noRun : queues === null ? texts.waiting : texts.noQueues;
    if (none) setText(this.#message, why);
    if (this.#drawn === queues) return;
    this.#drawn = queues;
    this.#queues.replaceChildren(...(queues ?? []).map((view) => this.#queue(view)));
  }

  #queue(view: RingView): HTMLElement {
    const texts = this.#texts;
    const { device, queue, packed, size, indices } = view;
    const [offered, held, returned, free] = DESCRIPTOR_STATES.map((state) =>
      formatCount(countOf(view, state)),
    );
    const summary = fill(
      texts.summary,
      formatCount(size),
      offered ?? "",
      held ?? "",
      returned ?? "",
      free ?? "",
    );
    const places = indices.map(({ name, value }, i) =>
      element("li", {}, [
        element("span", { class: "glyph", "aria-hidden": "true" }, [GLYPHS[i] ?? ""]),
        `${name} `,
        element("span", { class: "value" }, [String(value)]),
      ]),
    );
    const rings = element("div", { class: "around" });
    rings.append(drawRings(view, fill(packed ? texts.onlyRing : texts.rings, queue, summary)));
    const table = element("div", { class: "descriptor-table" }, [
      element("h3", {}, [texts.descriptors]),
    ]);
    table.append(drawDescriptors(view, fill(texts.descriptors, queue)));
    return element("section", {}, [
      element("header", {}, [
        element("h2", {}, [`${device} ${queue}`]),
        element("span", { class: "note" }, [`${packed ? texts.packed : texts.split}: ${summary}`]),
      ]),
      element("div", { class: "queue" }, [
        element("div", { class: "ring-side" }, [
          rings,
          element("ul", { class: "indices" }, places),
        ]),
        element("div", { class: "table-side" }, [table, this.#inUse(view)]),
      ]),
    ]);
  }

  /** What is not free, in words: for reading off, and for who cannot see the picture. */
  #inUse({ descriptors, queue }: RingView): HTMLElement {
    const texts = this.#texts;
    const busy = descriptors.flatMap((each, i) => (each.state === "free" ? [] : [{ ...each, i }]));
    if (busy.length === 0) return element("p", { class: "note" }, [texts.allFree]);
    const head = [
      texts.number,
      texts.whose,
      texts.address,
      texts.bytes,
      texts.flags,
      texts.buffer,
    ].map((text) => element("th", { scope: "col" }, [text]));
    const rows = busy
      .slice(0, MAX_ROWS)
      .map(({ i, state, address, length, flags, next, buffer }) =>
        element("tr", {}, [
          element("th", { scope: "row" }, [String(i)]),
          element("td", {}, [texts[state]]),
          element("td", {}, [address]),
          element("td", {}, [formatCount(length)]),
          element("td", {}, [
            [...flags, ...(next === undefined ? [] : [`→ ${next}`])].join(" ") || "0",
          ]),
          element("td", {}, [String(buffer)]),
        ]),
      );
    const rest = busy.length - rows.length;
    return element("div", {}, [
      element("table", {}, [
        element("caption", {}, [fill(texts.inUse, queue)]),
        element("thead", {}, [element("tr", {}, head)]),
        element("tbody", {}, rows),
      ]),
      ...(rest > 0 ? [element("p", { class: "note" }, [fill(texts.more, formatCount(rest))])] : []),
    ]);
  }
}

/** As the pointers look: outside the ring filled and hollow, inside hollow and filled. */
const GLYPHS = ["▼", "▽", "△", "▲"];
