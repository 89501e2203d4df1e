/**
 * mm/memcontrol.c, v6.1: LRU sizes as reclaim sees them. From 5.15 on they are kept per cgroup and
 * summed up only every two seconds, or when enough has changed; between two sums reclaim decides
 * with old numbers. Earlier kernels see exact ones. Differs: the root cgroup alone; the sum that is
 * due every two seconds is made by the first to ask for it. Sleeps: never.
 */
import { now } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import type { PageCount } from "./mm_types.ts";
import { NR_LRU_BASE, vmstat, WORKINGSET_ACTIVATE } from "./vmstat.ts";

const RSTAT = config.linux_version >= 0x050f00;
const MEMCG_CHARGE_BATCH = 64;
const FLUSH_TIME = 2_000_000_000;

/** Page counts that changed since the last sum. */
let stats_updates = 0;
let flush_last_time = 0;
/** By LRU list, and the activations, as of the last sum. */
const flushed_lru: PageCount[] = [0, 0, 0, 0, 0];
let flushed_activate = 0;

export function memcg_rstat_updated(val: number): void {
  stats_updates += val;
}

/** Sums up if that is due. */
export function mem_cgroup_flush_stats(): void {
  const threshold = MEMCG_CHARGE_BATCH * (config.nr_cpus + 1);
  if (stats_updates > threshold || now() >= flush_last_time + FLUSH_TIME) {
    __mem_cgroup_flush_stats();
  }
}

function __mem_cgroup_flush_stats(): void {
  for (let lru = 0; lru < flushed_lru.length; lru++) {
    flushed_lru[lru] = vmstat[NR_LRU_BASE + lru];
  }
  flushed_activate = vmstat[WORKINGSET_ACTIVATE];
  stats_updates = 0;
  flush_last_time = now();
}

/** Size of list `lru` as reclaim's balance decisions see it. */
export function lruvec_page_state(lru: number): PageCount {
  return RSTAT ? flushed_lru[lru] : vmstat[NR_LRU_BASE + lru];
}

/** Refaults that were activated, likewise. */
export function lruvec_workingset_activate(): number {
  return RSTAT ? flushed_activate : vmstat[WORKINGSET_ACTIVATE];
}
