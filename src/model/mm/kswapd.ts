/**
 * mm/vmscan.c, v5.7: the thread that keeps memory free in the background. Differs: one node, one
 * kswapd; boosts do not exist. Sleeps: when a zone is above its high
 * watermark, until a request meets the low one.
 */
import { cond_resched } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { PF_KSWAPD, PF_MEMALLOC } from "../sched/core.ts";
import { kthread_run } from "../sched/fork.ts";
import { wait_event, wait_event_timeout, wake_up } from "../sched/wait.ts";
import { GFP_KERNEL } from "./gfp.ts";
import { wakeup_kcompactd } from "./kcompactd.ts";
import {
  contig_page_data,
  high_wmark_pages,
  min_wmark_pages,
  ZONE_MOVABLE,
  type pglist_data,
  ZONE_NORMAL,
} from "./mmzone.ts";
import {
  KSWAPD_HIGH_WMARK_HIT_QUICKLY,
  KSWAPD_LOW_WMARK_HIT_QUICKLY,
  NR_FREE_PAGES,
  PAGEOUTRUN,
  vmstat,
  zone_page_state,
} from "./vmstat.ts";
import {
  age_active_anon,
  DEF_PRIORITY,
  type scan_control,
  shrink_node,
  snapshot_refaults,
  SWAP_CLUSTER_MAX,
  zone_reclaimable_pages,
} from "./vmscan.ts";
import { zone_watermark_ok } from "./watermark.ts";

/** Fruitless runs in a row after which kswapd stays asleep, until somebody else reclaims a page. */
const MAX_RECLAIM_RETRIES = 16;
/** HZ/10: the nap before kswapd really sleeps. */
const NAP_NS = 100_000_000;
/** From 5.12 on per-CPU lists are kept short while kswapd works. */
const MARKS_ACTIVE = config.linux_version >= 0x050e00;

export function kswapd_init(): void {
  const pgdat = contig_page_data;
  pgdat.kswapd = kthread_run("kswapd0", { handler: kswapd, data: pgdat }, -1);
  pgdat.kswapd.flags |= PF_MEMALLOC | PF_KSWAPD;
}

function kswapd(pgdat: pglist_data): void {
  for (;;) {
    kswapd_try_to_sleep(pgdat);
    kswapdRun(pgdat);
  }
}

/** Takes over what kswapd was woken for, and works on it. */
function kswapdRun(pgdat: pglist_data): void {
  const order = pgdat.kswapd_order;
  const highest_zoneidx = kswapd_highest_zoneidx(pgdat);
  pgdat.kswapd_order = 0;
  pgdat.kswapd_highest_zoneidx = -1;
  balance_pgdat(pgdat, order, highest_zoneidx);
}

function kswapd_highest_zoneidx(pgdat: pglist_data): number {
  return pgdat.kswapd_highest_zoneidx < 0 ? ZONE_MOVABLE : pgdat.kswapd_highest_zoneidx;
}

/** Called when a request of `order` found the low watermark. */
export function wakeup_kswapd(order: number, highest_zoneidx: number): void {
  const pgdat = contig_page_data;
  pgdat.kswapd_highest_zoneidx = Math.max(pgdat.kswapd_highest_zoneidx, highest_zoneidx);
  pgdat.kswapd_order = Math.max(pgdat.kswapd_order, order);
  if (pgdat.kswapd_wait.waiters.length === 0) {
    return;
  }
  if (pgdat.kswapd_failures >= MAX_RECLAIM_RETRIES) {
    return;
  }
  if (pgdat_balanced(pgdat, order, highest_zoneidx)) {
    return;
  }
  wake_up(pgdat.kswapd_wait);
}

/** A nap first, and sleep if the node is still balanced after it. */
function kswapd_try_to_sleep(pgdat: pglist_data): void {
  const highest_zoneidx = kswapd_highest_zoneidx(pgdat);
  const order = pgdat.kswapd_order;
  let remaining = 0;
  if (prepare_kswapd_sleep(pgdat, order, highest_zoneidx)) {
    wakeup_kcompactd(pgdat, order, highest_zoneidx);
    remaining = wait_event_timeout(pgdat.kswapd_wait, NAP_NS);
  }
  if (remaining === 0 && prepare_kswapd_sleep(pgdat, order, highest_zoneidx)) {
    wait_event(pgdat.kswapd_wait);
  } else if (remaining > 0) {
    vmstat[KSWAPD_LOW_WMARK_HIT_QUICKLY]++;
  } else {
    vmstat[KSWAPD_HIGH_WMARK_HIT_QUICKLY]++;
  }
}

/** Whether kswapd may sleep. Who waits for reserves must not sleep on. */
function prepare_kswapd_sleep(pgdat: pglist_data, order: number, highest_zoneidx: number): boolean {
  wake_up(pgdat.pfmemalloc_wait);
  if (pgdat.kswapd_failures >= MAX_RECLAIM_RETRIES) {
    return true;
  }
  return pgdat_balanced(pgdat, order, highest_zoneidx);
}

/** Whether some zone that a request could use is above its high watermark and reserve. */
function pgdat_balanced(pgdat: pglist_data, order: number, highest_zoneidx: number): boolean {
  for (const z of pgdat.node_zones) {
    if (z.zone_idx <= highest_zoneidx) {
      if (zone_watermark_ok(z, order, high_wmark_pages(z), highest_zoneidx)) {
        return true;
      }
    }
  }
  return false;
}

/** Reclaims until the node is balanced, looking at more and more of the lists. */
function balance_pgdat(pgdat: pglist_data, order: number, highest_zoneidx: number): void {
  const sc: scan_control = {
    order,
    gfp_mask: GFP_KERNEL,
    priority: DEF_PRIORITY,
    reclaim_idx: highest_zoneidx,
    nr_to_reclaim: 0,
    nr_scanned: 0,
    nr_reclaimed: 0,
    may_deactivate: false,
    may_deactivate_anon: false,
    nr_writeback: 0,
    force_deactivate: false,
    skipped_deactivate: false,
  };
  vmstat[PAGEOUTRUN]++;
  set_reclaim_active(pgdat, highest_zoneidx, true);
  let balanced = pgdat_balanced(pgdat, sc.order, highest_zoneidx);
  while (!balanced && sc.priority >= 1) {
    const nr_reclaimed = sc.nr_reclaimed;
    age_active_anon();
    sc.nr_scanned = 0;
    const scannedEnough = kswapd_shrink_node(pgdat, sc);
    if (allow_direct_reclaim(pgdat)) {
      wake_up(pgdat.pfmemalloc_wait);
    }
    if (!scannedEnough || sc.nr_reclaimed === nr_reclaimed) {
      sc.priority--;
    }
    cond_resched();
    balanced = pgdat_balanced(pgdat, sc.order, highest_zoneidx);
  }
  if (!balanced && sc.nr_reclaimed === 0) {
    pgdat.kswapd_failures++;
  }
  set_reclaim_active(pgdat, highest_zoneidx, false);
  snapshot_refaults(pgdat);
}

/** One round; true when it looked at as many pages as the high watermarks ask for. */
function kswapd_shrink_node(pgdat: pglist_data, sc: scan_control): boolean {
  sc.nr_to_reclaim = 0;
  for (const z of pgdat.node_zones) {
    if (z.zone_idx <= sc.reclaim_idx) {
      sc.nr_to_reclaim += Math.max(high_wmark_pages(z), SWAP_CLUSTER_MAX);
    }
  }
  shrink_node(pgdat, sc);
  if (sc.order > 0 && sc.nr_reclaimed >= 2 << sc.order) {
    sc.order = 0;
  }
  return sc.nr_scanned >= sc.nr_to_reclaim;
}

function set_reclaim_active(pgdat: pglist_data, highest_zoneidx: number, active: boolean): void {
  if (!MARKS_ACTIVE) {
    return;
  }
  for (const z of pgdat.node_zones) {
    if (z.zone_idx <= highest_zoneidx) {
      z.reclaim_active = active;
    }
  }
}

/** Whether more than half of the min watermarks is free; wakes kswapd when not. */
export function allow_direct_reclaim(pgdat: pglist_data): boolean {
  let pfmemalloc_reserve = 0;
  let nr_free = 0;
  if (pgdat.kswapd_failures >= MAX_RECLAIM_RETRIES) {
    return true;
  }
  for (const z of pgdat.node_zones) {
    if (z.zone_idx <= ZONE_NORMAL && zone_reclaimable_pages(z) > 0) {
      pfmemalloc_reserve += min_wmark_pages(z);
      nr_free += zone_page_state(z.zone_idx, NR_FREE_PAGES);
    }
  }
  if (pfmemalloc_reserve === 0) {
    return true;
  }
  const wmark_ok = nr_free > Math.floor(pfmemalloc_reserve / 2);
  if (!wmark_ok) {
    pgdat.kswapd_highest_zoneidx = Math.min(kswapd_highest_zoneidx(pgdat), ZONE_NORMAL);
    wake_up(pgdat.kswapd_wait);
  }
  return wmark_ok;
}
