/**
 * mm/compaction.c, v5.7: the two scanners. One looks for pages to move, from the zone's start
 * upwards; one for free pages to move them to, from its end downwards. Differs: pages stay on their
 * lists until they move; no skip hints; nothing is searched fast through the free lists. Sleeps: as
 * moving a page does.
 */
import { charge, cond_resched } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { __isolate_free_page, free_unref_page } from "./buddy.ts";
import { isMovable, migrate_page } from "./migrate.ts";
import type { Page, PageCount } from "./mm_types.ts";
import { min_wmark_pages, type zone } from "./mmzone.ts";
import { page_flags, page_order, PG_buddy, PG_head } from "./page.ts";
import {
  get_pageblock_migratetype,
  MIGRATE_MOVABLE,
  pageblock_end_pfn,
  pageblock_nr_pages,
  pageblock_order,
  pageblock_start_pfn,
} from "./pageblock.ts";
import {
  COMPACTFREE_SCANNED,
  COMPACTISOLATED,
  COMPACTMIGRATE_SCANNED,
  PGMIGRATE_FAIL,
  vmstat,
} from "./vmstat.ts";
import { zone_watermark_ok } from "./watermark.ts";

export const MIGRATE_ASYNC = 0;
export const MIGRATE_SYNC_LIGHT = 1;
export const MIGRATE_SYNC = 2;

/** Pages that are moved at a time. */
const COMPACT_CLUSTER_MAX = 32;
/** A search takes what is missing, at most a pageblock, and may be offered as much at once. */
const MAX_FREEPAGES = 2 * pageblock_nr_pages;
/** From 5.1 on the free scanner looks at fewer and fewer pages of a block while it finds nothing. */
const SAMPLES_BLOCKS = config.linux_version >= 0x050100;
/** From 5.1 on a pageblock is moved in two goes: 32 pages, and all others. */
const FINISHES_BLOCKS = config.linux_version >= 0x050100;

export interface compact_control {
  zone: zone;
  /** The block wanted; -1 for all that can be had (/proc/sys/vm/compact_memory). */
  order: number;
  /** MIGRATE_ASYNC, MIGRATE_SYNC_LIGHT or MIGRATE_SYNC. */
  mode: number;
  /** The page that is looked at next. */
  migrate_pfn: number;
  /** Where the search for free pages goes on, in this pageblock and then below. */
  free_pfn: number;
  /** Pages that are to be moved. */
  migratepages: Int32Array;
  nr_migratepages: PageCount;
  /** Free pages taken and not yet used, `nr_freepages` of them from `next_free` on. */
  freepages: Int32Array;
  next_free: number;
  nr_freepages: PageCount;
  /** Take all of the pageblock at once. */
  finish_pageblock: boolean;
}

export function createControl(
  z: zone,
  order: number,
  mode: number,
  migrate_pfn: number,
  free_pfn: number,
): compact_control {
  return {
    zone: z,
    order,
    mode,
    migrate_pfn,
    free_pfn,
    migratepages: new Int32Array(pageblock_nr_pages),
    nr_migratepages: 0,
    freepages: new Int32Array(MAX_FREEPAGES),
    next_free: 0,
    nr_freepages: 0,
    finish_pageblock: false,
  };
}

export function compact_scanners_met(cc: compact_control): boolean {
  return cc.free_pfn >> pageblock_order <= cc.migrate_pfn >> pageblock_order;
}

/** Collects pages to move from the next pageblock that may have some; false when it has none. */
export function isolate_migratepages(cc: compact_control): boolean {
  cc.nr_migratepages = 0;
  while (pageblock_end_pfn(cc.migrate_pfn) <= cc.free_pfn) {
    if (suitable_migration_source(cc)) {
      isolate_migratepages_block(cc);
      break;
    }
    cc.migrate_pfn = pageblock_end_pfn(cc.migrate_pfn);
  }
  return cc.nr_migratepages > 0;
}

/** A quick attempt does not bother with blocks in which something will stay anyway. */
function suitable_migration_source(cc: compact_control): boolean {
  return cc.mode !== MIGRATE_ASYNC || get_pageblock_migratetype(cc.migrate_pfn) === MIGRATE_MOVABLE;
}

function isolate_migratepages_block(cc: compact_control): void {
  const end = pageblock_end_pfn(cc.migrate_pfn);
  const enough = cc.finish_pageblock && FINISHES_BLOCKS ? pageblock_nr_pages : COMPACT_CLUSTER_MAX;
  let low_pfn = cc.migrate_pfn;
  let nr_scanned = 0;
  while (low_pfn < end && cc.nr_migratepages < enough) {
    nr_scanned++;
    const step = skipped(low_pfn);
    if (step === 0 && isMovable(low_pfn as Page)) {
      cc.migratepages[cc.nr_migratepages] = low_pfn;
      cc.nr_migratepages++;
    }
    low_pfn += Math.max(step, 1);
  }
  cc.migrate_pfn = Math.min(low_pfn, end);
  vmstat[COMPACTMIGRATE_SCANNED] += nr_scanned;
  vmstat[COMPACTISOLATED] += cc.nr_migratepages;
  charge(nr_scanned * config.costs.compact_scan);
  cond_resched();
}

/** Pages to go on by: over a free block, or a huge page. 0 for a page to be looked at. */
function skipped(pfn: number): PageCount {
  return (page_flags[pfn] & (PG_buddy | PG_head)) !== 0 ? 1 << page_order[pfn] : 0;
}

/** Moves what was collected. False when there is nowhere to move it to. */
export function moveCollected(cc: compact_control): boolean {
  for (let i = 0; i < cc.nr_migratepages; i++) {
    if (cc.nr_freepages === 0) {
      isolate_freepages(cc);
    }
    if (cc.nr_freepages === 0) {
      vmstat[PGMIGRATE_FAIL]++;
      return false;
    }
    const page = cc.migratepages[i] as Page;
    // Others ran meanwhile: the page may have been freed, or taken.
    if (isMovable(page)) {
      const newpage = compaction_alloc(cc);
      if (!migrate_page(page, newpage)) {
        compaction_free(cc, newpage);
      }
    }
  }
  return true;
}

/** Gives back the free pages that were not needed. */
export function release_freepages(cc: compact_control): void {
  while (cc.nr_freepages > 0) {
    free_unref_page(compaction_alloc(cc));
  }
}

function compaction_alloc(cc: compact_control): Page {
  const page = cc.freepages[cc.next_free] as Page;
  cc.next_free++;
  cc.nr_freepages--;
  return page;
}

function compaction_free(cc: compact_control, page: Page): void {
  cc.next_free--;
  cc.nr_freepages++;
  cc.freepages[cc.next_free] = page;
}

/**
 * Takes free pages from the pageblocks above the other scanner, the last one first, until there are
 * as many as pages to move. While it finds nothing it looks at every second page of a block, every
 * fourth, and at last at every 32nd, so that it sees large free blocks and few single pages.
 */
function isolate_freepages(cc: compact_control): void {
  const low_pfn = pageblock_end_pfn(cc.migrate_pfn);
  let stride = SAMPLES_BLOCKS && cc.mode === MIGRATE_ASYNC ? COMPACT_CLUSTER_MAX : 1;
  cc.next_free = 0;
  while (cc.nr_freepages < cc.nr_migratepages && cc.free_pfn >= low_pfn) {
    const block_start_pfn = pageblock_start_pfn(cc.free_pfn);
    if (suitable_migration_target(block_start_pfn)) {
      const before = cc.nr_freepages;
      if (isolate_freepages_block(cc, stride)) {
        break;
      }
      const found = cc.nr_freepages > before;
      stride = found || !SAMPLES_BLOCKS ? 1 : Math.min(stride << 1, COMPACT_CLUSTER_MAX);
    }
    cc.free_pfn = block_start_pfn - pageblock_nr_pages;
    cond_resched();
  }
}

/** A block that is free as a whole is what compaction wants to have, and others keep their type. */
function suitable_migration_target(pfn: number): boolean {
  if ((page_flags[pfn] & PG_buddy) !== 0 && page_order[pfn] >= pageblock_order) {
    return false;
  }
  return get_pageblock_migratetype(pfn) === MIGRATE_MOVABLE;
}

/** Takes free pages from the rest of the pageblock. True when it stopped before its end. */
function isolate_freepages_block(cc: compact_control, stride: number): boolean {
  const end = Math.min(pageblock_end_pfn(cc.free_pfn), cc.zone.zone_end_pfn);
  let pfn = cc.free_pfn;
  let nr_scanned = 0;
  let stopped = false;
  while (pfn < end && !stopped) {
    nr_scanned++;
    const nr = skipped(pfn);
    if ((page_flags[pfn] & PG_buddy) === 0) {
      pfn += Math.max(nr - 1, 0) + stride;
    } else if (!takeFree(cc, pfn)) {
      stopped = true;
    } else {
      nr_scanned += nr - 1;
      stopped = cc.nr_freepages >= cc.nr_migratepages;
      pfn += stopped ? nr : nr - 1 + stride;
    }
  }
  vmstat[COMPACTFREE_SCANNED] += nr_scanned;
  charge(nr_scanned * config.costs.compact_scan);
  cc.free_pfn = pfn;
  return stopped && pfn < end;
}

/** Takes the free block at `pfn`, unless that would cost the zone its reserve. */
function takeFree(cc: compact_control, pfn: number): boolean {
  const nr = 1 << page_order[pfn];
  if (!zone_watermark_ok(cc.zone, 0, min_wmark_pages(cc.zone) + nr, 0)) {
    return false;
  }
  __isolate_free_page(cc.zone, pfn as Page);
  for (let i = 0; i < nr; i++) {
    cc.freepages[cc.next_free + cc.nr_freepages] = pfn + i;
    cc.nr_freepages++;
  }
  vmstat[COMPACTISOLATED] += nr;
  return true;
}
