/**
 * Ours: the last calls of a shrinker or a notifier, for the debugger. They are state of the machine
 * like the rest, so at any moment of a run they tell what had happened by then. Sleeps: never.
 */
import { current } from "../../machine/primitives.ts";

const NR_KEPT = 16;

/** A ring: call `n` is in slot `n % NR_KEPT`. */
export interface call_log {
  /** Calls so far. */
  total: number;
  /** When each began: time, and dispatches completed by then. */
  began: Float64Array;
  dispatch: Float64Array;
  /** Number of the thread that called. */
  thread: Int32Array;
  /** What came of it, in the units of who was called. */
  freed: Int32Array;
}

export function makeCallLog(): call_log {
  return {
    total: 0,
    began: new Float64Array(NR_KEPT),
    dispatch: new Float64Array(NR_KEPT),
    thread: new Int32Array(NR_KEPT),
    freed: new Int32Array(NR_KEPT),
  };
}

export function logCall(log: call_log, began: number, dispatch: number, freed: number): void {
  const slot = log.total % NR_KEPT;
  log.total++;
  log.began[slot] = began;
  log.dispatch[slot] = dispatch;
  log.thread[slot] = current().thread;
  log.freed[slot] = freed;
}
