/**
 * mm/filemap.c, v5.7: read() of a file. Differs: positions and lengths are whole pages; a page that
 * somebody waits for or copies is marked, where Linux counts references. Sleeps: for the disk, in
 * a killable way, and in the allocation.
 */
import { charge, cond_resched, schedule } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import type { file } from "../fs/open.ts";
import { mpage_readpage, pageWaiters, type page_waiter } from "../fs/mpage.ts";
import { fatal_signal_pending, get_current } from "../sched/core.ts";
import { free_unref_page } from "./buddy.ts";
import { GFP_HIGHUSER_MOVABLE } from "./gfp.ts";
import type { address_space } from "../fs/fs.ts";
import { NULL_PAGE, type Page, type PageCount } from "./mm_types.ts";
import {
  heldByReader,
  page_flags,
  PageUptodate,
  PG_active,
  PG_locked,
  PG_readahead,
  PG_referenced,
  PG_uptodate,
} from "./page.ts";
import { alloc_page } from "./page_alloc.ts";
import { add_to_page_cache_lru, find_get_page, pageMissing } from "./page_cache.ts";
import {
  type file_ra_state,
  page_cache_async_readahead,
  page_cache_sync_readahead,
} from "./readahead.ts";
import { mark_page_accessed } from "./swap.ts";

export const EINTR = 4;
export const ENOMEM = 12;

/** Flags of a page that reading does not change. */
const SETTLED = PG_uptodate | PG_active | PG_referenced;
const SETTLED_MASK = SETTLED | PG_readahead;

/** Reads up to `nr` pages; returns how many, 0 at the end of the file, or a negative error. */
export function generic_file_read_iter(filp: file, nr: PageCount): number {
  return generic_file_buffered_read(filp, nr);
}

function generic_file_buffered_read(filp: file, nr: PageCount): number {
  const mapping = filp.f_mapping;
  const ra = filp.f_ra;
  const last_index = Math.min(filp.f_pos + nr, mapping.i_size);
  let index = filp.f_pos;
  let error = 0;
  while (index < last_index) {
    const nr_active = filemap_get_read_batch(mapping, index, last_index);
    if (nr_active > 0) {
      index += nr_active;
      ra.prev_pos = index - 1;
      charge(nr_active * config.costs.file_read_hit);
      continue;
    }
    cond_resched();
    let page = find_get_page(mapping, index);
    if (page === NULL_PAGE) {
      page_cache_sync_readahead(mapping, ra, index, last_index - index);
      page = find_get_page(mapping, index);
    }
    if (page === NULL_PAGE) {
      error = no_cached_page(mapping, index);
      if (error !== 0) {
        break;
      }
      page = find_get_page(mapping, index);
    }
    if ((page_flags[page] & (PG_readahead | PG_uptodate)) !== PG_uptodate) {
      error = page_not_up_to_date(mapping, ra, page, index, last_index - index);
      if (error !== 0) {
        break;
      }
      page_flags[page] &= ~heldByReader;
      if (mapping.i_pages[index] !== page || !PageUptodate(page)) {
        // Another reader held it too, and let go first: reclaim has taken it.
        continue;
      }
    }
    if (index !== ra.prev_pos) {
      mark_page_accessed(page);
    }
    charge(config.costs.file_read_hit);
    ra.prev_pos = index;
    index++;
  }
  const read = index - filp.f_pos;
  filp.f_pos = index;
  return read > 0 ? read : error;
}

/**
 * Number of pages from `index` on that are there and about which nothing is to be done: up to date
 * and active already. A reader of cached data meets hundreds of millions of them, so they are
 * taken together, as kernels from 5.12 on do with all pages.
 */
function filemap_get_read_batch(mapping: address_space, index: number, max: number): PageCount {
  const i_pages = mapping.i_pages;
  let i = index;
  while (i < max) {
    const page = i_pages[i];
    if (page < 0 || (page_flags[page] & SETTLED_MASK) !== SETTLED) {
      break;
    }
    i++;
  }
  return i - index;
}

/** The page is marked for readahead, or under I/O: starts the next window, and waits for this one. */
function page_not_up_to_date(
  mapping: address_space,
  ra: file_ra_state,
  page: Page,
  index: number,
  req_size: PageCount,
): number {
  page_flags[page] |= heldByReader;
  if ((page_flags[page] & PG_readahead) !== 0) {
    page_cache_async_readahead(mapping, ra, page, index, req_size);
  }
  if ((page_flags[page] & PG_uptodate) === 0) {
    return wait_on_page_locked_killable(page);
  }
  return 0;
}

/** Readahead has not brought the page: now in earnest, with the OOM killer if need be. */
function no_cached_page(mapping: address_space, index: number): number {
  const page = alloc_page(GFP_HIGHUSER_MOVABLE);
  if (page === NULL_PAGE) {
    return -ENOMEM;
  }
  charge(config.costs.file_read_miss);
  if (!pageMissing(mapping, index)) {
    free_unref_page(page);
    return 0;
  }
  add_to_page_cache_lru(page, mapping, index);
  mpage_readpage(mapping, index);
  return 0;
}

/** Waits for the end of the I/O on `page`. Returns 0, or -EINTR for a killed task. */
export function wait_on_page_locked_killable(page: Page): number {
  const tsk = get_current();
  while ((page_flags[page] & PG_locked) !== 0) {
    if (fatal_signal_pending(tsk)) {
      page_flags[page] &= ~heldByReader;
      return -EINTR;
    }
    io_schedule(page);
  }
  return 0;
}

function io_schedule(page: Page): void {
  const waiter: page_waiter = { page, task: get_current() };
  pageWaiters.push(waiter);
  schedule("page lock");
  const i = pageWaiters.indexOf(waiter);
  if (i >= 0) {
    pageWaiters.splice(i, 1);
  }
}
