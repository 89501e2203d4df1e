/** What expressions in a scenario may speak of: single numbers that any run has. */
import type { Unit } from "../base/units.ts";
import { KERNELS } from "./kernels.ts";
import type { Kernel } from "./types.ts";

/**
 * Lines of /proc/vmstat, as the model has them (`mm/vmstat.ts`), with what they count: pages may
 * only be compared with pages.
 */
const VMSTAT: Readonly<Record<string, Unit>> = {
  balloon_inflate: "pages",
  balloon_deflate: "pages",
  balloon_migrate: "pages",
  nr_free_pages: "pages",
  nr_file_pages: "pages",
  nr_inactive_file: "pages",
  nr_active_file: "pages",
  nr_inactive_anon: "pages",
  nr_active_anon: "pages",
  nr_anon_pages: "pages",
  nr_unevictable: "pages",
  nr_mapped: "pages",
  nr_shmem: "pages",
  nr_slab_reclaimable: "pages",
  nr_slab_unreclaimable: "pages",
  nr_page_table_pages: "pages",
  /** KiB. */
  nr_kernel_stack: "none",
  pgalloc_dma: "pages",
  pgalloc_dma32: "pages",
  pgalloc_normal: "pages",
  pgalloc_movable: "pages",
  pgfree: "pages",
  pgactivate: "pages",
  pgdeactivate: "pages",
  pgrefill: "pages",
  pgscan_kswapd: "pages",
  pgscan_direct: "pages",
  pgsteal_kswapd: "pages",
  pgsteal_direct: "pages",
  workingset_refault: "pages",
  workingset_activate: "pages",
  workingset_restore: "pages",
  workingset_refault_file: "pages",
  workingset_activate_file: "pages",
  workingset_restore_file: "pages",
  workingset_nodereclaim: "none",
  pgscan_direct_throttle: "none",
  allocstall_dma: "none",
  allocstall_dma32: "none",
  allocstall_normal: "none",
  allocstall_movable: "none",
  pageoutrun: "none",
  kswapd_low_wmark_hit_quickly: "none",
  kswapd_high_wmark_hit_quickly: "none",
  slabs_scanned: "none",
  kswapd_inodesteal: "pages",
  pginodesteal: "pages",
  drop_pagecache: "none",
  drop_slab: "none",
  oom_kill: "none",
  pgmigrate_success: "pages",
  pgmigrate_fail: "pages",
  compact_migrate_scanned: "pages",
  compact_free_scanned: "pages",
  compact_isolated: "pages",
  compact_stall: "none",
  compact_fail: "none",
  compact_success: "none",
  compact_daemon_wake: "none",
  /** Huge pages of 2 MiB. */
  nr_anon_transparent_hugepages: "none",
  thp_fault_alloc: "none",
  thp_fault_fallback: "none",
  pgfault: "none",
  /** KiB, whatever its name says. */
  pgpgin: "none",
  pgpgout: "none",
  nr_zone_inactive_anon: "pages",
  nr_zone_active_anon: "pages",
  nr_zone_inactive_file: "pages",
  nr_zone_active_file: "pages",
  nr_zone_unevictable: "pages",
  nr_isolated_anon: "pages",
  nr_isolated_file: "pages",
  nr_vmscan_write: "pages",
  nr_vmscan_immediate_reclaim: "pages",
  pswpin: "pages",
  pswpout: "pages",
  pgmajfault: "none",
  pgrotated: "pages",
  pgskip_dma: "pages",
  pgskip_dma32: "pages",
  pgskip_normal: "pages",
  pgskip_movable: "pages",
  pgscan_anon: "pages",
  pgscan_file: "pages",
  pgsteal_anon: "pages",
  pgsteal_file: "pages",
  workingset_refault_anon: "pages",
  workingset_activate_anon: "pages",
  workingset_restore_anon: "pages",
  pgscan_khugepaged: "pages",
  pgsteal_khugepaged: "pages",
  pgscan_proactive: "pages",
  pgsteal_proactive: "pages",
  nr_balloon_pages: "pages",
};

const OTHERS: Readonly<Record<string, Unit>> = {
  "balloon.target": "pages",
  "balloon.actual": "pages",
  /** 1 while actual equals target, else 0. */
  "balloon.reached": "none",
  /** Guest memory that the host has to keep, in pages of 4 KiB. */
  "host.rss": "pages",
  /** Of the last migration: pages sent, and pages left out because the guest named them as free. */
  "host.migrated": "pages",
  "host.hinted": "pages",
  /** Time that all vCPUs together have lost to others. */
  "host.steal": "ns",
  /** RAM as the guest counts it, in pages; /proc/meminfo has it in KiB. */
  MemTotal: "pages",
  /** Calls of `virtio_balloon_oom_notify`. */
  oom_notifications: "none",
  /** Virtual time since the start of the run. */
  time: "ns",
};

export const VMSTAT_NAMES: readonly string[] = Object.keys(VMSTAT);

/** All names with what they count: vmstat counters, `balloon.actual`, `time`, ... */
export const SCENARIO_NAMES: ReadonlyMap<string, Unit> = new Map(
  Object.entries({ ...VMSTAT, ...OTHERS }),
);

/**
 * What `name` is called in the given kernel: since v5.9 refaults of anonymous pages are counted
 * apart, and the old names are gone.
 */
export function nameIn(kernel: Kernel, name: string): string {
  const base = name.replace(/_file$/, "");
  if (!SPLIT_IN_5_9.has(base)) return name;
  return KERNELS[kernel] >= SPLIT ? `${base}_file` : base;
}

/** Counters that are younger than the oldest kernel, and the first kernel that has them here. */
const SINCE: Readonly<Record<string, number>> = {
  pgscan_anon: 0x050800,
  pgscan_file: 0x050800,
  pgsteal_anon: 0x050800,
  pgsteal_file: 0x050800,
  workingset_refault_anon: 0x050900,
  workingset_activate_anon: 0x050900,
  workingset_restore_anon: 0x050900,
  pgscan_khugepaged: 0x060800,
  pgsteal_khugepaged: 0x060800,
  pgscan_proactive: 0x061300,
  pgsteal_proactive: 0x061300,
  nr_balloon_pages: 0x061300,
};

/** Whether the kernel counts `name`, under whatever name. */
export function isCounted(kernel: Kernel, name: string): boolean {
  return (SINCE[name] ?? 0) <= KERNELS[kernel];
}

const SPLIT = 0x050900;
const SPLIT_IN_5_9: ReadonlySet<string> = new Set([
  "workingset_refault",
  "workingset_activate",
  "workingset_restore",
]);
