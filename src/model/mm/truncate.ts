/**
 * mm/truncate.c, v5.7: dropping a file's clean pages. Differs: pages that cannot be dropped are not
 * moved to the inactive list. Sleeps: never.
 */
import { charge, cond_resched } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { free_unref_page } from "./buddy.ts";
import { NO_PAGE, type address_space } from "../fs/fs.ts";
import type { Page, PageCount } from "./mm_types.ts";
import { LRU_ACTIVE_FILE, LRU_INACTIVE_FILE } from "./mmzone.ts";
import {
  heldByReader,
  inPagevec,
  page_flags,
  PG_active,
  PG_locked,
  PG_lru,
  PG_private,
} from "./page.ts";
import { __delete_from_page_cache } from "./page_cache.ts";
import { del_page_from_lru_list, PAGEVEC_SIZE } from "./swap.ts";

/** Drops what nobody uses; returns how many pages. Refaults are not counted afterwards. */
export function invalidate_mapping_pages(mapping: address_space): PageCount {
  let count = 0;
  for (let index = 0; index < mapping.i_size; index += PAGEVEC_SIZE) {
    count += invalidatePagevec(mapping, index);
    cond_resched();
  }
  return count;
}

function invalidatePagevec(mapping: address_space, first: number): PageCount {
  const end = Math.min(first + PAGEVEC_SIZE, mapping.i_size);
  let count = 0;
  for (let index = first; index < end; index++) {
    const entry = mapping.i_pages[index];
    if (entry >= 0 && invalidate_inode_page(entry as Page)) {
      count++;
    }
  }
  charge(count * config.costs.drop_caches);
  return count;
}

function invalidate_inode_page(page: Page): boolean {
  const flags = page_flags[page];
  if ((flags & (PG_lru | PG_locked | PG_private | heldByReader | inPagevec)) !== PG_lru) {
    return false;
  }
  __delete_from_page_cache(page, NO_PAGE);
  del_page_from_lru_list(page, (flags & PG_active) !== 0 ? LRU_ACTIVE_FILE : LRU_INACTIVE_FILE);
  free_unref_page(page);
  return true;
}
