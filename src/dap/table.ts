/** How parts of a text are set off; escape codes on a terminal, nothing elsewhere. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

const asIs = (text: string): string => text;
export const plain: Paint = { bold: asIs, dim: asIs, good: asIs, bad: asIs };

export interface Table {
  readonly head: readonly string[];
  readonly align: readonly ("left" | "right")[];
  readonly rows: readonly (readonly string[])[];
  /** The column that is wrapped when the table is wider than `width`. */
  readonly flexible: number;
  /** Columns of the terminal; 80 when not given. */
  readonly width?: number;
  readonly paint: Paint;
}

const gap = "  ";
const leastFlexible = 16;

/** Lines of a table: columns as wide as their cells, the flexible one taking what is left. */
export function table({ head, align, rows, flexible, width = 80, paint }: Table): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => visibleLength(row[column] ?? ""))),
  );
  const others = widths.reduce(
    (sum, each, column) => (column === flexible ? sum : sum + each + gap.length),
    0,
  );
  widths[flexible] = Math.min(widths[flexible] ?? 0, Math.max(leastFlexible, width - others));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0, align[column] ?? "left"))
      .join(gap)
      .trimEnd();
  const body = rows.flatMap((row) => wrapRow(row, flexible, widths[flexible] ?? 0).map(line));
  return [paint.dim(line(head)), ...body];
}

/** A row as several when the text of its flexible cell does not fit. */
function wrapRow(row: readonly string[], flexible: number, width: number): (readonly string[])[] {
  const pieces = wrap(row[flexible] ?? "", width);
  return pieces.map((piece, index) =>
    row.map((cell, column) => (column === flexible ? piece : index === 0 ? cell : "")),
  );
}

/** Breaks at blanks where it can, inside a word where it must. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const blank = rest.lastIndexOf(" ", width);
    const cut = blank > width / 2 ? blank : width;
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut).trimStart();
  }
  return [...lines, rest];
}

function pad(cell: string, width: number, align: "left" | "right"): string {
  const fill = " ".repeat(Math.max(0, width - visibleLength(cell)));
  return align === "left" ? cell + fill : fill + cell;
}

function visibleLength(text: string): number {
  return text.replace(/\u001b\[\d+m/g, "").length;
}
