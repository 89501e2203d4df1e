/** Rows as text: for the terminal and for Markdown. */
import type { Row, Value } from "./compare.ts";

export function formatValue(value: Value): string {
  if (typeof value === "string") return value;
  if (Number.isInteger(value)) return value.toLocaleString("en");
  return Math.abs(value) < 100 ? value.toFixed(3) : Math.round(value).toLocaleString("en");
}

/** What the first recorded run gave, and in brackets its repeats. */
export function formatReal({ real, scatter }: Row): string {
  const repeats = scatter.length === 0 ? "" : ` (${scatter.map(formatValue).join(", ")})`;
  return `${formatValue(real)}${repeats}`;
}

export function formatResidual({ residual, real, model }: Row): string {
  if (residual === null) return real === model ? "same" : "differs";
  return residual === 0 ? "0" : `${residual > 0 ? "+" : ""}${(100 * residual).toFixed(1)} %`;
}

export function formatTolerance({ tolerance }: Row): string {
  return tolerance === 0 ? "exact" : `${Math.round(100 * tolerance)} %`;
}

export function rowCells(row: Row): string[] {
  return [
    row.run,
    row.quantity,
    formatReal(row),
    formatValue(row.model),
    formatResidual(row),
    formatTolerance(row),
    row.pass ? "yes" : "no",
  ];
}

export const HEADER = ["run", "quantity", "real", "model", "residual", "tolerance", "inside"];

export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Columns padded to their widest cell. */
export function plainTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = header.map((_, i) =>
    Math.max(...[header, ...rows].map((cells) => cells[i]?.length ?? 0)),
  );
  return [header, ...rows]
    .map((cells) =>
      cells
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
