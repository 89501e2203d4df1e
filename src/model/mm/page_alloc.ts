/**
 * mm/page_alloc.c, v5.7: getting pages. Differs: no highatomic reserve; names of 5.7 also where the guest is an older or newer kernel.
 * Sleeps: in direct reclaim, for an OOM notifier, and a tick where another task handles an OOM.
 *
 * `alloc_pages` tries the free lists down to the low watermark. Below it, kswapd is woken and the
 * min watermark holds. Then the task reclaims by itself, again and again while that could help,
 * and at last calls `out_of_memory`, unless the request says __GFP_NORETRY.
 */
import { charge, cond_resched, printk } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { get_current, PF_MEMALLOC, PF_WQ_WORKER } from "../sched/core.ts";
import { mutex_trylock, mutex_unlock } from "../sched/mutex.ts";
import { ___ratelimit, type ratelimit_state } from "../sched/ratelimit.ts";
import { schedule_timeout_uninterruptible } from "../sched/timer.ts";
import { __free_pages_ok, drain_all_pages, free_unref_page, nr_free, rmqueue } from "./buddy.ts";
import { COMPACT_SKIPPED, compaction_defer_reset, try_to_compact_pages } from "./compaction.ts";
import { try_to_free_pages } from "./direct_reclaim.ts";
import {
  __GFP_DIRECT_RECLAIM,
  __GFP_KSWAPD_RECLAIM,
  __GFP_NOMEMALLOC,
  __GFP_NORETRY,
  __GFP_NOWARN,
  __GFP_RETRY_MAYFAIL,
  gfp_migratetype,
  gfp_zone,
  gfpNames,
  type gfp_t,
} from "./gfp.ts";
import { NULL_PAGE, type Page, type PageCount } from "./mm_types.ts";
import {
  low_wmark_pages,
  min_wmark_pages,
  node_zonelist,
  page_zone,
  WMARK_HIGH,
  ZONE_NORMAL,
  type zone,
} from "./mmzone.ts";
import { oom_lock, out_of_memory, tsk_is_oom_victim } from "./oom_kill.ts";
import { MAX_ORDER } from "./page.ts";
import { pageblock_order } from "./pageblock.ts";
import {
  COMPACTFAIL,
  COMPACTSTALL,
  COMPACTSUCCESS,
  NR_ACTIVE_FILE,
  NR_FREE_PAGES,
  NR_INACTIVE_FILE,
  NR_SLAB_RECLAIMABLE,
  vmstat,
  zone_page_state,
} from "./vmstat.ts";
import { total_swap_pages } from "./swapfile.ts";
import { wakeup_kswapd } from "./kswapd.ts";
import { zone_reclaimable_pages } from "./vmscan.ts";
import {
  __zone_watermark_ok,
  ALLOC_NO_WATERMARKS,
  ALLOC_OOM,
  ALLOC_WMARK_LOW,
  type AllocFlags,
  ALLOC_WMARK_MASK,
  ALLOC_WMARK_MIN,
  zone_watermark_fast,
} from "./watermark.ts";

/** Rounds of direct reclaim without progress before the OOM killer is asked. */
export const MAX_RECLAIM_RETRIES = 16;
const PAGE_ALLOC_COSTLY_ORDER = 3;
/** From 5.8 on compact_stall counts only when a zone was worth compacting. */
const COUNTS_REAL_COMPACTION = config.linux_version >= 0x050800;
const AVOIDS_FRAGMENTS = config.linux_version >= 0x050000;
const DRAINS_REMOTELY = config.linux_version >= 0x060000;

let _totalram_pages = 0;
/** What watermarks and reserves keep back from user space; see `calculate_totalreserve_pages`. */
let totalreserve_pages = 0;
const nopage_rs: ratelimit_state = {
  interval: 5 * config.hz,
  burst: 10,
  printed: 0,
  missed: 0,
  begin: -1,
};

/** What a slow path passes between its steps. */
interface reclaim_progress {
  /** Pages reclaimed by the last direct reclaim; 1 also stands for "somebody freed something". */
  did_some_progress: number;
  /** Direct reclaims in a row that reclaimed nothing. */
  no_progress_loops: number;
}

/** A page, or a block of 2^order pages by its first; NULL_PAGE when there is none. */
export function alloc_pages(gfp_mask: gfp_t, order: number): Page {
  return __alloc_pages_nodemask(gfp_mask, order);
}

export function alloc_page(gfp_mask: gfp_t): Page {
  return __alloc_pages_nodemask(gfp_mask, 0);
}

export function __alloc_pages_nodemask(gfp_mask: gfp_t, order: number): Page {
  const highest_zoneidx = gfp_zone(gfp_mask);
  might_sleep_if((gfp_mask & __GFP_DIRECT_RECLAIM) !== 0);
  const page = get_page_from_freelist(gfp_mask, order, ALLOC_WMARK_LOW, highest_zoneidx);
  if (page !== NULL_PAGE) {
    return page;
  }
  return __alloc_pages_slowpath(gfp_mask, order, highest_zoneidx);
}

/** With voluntary preemption the annotation "may sleep" is also a chance to run something else. */
function might_sleep_if(cond: boolean): void {
  if (cond) {
    cond_resched();
  }
}

/**
 * A page from the first zone that stays above its watermark without it. From 5.0 on ZONE_NORMAL
 * rather sends an allocation to the zone below than have a pageblock's types mixed.
 */
function get_page_from_freelist(
  gfp_mask: gfp_t,
  order: number,
  alloc_flags: AllocFlags,
  highest_zoneidx: number,
): Page {
  const migratetype = gfp_migratetype(gfp_mask);
  if (
    AVOIDS_FRAGMENTS &&
    node_zonelist[0].zone_idx === ZONE_NORMAL &&
    highest_zoneidx >= ZONE_NORMAL
  ) {
    const fallback_order = Math.max(order, pageblock_order);
    const page = firstZoneWithRoom(
      order,
      alloc_flags,
      highest_zoneidx,
      migratetype,
      fallback_order,
    );
    if (page !== NULL_PAGE) {
      return page;
    }
  }
  return firstZoneWithRoom(order, alloc_flags, highest_zoneidx, migratetype, order);
}

function firstZoneWithRoom(
  order: number,
  alloc_flags: AllocFlags,
  highest_zoneidx: number,
  migratetype: number,
  fallback_order: number,
): Page {
  for (let i = 0; i < node_zonelist.length; i++) {
    const z = node_zonelist[i];
    if (z.zone_idx <= highest_zoneidx) {
      if (
        (alloc_flags & ALLOC_NO_WATERMARKS) !== 0 ||
        zoneHasRoom(z, order, alloc_flags, highest_zoneidx)
      ) {
        const page = rmqueue(z, order, migratetype, fallback_order);
        if (page !== NULL_PAGE) {
          return page;
        }
      }
    }
  }
  return NULL_PAGE;
}

function zoneHasRoom(
  z: zone,
  order: number,
  alloc_flags: AllocFlags,
  highest_zoneidx: number,
): boolean {
  const mark = z._watermark[alloc_flags & ALLOC_WMARK_MASK];
  return zone_watermark_fast(z, order, mark, highest_zoneidx, alloc_flags);
}

function __alloc_pages_slowpath(gfp_mask: gfp_t, order: number, highest_zoneidx: number): Page {
  let alloc_flags = ALLOC_WMARK_MIN;
  charge(config.costs.alloc_slowpath);
  if ((gfp_mask & __GFP_KSWAPD_RECLAIM) !== 0) {
    wake_all_kswapds(order, highest_zoneidx);
  }
  let page = get_page_from_freelist(gfp_mask, order, alloc_flags, highest_zoneidx);
  if (page !== NULL_PAGE) {
    return page;
  }
  const can_direct_reclaim = (gfp_mask & __GFP_DIRECT_RECLAIM) !== 0;
  if (can_direct_reclaim && order > PAGE_ALLOC_COSTLY_ORDER) {
    page = __alloc_pages_direct_compact(gfp_mask, order, alloc_flags, highest_zoneidx, true);
    if (page !== NULL_PAGE) {
      return page;
    }
  }
  const progress: reclaim_progress = { did_some_progress: 0, no_progress_loops: 0 };
  while (page === NULL_PAGE) {
    if ((gfp_mask & __GFP_KSWAPD_RECLAIM) !== 0) {
      wake_all_kswapds(order, highest_zoneidx);
    }
    alloc_flags = __gfp_pfmemalloc_flags(gfp_mask);
    page = get_page_from_freelist(gfp_mask, order, alloc_flags, highest_zoneidx);
    if (page !== NULL_PAGE) {
      break;
    }
    if (!can_direct_reclaim || (get_current().flags & PF_MEMALLOC) !== 0) {
      break;
    }
    page = __alloc_pages_direct_reclaim(gfp_mask, order, alloc_flags, highest_zoneidx, progress);
    if (page === NULL_PAGE && order > 0) {
      page = __alloc_pages_direct_compact(gfp_mask, order, alloc_flags, highest_zoneidx, false);
    }
    if (page !== NULL_PAGE) {
      break;
    }
    if ((gfp_mask & __GFP_NORETRY) !== 0) {
      break;
    }
    if (order > PAGE_ALLOC_COSTLY_ORDER && (gfp_mask & __GFP_RETRY_MAYFAIL) === 0) {
      break;
    }
    if (should_reclaim_retry(order, alloc_flags, highest_zoneidx, progress)) {
      continue;
    }
    page = __alloc_pages_may_oom(gfp_mask, order, highest_zoneidx, progress);
    if (page !== NULL_PAGE) {
      break;
    }
    if (victimMustFail(gfp_mask, alloc_flags) || progress.did_some_progress === 0) {
      break;
    }
    progress.no_progress_loops = 0;
  }
  if (page === NULL_PAGE) {
    warn_alloc(gfp_mask, order);
  }
  return page;
}

function wake_all_kswapds(order: number, highest_zoneidx: number): void {
  wakeup_kswapd(order, highest_zoneidx);
}

/** Which watermark holds: none for a reclaimer, half of min for a victim of the OOM killer. */
function __gfp_pfmemalloc_flags(gfp_mask: gfp_t): AllocFlags {
  const tsk = get_current();
  if ((gfp_mask & __GFP_NOMEMALLOC) !== 0) {
    return ALLOC_WMARK_MIN;
  }
  if ((tsk.flags & PF_MEMALLOC) !== 0) {
    return ALLOC_NO_WATERMARKS;
  }
  return tsk_is_oom_victim(tsk) ? ALLOC_OOM : ALLOC_WMARK_MIN;
}

/** A victim that found nothing in the reserves either has to go and exit. */
function victimMustFail(gfp_mask: gfp_t, alloc_flags: AllocFlags): boolean {
  if (!tsk_is_oom_victim(get_current())) {
    return false;
  }
  return (alloc_flags & ALLOC_OOM) !== 0 || (gfp_mask & __GFP_NOMEMALLOC) !== 0;
}

/** Reclaims, and looks at the free lists again, but only if reclaim says that it freed something. */
function __alloc_pages_direct_reclaim(
  gfp_mask: gfp_t,
  order: number,
  alloc_flags: AllocFlags,
  highest_zoneidx: number,
  progress: reclaim_progress,
): Page {
  progress.did_some_progress = __perform_reclaim(gfp_mask, order, highest_zoneidx);
  if (progress.did_some_progress === 0) {
    return NULL_PAGE;
  }
  let page = get_page_from_freelist(gfp_mask, order, alloc_flags, highest_zoneidx);
  if (page === NULL_PAGE) {
    if (mayDrain()) {
      drain_all_pages();
    }
    page = get_page_from_freelist(gfp_mask, order, alloc_flags, highest_zoneidx);
  }
  return page;
}

/**
 * Before 6.0 each CPU's list was emptied by a work item, and who works for a workqueue cannot wait
 * for another. What the balloon's worker reclaims thus stays on its own list, where the watermark
 * does not see it: one time in ten, measured, it is "Out of puff" right after reclaiming 50 pages.
 */
function mayDrain(): boolean {
  return DRAINS_REMOTELY || (get_current().flags & PF_WQ_WORKER) === 0;
}

/** Moves pages together for a block of `order`, and takes it. */
function __alloc_pages_direct_compact(
  gfp_mask: gfp_t,
  order: number,
  alloc_flags: AllocFlags,
  highest_zoneidx: number,
  async: boolean,
): Page {
  if (!config.CONFIG_COMPACTION) {
    return NULL_PAGE;
  }
  const tsk = get_current();
  tsk.flags |= PF_MEMALLOC;
  const result = try_to_compact_pages(order, highest_zoneidx, async);
  tsk.flags &= ~PF_MEMALLOC;
  if (COUNTS_REAL_COMPACTION && result === COMPACT_SKIPPED) {
    return NULL_PAGE;
  }
  vmstat[COMPACTSTALL]++;
  const page = get_page_from_freelist(gfp_mask, order, alloc_flags, highest_zoneidx);
  if (page === NULL_PAGE) {
    vmstat[COMPACTFAIL]++;
    cond_resched();
    return NULL_PAGE;
  }
  vmstat[COMPACTSUCCESS]++;
  compaction_defer_reset(page_zone(page), order, true);
  return page;
}

function __perform_reclaim(gfp_mask: gfp_t, order: number, highest_zoneidx: number): PageCount {
  const tsk = get_current();
  cond_resched();
  tsk.flags |= PF_MEMALLOC;
  const progress = try_to_free_pages(order, gfp_mask, highest_zoneidx);
  tsk.flags &= ~PF_MEMALLOC;
  cond_resched();
  return progress;
}

/**
 * Whether another direct reclaim could make the allocation succeed: some zone would be above its
 * min watermark if all its file pages were free.
 */
function should_reclaim_retry(
  order: number,
  alloc_flags: AllocFlags,
  highest_zoneidx: number,
  progress: reclaim_progress,
): boolean {
  let ret = false;
  if (progress.did_some_progress > 0 && order <= PAGE_ALLOC_COSTLY_ORDER) {
    progress.no_progress_loops = 0;
  } else {
    progress.no_progress_loops++;
  }
  if (progress.no_progress_loops > MAX_RECLAIM_RETRIES) {
    return false;
  }
  for (let i = 0; i < node_zonelist.length && !ret; i++) {
    const z = node_zonelist[i];
    if (z.zone_idx <= highest_zoneidx) {
      const reclaimable = zone_reclaimable_pages(z);
      const available = reclaimable + zone_page_state(z.zone_idx, NR_FREE_PAGES);
      ret = __zone_watermark_ok(
        z,
        order,
        min_wmark_pages(z),
        highest_zoneidx,
        alloc_flags,
        available,
      );
    }
  }
  if ((get_current().flags & PF_WQ_WORKER) !== 0) {
    schedule_timeout_uninterruptible(1, "should_reclaim_retry");
  } else {
    cond_resched();
  }
  return ret;
}

function __alloc_pages_may_oom(
  gfp_mask: gfp_t,
  order: number,
  highest_zoneidx: number,
  progress: reclaim_progress,
): Page {
  progress.did_some_progress = 0;
  if (!mutex_trylock(oom_lock)) {
    progress.did_some_progress = 1;
    schedule_timeout_uninterruptible(1, "oom_lock");
    return NULL_PAGE;
  }
  const page = get_page_from_freelist(gfp_mask, order, WMARK_HIGH, highest_zoneidx);
  if (page === NULL_PAGE && mayKill(gfp_mask, order, highest_zoneidx)) {
    if (
      out_of_memory({
        gfp_mask,
        order,
        totalpages: _totalram_pages + total_swap_pages,
        chosen: null,
        chosen_points: 0,
      })
    ) {
      progress.did_some_progress = 1;
    }
  }
  mutex_unlock(oom_lock);
  return page;
}

/** Killing helps neither large blocks nor low memory, and some requests rather fail. */
function mayKill(gfp_mask: gfp_t, order: number, highest_zoneidx: number): boolean {
  if (order > PAGE_ALLOC_COSTLY_ORDER || highest_zoneidx < ZONE_NORMAL) {
    return false;
  }
  return (gfp_mask & __GFP_RETRY_MAYFAIL) === 0;
}

export function warn_alloc(gfp_mask: gfp_t, order: number): void {
  if ((gfp_mask & __GFP_NOWARN) !== 0 || !___ratelimit(nopage_rs, "warn_alloc")) {
    return;
  }
  const comm = get_current().comm;
  printk(
    `${comm}: page allocation failure: order:${order}, mode:0x${gfp_mask.toString(16)}(${gfpNames(gfp_mask)})`,
  );
}

/** Gives up the only reference to a page. */
export function put_page(page: Page): void {
  free_unref_page(page);
}

export function __free_page(page: Page): void {
  free_unref_page(page);
}

export function __free_pages(page: Page, order: number): void {
  if (order === 0) {
    free_unref_page(page);
  } else {
    __free_pages_ok(page, order);
  }
}

/** MemTotal. */
export function totalram_pages(): PageCount {
  return _totalram_pages;
}

/** A page taken from, or given to, the memory that the guest calls its own. Watermarks stay. */
export function adjust_managed_page_count(page: Page, count: number): void {
  page_zone(page).managed_pages += count;
  _totalram_pages += count;
}

/** Memory given to the allocator at boot. */
export function totalram_pages_add(count: PageCount): void {
  _totalram_pages += count;
}

/** MemFree of blocks of `order`, in blocks. */
export function nr_free_blocks(z: zone, order: number): number {
  return nr_free[z.zone_idx * MAX_ORDER + order];
}

/** Called when watermarks or reserves change. */
export function calculate_totalreserve_pages(): void {
  totalreserve_pages = 0;
  for (const z of node_zonelist) {
    let max = 0;
    for (const reserve of z.lowmem_reserve) {
      max = Math.max(max, reserve);
    }
    totalreserve_pages += Math.min(max + z._watermark[WMARK_HIGH], z.managed_pages);
  }
}

/** MemAvailable, in pages: an estimate of what can be allocated without swapping. */
export function si_mem_available(): PageCount {
  let wmark_low = 0;
  for (const z of node_zonelist) {
    wmark_low += low_wmark_pages(z);
  }
  const pagecache = vmstat[NR_INACTIVE_FILE] + vmstat[NR_ACTIVE_FILE];
  const slab = vmstat[NR_SLAB_RECLAIMABLE];
  let available = vmstat[NR_FREE_PAGES] - totalreserve_pages;
  available += pagecache - Math.min(Math.floor(pagecache / 2), wmark_low);
  available += slab - Math.min(Math.floor(slab / 2), wmark_low);
  return Math.max(available, 0);
}
