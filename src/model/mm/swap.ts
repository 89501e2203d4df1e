/**
 * mm/swap.c, v5.7: the small per-CPU buffers before the LRU lists, and marks of use. Differs: for
 * pages of files only; anonymous pages come to their list at once. Sleeps: never.
 */
import { smp_processor_id } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import type { Page } from "./mm_types.ts";
import {
  DMA_PAGES,
  LOWMEM_PAGES,
  LRU_ACTIVE_ANON,
  LRU_ACTIVE_FILE,
  LRU_INACTIVE_ANON,
  LRU_INACTIVE_FILE,
  ZONE_DMA,
  ZONE_DMA32,
  ZONE_NORMAL,
} from "./mmzone.ts";
import { memcg_rstat_updated } from "./memcontrol.ts";
import {
  list_add,
  list_add_tail,
  list_del,
  LRU_HEADS,
  page_flags,
  PG_active,
  PG_lru,
  inPagevec,
  PG_referenced,
  PG_swapbacked,
  PG_uptodate,
  pteYoung,
} from "./page.ts";
import {
  NR_LRU_BASE,
  NR_VM_ZONE_STAT_ITEMS,
  NR_ZONE_LRU_BASE,
  NR_ZONE_VMSTAT_BASE,
  PGACTIVATE,
  vm_zone_stat,
  vmstat,
} from "./vmstat.ts";
import { workingset_activation } from "./workingset.ts";

/** The list of new anonymous pages; from 5.9 on they have to be used again to become active. */
export const NEW_ANON = config.linux_version >= 0x050900 ? LRU_INACTIVE_ANON : LRU_ACTIVE_ANON;
export const NEW_ANON_FLAGS =
  PG_swapbacked |
  PG_uptodate |
  PG_lru |
  (NEW_ANON === LRU_ACTIVE_ANON ? PG_active : 0) |
  (config.nr_swap_pages > 0 ? pteYoung : 0);

/** v4.14 has room for one page less. */
export const PAGEVEC_SIZE = config.linux_version < 0x040f00 ? 14 : 15;

/** Pages in a huge one. */
const HUGE_NR = 512;

/** Per CPU: pages that wait to be put on an LRU list. */
const lru_add_pvec = new Int32Array(config.nr_cpus * PAGEVEC_SIZE);
const lru_add_nr = new Int32Array(config.nr_cpus);
/** Per CPU: pages of the inactive list that wait to become active. */
const activate_page_pvec = new Int32Array(config.nr_cpus * PAGEVEC_SIZE);
const activate_page_nr = new Int32Array(config.nr_cpus);

/** A new page of a file: it reaches its list when the buffer is full, or drained. */
export function lru_cache_add(page: Page): void {
  const cpu = smp_processor_id();
  const nr = lru_add_nr[cpu];
  lru_add_pvec[cpu * PAGEVEC_SIZE + nr] = page;
  lru_add_nr[cpu] = nr + 1;
  if (nr + 1 === PAGEVEC_SIZE) {
    __pagevec_lru_add(cpu);
  }
}

function __pagevec_lru_add(cpu: number): void {
  const nr = lru_add_nr[cpu];
  const first = cpu * PAGEVEC_SIZE;
  for (let i = first; i < first + nr; i++) {
    const page = lru_add_pvec[i];
    page_flags[page] |= PG_lru;
    add_page_to_lru_list(
      page,
      (page_flags[page] & PG_active) !== 0 ? LRU_ACTIVE_FILE : LRU_INACTIVE_FILE,
    );
  }
  lru_add_nr[cpu] = 0;
  memcg_rstat_updated(nr);
}

/** This CPU's buffers: what reclaim begins with. */
export function lru_add_drain(): void {
  lru_add_drain_cpu(smp_processor_id());
}

export function lru_add_drain_cpu(cpu: number): void {
  if (lru_add_nr[cpu] > 0) {
    __pagevec_lru_add(cpu);
  }
  if (activate_page_nr[cpu] > 0) {
    activate_page_drain(cpu);
  }
}

/** The buffers of all CPUs. */
export function lru_add_drain_all(): void {
  for (let cpu = 0; cpu < config.nr_cpus; cpu++) {
    lru_add_drain_cpu(cpu);
  }
}

/** New pages in all CPUs' buffers, which are on no list yet. */
export function pagesBeforeLru(): number {
  let nr = 0;
  for (let cpu = 0; cpu < config.nr_cpus; cpu++) {
    nr += lru_add_nr[cpu];
  }
  return nr;
}

/**
 * A page was read: the first time it is marked as referenced, the second time it becomes active.
 */
export function mark_page_accessed(page: Page): void {
  const flags = page_flags[page];
  if ((flags & PG_referenced) === 0) {
    page_flags[page] = flags | PG_referenced;
    return;
  }
  if ((flags & PG_active) !== 0) {
    return;
  }
  if ((flags & PG_lru) !== 0) {
    activate_page(page);
  } else {
    __lru_cache_activate_page(page);
  }
  page_flags[page] &= ~PG_referenced;
  workingset_activation();
}

function activate_page(page: Page): void {
  if ((page_flags[page] & inPagevec) !== 0) {
    return;
  }
  const cpu = smp_processor_id();
  const nr = activate_page_nr[cpu];
  page_flags[page] |= inPagevec;
  activate_page_pvec[cpu * PAGEVEC_SIZE + nr] = page;
  activate_page_nr[cpu] = nr + 1;
  if (nr + 1 === PAGEVEC_SIZE) {
    activate_page_drain(cpu);
  }
}

/** Still in a buffer: it joins the active list when that is drained. */
function __lru_cache_activate_page(page: Page): void {
  page_flags[page] |= PG_active;
}

function activate_page_drain(cpu: number): void {
  const nr = activate_page_nr[cpu];
  const first = cpu * PAGEVEC_SIZE;
  for (let i = first; i < first + nr; i++) {
    __activate_page(activate_page_pvec[i] as Page);
  }
  activate_page_nr[cpu] = 0;
  memcg_rstat_updated(2 * nr);
}

function __activate_page(page: Page): void {
  const flags = page_flags[page] & ~inPagevec;
  page_flags[page] = flags;
  if ((flags & PG_lru) !== 0 && (flags & PG_active) === 0) {
    del_page_from_lru_list(page, LRU_INACTIVE_FILE);
    page_flags[page] = flags | PG_active;
    add_page_to_lru_list(page, LRU_ACTIVE_FILE);
    vmstat[PGACTIVATE]++;
  }
}

/** At the head of list `lru`. */
export function add_page_to_lru_list(page: number, lru: number): void {
  list_add(page, LRU_HEADS + lru);
  update_lru_size(page, lru, 1);
}

export function del_page_from_lru_list(page: number, lru: number): void {
  list_del(page);
  update_lru_size(page, lru, -1);
}

/** Where reclaim looks first. */
export function addAnonToLruTail(page: number, lru: number): void {
  list_add_tail(page, LRU_HEADS + lru);
  update_lru_size(page, lru, 1);
}

/** A huge page is on a list as its first page, and counts as all of them. */
export function addHugeToLruList(page: number, lru: number): void {
  list_add(page, LRU_HEADS + lru);
  update_lru_size(page, lru, HUGE_NR);
}

export function delHugeFromLruList(page: number, lru: number): void {
  list_del(page);
  update_lru_size(page, lru, -HUGE_NR);
}

/** The gauges of node and zone. */
export function update_lru_size(page: number, lru: number, nr_pages: number): void {
  const zid = page >= LOWMEM_PAGES ? ZONE_NORMAL : page >= DMA_PAGES ? ZONE_DMA32 : ZONE_DMA;
  vm_zone_stat[zid * NR_VM_ZONE_STAT_ITEMS + NR_ZONE_LRU_BASE + lru] += nr_pages;
  vmstat[NR_LRU_BASE + lru] += nr_pages;
  vmstat[NR_ZONE_VMSTAT_BASE + lru] += nr_pages;
}
