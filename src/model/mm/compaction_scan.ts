/**
 * mm/compaction.c, v5.7: the two scanners. One looks for pages to move, from the zone's start
 * upwards; one for free pages to move them to, from its end downwards. Differs: pages are moved as
 * they are found, not by 32; pageblocks have no migrate types and no skip hints; nothing is
 * searched fast through the free lists. Sleeps: as moving a page does.
 */
import { charge, cond_resched } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { __isolate_free_page, free_unref_page } from "./buddy.ts";
import { isMovable, migrate_page } from "./migrate.ts";
import type { Page, PageCount } from "./mm_types.ts";
import { min_wmark_pages, type zone } from "./mmzone.ts";
import { page_flags, page_order, PG_buddy, PG_head } from "./page.ts";
import { COMPACTFREE_SCANNED, COMPACTISOLATED, COMPACTMIGRATE_SCANNED, vmstat } from "./vmstat.ts";
import { zone_watermark_ok } from "./watermark.ts";

export const pageblock_order = 9;
export const pageblock_nr_pages = 512;
/** Free pages that are taken at a time, at least: as many as Linux moves at a time. */
const COMPACT_CLUSTER_MAX = 32;

export interface compact_control {
  zone: zone;
  /** The block wanted; -1 for all that can be had (/proc/sys/vm/compact_memory). */
  order: number;
  /** The page that is looked at next. */
  migrate_pfn: number;
  /** The pageblock that is searched for free pages next. */
  free_pfn: number;
  /** Free pages taken and not yet used, `nr_freepages` of them from `next_free` on. */
  freepages: Int32Array;
  next_free: number;
  nr_freepages: PageCount;
}

/** Moves the pages of one pageblock. False when there is nowhere to move them to. */
export function compactPageblock(cc: compact_control): boolean {
  const end = Math.min(blockEnd(cc.migrate_pfn), cc.zone.zone_end_pfn);
  let pfn = cc.migrate_pfn;
  let nr_scanned = 0;
  let room = true;
  while (pfn < end && room) {
    nr_scanned++;
    const step = skipped(pfn);
    if (step === 0 && isMovable(pfn as Page)) {
      room = moveUp(cc, pfn as Page);
    }
    pfn += Math.max(step, 1);
    if (room) {
      cc.migrate_pfn = pfn;
    }
  }
  vmstat[COMPACTMIGRATE_SCANNED] += nr_scanned;
  charge(nr_scanned * config.costs.compact_scan);
  cond_resched();
  return room;
}

/** Gives back the free pages that were not needed. */
export function release_freepages(cc: compact_control): void {
  while (cc.nr_freepages > 0) {
    free_unref_page(compaction_alloc(cc));
  }
}

/** Pages to go on by: over a free block, or a huge page. 0 for a page to be looked at. */
function skipped(pfn: number): PageCount {
  return (page_flags[pfn] & (PG_buddy | PG_head)) !== 0 ? 1 << page_order[pfn] : 0;
}

/** False when there is no free page for it. A page that cannot move otherwise just stays. */
function moveUp(cc: compact_control, page: Page): boolean {
  if (cc.nr_freepages === 0) {
    isolate_freepages(cc);
  }
  if (cc.nr_freepages === 0) {
    return false;
  }
  // Others ran while free pages were searched: the page may have been freed, or taken.
  if (!isMovable(page)) {
    return true;
  }
  vmstat[COMPACTISOLATED]++;
  const newpage = compaction_alloc(cc);
  if (!migrate_page(page, newpage)) {
    compaction_free(cc, newpage);
  }
  return true;
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

/** Takes free pages from the pageblocks above the other scanner, the last one first. */
function isolate_freepages(cc: compact_control): void {
  cc.next_free = 0;
  while (cc.nr_freepages < COMPACT_CLUSTER_MAX && cc.free_pfn >= blockEnd(cc.migrate_pfn)) {
    if (suitable_migration_target(cc.free_pfn)) {
      isolate_freepages_block(cc);
    }
    cc.free_pfn -= pageblock_nr_pages;
    cond_resched();
  }
}

/** A block that is free as a whole is what compaction wants to have: it is left alone. */
function suitable_migration_target(pfn: number): boolean {
  return (page_flags[pfn] & PG_buddy) === 0 || page_order[pfn] < pageblock_order;
}

function isolate_freepages_block(cc: compact_control): void {
  const end = Math.min(cc.free_pfn + pageblock_nr_pages, cc.zone.zone_end_pfn);
  let pfn = cc.free_pfn;
  let nr_scanned = 0;
  while (pfn < end) {
    nr_scanned++;
    if ((page_flags[pfn] & PG_buddy) !== 0) {
      const isolated = takeFree(cc, pfn);
      nr_scanned += Math.max(isolated - 1, 0);
      pfn += Math.max(isolated - 1, 0);
    }
    pfn++;
  }
  vmstat[COMPACTFREE_SCANNED] += nr_scanned;
  charge(nr_scanned * config.costs.compact_scan);
}

/** Takes the free block at `pfn`, unless that would cost the zone its reserve; returns its pages. */
function takeFree(cc: compact_control, pfn: number): PageCount {
  const nr = 1 << page_order[pfn];
  const watermark = min_wmark_pages(cc.zone) + nr;
  if (!zone_watermark_ok(cc.zone, 0, watermark, 0)) {
    return 0;
  }
  __isolate_free_page(cc.zone, pfn as Page);
  for (let i = 0; i < nr; i++) {
    cc.freepages[cc.next_free + cc.nr_freepages] = pfn + i;
    cc.nr_freepages++;
  }
  vmstat[COMPACTISOLATED] += nr;
  return nr;
}

function blockEnd(pfn: number): number {
  return pfn - (pfn % pageblock_nr_pages) + pageblock_nr_pages;
}
