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

/** A checkpoint is taken when the run since the last one took this many times its cost. */
const COST_RATIO = 25;
const LEAST_INTERVAL_MS = 20;

export interface HistoryOptions {
  /** Bytes of checkpoints to keep; 0 for no history. The first checkpoint is always kept. */
  readonly budgetBytes: number;
  /** Milliseconds of work so far: decides when, never what. */
  readonly clock: () => number;
}

export class History {
  readonly #machine: Machine;
  readonly #options: HistoryOptions;
  readonly #pool = new BufferPool();
  /** In order of dispatch. */
  readonly #checkpoints: Checkpoint[] = [];
  #lastTakenMs: number;
  #costMs = 0;

  constructor(machine: Machine, options: HistoryOptions) {
    this.#machine = machine;
    this.#options = options;
    this.#lastTakenMs = options.clock();
    if (options.budgetBytes > 0) this.take();
  }

  get enabled(): boolean {
    return this.#options.budgetBytes > 0;
  }

  get bytes(): number {
    return this.#checkpoints.reduce((sum, checkpoint) => sum + checkpoint.graph.bytes, 0);
  }

  get length(): number {
    return this.#checkpoints.length;
  }

  /** Called between dispatches of a run forward; cheap when nothing is due. */
  maybeTake(): void {
    if (!this.enabled) return;
    const elapsed = this.#options.clock() - this.#lastTakenMs;
    if (elapsed < LEAST_INTERVAL_MS || elapsed < COST_RATIO * this.#costMs) return;
    this.take();
  }

  /** A checkpoint of the present, unless there is one. */
  take(): void {
    const start = this.#options.clock();
    const { dispatches } = this.#machine.state;
    const at = this.#indexAtOrBefore(dispatches);
    if (this.#checkpoints[at]?.dispatch === dispatches) return;
    this.#checkpoints.splice(at + 1, 0, takeCheckpoint(this.#machine, this.#pool));
    this.#thin();
    this.#lastTakenMs = this.#options.clock();
    this.#costMs = this.#lastTakenMs - start;
  }

  /** Restores the latest checkpoint at or before `dispatch`; returns its dispatch. */
  restoreAtOrBefore(dispatch: number): number {
    const at = this.#indexAtOrBefore(dispatch);
    const checkpoint = present(this.#checkpoints[at], "there is no checkpoint to go back to");
    restoreCheckpoint(this.#machine, checkpoint);
    this.#lastTakenMs = this.#options.clock();
    return checkpoint.dispatch;
  }

  #indexAtOrBefore(dispatch: number): number {
    let at = this.#checkpoints.length - 1;
    while (at >= 0 && this.#checkpoints[at]!.dispatch > dispatch) at--;
    return at;
  }

  /** Drops checkpoints until the budget holds; never the first, which is the only way to the start. */
  #thin(): void {
    const now = this.#machine.state.dispatches;
    while (this.bytes > this.#options.budgetBytes && this.#checkpoints.length > 2) {
      let victim = 1;
      let least = Infinity;
      for (let i = 1; i < this.#checkpoints.length; i++) {
        const { dispatch } = this.#checkpoints[i]!;
        if (dispatch === now) continue;
        const next = this.#checkpoints[i + 1]?.dispatch ?? now + 1;
        const gap = next - this.#checkpoints[i - 1]!.dispatch;
        const worth = gap / (Math.abs(now - dispatch) + 1);
        if (worth < least) {
          least = worth;
          victim = i;
        }
      }
      releaseCheckpoint(this.#checkpoints[victim]!, this.#pool);
      this.#checkpoints.splice(victim, 1);
    }
  }
}
