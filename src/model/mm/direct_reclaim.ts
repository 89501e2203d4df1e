/**
 * mm/vmscan.c, v5.7: a task that finds no memory reclaims some by itself. Differs: one node, so no
 * throttling between nodes; no memory cgroup has protected memory. Sleeps: until kswapd has refilled
 * the reserves, and as shrinkers do.
 */
import { charge, trace_event } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { fatal_signal_pending, get_current, PF_KTHREAD } from "../sched/core.ts";
import { wait_event } from "../sched/wait.ts";
import { allow_direct_reclaim } from "./kswapd.ts";
import type { gfp_t } from "./gfp.ts";
import type { PageCount } from "./mm_types.ts";
import { contig_page_data } from "./mmzone.ts";
import { ALLOCSTALL_DMA, PGSCAN_DIRECT_THROTTLE, vmstat } from "./vmstat.ts";
import {
  DEF_PRIORITY,
  type scan_control,
  shrink_node,
  snapshot_refaults,
  SWAP_CLUSTER_MAX,
} from "./vmscan.ts";

/**
 * Reclaims at least 32 pages if it can; returns how many. What a balloon's shrinker frees is not
 * counted, so the answer may be 0 although much memory has become free.
 */
export function try_to_free_pages(order: number, gfp_mask: gfp_t, reclaim_idx: number): PageCount {
  const sc: scan_control = {
    order,
    gfp_mask,
    priority: DEF_PRIORITY,
    reclaim_idx,
    nr_to_reclaim: SWAP_CLUSTER_MAX,
    nr_scanned: 0,
    nr_reclaimed: 0,
    may_deactivate: false,
    may_deactivate_anon: false,
    nr_writeback: 0,
    force_deactivate: false,
    skipped_deactivate: false,
  };
  if (throttle_direct_reclaim()) {
    return 1;
  }
  const nr_reclaimed = do_try_to_free_pages(sc);
  trace_event("direct_reclaim", nr_reclaimed, sc.priority);
  return nr_reclaimed;
}

function do_try_to_free_pages(sc: scan_control): PageCount {
  for (;;) {
    vmstat[ALLOCSTALL_DMA + sc.reclaim_idx]++;
    sc.priority = DEF_PRIORITY;
    while (sc.priority >= 0) {
      sc.nr_scanned = 0;
      shrink_zones(sc);
      if (sc.nr_reclaimed >= sc.nr_to_reclaim) {
        break;
      }
      sc.priority--;
    }
    snapshot_refaults(contig_page_data);
    if (sc.nr_reclaimed > 0) {
      return sc.nr_reclaimed;
    }
    charge(config.costs.reclaim_pass);
    if (!sc.skipped_deactivate) {
      return 0;
    }
    // Active pages were spared and nothing else was there: once more, without mercy.
    sc.force_deactivate = true;
    sc.skipped_deactivate = false;
  }
}

function shrink_zones(sc: scan_control): void {
  shrink_node(contig_page_data, sc);
}

/** Waits while the reserves below the min watermark are half gone; true when a signal ended that. */
function throttle_direct_reclaim(): boolean {
  const tsk = get_current();
  const pgdat = contig_page_data;
  if ((tsk.flags & PF_KTHREAD) !== 0 || fatal_signal_pending(tsk)) {
    return false;
  }
  if (allow_direct_reclaim(pgdat)) {
    return false;
  }
  vmstat[PGSCAN_DIRECT_THROTTLE]++;
  while (!allow_direct_reclaim(pgdat) && !fatal_signal_pending(tsk)) {
    wait_event(pgdat.pfmemalloc_wait);
  }
  return fatal_signal_pending(tsk);
}
