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
import { BufferPool } from "../machine/graph.ts";
import type { Machine } from "../machine/machine.ts";
import { present } from "../base/assert.ts";
import type { Edit } from "./journal.ts";

/** A checkpoint is taken when the run since the last one took this many times its cost. */
const COST_RATIO = 25;
const LEAST_INTERVAL_MS = 40;
/**
 * A copy into new memory takes about this many times as long as one into memory that is there
 * already, but only until the budget is used up once, so that does not stretch the spacing.
 */
const COLD_FACTOR = 8;
/** Costs are averaged: on a busy machine the one or other copy is interrupted, as the run is. */
const NEW_COST_WEIGHT = 0.25;
/** Reading the clock costs as much as a short dispatch. */
const ASK_CLOCK_EVERY = 16;
/**
 * Spacing grows with distance, so this many reach over any run; and the sooner one is dropped, the
 * sooner its buffers, which are warm, take the next.
 */
const MAX_CHECKPOINTS = 32;

export interface HistoryOptions {
  /** Bytes of checkpoints to keep; 0 for no history. The first checkpoint is always kept. */
  readonly budgetBytes: number;
  /** Milliseconds of work so far: decides when, never what. */
  readonly clock: () => number;
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
  readonly #pool = new BufferPool();
  /** In order of dispatch; of several branches. */
  readonly #entries: Entry[] = [];
  #bytes = 0;
  #lastTakenMs: number;
  #costMs = 0;
  #asked = 0;

  constructor(machine: Machine, options: HistoryOptions) {
    this.#machine = machine;
    this.#options = options;
    this.#lastTakenMs = options.clock();
    if (options.budgetBytes > 0) this.take({ edits: [], hits: new Map() });
  }

  get enabled(): boolean {
    return this.#options.budgetBytes > 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get length(): number {
    return this.#entries.length;
  }

  /** Called between dispatches; cheap when nothing is due. */
  due(): boolean {
    if (!this.enabled || ++this.#asked % ASK_CLOCK_EVERY !== 0) return false;
    const elapsed = this.#options.clock() - this.#lastTakenMs;
    return elapsed >= LEAST_INTERVAL_MS && elapsed >= COST_RATIO * this.#costMs;
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
    const start = this.#options.clock();
    const { made } = this.#pool;
    // Room is made first, so that the copy goes into buffers that are there already.
    this.#thin(this.#entries.at(-1)?.checkpoint.graph.bytes ?? 0);
    const checkpoint = takeCheckpoint(this.#machine, this.#pool);
    this.#entries.splice(this.#placeFor(dispatches), 0, { checkpoint, note });
    this.#bytes += checkpoint.graph.bytes;
    this.#lastTakenMs = this.#options.clock();
    const taken = this.#lastTakenMs - start;
    const cost = this.#pool.made > made ? taken / COLD_FACTOR : taken;
    this.#costMs += (cost - this.#costMs) * (this.#costMs === 0 ? 1 : NEW_COST_WEIGHT);
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
    restoreCheckpoint(this.#machine, checkpoint);
    this.#lastTakenMs = this.#options.clock();
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
    return { checkpoint: takeCheckpoint(this.#machine, this.#pool) };
  }

  /** A bookmark serves once. */
  returnTo({ checkpoint }: Bookmark): void {
    restoreCheckpoint(this.#machine, checkpoint);
    releaseCheckpoint(checkpoint, this.#pool);
    this.#lastTakenMs = this.#options.clock();
  }

  /** Behind all entries up to this dispatch. */
  #placeFor(dispatch: number): number {
    let at = this.#entries.length;
    while (at > 0 && this.#entries[at - 1]!.checkpoint.dispatch > dispatch) at--;
    return at;
  }

  /**
   * Drops checkpoints until there is room for another of `bytes`; never the first, which is the only
   * way to the start.
   */
  #thin(bytes: number): void {
    const { budgetBytes } = this.#options;
    const now = this.#machine.state.dispatches;
    while (
      this.#entries.length > 1 &&
      (this.#bytes + bytes > budgetBytes || this.#entries.length >= MAX_CHECKPOINTS)
    ) {
      let victim = -1;
      let least = Infinity;
      for (let i = 1; i < this.#entries.length; i++) {
        const { dispatch } = this.#entries[i]!.checkpoint;
        if (dispatch === now) continue;
        const next = this.#entries[i + 1]?.checkpoint.dispatch ?? now + 1;
        const gap = next - this.#entries[i - 1]!.checkpoint.dispatch;
        const worth = gap / (Math.abs(now - dispatch) + 1);
        if (worth < least) {
          least = worth;
          victim = i;
        }
      }
      if (victim < 0) return;
      const [dropped] = this.#entries.splice(victim, 1);
      this.#bytes -= dropped!.checkpoint.graph.bytes;
      releaseCheckpoint(dropped!.checkpoint, this.#pool);
    }
  }
}

function sameEdits(a: readonly Edit[], b: readonly Edit[]): boolean {
  return a.length === b.length && a.at(-1) === b.at(-1);
}
