/**
 * fs/super.c, v5.7: the shrinker of a mounted file system, for names and inodes that are not in use.
 * Differs: of all file systems only the disk's; the hundreds of others hold nothing here that can
 * be freed. Sleeps: never; dropping a large file is cut by cond_resched.
 */
import {
  DEFAULT_SEEKS,
  register_shrinker,
  SHRINK_EMPTY,
  type shrink_control,
  type shrinker,
} from "../mm/shrinker.ts";
import { prune_dcache_sb, s_dentry_lru } from "./dcache.ts";
import { prune_icache_sb, s_inode_lru } from "./inode.ts";

const s_shrink: shrinker = {
  name: "sb-ext4",
  data: s_inode_lru,
  count_objects: super_cache_count,
  scan_objects: super_cache_scan,
  seeks: DEFAULT_SEEKS,
  batch: 1024,
  nr_deferred: 0,
};

export function sget(): void {
  register_shrinker(s_shrink);
}

function super_cache_count(_shrink: shrinker, _sc: shrink_control): number {
  const total_objects = s_dentry_lru.length + s_inode_lru.length;
  return total_objects > 0 ? total_objects : SHRINK_EMPTY;
}

/** Names first, since they hold inodes; each kind in proportion to its number. */
function super_cache_scan(_shrink: shrinker, sc: shrink_control): number {
  const dentries = s_dentry_lru.length;
  const inodes = s_inode_lru.length;
  const total_objects = dentries + inodes + 1;
  const nr_dentries = Math.floor((sc.nr_to_scan * dentries) / total_objects);
  const nr_inodes = Math.floor((sc.nr_to_scan * inodes) / total_objects);
  const freed = prune_dcache_sb(nr_dentries + 1);
  return freed + prune_icache_sb(nr_inodes + 1, sc.reclaim_state);
}
