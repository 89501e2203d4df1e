/**
 * fs/drop_caches.c, v5.7: /proc/sys/vm/drop_caches. Sleeps: as the shrinkers do.
 */
import { config } from "../config.ts";
import { GFP_KERNEL } from "../mm/gfp.ts";
import { inodes } from "./fs.ts";
import { shrink_slab } from "../mm/shrinker.ts";
import { invalidate_mapping_pages } from "../mm/truncate.ts";
import { DROP_PAGECACHE, DROP_SLAB, vmstat } from "../mm/vmstat.ts";

/** From 5.18 on each round must free twice as much as the one before to be followed by another. */
const DIMINISHING = config.linux_version >= 0x051200;

/** What was last written. */
let sysctl_drop_caches = 0;

/** A write of `value`: bit 0 drops clean pages of files, bit 1 shrinks caches of objects. */
export function drop_caches_sysctl_handler(value: number): void {
  sysctl_drop_caches = value;
  if ((sysctl_drop_caches & 1) !== 0) {
    drop_pagecache_sb();
    vmstat[DROP_PAGECACHE]++;
  }
  if ((sysctl_drop_caches & 2) !== 0) {
    drop_slab();
    vmstat[DROP_SLAB]++;
  }
}

function drop_pagecache_sb(): void {
  for (const inode of inodes) {
    invalidate_mapping_pages(inode);
  }
}

function drop_slab(): void {
  let shift = 0;
  let freed = 0;
  do {
    freed = shrink_slab(GFP_KERNEL, 0, { reclaimed_slab: 0 });
    shift++;
  } while (DIMINISHING ? freed >> (shift - 1) > 1 : freed > 10);
}
