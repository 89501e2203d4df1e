/**
 * mm/vmscan.c, v5.7: taking pages off the LRU lists. Differs: there is no swap, so only file pages
 * are scanned and their balance with anonymous ones is no question; all of them are clean, and
 * none is mapped; one memory cgroup. Isolated pages never outlive a call, so nobody waits for too
 * many of them. Sleeps: as the shrinkers do.
 */
import { charge, cond_resched } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { get_current, PF_KSWAPD } from "../sched/core.ts";
import { free_unref_page_list } from "./buddy.ts";
import {
  lruvec_page_state,
  lruvec_workingset_activate,
  mem_cgroup_flush_stats,
  memcg_rstat_updated,
} from "./memcontrol.ts";
import { type Page, type PageCount } from "./mm_types.ts";
import {
  contig_page_data,
  LRU_ACTIVE_FILE,
  LRU_INACTIVE_FILE,
  type pglist_data,
  type zone,
} from "./mmzone.ts";
import {
  list_del,
  LRU_HEADS,
  lru_prev,
  page_flags,
  PG_active,
  PG_locked,
  PG_lru,
  inPagevec,
  PG_private,
  PG_referenced,
  heldByReader,
  PG_workingset,
} from "./page.ts";
import { __delete_from_page_cache } from "./page_cache.ts";
import { shrink_slab, type reclaim_state } from "./shrinker.ts";
import { add_page_to_lru_list, lru_add_drain, update_lru_size } from "./swap.ts";
import {
  NR_ACTIVE_FILE,
  NR_FREE_PAGES,
  NR_INACTIVE_FILE,
  NR_ZONE_ACTIVE_FILE,
  NR_ZONE_INACTIVE_FILE,
  PGACTIVATE,
  PGDEACTIVATE,
  PGREFILL,
  PGSCAN_DIRECT,
  PGSCAN_KSWAPD,
  PGSTEAL_DIRECT,
  PGSTEAL_KSWAPD,
  vmstat,
  WORKINGSET_ACTIVATE,
  zone_page_state,
} from "./vmstat.ts";
import { workingset_eviction } from "./workingset.ts";

export const SWAP_CLUSTER_MAX = 32;
export const DEF_PRIORITY = 12;

/** From 5.5 on the active list is dealt with once a shrink_node, and what was left alone is noted. */
const NOTES_SKIPPED = config.linux_version >= 0x050500;
/**
 * Stable kernels from 6.1.125 on take a zone without a single file page as reclaimable to the
 * extent that it is free ("account for free pages to prevent infinite loop in throttle_direct_reclaim").
 */
const FREE_IS_RECLAIMABLE = config.linux_version >= 0x060100;
const PAGES_PER_GIB = 262144;

export interface scan_control {
  order: number;
  gfp_mask: number;
  /** Lists are scanned by size >> priority: from 12 down to 0, more and more. */
  priority: number;
  /** Highest zone that is wanted. */
  reclaim_idx: number;
  nr_to_reclaim: PageCount;
  nr_scanned: PageCount;
  /** LRU and slab pages; what a balloon frees does not count. */
  nr_reclaimed: PageCount;
  /** The active file list may be shortened, because the inactive one is low or pages refault. */
  may_deactivate: boolean;
  /** Shorten it in any case. */
  force_deactivate: boolean;
  /** It was not allowed and would have been wanted. */
  skipped_deactivate: boolean;
}

/** Pages between isolation and their next place: no caller sleeps in between. */
const page_list = new Int32Array(SWAP_CLUSTER_MAX);
/** Of those, the ones to be freed. */
const free_pages = new Int32Array(SWAP_CLUSTER_MAX);

/** File pages of a zone that reclaim may hope for. */
export function zone_reclaimable_pages(z: zone): PageCount {
  const zid = z.zone_idx;
  const nr =
    zone_page_state(zid, NR_ZONE_INACTIVE_FILE) + zone_page_state(zid, NR_ZONE_ACTIVE_FILE);
  return nr === 0 && FREE_IS_RECLAIMABLE ? zone_page_state(zid, NR_FREE_PAGES) : nr;
}

/** One round over the LRU lists and the shrinkers, at the priority of `sc`. */
export function shrink_node(pgdat: pglist_data, sc: scan_control): void {
  charge(config.costs.shrink_node);
  prepare_scan_count(pgdat, sc);
  const nr_reclaimed = sc.nr_reclaimed;
  shrink_node_memcgs(sc);
  if (sc.nr_reclaimed > nr_reclaimed) {
    pgdat.kswapd_failures = 0;
  }
}

function shrink_node_memcgs(sc: scan_control): void {
  shrink_lruvec(sc);
  const reclaimed: reclaim_state = { reclaimed_slab: 0 };
  shrink_slab(sc.gfp_mask, sc.priority, reclaimed);
  sc.nr_reclaimed += reclaimed.reclaimed_slab;
}

function prepare_scan_count(pgdat: pglist_data, sc: scan_control): void {
  mem_cgroup_flush_stats();
  if (sc.force_deactivate) {
    sc.may_deactivate = true;
    return;
  }
  sc.may_deactivate = lruvec_workingset_activate() !== pgdat.lruvec.refaults || inactive_is_low();
}

/** Below 1 GiB of file pages half of them should be inactive, of 100 GiB one in 32. */
function inactive_is_low(): boolean {
  const inactive = lruvec_page_state(LRU_INACTIVE_FILE);
  const active = lruvec_page_state(LRU_ACTIVE_FILE);
  const gb = Math.floor((inactive + active) / PAGES_PER_GIB);
  const inactive_ratio = gb > 0 ? Math.floor(Math.sqrt(10 * gb)) : 1;
  return inactive * inactive_ratio < active;
}

export function snapshot_refaults(pgdat: pglist_data): void {
  pgdat.lruvec.refaults = vmstat[WORKINGSET_ACTIVATE];
}

/** How many pages of each list this round looks at, by list. Without swap only files' count. */
function get_scan_count(sc: scan_control, nr: PageCount[]): void {
  nr[LRU_INACTIVE_FILE] = vmstat[NR_INACTIVE_FILE] >> sc.priority;
  nr[LRU_ACTIVE_FILE] = vmstat[NR_ACTIVE_FILE] >> sc.priority;
}

function shrink_lruvec(sc: scan_control): void {
  const nr: PageCount[] = [0, 0, 0, 0];
  let nr_reclaimed = 0;
  get_scan_count(sc, nr);
  // A direct reclaimer's first round is never cut short: others need memory too.
  const whole = !current_is_kswapd() && sc.priority === DEF_PRIORITY;
  while (nr[LRU_INACTIVE_FILE] > 0 || nr[LRU_ACTIVE_FILE] > 0) {
    for (let lru = LRU_INACTIVE_FILE; lru <= LRU_ACTIVE_FILE; lru++) {
      if (nr[lru] > 0) {
        const nr_to_scan = Math.min(nr[lru], SWAP_CLUSTER_MAX);
        nr[lru] -= nr_to_scan;
        nr_reclaimed += shrink_list(lru, nr_to_scan, sc);
      }
    }
    cond_resched();
    if (nr_reclaimed >= sc.nr_to_reclaim && !whole) {
      break;
    }
  }
  sc.nr_reclaimed += nr_reclaimed;
}

function shrink_list(lru: number, nr_to_scan: PageCount, sc: scan_control): PageCount {
  if (lru === LRU_INACTIVE_FILE) {
    return shrink_inactive_list(nr_to_scan, sc);
  }
  if (!NOTES_SKIPPED) {
    sc.may_deactivate =
      lruvec_workingset_activate() !== contig_page_data.lruvec.refaults || inactive_is_low();
  }
  if (sc.may_deactivate) {
    shrink_active_list(nr_to_scan);
  } else if (NOTES_SKIPPED) {
    sc.skipped_deactivate = true;
  }
  return 0;
}

/** Looks at up to 32 pages from the tail of the inactive list; returns how many it freed. */
function shrink_inactive_list(nr_to_scan: PageCount, sc: scan_control): PageCount {
  lru_add_drain();
  const nr_taken = isolate_lru_pages(nr_to_scan, LRU_INACTIVE_FILE);
  sc.nr_scanned += nr_taken;
  if (nr_taken === 0) {
    return 0;
  }
  const nr_reclaimed = shrink_page_list(nr_taken);
  move_pages_to_lru(nr_taken - nr_reclaimed);
  free_unref_page_list(free_pages, nr_reclaimed);
  if (current_is_kswapd()) {
    vmstat[PGSCAN_KSWAPD] += nr_taken;
    vmstat[PGSTEAL_KSWAPD] += nr_reclaimed;
  } else {
    vmstat[PGSCAN_DIRECT] += nr_taken;
    vmstat[PGSTEAL_DIRECT] += nr_reclaimed;
  }
  memcg_rstat_updated(nr_taken);
  charge(nr_taken * config.costs.shrink_scan + nr_reclaimed * config.costs.shrink_free);
  cond_resched();
  return nr_reclaimed;
}

/** Takes pages from the tail of list `lru` into `page_list`; returns how many. */
function isolate_lru_pages(nr_to_scan: PageCount, lru: number): PageCount {
  const head = LRU_HEADS + lru;
  let nr_taken = 0;
  while (nr_taken < nr_to_scan) {
    const page = lru_prev[head];
    if (page === head) {
      break;
    }
    list_del(page);
    page_flags[page] &= ~PG_lru;
    update_lru_size(page, lru, -1);
    page_list[nr_taken] = page;
    nr_taken++;
  }
  return nr_taken;
}

/**
 * Sorts the isolated pages: what can be reclaimed leaves its file and goes to `free_pages`, the
 * rest stays in `page_list`. Returns how many are to be freed.
 */
function shrink_page_list(nr_taken: PageCount): PageCount {
  let nr_reclaimed = 0;
  let nr_kept = 0;
  for (let i = 0; i < nr_taken; i++) {
    const page = page_list[i] as Page;
    if (page_check_references(page)) {
      __remove_mapping(page);
      free_pages[nr_reclaimed] = page;
      nr_reclaimed++;
    } else {
      page_list[nr_kept] = page;
      nr_kept++;
    }
  }
  return nr_reclaimed;
}

/**
 * Whether `page` can go. Being read twice would have made it active, being read once does not save
 * it. A page under I/O or in use stays where it is; one whose buffers cannot be released turns active.
 */
function page_check_references(page: Page): boolean {
  const flags = page_flags[page];
  if ((flags & (PG_locked | heldByReader | inPagevec | PG_private)) === 0) {
    return true;
  }
  if ((flags & PG_private) !== 0) {
    page_flags[page] = flags | PG_active;
    vmstat[PGACTIVATE]++;
  }
  return false;
}

function __remove_mapping(page: Page): void {
  __delete_from_page_cache(page, workingset_eviction(page));
}

/** Puts the first `count` of `page_list` back, at the head of the list that their flags say. */
function move_pages_to_lru(count: PageCount): void {
  for (let i = 0; i < count; i++) {
    const page = page_list[i];
    page_flags[page] |= PG_lru;
    add_page_to_lru_list(
      page,
      (page_flags[page] & PG_active) !== 0 ? LRU_ACTIVE_FILE : LRU_INACTIVE_FILE,
    );
  }
}

/** Moves up to 32 pages from the tail of the active list to the inactive one, used or not. */
function shrink_active_list(nr_to_scan: PageCount): void {
  lru_add_drain();
  const nr_taken = isolate_lru_pages(nr_to_scan, LRU_ACTIVE_FILE);
  for (let i = 0; i < nr_taken; i++) {
    const flags = page_flags[page_list[i]] & ~(PG_active | PG_referenced);
    page_flags[page_list[i]] = flags | PG_workingset;
  }
  move_pages_to_lru(nr_taken);
  vmstat[PGREFILL] += nr_taken;
  vmstat[PGDEACTIVATE] += nr_taken;
  memcg_rstat_updated(2 * nr_taken);
  charge(nr_taken * config.costs.shrink_scan);
}

export function current_is_kswapd(): boolean {
  return (get_current().flags & PF_KSWAPD) !== 0;
}
