/**
 * mm/vmscan.c, v5.7: taking pages off the LRU lists. Differs: file pages are clean, and none is mapped;
 * one memory cgroup. Isolated pages never outlive a call, so nobody waits for too many of them.
 * Sleeps: as the shrinkers do, and where all that is left is on its way to swap.
 */
import { charge, cond_resched } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { get_current, PF_KSWAPD } from "../sched/core.ts";
import { wait_event_timeout } from "../sched/wait.ts";
import { free_unref_page_list } from "./buddy.ts";
import {
  lruvec_workingset_activate,
  mem_cgroup_flush_stats,
  memcg_rstat_updated,
} from "./memcontrol.ts";
import type { gfp_t } from "./gfp.ts";
import { type Page, type PageCount } from "./mm_types.ts";
import {
  contig_page_data,
  LRU_ACTIVE_ANON,
  LRU_ACTIVE_FILE,
  LRU_INACTIVE_ANON,
  LRU_INACTIVE_FILE,
  type pglist_data,
  type zone,
} from "./mmzone.ts";
import {
  list_del,
  LRU_HEADS,
  lru_prev,
  page_flags,
  page_index,
  PG_active,
  PG_head,
  PG_locked,
  PG_lru,
  inPagevec,
  PG_private,
  PG_referenced,
  heldByReader,
  PG_swapbacked,
  PG_swapcache,
  PG_workingset,
  PG_writeback,
  pteYoung,
} from "./page.ts";
import { __delete_from_page_cache } from "./page_cache.ts";
import { blk_finish_plug, swap_writepage, writeback_wait } from "./page_io.ts";
import {
  get_scan_count,
  inactive_is_low,
  keepProportion,
  noteScanned,
  oneKindIsDone,
} from "./scan_count.ts";
import { shrink_slab, type reclaim_state } from "./shrinker.ts";
import { add_page_to_lru_list, lru_add_drain, update_lru_size } from "./swap.ts";
import { add_to_swap, delete_from_swap_cache, split_huge_page_to_list } from "./swap_state.ts";
import { get_nr_swap_pages } from "./swapfile.ts";
import {
  NR_FREE_PAGES,
  NR_ISOLATED_ANON,
  NR_ZONE_ACTIVE_ANON,
  NR_ZONE_ACTIVE_FILE,
  NR_ZONE_INACTIVE_ANON,
  NR_ZONE_INACTIVE_FILE,
  PGACTIVATE,
  PGDEACTIVATE,
  PGREFILL,
  PGSCAN_ANON,
  PGSCAN_DIRECT,
  PGSCAN_KSWAPD,
  PGSTEAL_ANON,
  PGSTEAL_DIRECT,
  PGSTEAL_KSWAPD,
  vmstat,
  WORKINGSET_ACTIVATE,
  WORKINGSET_ACTIVATE_ANON,
  zone_page_state,
} from "./vmstat.ts";
import { workingset_eviction, workingset_eviction_anon } from "./workingset.ts";

export const SWAP_CLUSTER_MAX = 32;
export const DEF_PRIORITY = 12;

/** From 5.5 on the active list is dealt with once a shrink_node, and what was left alone is noted. */
const NOTES_SKIPPED = config.linux_version >= 0x050500;
/**
 * Stable kernels from 6.1.125 on take a zone without a single file page as reclaimable to the
 * extent that it is free ("account for free pages to prevent infinite loop in throttle_direct_reclaim").
 */
const FREE_IS_RECLAIMABLE = config.linux_version >= 0x060100;
/** HZ/10. */
const CONGESTION_WAIT_NS = 100_000_000;
const SWAP = config.nr_swap_pages > 0;

export interface scan_control {
  order: number;
  gfp_mask: gfp_t;
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
  /** The same for the list of anonymous pages. */
  may_deactivate_anon: boolean;
  /** Pages met in this round that are being written to swap. */
  nr_writeback: PageCount;
  /** Shorten it in any case. */
  force_deactivate: boolean;
  /** It was not allowed and would have been wanted. */
  skipped_deactivate: boolean;
}

/** Without swap nobody looks at anonymous pages. */
const FIRST_LRU = SWAP ? LRU_INACTIVE_ANON : LRU_INACTIVE_FILE;

/** Pages between isolation and their next place: no caller sleeps in between. */
const page_list = new Int32Array(SWAP_CLUSTER_MAX);
/** Of those, the ones to be freed. */
const free_pages = new Int32Array(SWAP_CLUSTER_MAX);

/** Pages of a zone that reclaim may hope for: of files, and others as long as there is swap for them. */
export function zone_reclaimable_pages(z: zone): PageCount {
  const zid = z.zone_idx;
  let nr = zone_page_state(zid, NR_ZONE_INACTIVE_FILE) + zone_page_state(zid, NR_ZONE_ACTIVE_FILE);
  if (get_nr_swap_pages() > 0) {
    nr += zone_page_state(zid, NR_ZONE_INACTIVE_ANON) + zone_page_state(zid, NR_ZONE_ACTIVE_ANON);
  }
  return nr === 0 && FREE_IS_RECLAIMABLE ? zone_page_state(zid, NR_FREE_PAGES) : nr;
}

/** One round over the LRU lists and the shrinkers, at the priority of `sc`. */
export function shrink_node(pgdat: pglist_data, sc: scan_control): void {
  charge(config.costs.shrink_node);
  prepare_scan_count(pgdat, sc);
  const nr_reclaimed = sc.nr_reclaimed;
  sc.nr_writeback = 0;
  shrink_node_memcgs(sc);
  if (sc.nr_reclaimed > nr_reclaimed) {
    pgdat.kswapd_failures = 0;
  } else if (sc.nr_writeback > 0) {
    // Looking again and again makes the disk no faster.
    wait_event_timeout(writeback_wait, CONGESTION_WAIT_NS);
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
    sc.may_deactivate_anon = SWAP;
    return;
  }
  sc.may_deactivate =
    lruvec_workingset_activate() !== pgdat.lruvec.refaults || inactive_is_low(LRU_INACTIVE_FILE);
  sc.may_deactivate_anon =
    SWAP &&
    (vmstat[WORKINGSET_ACTIVATE_ANON] !== pgdat.lruvec.refaults_anon ||
      inactive_is_low(LRU_INACTIVE_ANON));
}

export function snapshot_refaults(pgdat: pglist_data): void {
  pgdat.lruvec.refaults = vmstat[WORKINGSET_ACTIVATE];
  pgdat.lruvec.refaults_anon = vmstat[WORKINGSET_ACTIVATE_ANON];
}

function shrink_lruvec(sc: scan_control): void {
  const nr: PageCount[] = [0, 0, 0, 0];
  let nr_reclaimed = 0;
  get_scan_count(sc, nr);
  const targets = SWAP ? nr.slice() : nr;
  // A direct reclaimer's first round is never cut short: others need memory too.
  let adjusted = !current_is_kswapd() && sc.priority === DEF_PRIORITY;
  while (nr[LRU_INACTIVE_ANON] > 0 || nr[LRU_ACTIVE_FILE] > 0 || nr[LRU_INACTIVE_FILE] > 0) {
    for (let lru = FIRST_LRU; lru <= LRU_ACTIVE_FILE; lru++) {
      if (nr[lru] > 0) {
        const nr_to_scan = Math.min(nr[lru], SWAP_CLUSTER_MAX);
        nr[lru] -= nr_to_scan;
        nr_reclaimed += shrink_list(lru, nr_to_scan, sc);
      }
    }
    cond_resched();
    if (nr_reclaimed >= sc.nr_to_reclaim && !adjusted) {
      if (oneKindIsDone(nr)) {
        break;
      }
      keepProportion(nr, targets);
      adjusted = true;
    }
  }
  sc.nr_reclaimed += nr_reclaimed;
  age_active_anon();
}

/** Keeps some anonymous pages on the inactive list, where they can show whether they are used. */
export function age_active_anon(): void {
  if (SWAP && inactive_is_low(LRU_INACTIVE_ANON)) {
    shrink_active_list(SWAP_CLUSTER_MAX, LRU_ACTIVE_ANON);
  }
}

function shrink_list(lru: number, nr_to_scan: PageCount, sc: scan_control): PageCount {
  if (lru === LRU_INACTIVE_FILE || lru === LRU_INACTIVE_ANON) {
    return shrink_inactive_list(nr_to_scan, sc, lru);
  }
  if (lru === LRU_ACTIVE_ANON) {
    if (sc.may_deactivate_anon) {
      shrink_active_list(nr_to_scan, lru);
    } else if (NOTES_SKIPPED) {
      sc.skipped_deactivate = true;
    }
    return 0;
  }
  if (!NOTES_SKIPPED) {
    sc.may_deactivate =
      lruvec_workingset_activate() !== contig_page_data.lruvec.refaults ||
      inactive_is_low(LRU_INACTIVE_FILE);
  }
  if (sc.may_deactivate) {
    shrink_active_list(nr_to_scan, lru);
  } else if (NOTES_SKIPPED) {
    sc.skipped_deactivate = true;
  }
  return 0;
}

/** Looks at up to 32 pages from the tail of an inactive list; returns how many it freed. */
function shrink_inactive_list(nr_to_scan: PageCount, sc: scan_control, lru: number): PageCount {
  const file = lru === LRU_INACTIVE_FILE ? 1 : 0;
  lru_add_drain();
  const nr_taken = isolate_lru_pages(nr_to_scan, lru);
  sc.nr_scanned += nr_taken;
  if (nr_taken === 0) {
    return 0;
  }
  vmstat[NR_ISOLATED_ANON + file] += nr_taken;
  const nr_activated = vmstat[PGACTIVATE];
  const nr_reclaimed = file === 1 ? shrink_page_list(nr_taken) : shrinkAnonList(nr_taken, sc);
  noteScanned(file, nr_taken, vmstat[PGACTIVATE] - nr_activated);
  move_pages_to_lru(nr_taken - nr_reclaimed);
  vmstat[NR_ISOLATED_ANON + file] -= nr_taken;
  free_unref_page_list(free_pages, nr_reclaimed);
  if (current_is_kswapd()) {
    vmstat[PGSCAN_KSWAPD] += nr_taken;
    vmstat[PGSTEAL_KSWAPD] += nr_reclaimed;
  } else {
    vmstat[PGSCAN_DIRECT] += nr_taken;
    vmstat[PGSTEAL_DIRECT] += nr_reclaimed;
  }
  vmstat[PGSCAN_ANON + file] += nr_taken;
  vmstat[PGSTEAL_ANON + file] += nr_reclaimed;
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
    if ((page_flags[page] & PG_head) !== 0) {
      // Linux splits huge pages where they are about to be swapped, a little later.
      split_huge_page_to_list(page as Page);
      continue;
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

/** The same for anonymous pages: those that are written go, others are sent to swap and stay a while. */
function shrinkAnonList(nr_taken: PageCount, sc: scan_control): PageCount {
  let nr_reclaimed = 0;
  let nr_kept = 0;
  for (let i = 0; i < nr_taken; i++) {
    const page = page_list[i] as Page;
    if ((page_flags[page] & (PG_swapcache | PG_writeback)) === PG_swapcache) {
      workingset_eviction_anon(page, page_index[page]);
      delete_from_swap_cache(page);
      free_pages[nr_reclaimed] = page;
      nr_reclaimed++;
    } else {
      swapOutOrKeep(page, sc);
      page_list[nr_kept] = page;
      nr_kept++;
    }
  }
  blk_finish_plug();
  return nr_reclaimed;
}

function swapOutOrKeep(page: Page, sc: scan_control): void {
  const flags = page_flags[page];
  if ((flags & PG_writeback) !== 0) {
    sc.nr_writeback++;
    return;
  }
  const slot = (flags & pteYoung) !== 0 ? -1 : add_to_swap(page);
  if (slot < 0) {
    page_flags[page] = (flags & ~pteYoung) | PG_active;
    vmstat[PGACTIVATE]++;
    return;
  }
  swap_writepage(page, slot);
  sc.nr_writeback++;
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
    add_page_to_lru_list(page, page_lru(page));
  }
}

function page_lru(page: number): number {
  const flags = page_flags[page];
  const inactive = (flags & PG_swapbacked) !== 0 ? LRU_INACTIVE_ANON : LRU_INACTIVE_FILE;
  return (flags & PG_active) !== 0 ? inactive + 1 : inactive;
}

/** Moves up to 32 pages from the tail of an active list to the inactive one, used or not. */
function shrink_active_list(nr_to_scan: PageCount, lru: number): void {
  lru_add_drain();
  const nr_taken = isolate_lru_pages(nr_to_scan, lru);
  for (let i = 0; i < nr_taken; i++) {
    const flags = page_flags[page_list[i]] & ~(PG_active | PG_referenced);
    page_flags[page_list[i]] = flags | PG_workingset;
  }
  move_pages_to_lru(nr_taken);
  noteScanned(lru === LRU_ACTIVE_FILE ? 1 : 0, nr_taken, 0);
  vmstat[PGREFILL] += nr_taken;
  vmstat[PGDEACTIVATE] += nr_taken;
  memcg_rstat_updated(2 * nr_taken);
  charge(nr_taken * config.costs.shrink_scan);
}

export function current_is_kswapd(): boolean {
  return (get_current().flags & PF_KSWAPD) !== 0;
}
