/** The last calls of a shrinker or a notifier: who called, when, what came of it, and the way there. */
import type { Machine } from "../../machine/machine.ts";
import type { NamedValue } from "./handles.ts";

/** `call_log` of the model: a ring, call `n` in slot `n % began.length`. */
export interface CallLog {
  readonly total: number;
  readonly began: Float64Array;
  readonly dispatch: Float64Array;
  readonly thread: Int32Array;
  readonly freed: Int32Array;
}

export interface Callee {
  /** The function that is called. */
  readonly entry: unknown;
  /** The unit of what it frees. */
  readonly frees: string;
}

/** The latest first. */
export function lastCalls(log: CallLog, { entry, frees }: Callee, machine: Machine): NamedValue {
  const fn = machine.kernel.idOf(entry);
  const kept = Math.min(log.total, log.began.length);
  const children = Array.from({ length: kept }, (_, i): NamedValue => {
    const slot = (log.total - 1 - i) % log.began.length;
    const thread = log.thread[slot]!;
    const dispatch = log.dispatch[slot]!;
    const began = log.began[slot]!;
    return {
      name: `call ${log.total - i}`,
      value: undefined,
      type: null,
      evaluateName: null,
      text: `${commOf(machine, thread)} at ${seconds(began)}: freed ${log.freed[slot]} ${frees}`,
      // Calls begin within a dispatch, of which the log knows the number.
      mark: { dispatch, statement: 0 },
      call: { dispatch, began, thread, fn },
    };
  });
  return {
    name: "last calls",
    value: undefined,
    type: null,
    evaluateName: null,
    text: log.total === 0 ? "none" : `the last ${kept} of ${log.total}`,
    children,
  };
}

export function commOf({ state }: Machine, thread: number): string {
  return state.threads[thread]?.task.comm ?? `thread ${thread}`;
}

/** `15.204 s` */
export function seconds(ns: number): string {
  return `${(ns / 1e9).toFixed(3)} s`;
}
