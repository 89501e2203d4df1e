/** Geometry of the page map: which tile stands where, which pages it has, and what zooming shows. */
import type { PageRange } from "./map-protocol.ts";
import { clamp } from "./view-range.ts";

/** Tiles in rows from the upper left corner, in CSS pixels. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** Width and height of a tile. */
  readonly cell: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Smaller ones cannot be told apart, or met with the mouse. */
const SMALLEST_CELL = 4;
const LARGEST_CELL = 36;
/** Fewer pages are not worth a picture. */
const FEWEST_PAGES = 64;

/** How many tiles to ask for, so that they have room and each has 1, 2, 4, 8, ... pages. */
export function tilesFor(pages: number, { width, height }: Size): number {
  const room = Math.max(Math.floor(width / SMALLEST_CELL) * Math.floor(height / SMALLEST_CELL), 1);
  let perTile = 1;
  while (Math.ceil(pages / perTile) > room) perTile *= 2;
  return Math.max(Math.ceil(pages / perTile), 1);
}

/** The largest tiles that fit. */
export function gridFor(tiles: number, { width, height }: Size): Grid {
  let cell = LARGEST_CELL;
  while (cell > 1 && Math.floor(width / cell) * Math.floor(height / cell) < tiles) cell--;
  const columns = Math.max(Math.floor(width / cell), 1);
  return { columns, rows: Math.ceil(tiles / columns), cell };
}

/** The tile at a place; -1 beside them. */
export function tileAt({ columns, cell }: Grid, tiles: number, x: number, y: number): number {
  const column = Math.floor(x / cell);
  const tile = Math.floor(y / cell) * columns + column;
  return x < 0 || y < 0 || column >= columns || tile >= tiles ? -1 : tile;
}

/** Of `whole`, half or twice as much as `range`, `around` staying where it is; null for all. */
export function zoomedPages(
  range: PageRange,
  direction: "in" | "out",
  around: number,
  whole: number,
): PageRange | null {
  const wanted = direction === "in" ? Math.ceil(range.count / 2) : range.count * 2;
  const count = Math.max(wanted, Math.min(FEWEST_PAGES, whole));
  if (count >= whole) return null;
  const share = (around - range.first) / range.count;
  return { first: clamp(Math.round(around - share * count), 0, whole - count), count };
}

/** As far along, `by` pages on. */
export function movedPages({ first, count }: PageRange, by: number, whole: number): PageRange {
  return { first: clamp(first + by, 0, Math.max(whole - count, 0)), count };
}

export type MapKey =
  | { readonly kind: "tile"; readonly tile: number }
  | { readonly kind: "zoom"; readonly direction: "in" | "out" }
  | { readonly kind: "move"; readonly direction: -1 | 1 }
  | { readonly kind: "all" }
  | { readonly kind: "open" };

/** What a key means with the cursor on `tile`; null for one that means nothing here. */
export function mapKey(
  key: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">,
  { columns }: Grid,
  tiles: number,
  tile: number,
): MapKey | null {
  if (key.ctrlKey || key.metaKey || key.altKey) return null;
  const to = (wanted: number): MapKey =>
    wanted < 0 || wanted >= tiles ? { kind: "tile", tile } : { kind: "tile", tile: wanted };
  switch (key.key) {
    case "ArrowLeft":
      return to(tile - 1);
    case "ArrowRight":
      return to(tile + 1);
    case "ArrowUp":
      return to(tile - columns);
    case "ArrowDown":
      return to(tile + columns);
    case "Home":
      return to(0);
    case "End":
      return to(tiles - 1);
    case "PageUp":
      return { kind: "move", direction: -1 };
    case "PageDown":
      return { kind: "move", direction: 1 };
    case "+":
    case "=":
      return { kind: "zoom", direction: "in" };
    case "-":
      return { kind: "zoom", direction: "out" };
    case "0":
      return { kind: "all" };
    case "Enter":
      return { kind: "open" };
    default:
      return null;
  }
}
