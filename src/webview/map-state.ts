/** What the page map shows, apart from how. */
import type { Change, PageMapBody } from "../dap/protocol.ts";
import type { MapRun, PageDetails, PageRange, ToMap } from "./map-protocol.ts";

export interface Picture {
  readonly body: Omit<PageMapBody, "tiles">;
  readonly tiles: Uint8Array;
}

export interface History {
  readonly pfn: number;
  /** Null while it is being looked for. */
  readonly changes: readonly Change[] | null;
}

export interface MapState {
  run: MapRun | null;
  picture: Picture | null;
  /** Null: all of memory. */
  range: PageRange | null;
  /** The only state that is not faded. */
  only: string | null;
  /** Tile that mouse or keyboard points at; -1 for none. */
  cursor: number;
  page: PageDetails | null;
  history: History | null;
}

/** What survives that the panel is hidden, and a reload of the window. */
export interface RememberedMap {
  readonly range: PageRange | null;
  readonly only: string | null;
}

export function startMapState(remembered: RememberedMap | null): MapState {
  const { range = null, only = null } = remembered ?? {};
  return { run: null, picture: null, range, only, cursor: -1, page: null, history: null };
}

export function receiveMap(state: MapState, message: ToMap): void {
  switch (message.kind) {
    case "run":
      // Another guest has other pages.
      if (state.run !== null && state.run.id !== message.run?.id) {
        Object.assign(state, { ...startMapState(null), only: state.only });
      }
      state.run = message.run;
      return;
    case "map": {
      const { tiles, ...body } = message.map;
      state.picture = { body, tiles: bytesOf(tiles) };
      if (state.cursor >= state.picture.tiles.length) state.cursor = -1;
      return;
    }
    case "page":
      if (state.page?.pfn !== message.page.pfn) state.history = null;
      state.page = message.page;
      return;
    case "history":
      state.history = { pfn: message.pfn, changes: message.changes };
  }
}

/** Pages of the guest, as far as that is known. */
export function wholeOf({ run, picture }: MapState): number {
  return run?.guestPages ?? picture?.body.pages ?? 0;
}

/** First and number of a tile's pages. */
export function pagesOf({ body }: Picture, tile: number): PageRange {
  const first = body.first + tile * body.pagesPerTile;
  return { first, count: Math.min(body.pagesPerTile, body.first + body.pages - first) };
}

/** The tile that a page is in; -1 when it is not shown. */
export function tileOf({ body }: Picture, pfn: number): number {
  const from = pfn - body.first;
  return from < 0 || from >= body.pages ? -1 : Math.floor(from / body.pagesPerTile);
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
