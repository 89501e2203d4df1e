/**
 * mm/khugepaged.c and mm/huge_memory.c, v5.7: only what transparent huge pages do to the
 * watermarks. Differs: no huge page is ever made. Sleeps: never.
 */
import { config } from "../config.ts";
import { KIB_PER_PAGE } from "../page_size.ts";
import {
  calculate_min_free_kbytes,
  nr_free_buffer_pages,
  raise_min_free_kbytes,
  setup_per_zone_wmarks,
} from "./mm_init.ts";
import { node_zonelist } from "./mmzone.ts";
import { totalram_pages } from "./page_alloc.ts";
import { MIGRATE_PCPTYPES, pageblock_nr_pages } from "./pageblock.ts";

/** Guests below 512 MiB start with huge pages off, until somebody turns them on. */
const MIN_PAGES_FOR_THP = 131072;

/** At boot: khugepaged starts when huge pages are on and memory is not scarce. */
export function hugepage_init(): void {
  if (config.thp && totalram_pages() >= MIN_PAGES_FOR_THP) {
    start_stop_khugepaged(true);
  }
}

/** A write of "always" or "never" to /sys/kernel/mm/transparent_hugepage/enabled. */
export function enabled_store(always: boolean): void {
  start_stop_khugepaged(always);
}

function start_stop_khugepaged(enabled: boolean): void {
  if (enabled) {
    set_recommended_min_free_kbytes();
  } else {
    calculate_min_free_kbytes();
  }
  setup_per_zone_wmarks();
}

/**
 * Enough free blocks that huge pages can be made and the kinds of pages stay apart: two blocks a
 * zone, and one for each kind that may fall back to each other. At most a twentieth of memory.
 */
function set_recommended_min_free_kbytes(): void {
  const nr_zones = node_zonelist.length;
  let recommended_min = pageblock_nr_pages * nr_zones * 2;
  recommended_min += pageblock_nr_pages * nr_zones * MIGRATE_PCPTYPES * MIGRATE_PCPTYPES;
  recommended_min = Math.min(recommended_min, Math.floor(nr_free_buffer_pages() / 20));
  raise_min_free_kbytes(recommended_min * KIB_PER_PAGE);
}
