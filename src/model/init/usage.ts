/**
 * What the kernel and a small user space hold when the scenario begins: measured on Debian's 6.1
 * with an initramfs, the same within a per cent on guests of 512 to 2048 MiB.
 */
import { config } from "../config.ts";
import { bdevInode } from "../fs/fs.ts";
import type { Page } from "../mm/mm_types.ts";
import { __rmqueue } from "../mm/buddy.ts";
import { reserveBootPages } from "../mm/mm_init.ts";
import { node_zonelist, ZONE_DMA, zones } from "../mm/mmzone.ts";
import {
  initsMemory,
  NR_LRU_LISTS,
  page_flags,
  page_order,
  PG_active,
  PG_buddy,
  PG_private,
  PG_reserved,
  PG_uptodate,
} from "../mm/page.ts";
import { MIGRATE_MOVABLE, MIGRATE_RECLAIMABLE, MIGRATE_UNMOVABLE } from "../mm/pageblock.ts";
import { add_to_page_cache_lru } from "../mm/page_cache.ts";
import { lru_add_drain } from "../mm/swap.ts";
import {
  __mod_zone_freepage_state,
  NR_ACTIVE_ANON,
  NR_ANON_MAPPED,
  NR_FILE_MAPPED,
  NR_FILE_PAGES,
  NR_INACTIVE_ANON,
  NR_KERNEL_STACK_KB,
  NR_LRU_BASE,
  NR_PAGETABLE,
  NR_SHMEM,
  NR_SLAB_RECLAIMABLE,
  NR_SLAB_UNRECLAIMABLE,
  NR_UNEVICTABLE,
  NR_ZONE_VMSTAT_BASE,
  vmstat,
} from "../mm/vmstat.ts";
import { BALLOON_SHIFT } from "../page_size.ts";
import { touchRam } from "../ram.ts";

/** Of managed pages: slab, stacks, page tables, and what no counter names. */
const UNMOVABLE_PAGES = 4102 >> BALLOON_SHIFT;
const UNMOVABLE_PAGES_DMA = 32 >> BALLOON_SHIFT;
/** Slab of dentries, inodes and the like. */
const RECLAIMABLE_PAGES = 2318 >> BALLOON_SHIFT;
/** Init's memory, and the initramfs. */
const ANON_PAGES = 326 >> BALLOON_SHIFT;
const SHMEM_PAGES = 813 >> BALLOON_SHIFT;
/** Superblock and group descriptors of the disk's file system: mounted, so never released. */
const BDEV_PAGES = 3;

export function addBootUsage(): void {
  reserveBootPages(zones[ZONE_DMA], UNMOVABLE_PAGES_DMA, MIGRATE_UNMOVABLE, PG_reserved);
  reserveBootPages(node_zonelist[0], UNMOVABLE_PAGES, MIGRATE_UNMOVABLE, PG_reserved);
  reserveBootPages(node_zonelist[0], RECLAIMABLE_PAGES, MIGRATE_RECLAIMABLE, PG_reserved);
  reserveBootPages(node_zonelist[0], ANON_PAGES + SHMEM_PAGES, MIGRATE_MOVABLE, initsMemory);
  vmstat[NR_SLAB_RECLAIMABLE] = RECLAIMABLE_PAGES;
  vmstat[NR_SLAB_UNRECLAIMABLE] = 2020 >> BALLOON_SHIFT;
  vmstat[NR_KERNEL_STACK_KB] = 928;
  vmstat[NR_PAGETABLE] = 19 >> BALLOON_SHIFT;
  vmstat[NR_ANON_MAPPED] = ANON_PAGES;
  vmstat[NR_INACTIVE_ANON] = 93 >> BALLOON_SHIFT;
  vmstat[NR_ACTIVE_ANON] = 538 >> BALLOON_SHIFT;
  vmstat[NR_UNEVICTABLE] = 507 >> BALLOON_SHIFT;
  for (let lru = 0; lru < NR_LRU_LISTS; lru++) {
    vmstat[NR_ZONE_VMSTAT_BASE + lru] = vmstat[NR_LRU_BASE + lru];
  }
  vmstat[NR_FILE_MAPPED] = 614 >> BALLOON_SHIFT;
  vmstat[NR_SHMEM] = SHMEM_PAGES;
  vmstat[NR_FILE_PAGES] = SHMEM_PAGES;
  mountDisk();
  touchUsedPages();
}

/** Whatever is in use by now has been written to, by the loader of the kernel if not by itself. */
function touchUsedPages(): void {
  let pfn = 0;
  while (pfn < config.nr_pages) {
    if ((page_flags[pfn] & PG_buddy) !== 0) {
      pfn += 1 << page_order[pfn];
    } else {
      touchRam(pfn);
      pfn++;
    }
  }
}

/** Pages whose buffers stay referenced: reclaim meets them again and again, and cannot free them. */
function mountDisk(): void {
  const z = node_zonelist[0];
  for (let i = 0; i < BDEV_PAGES; i++) {
    const page: Page = __rmqueue(z, 0, MIGRATE_MOVABLE, 0);
    __mod_zone_freepage_state(z.zone_idx, -1);
    add_to_page_cache_lru(page, bdevInode(), i);
    page_flags[page] = PG_uptodate | PG_private | PG_active;
  }
  lru_add_drain();
}
