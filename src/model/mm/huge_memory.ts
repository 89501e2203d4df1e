/**
 * mm/huge_memory.c, v5.7: huge pages for anonymous memory, made at the first touch of 2 MiB. Differs:
 * /sys/kernel/mm/transparent_hugepage/defrag stays at "madvise"; khugepaged makes none afterwards;
 * a huge page is split only where reclaim with swap meets it. Sleeps: in the allocation, if the process asked for huge pages.
 */
import { charge } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { touchRam } from "../ram.ts";
import { __free_pages_ok } from "./buddy.ts";
import {
  __GFP_COMP,
  __GFP_DIRECT_RECLAIM,
  __GFP_NOMEMALLOC,
  __GFP_NOWARN,
  __GFP_RECLAIM,
  GFP_HIGHUSER_MOVABLE,
} from "./gfp.ts";
import { memcg_rstat_updated } from "./memcontrol.ts";
import { NULL_PAGE, type mm_struct, type Page, type PageCount } from "./mm_types.ts";
import { page_flags, page_index, page_mapping, page_order, PG_head } from "./page.ts";
import { __alloc_pages_nodemask } from "./page_alloc.ts";
import { __pte_alloc } from "./pgalloc.ts";
import { HPAGE_PMD_NR, HPAGE_PMD_ORDER, VM_HUGEPAGE, VM_NOHUGEPAGE } from "./pgtable.ts";
import { addHugeToLruList, NEW_ANON, NEW_ANON_FLAGS } from "./swap.ts";
import {
  NR_ANON_MAPPED,
  NR_ANON_THPS,
  THP_FAULT_ALLOC,
  THP_FAULT_FALLBACK,
  vmstat,
} from "./vmstat.ts";

/** There is no huge page to be had: a small one has to do. */
export const VM_FAULT_FALLBACK = 0x800;
/** Without reclaim, and with it for processes that have asked for huge pages. */
const GFP_TRANSHUGE_LIGHT =
  (GFP_HIGHUSER_MOVABLE | __GFP_COMP | __GFP_NOMEMALLOC | __GFP_NOWARN) & ~__GFP_RECLAIM;
const GFP_TRANSHUGE = GFP_TRANSHUGE_LIGHT | __GFP_DIRECT_RECLAIM;

/** mmap() puts a mapping anywhere; here half of a huge page lies before its first aligned address. */
const FIRST_ALIGNED = HPAGE_PMD_NR / 2;

/** Whether a huge page may be put at page `address` of the mapping: aligned, and inside as a whole. */
export function hugeRangeAt(mm: mm_struct, address: PageCount): boolean {
  if (!config.thp || mm.vm_flags === VM_NOHUGEPAGE) {
    return false;
  }
  return address % HPAGE_PMD_NR === FIRST_ALIGNED && address + HPAGE_PMD_NR <= mm.total_vm;
}

/** Returns 0, or VM_FAULT_FALLBACK. */
export function do_huge_pmd_anonymous_page(mm: mm_struct, address: PageCount): number {
  const gfp = mm.vm_flags === VM_HUGEPAGE ? GFP_TRANSHUGE : GFP_TRANSHUGE_LIGHT;
  const page = __alloc_pages_nodemask(gfp, HPAGE_PMD_ORDER);
  if (page === NULL_PAGE) {
    vmstat[THP_FAULT_FALLBACK]++;
    return VM_FAULT_FALLBACK;
  }
  // The table is kept for the day on which the huge page is split.
  if (!__pte_alloc(mm)) {
    __free_pages_ok(page, HPAGE_PMD_ORDER);
    vmstat[THP_FAULT_FALLBACK]++;
    return VM_FAULT_FALLBACK;
  }
  __do_huge_pmd_anonymous_page(mm, address, page);
  return 0;
}

function __do_huge_pmd_anonymous_page(mm: mm_struct, address: PageCount, page: Page): void {
  page_flags[page] = PG_head | NEW_ANON_FLAGS;
  page_order[page] = HPAGE_PMD_ORDER;
  page_mapping[page] = mm.id;
  page_index[page] = address;
  for (let i = 0; i < HPAGE_PMD_NR; i++) {
    mm.pte[address + i] = page + i;
    touchRam(page + i);
  }
  mm.rss += HPAGE_PMD_NR;
  vmstat[NR_ANON_MAPPED] += HPAGE_PMD_NR;
  vmstat[NR_ANON_THPS]++;
  vmstat[THP_FAULT_ALLOC]++;
  addHugeToLruList(page, NEW_ANON);
  memcg_rstat_updated(HPAGE_PMD_NR);
  charge(config.costs.huge_fault);
}
