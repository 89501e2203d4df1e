/**
 * fs/inode.c, v5.7: inodes without a name, and what becomes of their page cache. Differs: an inode
 * that is forgotten is read again at once when its file is opened, at no cost. Sleeps: never.
 */
import { config } from "../config.ts";
import { get_current, PF_KSWAPD } from "../sched/core.ts";
import { invalidate_mapping_pages } from "../mm/truncate.ts";
import type { reclaim_state } from "../mm/shrinker.ts";
import { KSWAPD_INODESTEAL, PGINODESTEAL, vmstat } from "../mm/vmstat.ts";
import type { address_space } from "./fs.ts";

/** From 5.16 on inodes with page cache are left alone ("keep inodes with page cache off the inode shrinker LRU"). */
const SPARES_PAGE_CACHE = config.linux_version >= 0x051000;

/** Inodes that may be unused, oldest first. */
export const s_inode_lru: address_space[] = [];

/** The inode's last name is gone. */
export function iput(inode: address_space): void {
  if (!inode.i_lru && !(SPARES_PAGE_CACHE && inode.nrpages > 0)) {
    inode.i_lru = true;
    s_inode_lru.push(inode);
  }
}

/**
 * Looks at up to `nr_to_scan` inodes; returns how many it forgot. One that has page cache loses
 * all of it first; those pages are added to `reclaimed`.
 */
export function prune_icache_sb(nr_to_scan: number, reclaimed: reclaim_state): number {
  let freed = 0;
  let left = Math.min(nr_to_scan, s_inode_lru.length);
  while (left > 0) {
    const inode = s_inode_lru[0];
    s_inode_lru.shift();
    freed += inode_lru_isolate(inode, reclaimed);
    left--;
  }
  return freed;
}

function inode_lru_isolate(inode: address_space, reclaimed: reclaim_state): number {
  if (inode.i_count > 0) {
    inode.i_lru = false;
    return 0;
  }
  if (inode.nrpages > 0) {
    stripPageCache(inode, reclaimed);
  }
  if (inode.i_count > 0 || inode.nrpages > 0) {
    s_inode_lru.push(inode);
    return 0;
  }
  inode.i_lru = false;
  return 1;
}

function stripPageCache(inode: address_space, reclaimed: reclaim_state): void {
  const reap = invalidate_mapping_pages(inode);
  if ((get_current().flags & PF_KSWAPD) !== 0) {
    vmstat[KSWAPD_INODESTEAL] += reap;
  } else {
    vmstat[PGINODESTEAL] += reap;
  }
  reclaimed.reclaimed_slab += reap;
}
