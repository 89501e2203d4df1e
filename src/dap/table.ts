/** How parts of a text are set off; escape codes on a terminal, nothing elsewhere. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

const asIs = (text: string): string => text;
export const plain: Paint = { bold: asIs, dim: asIs, good: asIs, bad: asIs };

const escape =
  (on: number, off: number) =>
  (text: string): string =>
    `\u001b[${on}m${text}\u001b[${off}m`;

export const coloured: Paint = {
  bold: escape(1, 22),
  dim: escape(2, 22),
  good: escape(32, 39),
  bad: escape(31, 39),
};

export interface Table {
  readonly head: readonly string[];
  readonly align: readonly ("left" | "right")[];
  readonly rows: readonly (readonly string[])[];
  /** Columns whose cells are wrapped when the table is wider than `width`. */
  readonly flexible: readonly number[];
  /** Columns of the terminal; 80 when not given. */
  readonly width?: number;
  readonly paint: Paint;
}

const gap = "  ";
const leastFlexible = 16;

/** Lines of a table: columns as wide as their cells, the flexible ones sharing what is left. */
export function table({ head, align, rows, flexible, width = 80, paint }: Table): string[] {
  const natural = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => visibleLength(row[column] ?? ""))),
  );
  const widths = fitted(natural, flexible, width);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0, align[column] ?? "left"))
      .join(gap)
      .trimEnd();
  const body = rows.flatMap((row) => wrapRow(row, flexible, widths).map(line));
  return [paint.dim(line(head)), ...body];
}

/** Takes what is too much from the widest flexible columns. */
function fitted(natural: readonly number[], flexible: readonly number[], width: number): number[] {
  const widths = [...natural];
  const total = (): number => widths.reduce((sum, each) => sum + each + gap.length, -gap.length);
  while (total() > width) {
    const widest = flexible.reduce((best, each) => (widths[each]! > widths[best]! ? each : best));
    if (widths[widest]! <= leastFlexible) break;
    widths[widest]!--;
  }
  return widths;
}

/** A row as several when the text of a flexible cell does not fit. */
function wrapRow(
  row: readonly string[],
  flexible: readonly number[],
  widths: readonly number[],
): (readonly string[])[] {
  const cells = row.map((cell, column) =>
    flexible.includes(column) ? wrap(cell, widths[column] ?? 0) : [cell],
  );
  const height = Math.max(...cells.map((pieces) => pieces.length));
  return Array.from({ length: height }, (_, index) => cells.map((pieces) => pieces[index] ?? ""));
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
