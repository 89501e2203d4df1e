import type { Place } from "../session/types.ts";

/** Converts between our lines and columns, which count from 0, and the client's. */
export class Positions {
  private readonly firstLine: number;
  private readonly firstColumn: number;

  constructor(linesStartAt1: boolean, columnsStartAt1: boolean) {
    this.firstLine = linesStartAt1 ? 1 : 0;
    this.firstColumn = columnsStartAt1 ? 1 : 0;
  }

  /** The smallest line and column that this client may send. */
  get leastLine(): number {
    return this.firstLine;
  }

  get leastColumn(): number {
    return this.firstColumn;
  }

  lineFromClient(line: number): number {
    return line - this.firstLine;
  }

  columnFromClient(column: number): number {
    return column - this.firstColumn;
  }

  toClient(place: Place): { line: number; column: number; endLine: number; endColumn: number } {
    return {
      line: place.line + this.firstLine,
      column: place.column + this.firstColumn,
      endLine: place.endLine + this.firstLine,
      endColumn: place.endColumn + this.firstColumn,
    };
  }
}
