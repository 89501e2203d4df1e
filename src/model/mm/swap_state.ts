/**
 * mm/swap_state.c, mm/rmap.c and mm/huge_memory.c, v5.7: how an anonymous page leaves its process for
 * the swap cache. Differs: a page in the swap cache is mapped by nobody; who needs it again takes it
 * out. Sleeps: never.
 */
import { free_unref_page } from "./buddy.ts";
import type { mm_struct, Page } from "./mm_types.ts";
import { LRU_ACTIVE_ANON, LRU_INACTIVE_ANON } from "./mmzone.ts";
import { NULL_PAGE } from "./mm_types.ts";
import {
  page_flags,
  page_index,
  page_mapping,
  page_order,
  PG_active,
  PG_head,
  PG_swapcache,
  PG_writeback,
} from "./page.ts";
import { HPAGE_PMD_NR, mms } from "./pgtable.ts";
import { addAnonToLruTail, del_page_from_lru_list, delHugeFromLruList } from "./swap.ts";
import {
  get_swap_page,
  lookup_swap_cache,
  set_pte_swapped,
  swap_cache,
  swap_free,
} from "./swapfile.ts";
import { NR_ANON_MAPPED, NR_ANON_THPS, NR_FILE_PAGES, vmstat } from "./vmstat.ts";

/** `page` gets a slot and leaves its process. Returns the slot, or -1 when there is none. */
export function add_to_swap(page: Page): number {
  const slot = get_swap_page();
  if (slot < 0) {
    return slot;
  }
  try_to_unmap(page, slot);
  page_flags[page] |= PG_swapcache;
  page_index[page] = slot;
  swap_cache[slot] = page;
  vmstat[NR_FILE_PAGES]++;
  return slot;
}

function try_to_unmap(page: Page, slot: number): void {
  const mm = mms[page_mapping[page]] as mm_struct;
  set_pte_swapped(mm, page_index[page], slot);
  vmstat[NR_ANON_MAPPED]--;
}

/** `page` is no longer the copy of its slot. */
export function delete_from_swap_cache(page: Page): void {
  swap_cache[page_index[page]] = NULL_PAGE;
  page_flags[page] &= ~(PG_swapcache | PG_writeback);
  vmstat[NR_FILE_PAGES]--;
}

/** The process does not need the content of `slot` any more, wherever it is. */
export function free_swap_and_cache(slot: number): void {
  const page = lookup_swap_cache(slot);
  if (page >= 0) {
    delete_from_swap_cache(page);
    del_page_from_lru_list(page, anonList(page));
    free_unref_page(page);
  }
  swap_free(slot);
}

export function anonList(page: Page): number {
  return (page_flags[page] & PG_active) !== 0 ? LRU_ACTIVE_ANON : LRU_INACTIVE_ANON;
}

/** A huge page becomes small ones, in its place; each knows then where it belongs. */
export function split_huge_page_to_list(page: Page): void {
  const flags = page_flags[page] & ~PG_head;
  const lru = anonList(page);
  const mm = page_mapping[page];
  const address = page_index[page];
  delHugeFromLruList(page, lru);
  page_order[page] = 0;
  vmstat[NR_ANON_THPS]--;
  for (let i = 0; i < HPAGE_PMD_NR; i++) {
    const small = (page + i) as Page;
    page_flags[small] = flags;
    page_mapping[small] = mm;
    page_index[small] = address + i;
    addAnonToLruTail(small, lru);
  }
}
