/** lib/ratelimit.c, v5.7. */
import { printk } from "../../machine/primitives.ts";
import { HZ, jiffies } from "./wheel.ts";

export interface ratelimit_state {
  /** Ticks in which at most `burst` messages pass. */
  interval: number;
  burst: number;
  printed: number;
  missed: number;
  /** When the present interval began; -1 before the first. */
  begin: number;
}

/** The kernel's default: 10 messages in 5 seconds. */
export function DEFINE_RATELIMIT_STATE(): ratelimit_state {
  return { interval: 5 * HZ, burst: 10, printed: 0, missed: 0, begin: -1 };
}

/** Whether a message of `func` may be printed now. Says how many were not, once they may be again. */
export function ___ratelimit(rs: ratelimit_state, func: string): boolean {
  if (rs.begin < 0) {
    rs.begin = jiffies();
  }
  if (jiffies() > rs.begin + rs.interval) {
    if (rs.missed > 0) {
      printk(`${func}: ${rs.missed} callbacks suppressed`);
    }
    rs.begin = jiffies();
    rs.printed = 0;
    rs.missed = 0;
  }
  if (rs.printed >= rs.burst) {
    rs.missed++;
    return false;
  }
  rs.printed++;
  return true;
}
