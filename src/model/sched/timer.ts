/** kernel/time/timer.c, v5.7: sleeping. Sleeps: for the time asked, and up to two ticks. */
import { schedule_timeout } from "../../machine/primitives.ts";
import { get_current } from "./core.ts";
import { sched_submit_work, sched_update_worker } from "./schedule.ts";
import { HZ, TICK_NSEC, timerDelay } from "./wheel.ts";

/** Milliseconds in ticks, rounded up. */
export function msecs_to_jiffies(m: number): number {
  return Math.ceil((m * HZ) / 1000);
}

/**
 * Sleeps for at least `msecs`. One tick is added, as the present one has begun already, and the
 * timer wheel adds another: 200 ms at 250 Hz take 208 ms from one tick to another.
 */
export function msleep(msecs: number): void {
  let timeout = msecs_to_jiffies(msecs) + 1;
  while (timeout > 0) {
    timeout = schedule_timeout_uninterruptible(timeout, `msleep(${msecs})`);
  }
}

/** Sleeps for `timeout` ticks, or until woken; returns the ticks that are left, 0 after a time-out. */
export function schedule_timeout_uninterruptible(timeout: number, reason: string): number {
  const tsk = get_current();
  sched_submit_work(tsk);
  const left = schedule_timeout(timerDelay(timeout), reason);
  sched_update_worker(tsk);
  return Math.ceil(left / TICK_NSEC);
}
