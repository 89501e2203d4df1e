/**
 * mm/compaction.c, v5.7: the thread that compacts in the background. Differs: it is woken for high
 * orders only, not to keep memory in order beforehand. Sleeps: until kswapd wakes it, and as moving
 * a page does.
 */
import { config } from "../config.ts";
import { kthread_run } from "../sched/fork.ts";
import { wait_event, wake_up } from "../sched/wait.ts";
import { drain_all_pages } from "./buddy.ts";
import {
  COMPACT_CONTENDED,
  COMPACT_CONTINUE,
  COMPACT_SUCCESS,
  compactOnwards,
  compaction_defer_reset,
  compaction_deferred,
  compaction_suitable,
  defer_compaction,
} from "./compaction.ts";
import { MIGRATE_SYNC_LIGHT } from "./compaction_scan.ts";
import { contig_page_data, min_wmark_pages, type pglist_data, type zone } from "./mmzone.ts";
import { KCOMPACTD_WAKE, vmstat } from "./vmstat.ts";

export function kcompactd_init(): void {
  if (!config.CONFIG_COMPACTION) {
    return;
  }
  const pgdat = contig_page_data;
  pgdat.kcompactd = kthread_run("kcompactd0", { handler: kcompactd, data: pgdat }, -1);
}

/** kswapd has freed memory for a block of `order`; now it may have to be put together. */
export function wakeup_kcompactd(pgdat: pglist_data, order: number, highest_zoneidx: number): void {
  if (order === 0) {
    return;
  }
  pgdat.kcompactd_max_order = Math.max(pgdat.kcompactd_max_order, order);
  pgdat.kcompactd_highest_zoneidx = Math.max(pgdat.kcompactd_highest_zoneidx, highest_zoneidx);
  if (pgdat.kcompactd_wait.waiters.length > 0 && kcompactd_node_suitable(pgdat)) {
    wake_up(pgdat.kcompactd_wait);
  }
}

function kcompactd(pgdat: pglist_data): void {
  for (;;) {
    while (pgdat.kcompactd_max_order === 0) {
      wait_event(pgdat.kcompactd_wait);
    }
    kcompactd_do_work(pgdat);
  }
}

function kcompactd_node_suitable(pgdat: pglist_data): boolean {
  for (const z of pgdat.node_zones) {
    if (z.zone_idx <= pgdat.kcompactd_highest_zoneidx && isWorthIt(pgdat, z)) {
      return true;
    }
  }
  return false;
}

function isWorthIt(pgdat: pglist_data, z: zone): boolean {
  const order = pgdat.kcompactd_max_order;
  const watermark = min_wmark_pages(z);
  return (
    compaction_suitable(z, order, watermark, pgdat.kcompactd_highest_zoneidx) === COMPACT_CONTINUE
  );
}

function kcompactd_do_work(pgdat: pglist_data): void {
  const order = pgdat.kcompactd_max_order;
  const highest_zoneidx = pgdat.kcompactd_highest_zoneidx;
  vmstat[KCOMPACTD_WAKE]++;
  for (const z of pgdat.node_zones) {
    if (z.zone_idx <= highest_zoneidx && !compaction_deferred(z, order) && isWorthIt(pgdat, z)) {
      const status = compactOnwards(z, order, MIGRATE_SYNC_LIGHT);
      if (status === COMPACT_SUCCESS) {
        compaction_defer_reset(z, order, false);
      } else if (status !== COMPACT_CONTENDED) {
        drain_all_pages();
        defer_compaction(z, order);
      }
    }
  }
  // A wish that came meanwhile is for another time, unless it asks for more.
  if (pgdat.kcompactd_max_order <= order) {
    pgdat.kcompactd_max_order = 0;
    pgdat.kcompactd_highest_zoneidx = 0;
  }
}
