/** What the page map and the extension say to each other. */
import type { Change, PageMapBody } from "../dap/protocol.ts";
import type { RunState } from "./protocol.ts";

export interface MapRun {
  /** The same as long as it is the same debug session. */
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  /** Virtual time of the present stop in ns; null while running. */
  readonly stoppedAt: number | null;
  /** RAM of the guest in its own pages; null while it is not known. */
  readonly guestPages: number | null;
}

/** A stretch of the guest's pages. */
export interface PageRange {
  readonly first: number;
  readonly count: number;
}

/** One page in words. */
export interface PageDetails {
  readonly pfn: number;
  /** `pfn 0x1a2b, page cache, active` */
  readonly summary: string;
  /** Its fields as at the present stop; empty while running. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
}

export type ToMap =
  /** Null: nothing has run since the extension started. */
  | { readonly kind: "run"; readonly run: MapRun | null }
  | { readonly kind: "map"; readonly map: PageMapBody }
  | { readonly kind: "page"; readonly page: PageDetails }
  /** Who has changed the page, newest first; null while that is being looked for. */
  | { readonly kind: "history"; readonly pfn: number; readonly changes: readonly Change[] | null };

export type FromMap =
  | { readonly kind: "ready" }
  /** What to show from now on. `resolution` is how many tiles there is room for. */
  | { readonly kind: "view"; readonly range: PageRange | null; readonly resolution: number }
  /** Open a page: of a tile, the first one that is in the tile's state. */
  | { readonly kind: "open"; readonly range: PageRange; readonly state: string }
  /** Put the page into VS Code's list of watched expressions. */
  | { readonly kind: "watch"; readonly pfn: number }
  | { readonly kind: "history"; readonly pfn: number }
  | { readonly kind: "jump"; readonly mark: Change["mark"] }
  | { readonly kind: "failed"; readonly message: string };

/** Texts of the panel, translated by the extension; `{0}` stands for a value. */
export interface MapTexts {
  readonly noRun: string;
  readonly waiting: string;
  readonly running: string;
  readonly stoppedAt: string;
  readonly finished: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly showAll: string;
  readonly scale: string;
  readonly onePage: string;
  readonly legend: string;
  readonly place: string;
  readonly placeOne: string;
  readonly keys: string;
  readonly summary: string;
  readonly details: string;
  readonly noPage: string;
  readonly watch: string;
  readonly history: string;
  readonly historyBusy: string;
  readonly historyNone: string;
  readonly historyTitle: string;
  readonly stopFirst: string;
  /** States of pages, by their names in the protocol. */
  readonly states: Readonly<Record<string, string>>;
}
