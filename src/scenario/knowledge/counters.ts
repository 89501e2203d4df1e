/**
 * What each name of a scenario's expressions counts and what moves it. Names are those of
 * `../names.ts`; a test holds the two together.
 */
export const COUNTER_DOCS: Readonly<Record<string, string>> = {
  "balloon.target":
    "Size of the balloon that the host has asked for last (`num_pages` in the device's configuration).",
  "balloon.actual":
    "Size of the balloon that the guest has told the host last (`actual` in the device's configuration). It follows the driver's own count after each round of work.",
  "balloon.reached": "1 while `balloon.actual` equals `balloon.target`, else 0.",
  "host.migrated": "Pages that the last migration has sent so far.",
  "host.hinted":
    "Pages that the last migration did not send because the guest named them as free (`free-page-hint`).",
  "host.steal":
    "Time that the vCPUs together have lost to others on the host (`steal` in `/proc/stat`); see `host: steal`.",
  "host.rss":
    "Guest memory that the host has to keep, in pages of 4 KiB: it grows when the guest touches a page and falls when the balloon or a report discards it.",
  MemTotal:
    "RAM that the guest counts as its own (`totalram_pages`), in pages; `/proc/meminfo` and `free` show it. Without `deflate-on-oom` the balloon is taken off it, with the feature it is not.",
  oom_notifications:
    "Calls of `virtio_balloon_oom_notify`: how often the balloon was asked for pages before a kill. Always 0 for drivers with a shrinker.",
  time: "Virtual time since the start of the run.",

  balloon_inflate:
    "+1 for each page put on the balloon's list, before the host is told. Inflations less deflations are the pages in the balloon.",
  balloon_deflate:
    "+1 for each page taken off the balloon's list, no matter why: the host's wish, a shrinker, the OOM notifier or removal of the driver.",
  balloon_migrate:
    "+1 for each balloon page that compaction has moved. Inflations and deflations do not count it.",

  nr_free_pages:
    "Pages in the buddy allocator. Per-CPU lists are not in it: it falls by a batch when such a list is refilled, and rises when one overflows.",
  nr_file_pages: "Pages in the page cache, also those not yet on an LRU list.",
  nr_inactive_file: "File pages on the inactive list, where reclaim looks first.",
  nr_active_file: "File pages on the active list: read at least twice, or back after an eviction.",
  nr_inactive_anon: "Anonymous pages on the inactive list.",
  nr_active_anon: "Anonymous pages on the active list.",
  nr_anon_pages: "Anonymous pages that tasks have mapped.",
  nr_anon_transparent_hugepages: "Huge pages of 2 MiB that tasks have mapped.",
  thp_fault_alloc: "+1 for each huge page that a page fault got.",
  thp_fault_fallback: "+1 for each page fault that wanted a huge page and got a small one.",
  nr_unevictable:
    "Pages that reclaim may not touch. Balloon pages are on no list, so they are not in it.",
  nr_mapped: "File pages that tasks have mapped.",
  nr_shmem: "Pages of shared memory and tmpfs.",
  nr_slab_reclaimable:
    "Pages of kernel objects that a shrinker can free: names and inodes of files.",
  nr_slab_unreclaimable: "Pages of kernel objects that stay.",
  nr_page_table_pages: "Pages that hold page tables.",
  nr_kernel_stack: "Stacks of tasks, in KiB.",
  nr_balloon_pages: "Pages in the balloon, as a gauge. Since v6.19.",
  nr_zone_inactive_anon: "`nr_inactive_anon` once more, as the sum over the zones.",
  nr_zone_active_anon: "`nr_active_anon` as the sum over the zones.",
  nr_zone_inactive_file: "`nr_inactive_file` as the sum over the zones.",
  nr_zone_active_file: "`nr_active_file` as the sum over the zones.",
  nr_zone_unevictable: "`nr_unevictable` as the sum over the zones.",
  nr_isolated_anon:
    "Anonymous pages that reclaim has taken off their list for the moment. Balloon pages are never in it.",
  nr_isolated_file: "File pages that reclaim has taken off their list for the moment.",
  nr_vmscan_write: "Pages that reclaim has written out: to swap, as files here are never dirty.",
  nr_vmscan_immediate_reclaim:
    "Dirty pages marked to be freed as soon as they are written; files here are never dirty.",

  pgalloc_dma: "+1 for each page allocated from zone DMA.",
  pgalloc_dma32:
    "+1 for each page allocated from zone DMA32. Taking from a per-CPU list counts, refilling it does not.",
  pgalloc_normal: "+1 for each page allocated from zone Normal.",
  pgalloc_movable: "+1 for each page allocated from zone Movable.",
  pgfree: "+1 for each page freed, on entering a per-CPU list: before `nr_free_pages` changes.",
  pgactivate: "Pages moved to an active list.",
  pgdeactivate: "Pages moved from an active to an inactive list.",
  pgrefill: "Pages of active lists that reclaim has looked at.",
  pgrotated: "Pages moved to the end of the inactive list after they were written back.",
  pgscan_kswapd:
    "Pages of inactive lists that kswapd has looked at, also those it skips because of their zone.",
  pgscan_direct:
    "Pages of inactive lists that allocating tasks have looked at themselves, in direct reclaim.",
  pgsteal_kswapd:
    "Pages that kswapd has freed. Balloon pages that a shrinker frees are never in it.",
  pgsteal_direct:
    "Pages that direct reclaim has freed. Balloon pages that a shrinker frees are never in it.",
  pgskip_dma: "Pages of zone DMA that reclaim for a lower zone has passed over.",
  pgskip_dma32: "Pages of zone DMA32 that reclaim for a lower zone has passed over.",
  pgskip_normal:
    "Pages of zone Normal that reclaim for a lower zone has passed over. Nothing here asks for low memory.",
  pgskip_movable: "Pages of zone Movable that reclaim for a lower zone has passed over.",
  pgscan_anon: "Anonymous pages that reclaim has looked at, whoever did. Since v5.8.",
  pgscan_file: "File pages that reclaim has looked at, whoever did. Since v5.8.",
  pgsteal_anon: "Anonymous pages that reclaim has freed. Since v5.8.",
  pgsteal_file: "File pages that reclaim has freed. Since v5.8.",
  pgscan_khugepaged:
    "Pages that khugepaged has looked at in reclaim; it does not reclaim here. Since v6.8.",
  pgsteal_khugepaged: "Pages that khugepaged has freed in reclaim. Since v6.8.",
  pgscan_proactive:
    "Pages looked at for a write to `memory.reclaim`, which nobody does here. Since v6.19.",
  pgsteal_proactive: "Pages freed for a write to `memory.reclaim`. Since v6.19.",
  pgscan_direct_throttle:
    "How often an allocating task was put to sleep because reserves were low.",
  allocstall_dma: "Rounds of direct reclaim for requests of which the highest zone is DMA.",
  allocstall_dma32: "Rounds of direct reclaim for requests of which the highest zone is DMA32.",
  allocstall_normal:
    "Rounds of direct reclaim for requests of which the highest zone is Normal: those of the kernel (`GFP_KERNEL`).",
  allocstall_movable:
    "Rounds of direct reclaim for requests that allow zone Movable, even on machines without it: user memory, page cache and the balloon.",
  pageoutrun: "Times that kswapd started to balance a node.",
  kswapd_low_wmark_hit_quickly: "kswapd was woken within its nap of 100 ms.",
  kswapd_high_wmark_hit_quickly:
    "kswapd could not begin its nap, or found the node short again after it.",
  kswapd_inodesteal: "Pages of the page cache that kswapd freed along with their inode.",
  pginodesteal: "Pages of the page cache that others than kswapd freed along with their inode.",
  slabs_scanned:
    "Objects that shrinkers were asked to look at. A balloon with a shrinker counts here, 128 for each batch even if nothing was freed.",

  workingset_refault:
    "Pages read again after they had been evicted, as far as their shadow entry was still there.",
  workingset_activate:
    "Refaults that went straight to the active list, since they came back soon enough.",
  workingset_restore: "Refaults of pages that were active before they were evicted.",
  workingset_refault_file:
    "File pages read again after they had been evicted. Kernels before v5.9 call it `workingset_refault`.",
  workingset_activate_file: "Refaults of file pages that went straight to the active list.",
  workingset_restore_file: "Refaults of file pages that were active before they were evicted.",
  workingset_refault_anon: "Anonymous pages read back from swap. Since v5.9.",
  workingset_activate_anon: "Of those, the ones that went straight to the active list. Since v5.9.",
  workingset_restore_anon:
    "Of those, the ones that were active before they were swapped out. Since v5.9.",
  workingset_nodereclaim: "Nodes of shadow entries freed by their shrinker.",

  drop_pagecache: "Writes to `drop_caches` that asked for the page cache.",
  drop_slab: "Writes to `drop_caches` that asked for slab objects.",
  oom_kill:
    "Tasks that the OOM killer has chosen and ended. A notifier that frees something prevents the kill and does not count.",

  pgfault: "Page faults, each attempt. Reading a file with `read` is none.",
  pgmajfault: "Page faults that had to wait for the disk.",
  pgpgin: "Read from disk, in KiB, whatever its name says.",
  pgpgout: "Written to disk, in KiB, whatever its name says.",
  pswpin: "Pages read from swap.",
  pswpout: "Pages written to swap.",

  compact_stall: "Direct compactions, whatever came of them.",
  compact_fail: "Direct compactions that made no free block of the wanted size.",
  compact_success: "Direct compactions that made a free block of the wanted size.",
  compact_migrate_scanned: "Pages that compaction has looked at for something to move.",
  compact_free_scanned: "Pages that compaction has looked at for a place to move to.",
  compact_isolated: "Pages that compaction took off their lists, balloon pages included.",
  compact_daemon_wake: "Times that kcompactd was woken.",
  pgmigrate_success: "Pages moved to another place.",
  pgmigrate_fail: "Pages that could not be moved after ten attempts.",
};
