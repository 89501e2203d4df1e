/**
 * What an operator sees who looks at the balloon every few seconds: it is asked to grow, pages go in,
 * and hardly any has stayed. Linux commit 5a6b4cc5b7 reports minutes of that. Not a part of QEMU; it
 * changes nothing, and is there to be stopped at. Sleeps: never.
 */
import { now, trace_event } from "../../machine/primitives.ts";

/** Between two looks, in ns; what the driver sleeps when it is "Out of puff", 200 ms, is short of it. */
const PERIOD_NS = 5_000_000_000;
/** 64 MiB in units of 4 KiB: fewer in a period are a guest that has nothing to give. */
const BUSY_PAGES = 16_384;
/** One page of so many has to stay. */
const PAGES_PER_KEPT = 64;

interface net_progress {
  target: number;
  /** Time of the last look in ns, and the balloon's size then in units of 4 KiB. */
  since: number;
  size: number;
  /** Units that went in since. */
  inflated: number;
  /** Has been told; not again before there was progress. */
  told: boolean;
}

const progress: net_progress = { target: 0, since: 0, size: 0, inflated: 0, told: false };

/** `nr_pages` units went into a balloon that is to have `target` and reports `actual`. */
export function balloon_watch_progress(target: number, actual: number, nr_pages: number): void {
  if (target !== progress.target) {
    progress.target = target;
    progress.told = false;
    lookAgain(actual);
  }
  progress.inflated += nr_pages;
  if (now() - progress.since < PERIOD_NS) {
    return;
  }
  const kept = actual - progress.size;
  const isBusy = actual < target && progress.inflated >= BUSY_PAGES;
  if (!isBusy || kept * PAGES_PER_KEPT >= progress.inflated) {
    progress.told = false;
  } else if (!progress.told) {
    no_net_progress(progress.inflated, kept);
  }
  lookAgain(actual);
}

function lookAgain(actual: number): void {
  progress.since = now();
  progress.size = actual;
  progress.inflated = 0;
}

/** Here the exception filter "No net progress" stops. */
function no_net_progress(inflated: number, kept: number): void {
  progress.told = true;
  trace_event("no_progress", inflated, kept);
}
