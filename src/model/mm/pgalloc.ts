/** include/asm-generic/pgalloc.h and mm/memory.c, v5.7: pages for page tables. Sleeps: in the allocation. */
import { touchRam } from "../ram.ts";
import { __GFP_ZERO, GFP_KERNEL } from "./gfp.ts";
import { NULL_PAGE, type mm_struct } from "./mm_types.ts";
import { list_add_tail, page_flags, PG_table } from "./page.ts";
import { alloc_page } from "./page_alloc.ts";
import { NR_PAGETABLE, vmstat } from "./vmstat.ts";

/** One more page table; false when there is no memory for it. */
export function __pte_alloc(mm: mm_struct): boolean {
  const page = alloc_page(GFP_KERNEL | __GFP_ZERO);
  if (page === NULL_PAGE) {
    return false;
  }
  touchRam(page);
  page_flags[page] = PG_table;
  list_add_tail(page, mm.pgtables);
  mm.nr_ptes++;
  vmstat[NR_PAGETABLE]++;
  return true;
}
