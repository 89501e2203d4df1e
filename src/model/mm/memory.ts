/**
 * mm/memory.c, v5.7: page faults on anonymous memory. Differs: a process has one mapping, touched
 * page by page from its start; no huge pages; page tables have one level. Sleeps: in the allocation.
 */
import { charge } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { touchRam } from "../ram.ts";
import { __GFP_ZERO, GFP_HIGHUSER_MOVABLE, GFP_KERNEL } from "./gfp.ts";
import { memcg_rstat_updated } from "./memcontrol.ts";
import { NULL_PAGE, type mm_struct, type Page, type PageCount } from "./mm_types.ts";
import {
  allocListHead,
  list_add_tail,
  page_flags,
  PG_swapbacked,
  PG_table,
  PG_uptodate,
} from "./page.ts";
import { NEW_ANON, STATS_PER_FAULT } from "./mmap.ts";
import { __alloc_pages_nodemask, alloc_page } from "./page_alloc.ts";
import { NR_ANON_MAPPED, NR_PAGETABLE, PGFAULT, vmstat } from "./vmstat.ts";

export const VM_FAULT_OOM = 1;

const PTRS_PER_PTE = 512;

/** A process's memory, nothing of it touched yet. */
export function mm_alloc(total_vm: PageCount): mm_struct {
  return {
    owner: allocListHead(),
    rss: 0,
    total_vm,
    pgtables: allocListHead(),
    nr_ptes: 0,
    oom_skip: false,
  };
}

/** First touch of page number `address` of the mapping. Returns 0, or VM_FAULT_OOM. */
export function handle_mm_fault(mm: mm_struct, address: PageCount): number {
  vmstat[PGFAULT]++;
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
  page_add_new_anon_rmap(page, mm);
  charge(config.costs.anon_fault);
  return 0;
}

function alloc_pages_vma(gfp_mask: number): Page {
  return __alloc_pages_nodemask(gfp_mask, 0);
}

function __pte_alloc(mm: mm_struct): boolean {
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

function page_add_new_anon_rmap(page: Page, mm: mm_struct): void {
  page_flags[page] = PG_swapbacked | PG_uptodate;
  list_add_tail(page, mm.owner);
  mm.rss++;
  vmstat[NR_ANON_MAPPED]++;
  vmstat[NEW_ANON]++;
  memcg_rstat_updated(STATS_PER_FAULT);
}
