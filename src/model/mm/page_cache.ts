/**
 * mm/filemap.c, v5.7: the page cache itself. Differs: no locks and no reference counts; what holds
 * a page is known by its flags. Sleeps: never.
 */
import { inodes, NO_PAGE, type address_space } from "../fs/fs.ts";
import { NULL_PAGE, type Page } from "./mm_types.ts";
import { page_flags, page_index, page_mapping, PG_locked } from "./page.ts";
import { lru_cache_add } from "./swap.ts";
import { NR_FILE_PAGES, vmstat } from "./vmstat.ts";
import { workingset_refault, workingsetDelete, workingsetInsert } from "./workingset.ts";

/** The page at `index`, or NULL_PAGE. */
export function find_get_page(mapping: address_space, index: number): Page {
  const entry = mapping.i_pages[index];
  return entry >= 0 ? (entry as Page) : NULL_PAGE;
}

/** Adds a new, locked page: I/O is to fill it. */
export function add_to_page_cache_lru(page: Page, mapping: address_space, index: number): void {
  const old = mapping.i_pages[index];
  page_flags[page] = PG_locked;
  __add_to_page_cache_locked(page, mapping, index);
  if (old < NO_PAGE) {
    workingset_refault(page, old);
  }
  lru_cache_add(page);
}

export function __add_to_page_cache_locked(
  page: Page,
  mapping: address_space,
  index: number,
): void {
  const old = mapping.i_pages[index];
  page_mapping[page] = mapping.i_ino;
  page_index[page] = index;
  mapping.i_pages[index] = page;
  mapping.nrpages++;
  workingsetInsert(mapping.node_base, index, old);
  vmstat[NR_FILE_PAGES]++;
}

/** Takes a page out of its file; `shadow` (or NO_PAGE) stays in its place. */
export function __delete_from_page_cache(page: Page, shadow: number): void {
  const mapping = inodes[page_mapping[page]];
  const index = page_index[page];
  mapping.i_pages[index] = shadow;
  mapping.nrpages--;
  workingsetDelete(mapping.node_base, index, shadow);
  vmstat[NR_FILE_PAGES]--;
}

/** Whether a page of the file is missing at `index`; beyond its end none is. */
export function pageMissing(mapping: address_space, index: number): boolean {
  return index < mapping.i_size && mapping.i_pages[index] < 0;
}
