/**
 * mm/page_reporting.h and mm/page_reporting.c, v5.7: that somebody takes reports of free blocks, and
 * when the next run begins. Apart from the run itself, since the buddy allocator calls this.
 */
import { queue_delayed_work, system_wq, type delayed_work } from "../sched/workqueue.ts";
import { pageblock_order } from "./pageblock.ts";
import { HZ } from "../sched/wheel.ts";

/** Blocks of a huge page, 2 MiB, and larger. */
export const PAGE_REPORTING_MIN_ORDER = pageblock_order;
const PAGE_REPORTING_DELAY = 2 * HZ;

export const PAGE_REPORTING_IDLE = 0;
export const PAGE_REPORTING_REQUESTED = 1;
export const PAGE_REPORTING_ACTIVE = 2;

/** Who takes reports: a driver of a device. */
export interface page_reporting_dev_info {
  /** Names the last `nents` blocks of the list to the host; 0, or an error. May sleep. */
  report: (data: object, sgl: page_reporting_sgl, nents: number) => number;
  data: object;
}

/** Blocks to be reported, each by first page and order; filled from its end. */
export interface page_reporting_sgl {
  page: Int32Array;
  order: Uint8Array;
}

interface page_reporting {
  prdev: page_reporting_dev_info | null;
  work: delayed_work | null;
  state: number;
  /** Reported blocks are being put back, which is no news. */
  putback: boolean;
}

export const page_reporting: page_reporting = {
  prdev: null,
  work: null,
  state: PAGE_REPORTING_IDLE,
  putback: false,
};

/** A block of `order` has come to a free list. */
export function page_reporting_notify_free(order: number): void {
  if (order >= PAGE_REPORTING_MIN_ORDER && page_reporting.prdev !== null) {
    __page_reporting_request();
  }
}

/** There is something to report: begins a run in two seconds unless one is to come anyway. */
export function __page_reporting_request(): void {
  if (page_reporting.putback || page_reporting.state === PAGE_REPORTING_REQUESTED) {
    return;
  }
  const state = page_reporting.state;
  page_reporting.state = PAGE_REPORTING_REQUESTED;
  if (state === PAGE_REPORTING_IDLE) {
    scheduleReport();
  }
}

export function scheduleReport(): void {
  queue_delayed_work(system_wq, page_reporting.work as delayed_work, PAGE_REPORTING_DELAY);
}
