/**
 * mm/vmscan.c, v5.7: how many pages of each list a round of reclaim looks at. Differs: newer kernels
 * weigh files against anonymous memory by what refaults have cost, not by what was found in use.
 * Sleeps: never.
 */
import { config } from "../config.ts";
import { BALLOON_SHIFT } from "../page_size.ts";
import { lruvec_page_state } from "./memcontrol.ts";
import type { PageCount } from "./mm_types.ts";
import {
  contig_page_data,
  high_wmark_pages,
  LRU_ACTIVE_ANON,
  LRU_ACTIVE_FILE,
  LRU_INACTIVE_ANON,
  LRU_INACTIVE_FILE,
} from "./mmzone.ts";
import { get_nr_swap_pages } from "./swapfile.ts";
import {
  NR_ACTIVE_FILE,
  NR_FREE_PAGES,
  NR_INACTIVE_FILE,
  NR_ZONE_LRU_BASE,
  vmstat,
  zone_page_state,
} from "./vmstat.ts";
import type { scan_control } from "./vmscan.ts";

const PAGES_PER_GIB = 262144 >> BALLOON_SHIFT;
const SWAP = config.nr_swap_pages > 0;

/** Which kinds of pages are looked at, and how much of each. */
const SCAN_EQUAL = 0;
const SCAN_FRACT = 1;
const SCAN_ANON = 2;
const SCAN_FILE = 3;

/** vm.swappiness: 0 to leave anonymous memory alone, 100 to treat it as files. */
let vm_swappiness = config.swappiness;

export function swappiness_sysctl_handler(value: number): void {
  vm_swappiness = value;
}

/** Fills `nr` with how many pages of each list this round looks at, by list. */
export function get_scan_count(sc: scan_control, nr: PageCount[]): void {
  const balance = scanBalance(sc);
  const fileSize = vmstat[NR_INACTIVE_FILE] >> sc.priority;
  const activeSize = vmstat[NR_ACTIVE_FILE] >> sc.priority;
  if (balance === SCAN_FILE) {
    nr[LRU_INACTIVE_FILE] = fileSize;
    nr[LRU_ACTIVE_FILE] = activeSize;
    return;
  }
  const anonSize = lruSize(LRU_INACTIVE_ANON) >> sc.priority;
  const activeAnonSize = lruSize(LRU_ACTIVE_ANON) >> sc.priority;
  if (balance === SCAN_FRACT) {
    const ap = weight(0, vm_swappiness);
    const fp = weight(1, 200 - vm_swappiness);
    nr[LRU_INACTIVE_ANON] = share(anonSize, ap, fp);
    nr[LRU_ACTIVE_ANON] = share(activeAnonSize, ap, fp);
    nr[LRU_INACTIVE_FILE] = share(fileSize, fp, ap);
    nr[LRU_ACTIVE_FILE] = share(activeSize, fp, ap);
    return;
  }
  nr[LRU_INACTIVE_ANON] = anonSize;
  nr[LRU_ACTIVE_ANON] = activeAnonSize;
  if (balance === SCAN_EQUAL) {
    nr[LRU_INACTIVE_FILE] = fileSize;
    nr[LRU_ACTIVE_FILE] = activeSize;
  }
}

function scanBalance(sc: scan_control): number {
  if (!SWAP || get_nr_swap_pages() === 0) {
    return SCAN_FILE;
  }
  if (sc.priority === 0 && vm_swappiness > 0) {
    return SCAN_EQUAL;
  }
  if (fileIsTiny(sc)) {
    return SCAN_ANON;
  }
  const enoughFiles = vmstat[NR_INACTIVE_FILE] >> sc.priority > 0;
  return enoughFiles && !sc.may_deactivate ? SCAN_FILE : SCAN_FRACT;
}

/** So little is left of the page cache that even all of it would not make up the high watermarks. */
function fileIsTiny(sc: scan_control): boolean {
  let total_high_wmark = 0;
  for (const z of contig_page_data.node_zones) {
    total_high_wmark += high_wmark_pages(z);
  }
  const file = vmstat[NR_INACTIVE_FILE] + vmstat[NR_ACTIVE_FILE];
  return (
    file + vmstat[NR_FREE_PAGES] <= total_high_wmark &&
    !sc.may_deactivate_anon &&
    lruSize(LRU_INACTIVE_ANON) >> sc.priority > 0
  );
}

/** How much reclaim of a kind of pages has been worth lately, times what the user thinks of it. */
function weight(file: number, prio: number): number {
  const lruvec = contig_page_data.lruvec;
  return Math.floor((prio * (lruvec.recent_scanned[file] + 1)) / (lruvec.recent_rotated[file] + 1));
}

function share(size: PageCount, own: number, other: number): PageCount {
  return Math.ceil((size * own) / (own + other + 1));
}

/** Reclaim has looked at `scanned` pages and had to keep `rotated` of them. Old news counts less and less. */
export function noteScanned(file: number, scanned: PageCount, rotated: PageCount): void {
  if (!SWAP) {
    return;
  }
  const lruvec = contig_page_data.lruvec;
  lruvec.recent_scanned[file] += scanned;
  lruvec.recent_rotated[file] += rotated;
  const inactive = file === 1 ? LRU_INACTIVE_FILE : LRU_INACTIVE_ANON;
  if (lruvec.recent_scanned[file] > (lruSize(inactive) + lruSize(inactive + 1)) >> 2) {
    lruvec.recent_scanned[file] >>= 1;
    lruvec.recent_rotated[file] >>= 1;
  }
}

/** Pages of the list at `lru` that the guest's own programs have: without those of init. */
function lruSize(lru: number): PageCount {
  let size = 0;
  for (const z of contig_page_data.node_zones) {
    size += zone_page_state(z.zone_idx, NR_ZONE_LRU_BASE + lru);
  }
  return size;
}

/** Below 1 GiB of pages of a kind half of them should be inactive, of 100 GiB one in 32. */
export function inactive_is_low(inactive_lru: number): boolean {
  const ofFiles = inactive_lru === LRU_INACTIVE_FILE;
  const inactive = ofFiles ? lruvec_page_state(inactive_lru) : lruSize(inactive_lru);
  const active = ofFiles ? lruvec_page_state(inactive_lru + 1) : lruSize(inactive_lru + 1);
  const gb = Math.floor((inactive + active) / PAGES_PER_GIB);
  const inactive_ratio = gb > 0 ? Math.floor(Math.sqrt(10 * gb)) : 1;
  return inactive * inactive_ratio < active;
}

/** Nothing is left to be looked at of one kind of pages. */
export function oneKindIsDone(nr: PageCount[]): boolean {
  return (
    nr[LRU_INACTIVE_ANON] + nr[LRU_ACTIVE_ANON] === 0 ||
    nr[LRU_INACTIVE_FILE] + nr[LRU_ACTIVE_FILE] === 0
  );
}

/** Enough is reclaimed: of the kind with less left nothing more, of the other only as great a part. */
export function keepProportion(nr: PageCount[], targets: PageCount[]): void {
  const nr_anon = nr[LRU_INACTIVE_ANON] + nr[LRU_ACTIVE_ANON];
  const nr_file = nr[LRU_INACTIVE_FILE] + nr[LRU_ACTIVE_FILE];
  const less = nr_file > nr_anon ? LRU_INACTIVE_ANON : LRU_INACTIVE_FILE;
  const more = nr_file > nr_anon ? LRU_INACTIVE_FILE : LRU_INACTIVE_ANON;
  const scan_target = targets[less] + targets[less + 1] + 1;
  const percentage = Math.floor((Math.min(nr_anon, nr_file) * 100) / scan_target);
  nr[less] = 0;
  nr[less + 1] = 0;
  for (let lru = more; lru <= more + 1; lru++) {
    const nr_scanned = targets[lru] - nr[lru];
    const wanted = Math.floor((targets[lru] * (100 - percentage)) / 100);
    nr[lru] = Math.max(wanted - nr_scanned, 0);
  }
}
