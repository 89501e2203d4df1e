/** What a booted kernel is told about its machine: the scenario, reduced to integers. */

/** A file on the guest's disk; sizes in the guest's pages. */
export interface file_config {
  name: string;
  nr_pages: number;
}

export type step_kind =
  | "expect"
  | "cat"
  | "memhog"
  | "frag"
  | "forker"
  | "busy"
  | "wait"
  | "wait_until"
  | "balloon"
  | "host_pressure"
  | "steal"
  | "migrate"
  | "sysrq"
  | "kill"
  | "drop_caches"
  | "sysctl";

export type Transport = "pci-modern" | "pci-legacy" | "mmio-v1" | "mmio-v2";

/** One line of the scenario's timeline; fields that a kind does not use are 0 or "". */
export interface step_config {
  kind: step_kind;
  /** Zero-based line in the scenario file. */
  line: number;
  /** Task name given by the user (`name:`), else the kind: what `kill` refers to. sysctl: the file. */
  name: string;
  /** cat: index into `files`. */
  file: number;
  /** cat: start again at the end. memhog: use the memory while it is held. */
  loop: boolean;
  /**
   * memhog, frag: pages to touch. forker: pages that each child touches. balloon: target in 4 KiB
   * pages. host_pressure: 4 KiB pages that the host is short of. steal: share in thousandths.
   * drop_caches: 1, 2 or 3. sysctl: the value.
   */
  amount: number;
  /** frag: of so many pages one is kept. forker: children at a time. */
  count: number;
  /** memhog: asks for huge pages (MADV_HUGEPAGE). */
  huge: boolean;
  /** memhog: pages per second, 0 for full speed. migrate: 4 KiB pages sent per second. */
  rate: number;
  /**
   * memhog, frag: ns to hold the memory after the last page is touched; then it exits. -1 for ever.
   * busy: ns from one period to the next.
   */
  hold: number;
  oom_score_adj: number;
  /** busy: the only CPU that it runs on; -1 for any. steal: the only vCPU that loses; -1 for all. */
  cpu: number;
  /** wait: ns. busy: ns of work in each period. wait_until: time-out in ns, 0 for none. */
  duration: number;
  /** wait_until: index for `scenario_condition`. */
  condition: number;
}

/** Virtual nanoseconds per operation; `docs/fidelity.md` lists where each comes from. */
export interface cost_config {
  /** Entering and leaving the kernel for a page fault, zeroing the page included. */
  anon_fault: number;
  /** munmap or exit, per touched page. */
  anon_free: number;
  /** The same for a huge page of 2 MiB as a whole. */
  huge_fault: number;
  huge_free: number;
  /** fork, exit and wait of a process without memory of its own. */
  fork: number;
  /** Reading one page that is in the page cache: lookup and copy. */
  file_read_hit: number;
  /** What a page cache miss costs the CPU beyond a hit: allocation, readahead, insertion. */
  file_read_miss: number;
  /** Disk: fixed time per request, and time per page. */
  disk_request: number;
  disk_page: number;
  /** Balloon page taken from the allocator and put on the page list, zeroing included. */
  balloon_inflate: number;
  /** Balloon page taken from the page list and freed. */
  balloon_deflate: number;
  /** LRU page looked at by shrink_inactive_list or shrink_active_list, and freed. */
  shrink_scan: number;
  shrink_free: number;
  /** An allocation that finds a zone below its low watermark, without the reclaim that may follow. */
  alloc_slowpath: number;
  /** One pass of direct reclaim that finds nothing, all thirteen priorities. */
  reclaim_pass: number;
  /** Fixed part of shrink_node / do_shrink_slab calls. */
  shrink_node: number;
  shrink_slab: number;
  /** out_of_memory without what its notifiers do. */
  out_of_memory: number;
  /** Guest side of a kick, from the register write to the host's thread. */
  kick: number;
  /** Host: fixed part per message, and per page discarded or given back. */
  host_request: number;
  host_inflate: number;
  /** Host: per page of an inflate message that the host had no memory for, or could not take. */
  host_inflate_absent: number;
  host_deflate: number;
  /** Host: per page of a free page report that had memory. */
  host_report: number;
  /** Interrupt delivery and handler entry. */
  irq: number;
  /** Waking a task on another vCPU; context switch. */
  wakeup: number;
  context_switch: number;
  /** One config space access of up to four bytes. */
  config_access: number;
  /** Compaction: looking at a page, and moving one. */
  compact_scan: number;
  migrate_page: number;
  /** drop_caches, per clean page. */
  drop_caches: number;
}

export interface guest_config {
  /** LINUX_VERSION_CODE of the guest kernel, e.g. 0x050700. */
  linux_version: number;
  /** The same for the generation of the balloon driver. */
  driver_version: number;
  /** virtio_balloon.oom_pages of the v4.14 driver. */
  oom_pages: number;
  /** The guest's pages have 2^page_shift bytes: 12, or 16 as arm64 may have it. */
  page_shift: number;
  /** Guest RAM in pages. */
  nr_pages: number;
  nr_cpus: number;
  /** Scheduler ticks per second of the guest (CONFIG_HZ). */
  hz: number;
  /** Compaction of memory, and with it moving the balloon's pages. */
  CONFIG_COMPACTION: boolean;
  CONFIG_BALLOON_COMPACTION: boolean;
  /** Without it the driver does not take VIRTIO_BALLOON_F_REPORTING. */
  CONFIG_PAGE_REPORTING: boolean;
  /** Without it the balloon's statistics lack those of events. */
  CONFIG_VM_EVENT_COUNTERS: boolean;
  /** Transparent huge pages "always": khugepaged raises min_free_kbytes. */
  thp: boolean;
  /** vm.min_free_kbytes set by the user, in KiB; 0 leaves the kernel's own choice. */
  min_free_kbytes: number;
  /** vm.watermark_scale_factor. */
  watermark_scale_factor: number;
  /** vm.swappiness. */
  swappiness: number;
  /** Pages of the swap device; 0 for none. */
  nr_swap_pages: number;
  /** Limit of the disk in pages per second; 0 for none. */
  disk_limit: number;
  /** Guest pages in use before the scenario starts: kernel, initramfs, init and its like. */
  files: file_config[];
  /** How virtio devices are attached. */
  transport: Transport;
  /** VIRTIO_F_RING_PACKED is offered. */
  ring_packed: boolean;
  /** Other feature bits of the ring that are offered: indirect descriptors, event index. */
  ring_features: number;
  /** page_poison=1 on the kernel's command line: freed pages are filled with a pattern. */
  page_poison: boolean;
  /** Feature bits of its own that the balloon offers. */
  device_features: number;
  /** Guest pages in a page of the host, which is the larger one: a power of two up to 512. */
  host_page_pages: number;
  /** Seconds between the host's requests for statistics; 0 for none. */
  stats_poll_interval: number;
  /** Share of the vCPUs' time that the host gives to others, in thousandths. */
  steal: number;
  /** ns between two decisions of the host's scheduler. */
  steal_slice: number;
  costs: cost_config;
  timeline: step_config[];
}

export declare const config: guest_config;
