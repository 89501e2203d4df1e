/**
 * fs/mpage.c and block/blk-core.c, v5.7: reading pages of a file from disk. Differs: a file lies in
 * one piece, so a window is one request; the disk serves one request after the other, each for a
 * fixed time and a time per page. Sleeps: never; who needs the page waits for its lock.
 */
import {
  charge,
  now,
  raise_irq,
  smp_processor_id,
  wake_up_process,
} from "../../machine/primitives.ts";
import { config } from "../config.ts";
import type { address_space } from "./fs.ts";
import type { Page, PageCount } from "../mm/mm_types.ts";
import { page_flags, PG_locked, PG_uptodate } from "../mm/page.ts";
import { PGPGIN, vmstat } from "../mm/vmstat.ts";
import { KIB_PER_PAGE } from "../page_size.ts";
import { touchRam } from "../ram.ts";
import type { task_struct } from "../sched/core.ts";

export interface bio {
  mapping: address_space;
  /** First page of the file, and how many. */
  index: number;
  nr_pages: PageCount;
}

export interface page_waiter {
  page: Page;
  task: task_struct;
}

/** Tasks that wait for a page to be unlocked: as many as there are readers at most. */
export const pageWaiters: page_waiter[] = [];

/** When the disk has done what it was asked so far. */
let diskFreeAt = 0;

/** Reads `nr_pages` locked pages of the page cache from `index` on. */
export function mpage_readpages(mapping: address_space, index: number, nr_pages: PageCount): void {
  submit_bio({ mapping, index, nr_pages });
}

export function mpage_readpage(mapping: address_space, index: number): void {
  submit_bio({ mapping, index, nr_pages: 1 });
}

function submit_bio(request: bio): void {
  vmstat[PGPGIN] += request.nr_pages * KIB_PER_PAGE;
  const wait = queueOnDisk(request.nr_pages);
  raise_irq(smp_processor_id(), wait, { handler: mpage_end_io, data: request });
}

/** The disk is given a request of `nr_pages`; returns how long it takes from now until that is done. */
export function queueOnDisk(nr_pages: PageCount): number {
  const start = Math.max(now(), diskFreeAt);
  diskFreeAt = start + diskTime(nr_pages);
  return diskFreeAt - now();
}

/** How long the disk works on a request: at its own speed, or at that of its limit if that is less. */
function diskTime(nr_pages: PageCount): number {
  const own = config.costs.disk_request + nr_pages * config.costs.disk_page;
  if (config.disk_limit === 0) {
    return own;
  }
  return Math.max(own, Math.round((nr_pages * 1_000_000_000) / config.disk_limit));
}

/** The disk's interrupt: the pages are there. */
function mpage_end_io(request: bio): void {
  const i_pages = request.mapping.i_pages;
  charge(config.costs.irq);
  for (let i = request.index; i < request.index + request.nr_pages; i++) {
    const page = i_pages[i];
    touchRam(page);
    page_flags[page] = (page_flags[page] | PG_uptodate) & ~PG_locked;
  }
  wake_up_pages();
}

/** Wakes the readers whose page is no longer locked. */
function wake_up_pages(): void {
  for (const waiter of pageWaiters) {
    if ((page_flags[waiter.page] & PG_locked) === 0) {
      wake_up_process(waiter.task);
    }
  }
}
