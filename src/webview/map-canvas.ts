import { element } from "./dom.ts";
import type { Grid, Size } from "./map-grid.ts";
import { paintOf, styleOf, type Paint } from "./map-states.ts";
import type { Theme } from "./theme.ts";

/** From this size on tiles stand apart, and are hatched. */
const ROOMY_CELL = 7;

export interface MapPicture {
  readonly grid: Grid;
  /** Indices into `states`. */
  readonly tiles: Uint8Array;
  readonly states: readonly string[];
  /** The only state that is not faded; null: none is. */
  readonly only: string | null;
  readonly theme: Theme;
}

/** The map, and above it what moves: the cursor and the chosen page. Neither redraws the other. */
export class MapCanvas {
  readonly host: HTMLElement;
  readonly #map = element("canvas");
  readonly #marks = element("canvas");

  constructor(host: HTMLElement) {
    this.host = host;
    host.append(this.#map, this.#marks);
  }

  get size(): Size {
    return { width: this.host.clientWidth, height: this.host.clientHeight };
  }

  draw({ grid, tiles, states, only, theme }: MapPicture): void {
    const ctx = this.#fresh(this.#map);
    const { columns, cell } = grid;
    const roomy = cell >= ROOMY_CELL;
    const paints = states.map((name) =>
      paintOf(styleOf(name), theme, only !== null && only !== name),
    );
    const side = roomy ? cell - 1 : cell;
    for (let tile = 0; tile < tiles.length;) {
      const state = tiles[tile] ?? 0;
      const paint = paints[state];
      const column = tile % columns;
      // Neighbours that touch each other are one rectangle.
      let run = 1;
      const longest = roomy ? 1 : Math.min(columns - column, tiles.length - tile);
      while (run < longest && tiles[tile + run] === state) run++;
      const x = column * cell;
      const y = Math.floor(tile / columns) * cell;
      if (paint !== undefined) {
        ctx.fillStyle = paint.fill;
        ctx.fillRect(x, y, roomy ? side : run * cell, side);
        if (roomy) hatch(ctx, paint, x, y, side);
      }
      tile += run;
    }
  }

  /** Outlines tiles; -1 for none. */
  mark({ columns, cell }: Grid, cursor: number, chosen: number, theme: Theme): void {
    const ctx = this.#fresh(this.#marks);
    const outline = (tile: number, width: number, color: string): void => {
      if (tile < 0) return;
      const x = (tile % columns) * cell;
      const y = Math.floor(tile / columns) * cell;
      ctx.lineWidth = width + 2;
      ctx.strokeStyle = theme.background;
      ctx.strokeRect(x - 1, y - 1, cell + 1, cell + 1);
      ctx.lineWidth = width;
      ctx.strokeStyle = color;
      ctx.strokeRect(x - 1, y - 1, cell + 1, cell + 1);
    };
    outline(chosen, 2, theme.colors.red);
    outline(cursor, 1.5, theme.colors.foreground);
  }

  /** An empty canvas as large as the host, with CSS pixels as its unit. */
  #fresh(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
    const { width, height } = this.size;
    const ratio = devicePixelRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const ctx = canvas.getContext("2d");
    if (ctx === null) throw new Error("the browser draws no canvas");
    ctx.scale(ratio, ratio);
    return ctx;
  }
}

function hatch(
  ctx: CanvasRenderingContext2D,
  { line }: Paint,
  x: number,
  y: number,
  side: number,
): void {
  if (line === null) return;
  ctx.strokeStyle = line;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(x, y + side);
  ctx.lineTo(x + side, y);
  ctx.stroke();
}

/** The same look at the size of a legend's sample. */
export function drawSwatch(canvas: HTMLCanvasElement, name: string, theme: Theme): void {
  const ratio = devicePixelRatio;
  const side = 11;
  canvas.width = side * ratio;
  canvas.height = side * ratio;
  const ctx = canvas.getContext("2d");
  if (ctx === null) return;
  ctx.scale(ratio, ratio);
  const paint = paintOf(styleOf(name), theme, false);
  ctx.fillStyle = paint.fill;
  ctx.fillRect(0, 0, side, side);
  hatch(ctx, paint, 0, 0, side);
  ctx.strokeStyle = theme.grid;
  ctx.strokeRect(0.5, 0.5, side - 1, side - 1);
}
