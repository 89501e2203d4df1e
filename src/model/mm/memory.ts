/**
 * mm/memory.c, v5.7: page faults on anonymous memory. Differs: a process has one mapping, which it
 * touches from its start on. Sleeps: in the allocation.
 */
import { charge } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { touchRam } from "../ram.ts";
import { __GFP_ZERO, GFP_HIGHUSER_MOVABLE } from "./gfp.ts";
import { do_huge_pmd_anonymous_page, hugeRangeAt, VM_FAULT_FALLBACK } from "./huge_memory.ts";
import { memcg_rstat_updated } from "./memcontrol.ts";
import { NULL_PAGE, type mm_struct, type Page, type PageCount } from "./mm_types.ts";
import { page_flags, page_index, page_mapping } from "./page.ts";
import { __alloc_pages_nodemask } from "./page_alloc.ts";
import { __pte_alloc } from "./pgalloc.ts";
import { PTRS_PER_PTE, STATS_PER_FAULT } from "./pgtable.ts";
import { add_page_to_lru_list, NEW_ANON, NEW_ANON_FLAGS } from "./swap.ts";
import { NR_ANON_MAPPED, PGFAULT, vmstat } from "./vmstat.ts";

export const VM_FAULT_OOM = 1;

/**
 * First touch of page number `address` of the mapping, the ones before it having been touched.
 * Returns 0, or VM_FAULT_OOM. With huge pages more than that page may be there afterwards.
 */
export function handle_mm_fault(mm: mm_struct, address: PageCount): number {
  vmstat[PGFAULT]++;
  if (hugeRangeAt(mm, address)) {
    const ret = do_huge_pmd_anonymous_page(mm, address);
    if (ret !== VM_FAULT_FALLBACK) {
      return ret;
    }
  }
  return do_anonymous_page(mm, address);
}

function do_anonymous_page(mm: mm_struct, address: PageCount): number {
  if (address >= mm.nr_ptes * PTRS_PER_PTE && !__pte_alloc(mm)) {
    return VM_FAULT_OOM;
  }
  const page = alloc_pages_vma(GFP_HIGHUSER_MOVABLE | __GFP_ZERO);
  if (page === NULL_PAGE) {
    return VM_FAULT_OOM;
  }
  touchRam(page);
  page_add_new_anon_rmap(page, mm, address);
  charge(config.costs.anon_fault);
  return 0;
}

function alloc_pages_vma(gfp_mask: number): Page {
  return __alloc_pages_nodemask(gfp_mask, 0);
}

function page_add_new_anon_rmap(page: Page, mm: mm_struct, address: PageCount): void {
  page_flags[page] = NEW_ANON_FLAGS;
  page_mapping[page] = mm.id;
  page_index[page] = address;
  mm.pte[address] = page;
  mm.rss++;
  vmstat[NR_ANON_MAPPED]++;
  add_page_to_lru_list(page, NEW_ANON);
  memcg_rstat_updated(STATS_PER_FAULT);
}
