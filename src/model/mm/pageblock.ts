/**
 * include/linux/pageblock-flags.h and mmzone.h, v5.7: RAM in blocks of 2 MiB, each meant for one kind
 * of page: what never moves, what can be moved, what can be given back on demand. Blocks that cannot
 * become free again are so kept together, and the others free as a whole now and then. Differs: no
 * types for isolated blocks, CMA and the highatomic reserve. Sleeps: never.
 */
import { config } from "../config.ts";

export const pageblock_order = 9;
export const pageblock_nr_pages = 512;

export const MIGRATE_UNMOVABLE = 0;
export const MIGRATE_MOVABLE = 1;
export const MIGRATE_RECLAIMABLE = 2;
/** Types that have lists of their own. */
export const MIGRATE_PCPTYPES = 3;

/** The type of each block; every one is for movable pages until something else needs it. */
const pageblock_flags = new Uint8Array(Math.ceil(config.nr_pages / pageblock_nr_pages));

export function pageblock_init(): void {
  pageblock_flags.fill(MIGRATE_MOVABLE);
}

export function get_pageblock_migratetype(page: number): number {
  return pageblock_flags[page >> pageblock_order];
}

/** Gives `nr_pages` pages, and the blocks that they are in, to one type. */
export function change_pageblock_range(page: number, nr_pages: number, migratetype: number): void {
  for (let pfn = page; pfn < page + nr_pages; pfn += pageblock_nr_pages) {
    pageblock_flags[pfn >> pageblock_order] = migratetype;
  }
}

/** First page of the block that `page` is in. */
export function pageblock_start_pfn(page: number): number {
  return page & ~(pageblock_nr_pages - 1);
}

/** First page of the next block. */
export function pageblock_end_pfn(page: number): number {
  return pageblock_start_pfn(page) + pageblock_nr_pages;
}
