/**
 * The host's I/O thread, as util/main-loop.c of QEMU 8.1: waits for kicks and timers, and serves
 * them one after the other. Sleeps: when there is neither.
 */
import {
  now,
  schedule,
  schedule_timeout,
  start_thread,
  wake_up_process,
} from "../../machine/primitives.ts";
import { type task_struct } from "../sched/core.ts";

/** An eventfd: set by a vCPU that kicks, handled here. */
export interface EventNotifier {
  set: boolean;
  io_read: (opaque: object) => void;
  opaque: object;
}

export interface QEMUTimer {
  /** Time at which it fires, in ns; -1 when it is not armed. */
  expire_time: number;
  cb: (opaque: object) => void;
  opaque: object;
}

const notifiers: EventNotifier[] = [];
const timers: QEMUTimer[] = [];

/** Not on the guest's task list: the guest knows nothing of it. */
const main_loop_thread: task_struct = {
  thread: -1,
  comm: "qemu",
  pid: 0,
  flags: 0,
  mm: null,
  oom_score_adj: 0,
  sigkill: false,
  oom_victim: false,
};

export function qemu_init_main_loop(): void {
  start_thread(
    main_loop_thread,
    { kind: "host", cpu: 0, bound: true, line: -1 },
    { handler: qemu_main_loop, data: main_loop_thread },
  );
}

export function aio_set_event_notifier(notifier: EventNotifier): void {
  notifiers.push(notifier);
}

/** Called by the vCPU whose register write is the event. */
export function event_notifier_set(notifier: EventNotifier): void {
  notifier.set = true;
  wake_up_process(main_loop_thread);
}

export function timer_init(timer: QEMUTimer): void {
  timers.push(timer);
}

/** Arms `timer` for the time `expire_time`, in ns since the start. */
export function timer_mod(timer: QEMUTimer, expire_time: number): void {
  timer.expire_time = expire_time;
  wake_up_process(main_loop_thread);
}

export function timer_del(timer: QEMUTimer): void {
  timer.expire_time = -1;
}

function qemu_main_loop(_main_loop: object): void {
  for (;;) {
    os_host_main_loop_wait();
    aio_dispatch_handlers();
    timerlist_run_timers();
  }
}

/** Returns when something is to be done. */
function os_host_main_loop_wait(): void {
  if (aio_pending()) {
    return;
  }
  const deadline = timerlist_deadline();
  if (deadline < 0) {
    schedule("poll");
  } else if (deadline > now()) {
    schedule_timeout(deadline - now(), "poll");
  }
}

function aio_pending(): boolean {
  for (const notifier of notifiers) {
    if (notifier.set) {
      return true;
    }
  }
  return false;
}

/** When the next timer fires; -1 when none is armed. */
function timerlist_deadline(): number {
  let deadline = -1;
  for (const timer of timers) {
    if (timer.expire_time >= 0 && (deadline < 0 || timer.expire_time < deadline)) {
      deadline = timer.expire_time;
    }
  }
  return deadline;
}

function aio_dispatch_handlers(): void {
  for (const notifier of notifiers) {
    if (notifier.set) {
      notifier.set = false;
      notifier.io_read(notifier.opaque);
    }
  }
}

function timerlist_run_timers(): void {
  for (const timer of timers) {
    if (timer.expire_time >= 0 && timer.expire_time <= now()) {
      timer.expire_time = -1;
      timer.cb(timer.opaque);
    }
  }
}
