/**
 * mm/mmap.c, mm/memory.c and mm/madvise.c, v5.7: how a process gives its memory back. Differs: as in
 * memory.ts. Sleeps: never; long ends are cut by cond_resched.
 */
import { charge, cond_resched } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { __free_pages_ok, free_unref_page } from "./buddy.ts";
import { memcg_rstat_updated } from "./memcontrol.ts";
import { NULL_PAGE, type mm_struct, type Page, type PageCount } from "./mm_types.ts";
import { page_flags, PG_head } from "./page.ts";
import { HPAGE_PMD_NR, HPAGE_PMD_ORDER, mmdrop, STATS_PER_FAULT } from "./pgtable.ts";
import { del_page_from_lru_list, delHugeFromLruList } from "./swap.ts";
import { anonList, free_swap_and_cache } from "./swap_state.ts";
import { is_swap_pte, pte_to_swp_entry } from "./swapfile.ts";
import { NR_ANON_MAPPED, NR_ANON_THPS, vmstat } from "./vmstat.ts";

/** Pages that are freed between two chances to run something else. */
const ZAP_BATCH = 256;

/** The process is gone, and with it all its memory. */
export function exit_mmap(mm: mm_struct): void {
  unmap_page_range(mm);
  mmdrop(mm);
}

/** Frees the pages of the whole mapping. */
export function unmap_page_range(mm: mm_struct): void {
  for (let address = 0; address < mm.pte.length; address += ZAP_BATCH) {
    zap_pte_range(mm, address, Math.min(address + ZAP_BATCH, mm.pte.length));
    cond_resched();
  }
}

/** madvise(MADV_DONTNEED) of one page. */
export function madvise_dontneed_single_vma(mm: mm_struct, address: PageCount): void {
  zap_pte_range(mm, address, address + 1);
}

/** Frees the pages from `start` to `end`; a huge page goes with its first one, all of it. */
function zap_pte_range(mm: mm_struct, start: PageCount, end: PageCount): void {
  const pte = mm.pte;
  let nr = 0;
  for (let address = start; address < end; address++) {
    const page = pte[address] as Page;
    if (page >= 0) {
      if ((page_flags[page] & PG_head) !== 0) {
        zap_huge_pmd(mm, address, page);
        continue;
      }
      pte[address] = NULL_PAGE;
      del_page_from_lru_list(page, anonList(page));
      free_unref_page(page);
      nr++;
    } else if (is_swap_pte(page)) {
      pte[address] = NULL_PAGE;
      mm.swapents--;
      free_swap_and_cache(pte_to_swp_entry(page));
    }
  }
  mm.rss -= nr;
  vmstat[NR_ANON_MAPPED] -= nr;
  memcg_rstat_updated(STATS_PER_FAULT * nr);
  charge(nr * config.costs.anon_free);
}

function zap_huge_pmd(mm: mm_struct, address: PageCount, page: Page): void {
  mm.pte.fill(NULL_PAGE, address, address + HPAGE_PMD_NR);
  delHugeFromLruList(page, anonList(page));
  __free_pages_ok(page, HPAGE_PMD_ORDER);
  mm.rss -= HPAGE_PMD_NR;
  vmstat[NR_ANON_MAPPED] -= HPAGE_PMD_NR;
  vmstat[NR_ANON_THPS]--;
  memcg_rstat_updated(HPAGE_PMD_NR);
  charge(config.costs.huge_free);
}
