/**
 * Data breakpoints: the watched values are compared at every statement that may follow a change, so
 * that a run stops right after the statement that wrote, with all its conditions seen as they were.
 * Reads, and writes of the same value, are told of by the bodies in which they happen. Exact in both
 * directions, since the past is run forward too.
 */
import { ACCESS_METHOD, ACCESS_READS, ACCESS_WRITES, TELLS_TOUCHED } from "../base/kernel-image.ts";
import type { Machine } from "../machine/machine.ts";
import type { Thread } from "../machine/thread.ts";
import type { Accesses } from "./accesses.ts";
import { readLocation, type Location } from "./inspect/location.ts";
import { storedPath, type StoredPath } from "./stored-path.ts";
import type { DataAccess } from "./types.ts";

/** A local of an activation: seen while its function runs in that thread at that depth. */
export interface WatchedLocal {
  readonly thread: number;
  readonly fn: number;
  /** Number of frames, this one included. */
  readonly depth: number;
  readonly name: string;
}

/** A value that is read anew wherever it may have changed. */
export interface Cell {
  readonly name: string;
  readonly read: () => unknown;
  /** Where it is; null: it is computed. */
  readonly location: Location | null;
  /** What it is made from, so that it changes only when one of these does; null: from anything. */
  readonly inputs: readonly StoredPath[] | null;
}

export interface Watch {
  readonly id: number;
  readonly name: string;
  readonly access: DataAccess;
  /** Any of these. */
  readonly cells: readonly Cell[];
  readonly local: WatchedLocal | null;
  /** Most changes can be told at once to be none that anybody waits for. */
  readonly matters?: (old: unknown, now: unknown) => boolean;
}

/** What a statement did to a watched value. */
export interface Changed {
  readonly watch: Watch;
  readonly old: unknown;
  readonly now: unknown;
  /** `vb->num_pages: 256 → 512`; most changes are never told of. */
  readonly text: () => string;
  /** The statement's site; 0 where that is not known. */
  readonly site: number;
}

/** Not seen yet since the machine was moved. */
const UNSEEN = Symbol("unseen");

interface Watched {
  readonly cell: Cell;
  readonly watches: readonly Watch[];
  /** Location of the struct or array that holds it, and its name or number there. */
  readonly owner: Location | null;
  readonly key: string | number | null;
  old: unknown;
  /** Site of the last statement that read it since the last question, or wrote it; 0: none did. */
  read: number;
  written: number;
}

export class Watches {
  readonly #machine: Machine;
  readonly #accesses: Accesses;
  readonly #show: (value: unknown) => string;
  #watches: readonly Watch[] = [];
  /** A value that several watch, as the two sides of a crossing do, is read once. */
  #cells: readonly Watched[] = [];
  #locals: Watch[] = [];
  #oldLocals: unknown[] = [];
  #functions: ReadonlySet<number> | null = new Set();
  /** For each access that is told of, the cells that it may be about. */
  #byAccess = new Map<number, Watched[]>();
  /** Site of the last statement that stored something which may be an input. */
  #writer = 0;
  /** Every access that matters is told of, so that nothing can have happened while none was. */
  #isTold = false;
  /** Numbers of the elements that are watched, or lead to what is; null: any may. */
  #elements: ReadonlySet<unknown> | null = new Set();

  constructor(machine: Machine, accesses: Accesses, show: (value: unknown) => string) {
    this.#machine = machine;
    this.#accesses = accesses;
    this.#show = show;
  }

  get empty(): boolean {
    return this.#watches.length === 0;
  }

  /** Where nothing was told of, nothing has happened. */
  get isTold(): boolean {
    return this.#listens && this.#locals.length === 0;
  }

  get #listens(): boolean {
    return this.#isTold && this.#machine.hooks.touched === this.#touched;
  }

  /** Those whose statements have to be asked about; null: all. */
  get functions(): ReadonlySet<number> | null {
    return this.#functions;
  }

  use(watches: readonly Watch[]): void {
    this.#watches = watches;
    const all = watches.flatMap((watch) => watch.cells.map((cell) => ({ watch, cell })));
    this.#cells = [...new Set(all.map(({ cell }) => identity(cell)))].map((id) => {
      const same = all.filter(({ cell }) => identity(cell) === id);
      return watched(
        same[0]!.cell,
        same.map(({ watch }) => watch),
      );
    });
    this.#locals = watches.filter(({ local }) => local !== null);
    this.#choose();
    this.moved();
  }

  /** From here on, what bodies tell is for these watches. */
  listen(): void {
    const { hooks } = this.#machine;
    for (let access = 0; access < hooks.watched.length; access++) {
      hooks.watched[access]! &= ~TELLS_TOUCHED;
    }
    for (const access of this.#byAccess.keys()) hooks.watched[access]! |= TELLS_TOUCHED;
    hooks.touched = this.#touched;
    this.#isTold = this.#functions !== null;
  }

  /** The machine is elsewhere: what there is now is no change. */
  moved(): void {
    this.#writer = 0;
    if (this.#listens) this.#machine.hooks.heed[0] = 1;
    for (const each of this.#cells) {
      each.old = each.cell.read();
      each.read = 0;
      each.written = 0;
    }
    this.#oldLocals = this.#locals.map(() => UNSEEN);
  }

  /** What has happened since the last question; null for nothing, which is the usual answer. */
  changed(site: number, locals: readonly unknown[]): Changed[] | null {
    let found = this.changedCells();
    for (let i = 0; i < this.#locals.length; i++) {
      const value = this.#localAt(this.#locals[i]!.local!, site, locals);
      const old = this.#oldLocals[i];
      if (value === UNSEEN || value === old) continue;
      this.#oldLocals[i] = value;
      if (old === UNSEEN) continue;
      const watch = this.#locals[i]!;
      const text = (): string => this.#change(watch.name, old, value);
      (found ??= []).push({ watch, old, now: value, site: 0, text });
    }
    return found;
  }

  /** False: nothing was told of since the last question, so that nothing can have happened. */
  takeTold(): boolean {
    if (!this.#listens) return true;
    const { heed } = this.#machine.hooks;
    if (heed[0] !== 0) return false;
    heed[0] = 1;
    return true;
  }

  changedCells(): Changed[] | null {
    if (!this.takeTold()) return null;
    let found: Changed[] | null = null;
    for (let i = 0; i < this.#cells.length; i++) {
      const each = this.#cells[i]!;
      const { cell, watches, old } = each;
      const now = cell.read();
      const differs = now !== old;
      if (!differs && each.read === 0 && each.written === 0) continue;
      const wrote = differs || each.written !== 0;
      const site = wrote ? each.written || this.#writer : each.read;
      for (const watch of watches) {
        if (!concerns(watch.access, each, differs)) continue;
        if (watch.matters?.(old, now) === false) continue;
        const isRead = !wrote || watch.access === "read";
        const text = (): string =>
          isRead ? `${cell.name} is read: ${this.#show(old)}` : this.#change(cell.name, old, now);
        (found ??= []).push({ watch, old, now, site: isRead ? each.read : site, text });
      }
      each.old = now;
      each.read = 0;
      each.written = 0;
    }
    this.#writer = 0;
    return found;
  }

  /** The frames tell what a statement alone cannot: whether it was this activation. */
  static isReal({ watch }: Changed, thread: Thread): boolean {
    return watch.local === null || thread.frames.length === watch.local.depth;
  }

  /** Chooses the functions to be asked in, and the accesses that are told of. */
  #choose(): void {
    const accesses = this.#accesses;
    const writes = new Set<number>();
    let isAnywhere = false;
    this.#byAccess.clear();
    const tell = (access: number, cells: readonly Watched[]): void => {
      this.#byAccess.set(access, [...(this.#byAccess.get(access) ?? []), ...cells]);
    };
    for (const each of this.#cells) {
      for (const input of each.cell.inputs ?? []) {
        const found = accesses.writesOf(input);
        for (const access of found ?? []) writes.add(access);
        isAnywhere ||= found === null;
      }
      isAnywhere ||= each.cell.inputs === null;
      const path = each.cell.location && storedPath(each.cell.location);
      if (path === null || !each.watches.some(({ access }) => access !== "change")) continue;
      const isRead = each.watches.some(({ access }) => access === "read" || access === "readWrite");
      for (const access of accesses.accessesOf(path)) {
        if (accesses.reads(access) && !isRead && !writes.has(access)) continue;
        tell(access, [each]);
      }
    }
    for (const access of writes) tell(access, []);
    const functions = new Set(accesses.functionsSeeing([...this.#byAccess.keys()]));
    for (const { local } of this.#locals) functions.add(local!.fn);
    this.#functions = isAnywhere ? null : functions;
    const links = this.#cells.flatMap(({ cell }) =>
      (cell.inputs ?? []).flatMap(({ keys }) => keys),
    );
    this.#elements = links.includes(null) ? null : new Set(links);
    this.#isTold = false;
  }

  readonly #touched = (access: number, owner?: unknown, index?: unknown): void => {
    if (index !== undefined && this.#elements?.has(index) === false) return;
    this.#machine.hooks.heed[0] = 0;
    const { kind: kinds, site: sites } = this.#machine.debug.accesses;
    const kind = kinds[access]!;
    const site = sites[access]!;
    const writes = (kind & ACCESS_WRITES) !== 0;
    if (writes) this.#writer = site;
    const cells = this.#byAccess.get(access)!;
    for (let i = 0; i < cells.length; i++) {
      const each = cells[i]!;
      if (index !== undefined && index !== each.key) continue;
      if (each.owner !== null && readLocation(this.#machine, each.owner) !== owner) continue;
      if ((kind & ACCESS_READS) !== 0) each.read = site;
      // A method of an array writes what differs afterwards.
      if (writes && (kind & ACCESS_METHOD) === 0) each.written = site;
    }
  };

  #localAt(local: WatchedLocal, site: number, values: readonly unknown[]): unknown {
    const info = this.#machine.debug.sites[site]!;
    if (info.fn !== local.fn || this.#machine.running?.id !== local.thread) return UNSEEN;
    const slot = info.visible.findLastIndex(({ name }) => name === local.name);
    return slot < 0 ? UNSEEN : values[slot];
  }

  #change(name: string, old: unknown, now: unknown): string {
    return `${name}: ${this.#show(old)} → ${this.#show(now)}`;
  }
}

/** Two files may each have a variable of the same name. */
function identity({ name, location }: Cell): string {
  return location === null ? name : JSON.stringify(location);
}

function watched(cell: Cell, watches: readonly Watch[]): Watched {
  const keys = cell.location?.keys ?? [];
  const owner =
    cell.location === null || keys.length === 0
      ? null
      : { ...cell.location, keys: keys.slice(0, -1) };
  const key = keys.at(-1) ?? null;
  return { cell, watches, owner, key, old: undefined, read: 0, written: 0 };
}

function concerns(access: DataAccess, { read, written }: Watched, differs: boolean): boolean {
  switch (access) {
    case "change":
      return differs;
    case "write":
      return differs || written !== 0;
    case "read":
      return read !== 0;
    case "readWrite":
      return differs || written !== 0 || read !== 0;
  }
}
