import { formatSize } from "../base/format.ts";
import { PAGE_SIZE } from "../base/units.ts";
import type { Samples } from "../session/types.ts";

const height = 10;
const axisWidth = 11;
const lines: readonly { readonly series: string; readonly mark: string; readonly label: string }[] =
  [
    { series: "balloon_target", mark: "-", label: "balloon target" },
    { series: "nr_free_pages", mark: ".", label: "free" },
    { series: "nr_file_pages", mark: "c", label: "page cache" },
    { series: "balloon_pages", mark: "#", label: "balloon" },
  ];

/** Balloon, page cache and free memory over time, drawn with letters; later lines cover earlier ones. */
export function plotSamples({ times, series }: Samples, columns: number): string {
  const width = columns - axisWidth - 1;
  const last = times.at(-1) ?? 0;
  if (times.length < 2 || last === 0) return "";
  const shown = lines.filter((line) => series[line.series] !== undefined);
  const top = Math.max(1, ...shown.map((line) => maximum(series[line.series]!)));
  const grid = Array.from({ length: height }, () => Array.from({ length: width }, () => " "));
  for (const { series: name, mark } of shown) {
    const values = series[name]!;
    let index = 0;
    for (let column = 0; column < width; column++) {
      const time = (column / (width - 1)) * last;
      while (index + 1 < times.length && times[index + 1]! <= time) index++;
      const row = height - 1 - Math.round((values[index]! / top) * (height - 1));
      grid[row]![column] = mark;
    }
  }
  const rows = grid.map((cells, row) => {
    const label =
      row % 3 === 0
        ? formatSize(Math.round(((height - 1 - row) / (height - 1)) * top) * PAGE_SIZE)
        : "";
    return `${label.padStart(axisWidth - 1)} |${cells.join("").trimEnd()}`;
  });
  const end = `${(last / 1e9).toFixed(1)} s`;
  const foot = `${" ".repeat(axisWidth)}0 s${end.padStart(width - 2)}`;
  const legend = shown.map(({ mark, label }) => `${mark} ${label}`).join("   ");
  return [...rows, foot, `${" ".repeat(axisWidth)}${legend}`, ""].join("\n");
}

/** `Math.max(...values)` overflows the stack on a long run. */
function maximum(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
