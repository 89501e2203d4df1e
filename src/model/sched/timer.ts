/**
 * kernel/time/timer.c and jiffies, v5.7. Differs: ticks of all vCPUs coincide, at multiples of the
 * tick since boot; a tick is a whole number of ns. Sleeps: for the time asked, and up to two ticks.
 */
import { now, schedule_timeout } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { get_current } from "./core.ts";
import { sched_submit_work, sched_update_worker } from "./schedule.ts";

export const HZ = config.hz;
export const TICK_NSEC = Math.floor(1_000_000_000 / config.hz);

/** The timer wheel: 64 slots a level, and each level eight times coarser than the one before. */
const LVL_CLK_SHIFT = 3;
const LVL_SIZE = 64;
const LVL_DEPTH = 9;

/** Ticks since boot. */
export function jiffies(): number {
  return Math.floor(now() / TICK_NSEC);
}

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
  const expires = wheelExpiry(jiffies() + timeout);
  sched_submit_work(tsk);
  const left = schedule_timeout(expires * TICK_NSEC - now(), reason);
  sched_update_worker(tsk);
  return Math.ceil(left / TICK_NSEC);
}

/** The tick at which a timer set to `expires` fires: the next slot of its level, never earlier. */
function wheelExpiry(expires: number): number {
  const delta = expires - jiffies();
  let granularity = 1;
  for (let lvl = 1; lvl < LVL_DEPTH && delta >= (LVL_SIZE - 1) * granularity; lvl++) {
    granularity *= 1 << LVL_CLK_SHIFT;
  }
  return (Math.floor(expires / granularity) + 1) * granularity;
}
