/**
 * kernel/time/timer.c and jiffies, v5.7: ticks, and when the timer wheel fires. Differs: ticks of
 * all vCPUs coincide, at multiples of the tick since boot; a tick is a whole number of ns.
 */
import { now } from "../../machine/primitives.ts";
import { config } from "../config.ts";

export const HZ = config.hz;
export const TICK_NSEC = Math.floor(1_000_000_000 / config.hz);

/** 64 slots a level, and each level eight times coarser than the one before. */
const LVL_CLK_SHIFT = 3;
const LVL_SIZE = 64;
const LVL_DEPTH = 9;

/** Ticks since boot. */
export function jiffies(): number {
  return Math.floor(now() / TICK_NSEC);
}

/** Nanoseconds until a timer fires that is set to go off in `delay` ticks. */
export function timerDelay(delay: number): number {
  return wheelExpiry(jiffies() + delay) * TICK_NSEC - now();
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
