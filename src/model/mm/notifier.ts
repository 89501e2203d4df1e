/**
 * kernel/notifier.c, v5.7: a chain of functions that are called in turn. Differs: of the many
 * chains of the kernel only the OOM killer's is needed, so `v` is what that one passes. No lock:
 * blocks come and go only with their device. Sleeps: as the functions do.
 */
import { dispatch_count, now } from "../../machine/primitives.ts";
import { logCall, makeCallLog, type call_log } from "./call_log.ts";

export const NOTIFY_OK = 1;
/** Set in a result: leave out the rest of the chain. */
export const NOTIFY_STOP_MASK = 0x8000;

/** Where the notifiers of an OOM add the pages they have freed. */
export interface oom_freed {
  freed: number;
}

export interface notifier_block {
  notifier_call: (nb: notifier_block, action: number, v: oom_freed) => number;
  priority: number;
  /** What `container_of` finds in C: the struct that it belongs to. */
  data: object;
}

export interface blocking_notifier_head {
  name: string;
  /** Highest priority first. */
  chain: notifier_block[];
  /** Ours: the last calls of each, in the order of `chain`. */
  calls: call_log[];
}

export function blocking_notifier_chain_register(
  nh: blocking_notifier_head,
  n: notifier_block,
): void {
  let at = 0;
  while (at < nh.chain.length && nh.chain[at].priority >= n.priority) {
    at++;
  }
  nh.chain.splice(at, 0, n);
  nh.calls.splice(at, 0, makeCallLog());
}

export function blocking_notifier_chain_unregister(
  nh: blocking_notifier_head,
  n: notifier_block,
): void {
  const i = nh.chain.indexOf(n);
  if (i >= 0) {
    nh.chain.splice(i, 1);
    nh.calls.splice(i, 1);
  }
}

export function blocking_notifier_call_chain(
  nh: blocking_notifier_head,
  val: number,
  v: oom_freed,
): number {
  let ret = 0;
  for (let i = 0; i < nh.chain.length; i++) {
    const nb = nh.chain[i];
    const before = v.freed;
    const began = now();
    const dispatch = dispatch_count();
    ret = nb.notifier_call(nb, val, v);
    logCall(nh.calls[i], began, dispatch, v.freed - before);
    if ((ret & NOTIFY_STOP_MASK) !== 0) {
      break;
    }
  }
  return ret;
}
