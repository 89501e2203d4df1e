/**
 * include/linux/mmzone.h, v5.7. Differs: one node; no highmem and no movable zone, though requests
 * may name it; no watermark boost.
 */
import type { task_struct } from "../sched/core.ts";
import type { wait_queue_head } from "../sched/wait.ts";
import { config } from "../config.ts";
import { MAX_NR_ZONES } from "./page.ts";
import type { Page, PageCount } from "./mm_types.ts";
import { BALLOON_SHIFT } from "../page_size.ts";

export const ZONE_DMA = 0;
export const ZONE_DMA32 = 1;
export const ZONE_NORMAL = 2;
export const ZONE_MOVABLE = 3;

export const WMARK_MIN = 0;
export const WMARK_LOW = 1;
export const WMARK_HIGH = 2;

export const LRU_INACTIVE_ANON = 0;
export const LRU_ACTIVE_ANON = 1;
export const LRU_INACTIVE_FILE = 2;
export const LRU_ACTIVE_FILE = 3;
export const LRU_UNEVICTABLE = 4;

/** 16 MiB: frames below are ZONE_DMA's. */
export const DMA_PAGES = 4096 >> BALLOON_SHIFT;
/** QEMU's pc machine: 3 GiB of RAM lie below 4 GiB once it has 3.5 GiB, and all of it before. */
export const LOWMEM_PAGES =
  config.nr_pages >= 917504 >> BALLOON_SHIFT ? 786432 >> BALLOON_SHIFT : config.nr_pages;

export interface zone {
  name: string;
  zone_idx: number;
  zone_start_pfn: number;
  /** First frame after the zone. */
  zone_end_pfn: number;
  present_pages: PageCount;
  /** Pages that the allocator was given. */
  managed_pages: PageCount;
  /** By WMARK_. */
  _watermark: PageCount[];
  /** By zone index: what a request that could use that zone must leave free here. */
  lowmem_reserve: PageCount[];
  /** Per-CPU lists: pages moved at once, and length at which pages go back. */
  pageset_batch: PageCount;
  pageset_high: PageCount;
  /** ZONE_RECLAIM_ACTIVE: kswapd works on it. */
  reclaim_active: boolean;
  /** Where the scanners of compaction go on. */
  compact_cached_migrate_pfn: number;
  compact_cached_free_pfn: number;
  /** Attempts skipped since compaction last failed, of 1 << compact_defer_shift. */
  compact_considered: number;
  compact_defer_shift: number;
  /** Smallest order for which it failed. */
  compact_order_failed: number;
}

export interface lruvec {
  /** Counts evictions and activations: the clock of refault distances. */
  inactive_age: number;
  /** WORKINGSET_ACTIVATE at the end of the last reclaim. */
  refaults: number;
  /** The same of anonymous pages. */
  refaults_anon: number;
  /** Pages that reclaim has looked at and of those the ones that it had to keep, anonymous and of files. */
  recent_scanned: number[];
  recent_rotated: number[];
}

export interface pglist_data {
  /** From ZONE_DMA up, populated ones only. */
  node_zones: zone[];
  lruvec: lruvec;
  kswapd: task_struct | null;
  kswapd_wait: wait_queue_head;
  pfmemalloc_wait: wait_queue_head;
  /** Order and highest zone that kswapd was woken for since it last looked; -1 none. */
  kswapd_order: number;
  kswapd_highest_zoneidx: number;
  /** Runs in a row that reclaimed nothing. */
  kswapd_failures: number;
  kcompactd: task_struct | null;
  kcompactd_wait: wait_queue_head;
  /** Order and highest zone that kcompactd was woken for; 0 none. */
  kcompactd_max_order: number;
  kcompactd_highest_zoneidx: number;
}

export const contig_page_data: pglist_data = {
  node_zones: [],
  lruvec: {
    inactive_age: 0,
    refaults: 0,
    refaults_anon: 0,
    recent_scanned: [0, 0],
    recent_rotated: [0, 0],
  },
  kswapd: null,
  kswapd_wait: { name: "kswapd_wait", waiters: [] },
  pfmemalloc_wait: { name: "pfmemalloc_wait", waiters: [] },
  kswapd_order: 0,
  kswapd_highest_zoneidx: -1,
  kswapd_failures: 0,
  kcompactd: null,
  kcompactd_wait: { name: "kcompactd_wait", waiters: [] },
  kcompactd_max_order: 0,
  kcompactd_highest_zoneidx: 0,
};

/** The node's zones as allocations try them: highest first. */
export const node_zonelist: zone[] = [];
/** The same by index; empty zones have no pages. */
export const zones: zone[] = [];

export function page_zonenum(page: Page): number {
  if (page >= LOWMEM_PAGES) {
    return ZONE_NORMAL;
  }
  return page >= DMA_PAGES ? ZONE_DMA32 : ZONE_DMA;
}

export function page_zone(page: Page): zone {
  return zones[page_zonenum(page)];
}

export function min_wmark_pages(z: zone): PageCount {
  return z._watermark[WMARK_MIN];
}

export function low_wmark_pages(z: zone): PageCount {
  return z._watermark[WMARK_LOW];
}

export function high_wmark_pages(z: zone): PageCount {
  return z._watermark[WMARK_HIGH];
}

/** An empty zone over frames `start` to `end`. */
export function makeZone(name: string, zone_idx: number, start: number, end: number): zone {
  const zero: number[] = [0, 0, 0];
  const reserve: number[] = [];
  for (let i = 0; i < MAX_NR_ZONES; i++) {
    reserve.push(0);
  }
  return {
    name,
    zone_idx,
    zone_start_pfn: start,
    zone_end_pfn: end,
    present_pages: end - start,
    managed_pages: 0,
    _watermark: zero,
    lowmem_reserve: reserve,
    pageset_batch: 1,
    pageset_high: 0,
    reclaim_active: false,
    compact_cached_migrate_pfn: start,
    compact_cached_free_pfn: start,
    compact_considered: 0,
    compact_defer_shift: 0,
    compact_order_failed: 0,
  };
}
