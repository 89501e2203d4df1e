/**
 * mm/memory.c, v5.7: page faults on anonymous memory. Differs: a process has one mapping, which it
 * touches from its start on. Sleeps: in the allocation, and for the swap device.
 */
import { charge } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { touchRam } from "../ram.ts";
import { free_unref_page } from "./buddy.ts";
import { __GFP_ZERO, GFP_HIGHUSER_MOVABLE, type gfp_t } from "./gfp.ts";
import { do_huge_pmd_anonymous_page, hugeRangeAt, VM_FAULT_FALLBACK } from "./huge_memory.ts";
import { memcg_rstat_updated } from "./memcontrol.ts";
import { NULL_PAGE, type mm_struct, type Page, type PageCount } from "./mm_types.ts";
import { page_flags, page_index, page_mapping, pteYoung } from "./page.ts";
import { __alloc_pages_nodemask } from "./page_alloc.ts";
import { swap_readpage } from "./page_io.ts";
import { __pte_alloc } from "./pgalloc.ts";
import { PTRS_PER_PTE, STATS_PER_FAULT } from "./pgtable.ts";
import { add_page_to_lru_list, NEW_ANON, NEW_ANON_FLAGS } from "./swap.ts";
import { anonList, delete_from_swap_cache } from "./swap_state.ts";
import { is_swap_pte, lookup_swap_cache, pte_to_swp_entry, swap_free } from "./swapfile.ts";
import { NR_ANON_MAPPED, PGFAULT, PGMAJFAULT, vmstat } from "./vmstat.ts";
import { workingset_refault_anon } from "./workingset.ts";

export const VM_FAULT_OOM = 1;

/**
 * First touch of page number `address` of the mapping, the ones before it having been touched.
 * Returns 0, or VM_FAULT_OOM. With huge pages more than that page may be there afterwards.
 */
export function handle_mm_fault(mm: mm_struct, address: PageCount): number {
  vmstat[PGFAULT]++;
  if (is_swap_pte(mm.pte[address])) {
    return do_swap_page(mm, address);
  }
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

/** The page is in swap, or still in the swap cache on its way there. */
function do_swap_page(mm: mm_struct, address: PageCount): number {
  const entry = mm.pte[address];
  const slot = pte_to_swp_entry(entry);
  const cached = lookup_swap_cache(slot);
  if (cached >= 0) {
    delete_from_swap_cache(cached);
    mapSwappedIn(mm, address, cached);
    return 0;
  }
  const page = alloc_pages_vma(GFP_HIGHUSER_MOVABLE);
  if (page === NULL_PAGE) {
    return VM_FAULT_OOM;
  }
  // Meanwhile the process may have been killed and its memory taken away, slot and all.
  if (mm.pte[address] === entry) {
    vmstat[PGMAJFAULT]++;
    swap_readpage();
  }
  if (mm.pte[address] !== entry) {
    free_unref_page(page);
    return 0;
  }
  touchRam(page);
  page_flags[page] = NEW_ANON_FLAGS;
  workingset_refault_anon(page, slot);
  add_page_to_lru_list(page, anonList(page));
  mapSwappedIn(mm, address, page);
  charge(config.costs.anon_fault);
  return 0;
}

/** The page is in use again, and its slot free: the next time it has to be written anew. */
function mapSwappedIn(mm: mm_struct, address: PageCount, page: Page): void {
  const slot = pte_to_swp_entry(mm.pte[address]);
  page_flags[page] |= pteYoung;
  page_mapping[page] = mm.id;
  page_index[page] = address;
  mm.pte[address] = page;
  mm.rss++;
  mm.swapents--;
  vmstat[NR_ANON_MAPPED]++;
  memcg_rstat_updated(STATS_PER_FAULT);
  swap_free(slot);
}

function alloc_pages_vma(gfp_mask: gfp_t): Page {
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
