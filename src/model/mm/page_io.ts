/**
 * mm/page_io.c, v5.7: moving pages to and from the swap device, which is the guest's disk. Differs:
 * what one batch of reclaim writes is one request, as merging in the block layer makes it; pages are
 * read one at a time, without readahead. Sleeps: until a page has been read.
 */
import { charge, raise_irq, smp_processor_id } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { queueOnDisk } from "../fs/mpage.ts";
import { KIB_PER_PAGE } from "../page_size.ts";
import { wait_event, wake_up, type wait_queue_head } from "../sched/wait.ts";
import type { Page, PageCount } from "./mm_types.ts";
import { LRU_INACTIVE_ANON } from "./mmzone.ts";
import {
  list_add_tail,
  list_del,
  LRU_HEADS,
  page_flags,
  PG_active,
  PG_lru,
  PG_writeback,
} from "./page.ts";
import { endSlotWrite, lookup_swap_cache, startSlotWrite } from "./swapfile.ts";
import { NR_VMSCAN_WRITE, PGPGIN, PGPGOUT, PGROTATED, PSWPIN, PSWPOUT, vmstat } from "./vmstat.ts";

/** As many pages as reclaim looks at in one go. */
const MAX_BATCH = 32;

interface swap_write {
  slots: Int32Array;
  nr: PageCount;
}

interface swap_read {
  done: boolean;
  wait: wait_queue_head;
}

/** Pages that reclaim has decided to write and not yet handed to the disk: never across a sleep. */
const plug = new Int32Array(MAX_BATCH);
let plugged = 0;

/** Who reclaims and meets only pages on their way to the disk sleeps here. */
export const writeback_wait: wait_queue_head = { name: "congestion_wait", waiters: [] };

/** `page` goes to `slot`, with the others of this batch. */
export function swap_writepage(page: Page, slot: number): void {
  page_flags[page] |= PG_writeback;
  startSlotWrite(slot);
  plug[plugged] = slot;
  plugged++;
  vmstat[NR_VMSCAN_WRITE]++;
  vmstat[PSWPOUT]++;
  vmstat[PGPGOUT] += KIB_PER_PAGE;
}

/** Hands the batch to the disk. */
export function blk_finish_plug(): void {
  if (plugged === 0) {
    return;
  }
  const request: swap_write = { slots: plug.slice(0, plugged), nr: plugged };
  plugged = 0;
  raise_irq(smp_processor_id(), queueOnDisk(request.nr), {
    handler: end_swap_bio_write,
    data: request,
  });
}

/** The disk's interrupt: what was written can be freed, and is what reclaim will find first. */
function end_swap_bio_write(request: swap_write): void {
  charge(config.costs.irq);
  for (let i = 0; i < request.nr; i++) {
    const slot = request.slots[i];
    const page = lookup_swap_cache(slot);
    if (page >= 0) {
      page_flags[page] &= ~PG_writeback;
      rotate_reclaimable_page(page);
    }
    endSlotWrite(slot);
  }
  wake_up(writeback_wait);
}

function rotate_reclaimable_page(page: Page): void {
  if ((page_flags[page] & (PG_lru | PG_active)) === PG_lru) {
    list_del(page);
    list_add_tail(page, LRU_HEADS + LRU_INACTIVE_ANON);
    vmstat[PGROTATED]++;
  }
}

/** Reads a page from the device, and returns when it is there. */
export function swap_readpage(): void {
  const request: swap_read = { done: false, wait: { name: "swap_readpage", waiters: [] } };
  vmstat[PSWPIN]++;
  vmstat[PGPGIN] += KIB_PER_PAGE;
  raise_irq(smp_processor_id(), queueOnDisk(1), { handler: end_swap_bio_read, data: request });
  while (!request.done) {
    wait_event(request.wait);
  }
}

function end_swap_bio_read(request: swap_read): void {
  charge(config.costs.irq);
  request.done = true;
  wake_up(request.wait);
}
