import { expect, test } from "vitest";
import { gridFor, mapKey, movedPages, tileAt, tilesFor, zoomedPages } from "./map-grid.ts";

const size = { width: 700, height: 400 };

test.each([
  // 175 x 100 tiles of 4 pixels have room.
  [64, 64],
  [17_500, 17_500],
  [17_501, 8751],
  [262_144, 16_384],
  [16_777_216, 16_384],
])("%d pages make %d tiles", (pages, tiles) => {
  expect(tilesFor(pages, size)).toBe(tiles);
  const grid = gridFor(tiles, size);
  expect(grid.columns * grid.cell).toBeLessThanOrEqual(size.width);
  expect(grid.rows * grid.cell).toBeLessThanOrEqual(size.height);
});

test("a panel without any room has one tile", () => {
  expect(tilesFor(1000, { width: 0, height: 0 })).toBe(1);
  expect(gridFor(1, { width: 0, height: 0 })).toEqual({ columns: 1, rows: 1, cell: 1 });
});

test("the tile under the mouse, and none beside them", () => {
  const grid = gridFor(64, { width: 100, height: 100 });
  expect(grid).toEqual({ columns: 8, rows: 8, cell: 12 });
  const at = (x: number, y: number): number => tileAt(grid, 60, x, y);
  expect([at(0, 0), at(11, 12), at(95, 0), at(97, 0), at(40, 95), at(95, 95)]).toEqual([
    0, 8, 7, -1, 59, -1,
  ]);
  expect([at(-1, 5), at(5, -1), at(5, 1000)]).toEqual([-1, -1, -1]);
});

test("zooming keeps the page under the mouse where it is, within memory", () => {
  const whole = 100_000;
  const all = { first: 0, count: whole };
  expect(zoomedPages(all, "in", 40_000, whole)).toEqual({ first: 20_000, count: 50_000 });
  expect(zoomedPages(all, "in", 99_999, whole)).toEqual({ first: 50_000, count: 50_000 });
  expect(zoomedPages(all, "out", 5, whole)).toBeNull();
  expect(zoomedPages({ first: 0, count: 60_000 }, "out", 5, whole)).toBeNull();
  expect(zoomedPages({ first: 90_000, count: 10_000 }, "out", 99_999, whole)).toEqual({
    first: 80_000,
    count: 20_000,
  });
  expect(zoomedPages({ first: 100, count: 64 }, "in", 110, whole)).toEqual({
    first: 100,
    count: 64,
  });
  expect(movedPages({ first: 100, count: 64 }, -500, whole)).toEqual({ first: 0, count: 64 });
  expect(movedPages({ first: 100, count: 64 }, 1e9, whole)).toEqual({ first: 99_936, count: 64 });
});

test("keys move the cursor within the tiles", () => {
  const grid = { columns: 10, rows: 3, cell: 4 };
  const press = (key: string, tile: number, ctrlKey = false): unknown =>
    mapKey({ key, ctrlKey, metaKey: false, altKey: false }, grid, 25, tile);
  expect(press("ArrowRight", 24)).toEqual({ kind: "tile", tile: 24 });
  expect(press("ArrowDown", 5)).toEqual({ kind: "tile", tile: 15 });
  expect(press("ArrowDown", 17)).toEqual({ kind: "tile", tile: 17 });
  expect(press("ArrowUp", 3)).toEqual({ kind: "tile", tile: 3 });
  expect(press("End", 3)).toEqual({ kind: "tile", tile: 24 });
  expect(press("=", 3)).toEqual({ kind: "zoom", direction: "in" });
  expect(press("+", 3, true)).toBeNull();
  expect(press("x", 3)).toBeNull();
});
