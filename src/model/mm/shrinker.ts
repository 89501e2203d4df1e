/**
 * mm/vmscan.c, v5.7: caches other than the LRU lists that shrink under pressure. Differs: one node,
 * no memory cgroups; shrinkers come and go only at boot, so no lock; v4.14 too goes by priority,
 * not by the share of LRU pages scanned. Sleeps: as each shrinker does.
 */
import { charge, cond_resched, dispatch_count, now } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { logCall, makeCallLog, type call_log } from "./call_log.ts";
import type { gfp_t } from "./gfp.ts";
import type { PageCount } from "./mm_types.ts";
import { SLABS_SCANNED, vmstat } from "./vmstat.ts";

export const SHRINK_BATCH = 128;
export const DEFAULT_SEEKS = 2;
/** Returned by `scan_objects`: it cannot do anything now. */
export const SHRINK_STOP = -1;
/** Returned by `count_objects`: there is nothing at all. */
export const SHRINK_EMPTY = -2;

/** v4.19 alone asks each shrinker for at least one batch, or all it has. */
const MIN_BATCH = config.linux_version >= 0x041300 && config.linux_version < 0x050000;
/** From 5.13 on deferred work comes back only in proportion to the priority. */
const PRIORITY_DEFERRED = config.linux_version >= 0x050d00;

/** Pages that shrinkers freed and that count as reclaimed: page cache of inodes, never a balloon's. */
export interface reclaim_state {
  reclaimed_slab: PageCount;
}

export interface shrink_control {
  gfp_mask: gfp_t;
  nr_to_scan: number;
  /** What was looked at: `nr_to_scan` unless the shrinker says otherwise. */
  nr_scanned: number;
  /** Of the task that reclaims; Linux finds it in `current`. */
  reclaim_state: reclaim_state;
}

export interface shrinker {
  name: string;
  /** What `container_of` finds in C: the struct that it belongs to. */
  data: object;
  count_objects: (shrink: shrinker, sc: shrink_control) => number;
  scan_objects: (shrink: shrinker, sc: shrink_control) => number;
  /** What it costs to make an object again; 0: next to nothing. */
  seeks: number;
  /** Objects a scan; 0: SHRINK_BATCH. */
  batch: number;
  /** Work that was too little for a batch and is left for the next time. */
  nr_deferred: number;
}

/** In order of registration. */
export const shrinker_list: shrinker[] = [];
/** Ours: by place in `shrinker_list`, the last calls that had something to scan. */
const shrinkerCalls: call_log[] = [];

export function register_shrinker(shrink: shrinker): void {
  shrink.nr_deferred = 0;
  shrinker_list.push(shrink);
  shrinkerCalls.push(makeCallLog());
}

export function unregister_shrinker(shrink: shrinker): void {
  const i = shrinker_list.indexOf(shrink);
  if (i >= 0) {
    shrinker_list.splice(i, 1);
    shrinkerCalls.splice(i, 1);
  }
}

/**
 * Presses all caches as hard as the LRU lists at `priority`; returns the objects freed. Pages that
 * count as reclaimed are added to `reclaimed`.
 */
export function shrink_slab(gfp_mask: gfp_t, priority: number, reclaimed: reclaim_state): number {
  let freed = 0;
  for (let i = 0; i < shrinker_list.length; i++) {
    const sc: shrink_control = {
      gfp_mask,
      nr_to_scan: 0,
      nr_scanned: 0,
      reclaim_state: reclaimed,
    };
    const began = now();
    const dispatch = dispatch_count();
    const ret = do_shrink_slab(sc, shrinker_list[i], priority);
    if (sc.nr_to_scan > 0) {
      logCall(shrinkerCalls[i], began, dispatch, ret);
    }
    if (ret !== SHRINK_EMPTY) {
      freed += ret;
    }
  }
  cond_resched();
  return freed;
}

function do_shrink_slab(shrinkctl: shrink_control, shrink: shrinker, priority: number): number {
  const batch_size = shrink.batch > 0 ? shrink.batch : SHRINK_BATCH;
  charge(config.costs.shrink_slab);
  const freeable = shrink.count_objects(shrink, shrinkctl);
  if (freeable === 0 || freeable === SHRINK_EMPTY) {
    return freeable;
  }
  const nr = shrink.nr_deferred;
  shrink.nr_deferred = 0;
  const delta = shrinkDelta(shrink, freeable, priority, batch_size);
  let total_scan = PRIORITY_DEFERRED ? (nr >> priority) + delta : nr + delta;
  if (!PRIORITY_DEFERRED && delta < Math.floor(freeable / 4)) {
    total_scan = Math.min(total_scan, Math.floor(freeable / 2));
  }
  total_scan = Math.min(total_scan, freeable * 2);
  let freed = 0;
  let scanned = 0;
  while (total_scan >= batch_size || total_scan >= freeable) {
    const nr_to_scan = Math.min(batch_size, total_scan);
    shrinkctl.nr_to_scan = nr_to_scan;
    shrinkctl.nr_scanned = nr_to_scan;
    const ret = shrink.scan_objects(shrink, shrinkctl);
    if (ret === SHRINK_STOP) {
      break;
    }
    freed += ret;
    vmstat[SLABS_SCANNED] += shrinkctl.nr_scanned;
    total_scan -= shrinkctl.nr_scanned;
    scanned += shrinkctl.nr_scanned;
    cond_resched();
  }
  let next_deferred = Math.max(nr + delta - scanned, 0);
  if (PRIORITY_DEFERRED) {
    next_deferred = Math.min(next_deferred, 2 * freeable);
  }
  shrink.nr_deferred += next_deferred;
  return freed;
}

/** What this priority asks for: with the usual two seeks, twice the share of an LRU list. */
function shrinkDelta(
  shrink: shrinker,
  freeable: number,
  priority: number,
  batch_size: number,
): number {
  let delta = Math.floor(freeable / 2);
  if (shrink.seeks > 0) {
    delta = Math.floor(((freeable >> priority) * 4) / shrink.seeks);
  }
  if (MIN_BATCH) {
    delta = Math.max(delta, Math.min(freeable, batch_size));
  }
  return delta;
}
