/**
 * Data breakpoints: the watched values are compared at every statement that is run, so that a run
 * stops right after the one that wrote, with all its conditions seen as they were. Exact in both
 * directions, since the past is run forward too. A write of the same value is no change.
 */
import type { Machine } from "../machine/machine.ts";
import type { Thread } from "../machine/thread.ts";

/** A local of an activation: seen while its function runs in that thread at that depth. */
export interface WatchedLocal {
  readonly thread: number;
  readonly fn: number;
  /** Number of frames, this one included. */
  readonly depth: number;
  readonly name: string;
}

/** A value that is read anew at every statement. */
export interface Cell {
  readonly name: string;
  readonly read: () => unknown;
}

export interface Watch {
  readonly id: number;
  readonly name: string;
  /** Any of these changes. */
  readonly cells: readonly Cell[];
  readonly local: WatchedLocal | null;
}

export interface Changed {
  readonly watch: Watch;
  readonly old: unknown;
  readonly now: unknown;
  /** `vb->num_pages: 256 → 512`; most changes are never told of. */
  readonly text: () => string;
}

/** Not seen yet since the machine was moved. */
const UNSEEN = Symbol("unseen");

export class Watches {
  readonly #machine: Machine;
  readonly #show: (value: unknown) => string;
  #watches: readonly Watch[] = [];
  /** A value that several watch, as the two sides of a crossing do, is read once. */
  #cells: readonly { readonly cell: Cell; readonly watches: readonly Watch[] }[] = [];
  #old: unknown[] = [];
  #locals: Watch[] = [];
  #oldLocals: unknown[] = [];

  constructor(machine: Machine, show: (value: unknown) => string) {
    this.#machine = machine;
    this.#show = show;
  }

  get empty(): boolean {
    return this.#watches.length === 0;
  }

  use(watches: readonly Watch[]): void {
    this.#watches = watches;
    const all = watches.flatMap((watch) => watch.cells.map((cell) => ({ watch, cell })));
    this.#cells = [...new Set(all.map(({ cell }) => cell.name))].map((name) => {
      const same = all.filter(({ cell }) => cell.name === name);
      return { cell: same[0]!.cell, watches: same.map(({ watch }) => watch) };
    });
    this.#locals = watches.filter(({ local }) => local !== null);
    this.moved();
  }

  /** The machine is elsewhere: what there is now is no change. */
  moved(): void {
    this.#old = this.#cells.map(({ cell }) => cell.read());
    this.#oldLocals = this.#locals.map(() => UNSEEN);
  }

  /** What has changed since the last question; null for nothing, which is the usual answer. */
  changed(site: number, locals: readonly unknown[]): Changed[] | null {
    let found = this.changedCells();
    for (let i = 0; i < this.#locals.length; i++) {
      const value = this.#localAt(this.#locals[i]!.local!, site, locals);
      const old = this.#oldLocals[i];
      if (value === UNSEEN || value === old) continue;
      this.#oldLocals[i] = value;
      if (old === UNSEEN) continue;
      const watch = this.#locals[i]!;
      (found ??= []).push(this.#changed(watch, watch.name, old, value));
    }
    return found;
  }

  changedCells(): Changed[] | null {
    let found: Changed[] | null = null;
    for (let i = 0; i < this.#cells.length; i++) {
      const { cell, watches } = this.#cells[i]!;
      const value = cell.read();
      const old = this.#old[i];
      if (value === old) continue;
      this.#old[i] = value;
      found ??= [];
      for (const watch of watches) found.push(this.#changed(watch, cell.name, old, value));
    }
    return found;
  }

  /** The frames tell what a statement alone cannot: whether it was this activation. */
  static isReal({ watch }: Changed, thread: Thread): boolean {
    return watch.local === null || thread.frames.length === watch.local.depth;
  }

  #localAt(local: WatchedLocal, site: number, values: readonly unknown[]): unknown {
    const info = this.#machine.debug.sites[site]!;
    if (info.fn !== local.fn || this.#machine.running?.id !== local.thread) return UNSEEN;
    const slot = info.visible.findLastIndex(({ name }) => name === local.name);
    return slot < 0 ? UNSEEN : values[slot];
  }

  #changed(watch: Watch, name: string, old: unknown, now: unknown): Changed {
    return { watch, old, now, text: () => `${name}: ${this.#show(old)} → ${this.#show(now)}` };
  }
}
