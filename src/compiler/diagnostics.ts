import type { Node } from "@babel/types";
import type { CompileDiagnostic } from "./options.ts";
import type { SourceFile } from "./program.ts";

/** Collects errors; the driver stops between phases when there are any. */
export class Diagnostics {
  private readonly items: CompileDiagnostic[] = [];

  get empty(): boolean {
    return this.items.length === 0;
  }

  /** `where` is the node at fault; a node without a position counts as the start of the file. */
  report(file: Pick<SourceFile, "key">, where: Node, message: string): void {
    const start = where.loc?.start ?? { line: 1, column: 0 };
    this.add(file.key, start.line - 1, start.column, message);
  }

  add(file: string, line: number, column: number, message: string): void {
    this.items.push({ file, line, column, message });
  }

  /** In reading order, each message once per place. */
  sorted(): CompileDiagnostic[] {
    const order = (a: CompileDiagnostic, b: CompileDiagnostic): number =>
      compareText(a.file, b.file) || a.line - b.line || a.column - b.column;
    const same = (a: CompileDiagnostic, b: CompileDiagnostic | undefined): boolean =>
      b !== undefined && order(a, b) === 0 && a.message === b.message;
    const all = [...this.items].sort(order);
    return all.filter((item, i) => !same(item, all[i - 1]));
  }
}

/** Order of code units, the same on every platform. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
