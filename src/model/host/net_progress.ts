/**
 * What an operator sees who looks at the balloon now and then: it is asked to grow, pages go in, and
 * it is no larger than before. Linux commit 5a6b4cc5b7 reports 315 s of that. Not a part of QEMU; it
 * changes nothing, and is there to be stopped at. Sleeps: never.
 */
import { now, trace_event } from "../../machine/primitives.ts";

/** Shorter pauses are ordinary: the driver itself sleeps 200 ms when it is "Out of puff". */
const PATIENCE_NS = 5_000_000_000;
/** 64 MiB in units of 4 KiB: fewer in that time are a guest that has nothing to give. */
const BUSY_PAGES = 16_384;

interface net_progress {
  target: number;
  /** Largest size that was reported since the target was set, in units of 4 KiB. */
  largest: number;
  /** When that was, in ns. */
  since: number;
  /** Units that went in since. */
  inflated: number;
  /** Has been told; not again before there is progress. */
  told: boolean;
}

const progress: net_progress = { target: 0, largest: 0, since: 0, inflated: 0, told: false };

/** `nr_pages` units went into a balloon that is to have `target` and reports `actual`. */
export function balloon_watch_progress(target: number, actual: number, nr_pages: number): void {
  if (target !== progress.target || actual > progress.largest) {
    progress.target = target;
    progress.largest = actual;
    progress.since = now();
    progress.inflated = 0;
    progress.told = false;
  }
  progress.inflated += nr_pages;
  if (progress.told || actual >= target || progress.inflated < BUSY_PAGES) {
    return;
  }
  if (now() - progress.since >= PATIENCE_NS) {
    no_net_progress(progress.inflated);
  }
}

/** Here the exception filter "No net progress" stops. */
function no_net_progress(inflated: number): void {
  progress.told = true;
  trace_event("no_progress", inflated, 0);
}
