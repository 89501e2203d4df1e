/**
 * mm/balloon_compaction.c, v5.7: allocating a balloon's pages, putting them in and taking them out.
 * Differs: as in balloon_dev.ts. Sleeps: in the allocation.
 */
import { config } from "../config.ts";
import { touchRam } from "../ram.ts";
import { balloon_page_insert, type balloon_dev_info } from "./balloon_dev.ts";
import {
  __GFP_NOMEMALLOC,
  __GFP_NORETRY,
  __GFP_NOWARN,
  GFP_HIGHUSER,
  GFP_HIGHUSER_MOVABLE,
} from "./gfp.ts";
import { NULL_PAGE, type Page } from "./mm_types.ts";
import { list_del, list_empty, list_first, page_flags } from "./page.ts";
import { alloc_page } from "./page_alloc.ts";
import { BALLOON_DEFLATE, BALLOON_INFLATE, NR_BALLOON_PAGES, vmstat } from "./vmstat.ts";

export type { balloon_dev_info } from "./balloon_dev.ts";

/** Kernels before 5.3 let a failed balloon allocation write its report to the log. */
const QUIET = config.linux_version >= 0x050300 ? __GFP_NOWARN : 0;

/**
 * Kernels from 5.3 on can zero every page that they allocate, and Debian's 6.1 does. Else nobody
 * writes to a page for the balloon.
 */
const INIT_ON_ALLOC = config.linux_version >= 0x060000;

/** Only pages that can move may lie where movable ones belong. */
const BALLOON_GFP = config.CONFIG_BALLOON_COMPACTION ? GFP_HIGHUSER_MOVABLE : GFP_HIGHUSER;

/** A page for the balloon. It may be reclaimed for, but not by killing, nor from reserves. */
export function balloon_page_alloc(): Page {
  const page = alloc_page(BALLOON_GFP | __GFP_NOMEMALLOC | __GFP_NORETRY | QUIET);
  if (INIT_ON_ALLOC && page !== NULL_PAGE) {
    touchRam(page);
  }
  return page;
}

export function balloon_page_enqueue(b_dev_info: balloon_dev_info, page: Page): void {
  balloon_page_insert(b_dev_info, page);
  vmstat[BALLOON_INFLATE]++;
  vmstat[NR_BALLOON_PAGES]++;
}

/** The page enqueued last; NULL_PAGE when the balloon is empty. */
export function balloon_page_dequeue(b_dev_info: balloon_dev_info): Page {
  if (list_empty(b_dev_info.pages)) {
    return NULL_PAGE;
  }
  const page = list_first(b_dev_info.pages);
  list_del(page);
  page_flags[page] = 0;
  b_dev_info.nrPages--;
  vmstat[BALLOON_DEFLATE]++;
  vmstat[NR_BALLOON_PAGES]--;
  return page;
}
