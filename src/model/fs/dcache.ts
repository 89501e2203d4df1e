/**
 * fs/dcache.c, v5.7: names of files that nobody has open. Differs: a file has one name, which shares
 * the struct of its inode. Sleeps: never.
 */
import type { address_space } from "./fs.ts";
import { iput } from "./inode.ts";

/** Names that may be unused, oldest first; those in use leave it when they are met. */
export const s_dentry_lru: address_space[] = [];

/** The last file on `dentry` was closed: its name stays cached. */
export function dput(dentry: address_space): void {
  if (dentry.d_lru) {
    dentry.d_referenced = true;
  } else {
    dentry.d_lru = true;
    s_dentry_lru.push(dentry);
  }
}

/** Looks at up to `nr_to_scan` names; returns how many it forgot. */
export function prune_dcache_sb(nr_to_scan: number): number {
  let freed = 0;
  let left = Math.min(nr_to_scan, s_dentry_lru.length);
  while (left > 0) {
    const dentry = s_dentry_lru[0];
    s_dentry_lru.shift();
    freed += dentry_lru_isolate(dentry);
    left--;
  }
  return freed;
}

function dentry_lru_isolate(dentry: address_space): number {
  if (dentry.i_count > 0) {
    dentry.d_lru = false;
    return 0;
  }
  if (dentry.d_referenced) {
    dentry.d_referenced = false;
    s_dentry_lru.push(dentry);
    return 0;
  }
  dentry.d_lru = false;
  iput(dentry);
  return 1;
}
