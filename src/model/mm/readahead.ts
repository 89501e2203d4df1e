/**
 * mm/readahead.c, v5.7: reading ahead of a sequential reader, in growing windows. Differs: only
 * reads by read(), none by mapped files; windows never exceed 128 KiB. Sleeps: in the allocation.
 *
 * A reader of 128 KiB pieces gets windows of 32 pages. While it copies the first one, it meets the
 * page marked PG_readahead, and the second window starts:
 *
 *     |<------- 32, marker at 16 ------>|<------- 32, marker at 32 ------>| ...
 */
import { charge } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { mpage_readpages } from "../fs/mpage.ts";
import { free_unref_page } from "./buddy.ts";
import { __GFP_NORETRY, __GFP_NOWARN, GFP_HIGHUSER_MOVABLE } from "./gfp.ts";
import type { address_space } from "../fs/fs.ts";
import { NULL_PAGE, type Page, type PageCount } from "./mm_types.ts";
import { page_flags, PG_readahead } from "./page.ts";
import { alloc_page } from "./page_alloc.ts";
import { BALLOON_SHIFT } from "../page_size.ts";
import { add_to_page_cache_lru, pageMissing } from "./page_cache.ts";

/** 128 KiB. */
export const VM_READAHEAD_PAGES = 32 >> BALLOON_SHIFT;
const readahead_gfp_mask = GFP_HIGHUSER_MOVABLE | __GFP_NORETRY | __GFP_NOWARN;

export interface file_ra_state {
  /** The present window, in pages of the file. */
  start: number;
  size: PageCount;
  /** So many pages before its end the next window is started. */
  async_size: PageCount;
  ra_pages: PageCount;
  /** The page read last, -1 before the first. */
  prev_pos: number;
}

export function file_ra_state_init(): file_ra_state {
  return { start: 0, size: 0, async_size: 0, ra_pages: VM_READAHEAD_PAGES, prev_pos: -1 };
}

/** The page at `offset` is missing and the reader wants `req_size` pages from there. */
export function page_cache_sync_readahead(
  mapping: address_space,
  ra: file_ra_state,
  offset: number,
  req_size: PageCount,
): void {
  ondemand_readahead(mapping, ra, false, offset, req_size);
}

/** The reader has come to the marked `page`. */
export function page_cache_async_readahead(
  mapping: address_space,
  ra: file_ra_state,
  page: Page,
  offset: number,
  req_size: PageCount,
): void {
  page_flags[page] &= ~PG_readahead;
  ondemand_readahead(mapping, ra, true, offset, req_size);
}

function ondemand_readahead(
  mapping: address_space,
  ra: file_ra_state,
  hit_readahead_marker: boolean,
  offset: number,
  req_size: PageCount,
): void {
  const max = ra.ra_pages;
  if (offset !== 0 && isExpected(ra, offset)) {
    ra.start += ra.size;
    ra.size = get_next_ra_size(ra.size, max);
    ra.async_size = ra.size;
  } else if (offset !== 0 && hit_readahead_marker) {
    if (!windowBehindHole(mapping, ra, offset, req_size)) {
      return;
    }
  } else if (offset === 0 || req_size > max || offset - ra.prev_pos <= 1) {
    ra.start = offset;
    ra.size = get_init_ra_size(req_size, max);
    ra.async_size = ra.size > req_size ? ra.size - req_size : ra.size;
  } else if (!try_context_readahead(mapping, ra, offset, req_size)) {
    __do_page_cache_readahead(mapping, offset, req_size, 0);
    return;
  }
  if (offset === ra.start && ra.size === ra.async_size) {
    mergeNextWindow(ra, max);
  }
  ra_submit(mapping, ra);
}

/** At the marker of the present window, or right behind its end. */
function isExpected(ra: file_ra_state, offset: number): boolean {
  return offset === ra.start + ra.size - ra.async_size || offset === ra.start + ra.size;
}

/** A marker of somebody else's window: go on where the pages end. False when that is far away. */
function windowBehindHole(
  mapping: address_space,
  ra: file_ra_state,
  offset: number,
  req_size: PageCount,
): boolean {
  let start = offset + 1;
  while (start <= offset + ra.ra_pages && start < mapping.i_size && mapping.i_pages[start] >= 0) {
    start++;
  }
  if (start - offset > ra.ra_pages) {
    return false;
  }
  ra.start = start;
  ra.size = get_next_ra_size(start - offset + req_size, ra.ra_pages);
  ra.async_size = ra.size;
  return true;
}

/** Pages cached right before `offset` speak for a sequential reader that came before. */
function try_context_readahead(
  mapping: address_space,
  ra: file_ra_state,
  offset: number,
  req_size: PageCount,
): boolean {
  let size = 0;
  while (size < ra.ra_pages && offset - size > 0 && mapping.i_pages[offset - size - 1] >= 0) {
    size++;
  }
  if (size <= req_size) {
    return false;
  }
  if (size >= offset) {
    size *= 2;
  }
  ra.start = offset;
  ra.size = Math.min(size + req_size, ra.ra_pages);
  ra.async_size = 1;
  return true;
}

/** A window that would be finished at once takes the next one along. */
function mergeNextWindow(ra: file_ra_state, max: PageCount): void {
  const add_pages = get_next_ra_size(ra.size, max);
  if (ra.size + add_pages <= max) {
    ra.async_size = add_pages;
    ra.size += add_pages;
  } else {
    ra.size = max;
    ra.async_size = max >> 1;
  }
}

function get_init_ra_size(size: PageCount, max: PageCount): PageCount {
  let newsize = 1;
  while (newsize < size) {
    newsize *= 2;
  }
  if (newsize <= max >> 5) {
    return newsize * 4;
  }
  return newsize <= max >> 2 ? newsize * 2 : max;
}

function get_next_ra_size(size: PageCount, max: PageCount): PageCount {
  if (size < max >> 4) {
    return 4 * size;
  }
  return size <= max >> 1 ? 2 * size : max;
}

function ra_submit(mapping: address_space, ra: file_ra_state): void {
  __do_page_cache_readahead(mapping, ra.start, ra.size, ra.async_size);
}

/**
 * Reads the pages from `offset` on that are missing, as one request for each gap. A failed
 * allocation ends it silently: whoever needs the page tries harder.
 */
export function __do_page_cache_readahead(
  mapping: address_space,
  offset: number,
  nr_to_read: PageCount,
  lookahead_size: PageCount,
): void {
  const end = Math.min(offset + nr_to_read, mapping.i_size);
  const marker = offset + nr_to_read - lookahead_size;
  const cost = config.costs.file_read_miss;
  let nr_pages = 0;
  let index = offset;
  while (index < end) {
    if (pageMissing(mapping, index)) {
      const page = alloc_page(readahead_gfp_mask);
      if (page === NULL_PAGE) {
        break;
      }
      charge(cost);
      if (!addUnlessThere(page, mapping, index)) {
        free_unref_page(page);
        continue;
      }
      if (index === marker) {
        page_flags[page] |= PG_readahead;
      }
      nr_pages++;
    } else if (nr_pages > 0) {
      mpage_readpages(mapping, index - nr_pages, nr_pages);
      nr_pages = 0;
    }
    index++;
  }
  if (nr_pages > 0) {
    mpage_readpages(mapping, index - nr_pages, nr_pages);
  }
}

/** Another reader may have been faster while the allocation slept. */
function addUnlessThere(page: Page, mapping: address_space, index: number): boolean {
  if (!pageMissing(mapping, index)) {
    return false;
  }
  add_to_page_cache_lru(page, mapping, index);
  return true;
}
