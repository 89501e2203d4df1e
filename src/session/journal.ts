/**
 * The edits of the present branch in the order of their marks, and how many of them the machine
 * has seen. A run is a function of its scenario and of these.
 */
import type { Change } from "./changes.ts";
import type { Mark } from "./types.ts";

export interface Edit {
  readonly mark: Mark;
  readonly time: number;
  readonly text: string;
  readonly change: Change;
}

export class Journal {
  #edits: readonly Edit[] = [];
  #applied = 0;

  get edits(): readonly Edit[] {
    return this.#edits;
  }

  /** Edits that the machine's present state contains: a number of the first ones. */
  get applied(): number {
    return this.#applied;
  }

  /** Another branch's edits; the machine is to be put where they and the present ones agree. */
  use(edits: readonly Edit[]): void {
    this.#edits = edits;
  }

  restore(applied: number): void {
    this.#applied = applied;
  }

  /** The next edit, when it belongs to this dispatch. */
  nextIn(dispatch: number): Edit | null {
    const next = this.#edits[this.#applied];
    return next !== undefined && next.mark.dispatch === dispatch ? next : null;
  }

  /** An edit that was just made, at the present mark. */
  add(edit: Edit): void {
    this.#edits = [...this.#edits, edit];
    this.#applied = this.#edits.length;
  }

  /** The edit that `nextIn` gave has been made. */
  passed(): void {
    this.#applied++;
  }

  /** Whether a state at the start of `dispatch` that contains `edits` lies on this branch. */
  leadsThrough(edits: readonly Edit[], dispatch: number): boolean {
    const last = edits.length - 1;
    // An edit object is only ever put after the same ones, so the last one stands for all.
    if (last >= 0 && this.#edits[last] !== edits[last]) return false;
    const next = this.#edits[last + 1];
    return next === undefined || next.mark.dispatch >= dispatch;
  }
}

export function compareMarks(a: Mark, b: Mark): number {
  return a.dispatch - b.dispatch || a.statement - b.statement;
}
