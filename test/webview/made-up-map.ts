/** Memory that looks like that of a guest with a large balloon; no model made it. */
import type { PageMapBody } from "../../src/dap/protocol.ts";
import { PAGE_STATES, type PageState } from "../../src/session/inspect/page-map.ts";
import type { PageRange } from "../../src/webview/map-protocol.ts";

export const PAGES = 262_144;

export function madeUpMap(resolution: number, range: PageRange | null): PageMapBody {
  const { first, count } = range ?? { first: 0, count: PAGES };
  const pagesPerTile = Math.ceil(count / resolution);
  const tiles = new Uint8Array(Math.ceil(count / pagesPerTile));
  const counts = PAGE_STATES.map(() => 0);
  tiles.forEach((_, tile) => {
    const state = PAGE_STATES.indexOf(stateOf(first + tile * pagesPerTile));
    tiles[tile] = state;
    counts[state]! += pagesPerTile;
  });
  return {
    first,
    pages: count,
    pagesPerTile,
    pageBytes: 4096,
    states: PAGE_STATES,
    counts,
    tiles: Buffer.from(tiles).toString("base64"),
  };
}

function stateOf(pfn: number): PageState {
  const share = pfn / PAGES;
  // Repeats, but not so that one would see it.
  const chance = ((pfn >> 4) * 2_654_435_761) % 1000;
  if (share < 0.03) return "kernel";
  if (share < 0.12) return chance < 60 ? "kernel" : chance < 500 ? "active_file" : "inactive_file";
  if (share < 0.3) return chance < 850 ? "inactive_file" : "free";
  if (share < 0.36) return chance < 700 ? "active_anon" : "inactive_anon";
  if (share < 0.9) return chance < 25 ? "pcp" : chance < 60 ? "inactive_file" : "discarded";
  if (share < 0.93) return "in_flight";
  if (share < 0.95) return "balloon";
  return share < 0.97 ? "free" : "free_absent";
}
