/**
 * mm/vmstat.c, v5.7: the lines of /proc/vmstat, gauges and event counters alike, and the gauges of
 * each zone. Differs: exact at once; no per-CPU part that is folded in later.
 */
import { config } from "../config.ts";
import { MAX_NR_ZONES } from "./page.ts";

/** Kernels from 5.9 on count anonymous and file refaults separately. */
const PER_TYPE_REFAULTS = config.linux_version >= 0x050900;

/** Names in the order of the constants below. */
export const vmstat_text: string[] = [
  "nr_free_pages",
  "nr_inactive_anon",
  "nr_active_anon",
  "nr_inactive_file",
  "nr_active_file",
  "nr_unevictable",
  "nr_slab_reclaimable",
  "nr_slab_unreclaimable",
  PER_TYPE_REFAULTS ? "workingset_refault_file" : "workingset_refault",
  PER_TYPE_REFAULTS ? "workingset_activate_file" : "workingset_activate",
  PER_TYPE_REFAULTS ? "workingset_restore_file" : "workingset_restore",
  "workingset_nodereclaim",
  "nr_anon_pages",
  "nr_mapped",
  "nr_file_pages",
  "nr_shmem",
  "nr_kernel_stack",
  "nr_page_table_pages",
  "pgpgin",
  "pgalloc_dma",
  "pgalloc_dma32",
  "pgalloc_normal",
  "pgalloc_movable",
  "allocstall_dma",
  "allocstall_dma32",
  "allocstall_normal",
  "allocstall_movable",
  "pgfree",
  "pgactivate",
  "pgdeactivate",
  "pgfault",
  "pgrefill",
  "pgsteal_kswapd",
  "pgsteal_direct",
  "pgscan_kswapd",
  "pgscan_direct",
  "pgscan_direct_throttle",
  "slabs_scanned",
  "kswapd_inodesteal",
  "pginodesteal",
  "pageoutrun",
  "kswapd_low_wmark_hit_quickly",
  "kswapd_high_wmark_hit_quickly",
  "drop_pagecache",
  "drop_slab",
  "oom_kill",
  "pgmigrate_success",
  "pgmigrate_fail",
  "compact_migrate_scanned",
  "compact_free_scanned",
  "compact_isolated",
  "compact_stall",
  "compact_fail",
  "compact_success",
  "compact_daemon_wake",
  "nr_anon_transparent_hugepages",
  "thp_fault_alloc",
  "thp_fault_fallback",
  "balloon_inflate",
  "balloon_deflate",
  "balloon_migrate",
  "nr_zone_inactive_anon",
  "nr_zone_active_anon",
  "nr_zone_inactive_file",
  "nr_zone_active_file",
  "nr_zone_unevictable",
  "nr_isolated_anon",
  "nr_isolated_file",
  "nr_vmscan_write",
  "nr_vmscan_immediate_reclaim",
  "pgpgout",
  "pswpin",
  "pswpout",
  "pgmajfault",
  "pgrotated",
  "pgskip_dma",
  "pgskip_dma32",
  "pgskip_normal",
  "pgskip_movable",
  // Those that not every kernel has, by their age; see `vmstat_init`.
  "pgscan_anon",
  "pgscan_file",
  "pgsteal_anon",
  "pgsteal_file",
  "workingset_refault_anon",
  "workingset_activate_anon",
  "workingset_restore_anon",
  "pgscan_khugepaged",
  "pgsteal_khugepaged",
  "pgscan_proactive",
  "pgsteal_proactive",
  "nr_balloon_pages",
];

export const NR_FREE_PAGES = 0;
/** The LRU gauges stand in the order of the lists: NR_LRU_BASE + LRU_ACTIVE_FILE. */
export const NR_LRU_BASE = 1;
export const NR_INACTIVE_ANON = 1;
export const NR_ACTIVE_ANON = 2;
export const NR_INACTIVE_FILE = 3;
export const NR_ACTIVE_FILE = 4;
export const NR_UNEVICTABLE = 5;
export const NR_SLAB_RECLAIMABLE = 6;
export const NR_SLAB_UNRECLAIMABLE = 7;
export const WORKINGSET_REFAULT = 8;
export const WORKINGSET_ACTIVATE = 9;
export const WORKINGSET_RESTORE = 10;
export const WORKINGSET_NODERECLAIM = 11;
export const NR_ANON_MAPPED = 12;
export const NR_FILE_MAPPED = 13;
export const NR_FILE_PAGES = 14;
export const NR_SHMEM = 15;
/** KiB, unlike its neighbours, which are pages. */
export const NR_KERNEL_STACK_KB = 16;
export const NR_PAGETABLE = 17;
/** KiB read from disk. */
export const PGPGIN = 18;
/** PGALLOC_DMA + the index of the zone that the page comes from. */
export const PGALLOC_DMA = 19;
/** ALLOCSTALL_DMA + the index of the highest zone that the request allows. */
export const ALLOCSTALL_DMA = 23;
export const PGFREE = 27;
export const PGACTIVATE = 28;
export const PGDEACTIVATE = 29;
export const PGFAULT = 30;
export const PGREFILL = 31;
export const PGSTEAL_KSWAPD = 32;
export const PGSTEAL_DIRECT = 33;
export const PGSCAN_KSWAPD = 34;
export const PGSCAN_DIRECT = 35;
export const PGSCAN_DIRECT_THROTTLE = 36;
export const SLABS_SCANNED = 37;
export const KSWAPD_INODESTEAL = 38;
export const PGINODESTEAL = 39;
export const PAGEOUTRUN = 40;
export const KSWAPD_LOW_WMARK_HIT_QUICKLY = 41;
export const KSWAPD_HIGH_WMARK_HIT_QUICKLY = 42;
export const DROP_PAGECACHE = 43;
export const DROP_SLAB = 44;
export const OOM_KILL = 45;
export const PGMIGRATE_SUCCESS = 46;
export const PGMIGRATE_FAIL = 47;
export const COMPACTMIGRATE_SCANNED = 48;
export const COMPACTFREE_SCANNED = 49;
export const COMPACTISOLATED = 50;
export const COMPACTSTALL = 51;
export const COMPACTFAIL = 52;
export const COMPACTSUCCESS = 53;
export const KCOMPACTD_WAKE = 54;
export const NR_ANON_THPS = 55;
export const THP_FAULT_ALLOC = 56;
export const THP_FAULT_FALLBACK = 57;
export const BALLOON_INFLATE = 58;
export const BALLOON_DEFLATE = 59;
export const BALLOON_MIGRATE = 60;
/** The LRU gauges once more, as sums over the zones: NR_ZONE_VMSTAT_BASE + LRU_ACTIVE_FILE. */
export const NR_ZONE_VMSTAT_BASE = 61;
export const NR_ISOLATED_ANON = 66;
export const NR_ISOLATED_FILE = 67;
export const NR_VMSCAN_WRITE = 68;
/** KiB written to disk. */
export const PGPGOUT = 70;
export const PSWPIN = 71;
export const PSWPOUT = 72;
export const PGMAJFAULT = 73;
export const PGROTATED = 74;
export const PGSCAN_ANON = 79;
export const PGSCAN_FILE = 80;
export const PGSTEAL_ANON = 81;
export const PGSTEAL_FILE = 82;
export const WORKINGSET_REFAULT_ANON = 83;
export const WORKINGSET_ACTIVATE_ANON = 84;
export const WORKINGSET_RESTORE_ANON = 85;
export const NR_BALLOON_PAGES = 90;

export const vmstat = new Float64Array(91);

/** Per zone: NR_FREE_PAGES, and the LRU lists in their order. */
export const NR_ZONE_LRU_BASE = 1;
export const NR_ZONE_INACTIVE_ANON = 1;
export const NR_ZONE_ACTIVE_ANON = 2;
export const NR_ZONE_INACTIVE_FILE = 3;
export const NR_ZONE_ACTIVE_FILE = 4;
export const NR_VM_ZONE_STAT_ITEMS = 5;
export const vm_zone_stat = new Int32Array(MAX_NR_ZONES * NR_VM_ZONE_STAT_ITEMS);

/** Leaves out the lines that the guest's kernel does not have yet; nothing is seen of what they count. */
export function vmstat_init(): void {
  if (config.linux_version < 0x061300) {
    dropNamesFrom("pgscan_proactive");
  }
  if (config.linux_version < 0x060800) {
    dropNamesFrom("pgscan_khugepaged");
  }
  if (config.linux_version < 0x050900) {
    dropNamesFrom("workingset_refault_anon");
  }
  if (config.linux_version < 0x050800) {
    dropNamesFrom("pgscan_anon");
  }
}

function dropNamesFrom(first: string): void {
  const nr_names = vmstat_text.indexOf(first);
  while (vmstat_text.length > nr_names) {
    vmstat_text.pop();
  }
}

export function count_vm_event(item: number): void {
  vmstat[item]++;
}

export function count_vm_events(item: number, delta: number): void {
  vmstat[item] += delta;
}

/** Pages of zone number `zid` that are free, or on one of the LRU lists. */
export function zone_page_state(zid: number, item: number): number {
  return vm_zone_stat[zid * NR_VM_ZONE_STAT_ITEMS + item];
}

/** Pages that came to (or, negative, left) the free lists of zone number `zid`. */
export function __mod_zone_freepage_state(zid: number, nr_pages: number): void {
  vm_zone_stat[zid * NR_VM_ZONE_STAT_ITEMS] += nr_pages;
  vmstat[NR_FREE_PAGES] += nr_pages;
}
