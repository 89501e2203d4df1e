/**
 * mm/mmap.c and mm/memory.c, v5.7: how a process's memory comes to an end. Differs: as in memory.ts.
 * Sleeps: never; long ends are cut by cond_resched.
 */
import { charge, cond_resched } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { free_unref_page } from "./buddy.ts";
import { memcg_rstat_updated } from "./memcontrol.ts";
import type { mm_struct, PageCount } from "./mm_types.ts";
import { freeListHead, list_del, list_empty, list_first } from "./page.ts";
import {
  NR_ACTIVE_ANON,
  NR_ANON_MAPPED,
  NR_INACTIVE_ANON,
  NR_PAGETABLE,
  vmstat,
} from "./vmstat.ts";

/** From 5.9 on new anonymous pages start on the inactive list. */
export const NEW_ANON = config.linux_version >= 0x050900 ? NR_INACTIVE_ANON : NR_ACTIVE_ANON;
/** Counters of the memory cgroup that a fault moves: charge, anonymous pages, LRU. */
export const STATS_PER_FAULT = 3;
/** Pages that are freed between two chances to run something else. */
const ZAP_BATCH = 256;

/** The process is gone, and with it all its memory. */
export function exit_mmap(mm: mm_struct): void {
  while (unmap_page_range(mm) > 0) {
    cond_resched();
  }
  free_pgtables(mm);
  freeListHead(mm.owner);
  freeListHead(mm.pgtables);
  mm.owner = -1;
}

/** Frees some hundred pages; returns how many, 0 when none are left. */
export function unmap_page_range(mm: mm_struct): PageCount {
  let nr = 0;
  if (mm.owner < 0) {
    return 0;
  }
  while (nr < ZAP_BATCH && !list_empty(mm.owner)) {
    const page = list_first(mm.owner);
    list_del(page);
    free_unref_page(page);
    nr++;
  }
  mm.rss -= nr;
  vmstat[NR_ANON_MAPPED] -= nr;
  vmstat[NEW_ANON] -= nr;
  memcg_rstat_updated(STATS_PER_FAULT * nr);
  charge(nr * config.costs.anon_free);
  return nr;
}

function free_pgtables(mm: mm_struct): void {
  while (!list_empty(mm.pgtables)) {
    const page = list_first(mm.pgtables);
    list_del(page);
    free_unref_page(page);
    vmstat[NR_PAGETABLE]--;
  }
  mm.nr_ptes = 0;
}
