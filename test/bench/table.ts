/** What was measured, with the budget it is held against. */

export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The most it should be; null where there is no such figure. */
  readonly budget: number | null;
}

export class Table {
  readonly rows: Row[] = [];
  readonly #onRow: (row: Row) => void;

  constructor(onRow: (row: Row) => void = () => {}) {
    this.#onRow = onRow;
  }

  add(name: string, value: number, unit: string, budget: number | null = null): void {
    if (!Number.isFinite(value)) throw new Error(`${name}: ${value} is no measurement`);
    const row = { name, value, unit, budget };
    this.rows.push(row);
    this.#onRow(row);
  }

  /** One line a row, in columns. */
  lines(): string[] {
    const width = Math.max(...this.rows.map(({ name }) => name.length));
    return this.rows.map(({ name, value, unit, budget }) => {
      const limit = budget === null ? "" : `  <= ${figure(budget)} ${unit}`;
      return `${name.padEnd(width)}  ${figure(value).padStart(8)} ${unit.padEnd(7)}${limit}`.trimEnd();
    });
  }
}

function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 0);
}
