/**
 * mm/compaction.c, v5.7: making large free blocks by moving pages together. Differs: one node; no
 * contention with other compactions. Sleeps: as moving a page does.
 */
import { cond_resched } from "../../machine/primitives.ts";
import { drain_local_pages, nr_free } from "./buddy.ts";
import {
  compact_scanners_met,
  createControl,
  isolate_migratepages,
  MIGRATE_ASYNC,
  MIGRATE_SYNC,
  MIGRATE_SYNC_LIGHT,
  moveCollected,
  release_freepages,
  type compact_control,
} from "./compaction_scan.ts";
import {
  contig_page_data,
  low_wmark_pages,
  min_wmark_pages,
  node_zonelist,
  type zone,
} from "./mmzone.ts";
import { MAX_ORDER } from "./page.ts";
import { pageblock_start_pfn } from "./pageblock.ts";
import { lru_add_drain_all } from "./swap.ts";
import { NR_FREE_PAGES, zone_page_state } from "./vmstat.ts";
import { __zone_watermark_ok, zone_watermark_ok } from "./watermark.ts";

/** What a compaction came to, from worst to best. */
export const COMPACT_SKIPPED = 1;
export const COMPACT_DEFERRED = 2;
export const COMPACT_CONTINUE = 4;
export const COMPACT_COMPLETE = 5;
export const COMPACT_PARTIAL_SKIPPED = 6;
/** Given up: there are pages to move, and no free ones to be had. */
export const COMPACT_CONTENDED = 7;
export const COMPACT_SUCCESS = 8;

const PAGE_ALLOC_COSTLY_ORDER = 3;
const COMPACT_MAX_DEFER_SHIFT = 6;
/** vm.extfrag_threshold: up to this, memory is short rather than in pieces. */
const sysctl_extfrag_threshold = 500;

/** A write to /proc/sys/vm/compact_memory. */
export function compact_nodes(): void {
  lru_add_drain_all();
  for (const z of contig_page_data.node_zones) {
    compact_zone(createControl(z, -1, MIGRATE_SYNC, z.zone_start_pfn, lastPageblock(z)));
  }
}

/** For a request of `order` that found no block: zone after zone until one has it. */
export function try_to_compact_pages(
  order: number,
  highest_zoneidx: number,
  async: boolean,
): number {
  let rc = COMPACT_SKIPPED;
  for (const z of node_zonelist) {
    if (z.zone_idx <= highest_zoneidx) {
      const status = tryZone(z, order, highest_zoneidx, async);
      rc = Math.max(rc, status);
      if (status === COMPACT_SUCCESS) {
        break;
      }
    }
  }
  return rc;
}

function tryZone(z: zone, order: number, highest_zoneidx: number, async: boolean): number {
  if (compaction_deferred(z, order)) {
    return COMPACT_DEFERRED;
  }
  const suitable = compaction_suitable(z, order, min_wmark_pages(z), highest_zoneidx);
  if (suitable !== COMPACT_CONTINUE) {
    return suitable;
  }
  const status = compactOnwards(z, order, async ? MIGRATE_ASYNC : MIGRATE_SYNC_LIGHT);
  if (status === COMPACT_SUCCESS) {
    compaction_defer_reset(z, order, false);
  } else if (!async && status !== COMPACT_CONTENDED) {
    defer_compaction(z, order);
  }
  return status;
}

/** Whether a zone needs compaction for a block of `order`, and has what it takes. */
export function compaction_suitable(
  z: zone,
  order: number,
  watermark: number,
  highest_zoneidx: number,
): number {
  if (zone_watermark_ok(z, order, watermark, highest_zoneidx)) {
    return COMPACT_SUCCESS;
  }
  const mark = order > PAGE_ALLOC_COSTLY_ORDER ? low_wmark_pages(z) : min_wmark_pages(z);
  const free = zone_page_state(z.zone_idx, NR_FREE_PAGES);
  if (!__zone_watermark_ok(z, 0, mark + (2 << order), highest_zoneidx, 0, free)) {
    return COMPACT_SKIPPED;
  }
  const fragindex = order > PAGE_ALLOC_COSTLY_ORDER ? fragmentation_index(z, order) : -1000;
  return fragindex >= 0 && fragindex <= sysctl_extfrag_threshold
    ? COMPACT_SKIPPED
    : COMPACT_CONTINUE;
}

/** Why there is no block of `order`, in thousandths: 0 for want of memory, 1000 for want of order. */
function fragmentation_index(z: zone, order: number): number {
  let free_pages = 0;
  let free_blocks_total = 0;
  for (let o = 0; o < MAX_ORDER; o++) {
    const blocks = nr_free[z.zone_idx * MAX_ORDER + o];
    if (o >= order && blocks > 0) {
      return -1000;
    }
    free_pages += blocks << o;
    free_blocks_total += blocks;
  }
  if (free_blocks_total === 0) {
    return 0;
  }
  const requested = 1 << order;
  return (
    1000 - Math.floor((1000 + Math.floor((free_pages * 1000) / requested)) / free_blocks_total)
  );
}

/** Compacts the zone from where the last time ended. */
export function compactOnwards(z: zone, order: number, mode: number): number {
  return compact_zone(
    createControl(z, order, mode, z.compact_cached_migrate_pfn, z.compact_cached_free_pfn),
  );
}

/** Moves pages until the block is there, or the scanners meet. */
function compact_zone(cc: compact_control): number {
  const z = cc.zone;
  if (cc.migrate_pfn < z.zone_start_pfn || cc.free_pfn <= cc.migrate_pfn) {
    cc.migrate_pfn = z.zone_start_pfn;
    cc.free_pfn = lastPageblock(z);
  }
  const whole_zone = cc.migrate_pfn === z.zone_start_pfn;
  let last_migrated_pfn = -1;
  let ret = compact_finished(cc, whole_zone);
  while (ret === COMPACT_CONTINUE) {
    const iteration_start_pfn = cc.migrate_pfn;
    cc.finish_pageblock =
      pageblock_start_pfn(last_migrated_pfn) === pageblock_start_pfn(iteration_start_pfn);
    if (isolate_migratepages(cc)) {
      last_migrated_pfn = iteration_start_pfn;
      if (!moveCollected(cc) && !compact_scanners_met(cc)) {
        ret = COMPACT_CONTENDED;
        break;
      }
      if (cc.order > 0) {
        // What was moved lies on per-CPU lists, where it merges with nothing.
        drain_local_pages(z);
      }
    }
    ret = compact_finished(cc, whole_zone);
    cond_resched();
  }
  release_freepages(cc);
  z.compact_cached_migrate_pfn = cc.migrate_pfn;
  z.compact_cached_free_pfn = cc.free_pfn;
  return ret;
}

/** Blocks of a pageblock and more serve every type, since they are taken with their pageblocks. */
function compact_finished(cc: compact_control, whole_zone: boolean): number {
  const z = cc.zone;
  if (compact_scanners_met(cc)) {
    cc.migrate_pfn = z.zone_start_pfn;
    cc.free_pfn = lastPageblock(z);
    return whole_zone ? COMPACT_COMPLETE : COMPACT_PARTIAL_SKIPPED;
  }
  if (cc.order < 0) {
    return COMPACT_CONTINUE;
  }
  for (let order = cc.order; order < MAX_ORDER; order++) {
    if (nr_free[z.zone_idx * MAX_ORDER + order] > 0) {
      return COMPACT_SUCCESS;
    }
  }
  return COMPACT_CONTINUE;
}

/** Fails again and again: skip ever more attempts, up to 63 in a row. */
export function defer_compaction(z: zone, order: number): void {
  z.compact_considered = 0;
  z.compact_defer_shift = Math.min(z.compact_defer_shift + 1, COMPACT_MAX_DEFER_SHIFT);
  z.compact_order_failed = Math.min(z.compact_order_failed, order);
}

export function compaction_deferred(z: zone, order: number): boolean {
  const defer_limit = 1 << z.compact_defer_shift;
  if (order < z.compact_order_failed) {
    return false;
  }
  z.compact_considered = Math.min(z.compact_considered + 1, defer_limit);
  return z.compact_considered < defer_limit;
}

export function compaction_defer_reset(z: zone, order: number, alloc_success: boolean): void {
  if (alloc_success) {
    z.compact_considered = 0;
    z.compact_defer_shift = 0;
  }
  if (order >= z.compact_order_failed) {
    z.compact_order_failed = order + 1;
  }
}

function lastPageblock(z: zone): number {
  return pageblock_start_pfn(z.zone_end_pfn - 1);
}
