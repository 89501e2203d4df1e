/**
 * monitor/monitor.c of QEMU 8.1: events for whoever manages the machine. Differs: only
 * BALLOON_CHANGE, which is sent at most once a second; the last value is never lost.
 */
import { now, trace_event } from "../../machine/primitives.ts";
import { timer_init, timer_mod, type QEMUTimer } from "./main_loop.ts";

interface MonitorQAPIEventState {
  timer: QEMUTimer;
  /** Value that came while the last event was less than a second old; -1 for none. */
  pending: number;
}

const RATE_NS = 1_000_000_000;

const balloon_change: MonitorQAPIEventState = {
  timer: { expire_time: -1, cb: monitor_qapi_event_handler, opaque: {} },
  pending: -1,
};

export function monitor_init_events(): void {
  timer_init(balloon_change.timer);
}

/** The guest says that its balloon has `actual` pages. */
export function qapi_event_send_balloon_change(actual: number): void {
  if (balloon_change.timer.expire_time >= 0) {
    balloon_change.pending = actual;
    return;
  }
  emitBalloonChange(actual);
}

function monitor_qapi_event_handler(_opaque: object): void {
  const pending = balloon_change.pending;
  if (pending < 0) {
    return;
  }
  balloon_change.pending = -1;
  emitBalloonChange(pending);
}

function emitBalloonChange(actual: number): void {
  trace_event("actual", actual, 0);
  timer_mod(balloon_change.timer, now() + RATE_NS);
}
