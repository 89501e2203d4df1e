/**
 * Checkpoints along a run, within a memory budget. Going back is: the nearest earlier checkpoint,
 * then forward again. They are taken by elapsed work, and thinned so that their spacing grows
 * with the distance from the present.
 */
import {
  releaseCheckpoint,
  restoreCheckpoint,
  takeCheckpoint,
  type Checkpoint,
} from "../machine/checkpoint.ts";
import { ChunkStore, SLAB_BYTES } from "../machine/chunks.ts";
import type { Machine } from "../machine/machine.ts";
import { present } from "../base/assert.ts";
import type { Edit } from "./journal.ts";
import { sameBytes } from "./same-bytes.ts";

/** A checkpoint is taken when the run since the last one took this many times its cost. */
export const DEFAULT_HISTORY_BYTES = 1 << 30;
const COST_RATIO = 25;
/** The same where the run is one that will be gone back in. */
const WORTH_RATIO = 3;
const LEAST_INTERVAL_MS = 40;
/** Costs are averaged: on a busy machine the one or other copy is interrupted, as the run is. */
const NEW_COST_WEIGHT = 0.25;
/**
 * Memory that the system has yet to provide is costly, so it may take this share of the run; until
 * there is more, the least useful checkpoint makes room for the next.
 */
const GROWTH_SHARE = 0.01;
/** So many there always may be, the start included. */
const FREE_CHECKPOINTS = 3;
const PAGE_BYTES = 4096;
/** Reading the clock costs as much as a short dispatch. */
const ASK_CLOCK_EVERY = 16;
/** Spacing grows with distance, so this many reach over any run. */
const MAX_CHECKPOINTS = 32;

export interface HistoryOptions {
  /** Bytes of checkpoints to keep; 0 for no history. The first checkpoint is always kept. */
  readonly budgetBytes: number;
  /** Milliseconds: of time, and of time in which there was a processor. They decide when, never what. */
  readonly clock: () => number;
  readonly workClock: () => number;
}

/** What belongs to a moment besides the machine's state. */
export interface Note {
  /** Edits that the state contains. */
  readonly edits: readonly Edit[];
  /** Hits so far of the breakpoints that count them, by their ids. */
  readonly hits: ReadonlyMap<number, number>;
}

interface Entry {
  readonly checkpoint: Checkpoint;
  note: Note;
}

/** The machine at a stop, to come back to: the very same objects, so what refers to them stays good. */
export interface Bookmark {
  readonly checkpoint: Checkpoint;
}

export class History {
  readonly #machine: Machine;
  readonly #options: HistoryOptions;
  readonly #store: ChunkStore;
  /** In order of dispatch; of several branches. */
  readonly #entries: Entry[] = [];
  /** The last one that was taken or restored: the nearest to the present. */
  #nearest: Checkpoint | null = null;
  /** Of all checkpoints, what is not in the store. */
  #smallBytes = 0;
  /** How much work was done when the present interval began. */
  #workedMs = 0;
  #costMs = 0;
  /** How long the system took to provide memory, and the run so far. */
  #growthMs = 0;
  #workMs = 0;
  #asked = 0;
  /** No checkpoint can be due before. */
  #notBeforeMs = 0;

  constructor(machine: Machine, options: HistoryOptions) {
    this.#machine = machine;
    this.#options = options;
    this.#store = new ChunkStore({ same: sameBytes, slab: () => this.#slab() });
    machine.hooks.written = (array, index): void => this.#store.written(array, index);
    this.#startInterval();
    if (options.budgetBytes > 0) this.take({ edits: [], hits: new Map() });
  }

  get enabled(): boolean {
    return this.#options.budgetBytes > 0;
  }

  get bytes(): number {
    return this.#smallBytes + this.#store.usedBytes;
  }

  get length(): number {
    return this.#entries.length;
  }

  /** Called between dispatches; cheap when nothing is due. */
  due(): boolean {
    if (!this.enabled || ++this.#asked % ASK_CLOCK_EVERY !== 0) return false;
    const now = this.#options.clock();
    if (now < this.#notBeforeMs) return false;
    const missing = this.#workedMs + this.#interval - this.#options.workClock();
    if (missing <= 0) return true;
    // Work takes at least its time, and asking for it takes longer than asking what time it is.
    this.#notBeforeMs = now + missing;
    return false;
  }

  /** Whether a short way back from near here would be worth a checkpoint. */
  isWorthOne(): boolean {
    return this.#options.workClock() - this.#workedMs >= WORTH_RATIO * this.#costMs;
  }

  /** A checkpoint of the present, unless there is one; then what is known of it is brought up to date. */
  take(note: Note): void {
    const { dispatches } = this.#machine.state;
    for (let i = this.#placeFor(dispatches) - 1; i >= 0; i--) {
      const entry = this.#entries[i]!;
      if (entry.checkpoint.dispatch < dispatches) break;
      if (!sameEdits(entry.note.edits, note.edits)) continue;
      entry.note = note;
      return;
    }
    const start = this.#options.workClock();
    this.#workMs += start - this.#workedMs;
    const grownMs = this.#growthMs;
    // Room is made first, so that the copy goes into memory that is there already.
    this.#thin();
    const checkpoint = this.#capture();
    this.#entries.splice(this.#placeFor(dispatches), 0, { checkpoint, note });
    this.#smallBytes += checkpoint.graph.bytes;
    this.#nearest = checkpoint;
    this.#thin();
    const cost = this.#options.workClock() - start - (this.#growthMs - grownMs);
    this.#costMs += (cost - this.#costMs) * (this.#costMs === 0 ? 1 : NEW_COST_WEIGHT);
    this.#startInterval();
  }

  /** Whether there is a checkpoint at the present dispatch, so that its note can be brought up to date. */
  hasAt(dispatch: number): boolean {
    return this.#entries.some(({ checkpoint }) => checkpoint.dispatch === dispatch);
  }

  /** Restores the latest checkpoint at or before `dispatch` that is `usable`; returns what belongs to it. */
  restoreAtOrBefore(dispatch: number, usable: (note: Note, dispatch: number) => boolean): Note {
    const entry = this.#entries.findLast(
      ({ checkpoint, note }) =>
        checkpoint.dispatch <= dispatch && usable(note, checkpoint.dispatch),
    );
    const { checkpoint, note } = present(entry, "there is no checkpoint to go back to");
    this.#restore(checkpoint);
    this.#nearest = checkpoint;
    this.#startInterval();
    return note;
  }

  /** Dispatch of the latest usable checkpoint whose time is before `time`; 0 when there is none. */
  lastBefore(time: number, usable: (note: Note, dispatch: number) => boolean): number {
    const entry = this.#entries.findLast(
      ({ checkpoint, note }) => checkpoint.time < time && usable(note, checkpoint.dispatch),
    );
    return entry?.checkpoint.dispatch ?? 0;
  }

  bookmark(): Bookmark {
    return { checkpoint: this.#capture() };
  }

  /** A bookmark serves once. */
  returnTo({ checkpoint }: Bookmark): void {
    this.#restore(checkpoint);
    releaseCheckpoint(checkpoint, this.#store);
    this.#startInterval();
  }

  #capture(): Checkpoint {
    this.#hearUntold();
    return takeCheckpoint(this.#machine, this.#store, this.#nearest);
  }

  #restore(checkpoint: Checkpoint): void {
    this.#hearUntold();
    restoreCheckpoint(this.#machine, checkpoint, this.#store);
  }

  #hearUntold(): void {
    if (this.#machine.wroteUntold) this.#store.forget();
    this.#machine.wroteUntold = false;
  }

  /** Work between two checkpoints. */
  get #interval(): number {
    return Math.max(LEAST_INTERVAL_MS, COST_RATIO * this.#costMs);
  }

  #startInterval(): void {
    this.#workedMs = this.#options.workClock();
    this.#notBeforeMs = this.#options.clock() + this.#interval;
  }

  /** Behind all entries up to this dispatch. */
  #placeFor(dispatch: number): number {
    let at = this.#entries.length;
    while (at > 0 && this.#entries[at - 1]!.checkpoint.dispatch > dispatch) at--;
    return at;
  }

  #thin(): void {
    const { budgetBytes } = this.#options;
    while (this.bytes > budgetBytes || this.#entries.length >= MAX_CHECKPOINTS) {
      if (!this.#dropOne()) return;
    }
  }

  /** Memory for the store: from the system, or else from the least useful checkpoint. */
  #slab(): ArrayBuffer | null {
    if (!this.#mayGrow() && this.#dropOne()) return null;
    const start = this.#options.workClock();
    const slab = new ArrayBuffer(SLAB_BYTES);
    const bytes = new Uint8Array(slab);
    // The system provides a page when it is first written; here that can be timed.
    for (let at = 0; at < bytes.length; at += PAGE_BYTES) bytes[at] = 0;
    this.#growthMs += this.#options.workClock() - start;
    return slab;
  }

  #mayGrow(): boolean {
    if (this.bytes + SLAB_BYTES > this.#options.budgetBytes) return false;
    return this.#entries.length < FREE_CHECKPOINTS || this.#growthMs <= GROWTH_SHARE * this.#workMs;
  }

  /**
   * Drops the checkpoint that is least missed; never the first, which is the only way to the start,
   * nor the nearest, which the next one shares with. False: there is no other.
   */
  #dropOne(): boolean {
    const now = this.#machine.state.dispatches;
    let victim = -1;
    let least = Infinity;
    for (let i = 1; i < this.#entries.length; i++) {
      const { checkpoint } = this.#entries[i]!;
      const { dispatch } = checkpoint;
      if (dispatch === now || checkpoint === this.#nearest) continue;
      const next = this.#entries[i + 1]?.checkpoint.dispatch ?? now + 1;
      const gap = next - this.#entries[i - 1]!.checkpoint.dispatch;
      const worth = gap / (Math.abs(now - dispatch) + 1);
      if (worth < least) {
        least = worth;
        victim = i;
      }
    }
    if (victim < 0) return false;
    const [dropped] = this.#entries.splice(victim, 1);
    this.#smallBytes -= dropped!.checkpoint.graph.bytes;
    releaseCheckpoint(dropped!.checkpoint, this.#store);
    return true;
  }
}

function sameEdits(a: readonly Edit[], b: readonly Edit[]): boolean {
  return a.length === b.length && a.at(-1) === b.at(-1);
}
