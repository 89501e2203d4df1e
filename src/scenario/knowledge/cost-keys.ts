import type { KeyInfo } from "./key-info.ts";

/** Presets of `costs`. */
export const PRESETS: Readonly<Record<string, string>> = {
  hardware: "A server of 2019 under KVM.",
  tcg: "A processor emulated by QEMU, as in the recorded runs: kernel code is 20 to 50 times slower, the disk is not.",
  "tcg-fast":
    "As `tcg` on a quieter host: 5 ns an instruction instead of 8, as in the runs that compare drivers.",
};

/** Virtual time per operation. */
const DOCS: Readonly<Record<string, string>> = {
  anon_fault: "First touch of an anonymous page: the fault and zeroing the page.",
  anon_free: "Giving back one anonymous page at exit or munmap.",
  huge_fault: "First touch of a huge page of 2 MiB: the fault and zeroing all of it.",
  huge_free: "Giving back one huge page.",
  fork: "fork, exit and wait of a process without memory of its own.",
  file_read_hit: "Reading one page that is in the page cache: lookup and copy.",
  file_read_miss: "What a miss costs the processor beyond a hit: allocation, readahead, insertion.",
  disk_request: "The fixed part of a request to the disk.",
  disk_page: "The disk's time per page.",
  balloon_inflate: "Taking one page from the allocator and putting it on the balloon's list.",
  balloon_deflate: "Taking one page from the balloon's list and freeing it.",
  alloc_slowpath:
    "An allocation below the low watermark: waking kswapd and trying again, without reclaim.",
  shrink_scan: "Looking at one page of an LRU list in reclaim.",
  shrink_free: "Freeing one page in reclaim.",
  reclaim_pass: "One pass of direct reclaim that frees nothing, over all thirteen priorities.",
  shrink_node: "The fixed part of each call of shrink_node.",
  shrink_slab: "The fixed part of each call of do_shrink_slab.",
  out_of_memory: "Calling out_of_memory, without what its notifiers do.",
  kick: "The guest's side of a kick, from the register write to the host's thread.",
  host_request: "Host: the fixed part of each message.",
  host_inflate: "Host: discarding one page that it had memory for.",
  host_inflate_absent: "Host: a page of an inflate message that it had no memory for.",
  host_deflate: "Host: giving back one page.",
  host_report: "Host: discarding one page of a free page report that it had memory for.",
  irq: "Delivering an interrupt and entering its handler.",
  wakeup: "Waking a task on another virtual processor.",
  context_switch: "Switching to another task.",
  config_access: "One access of up to four bytes to the device's configuration.",
  compact_scan: "Compaction: looking at one page.",
  migrate_page: "Moving what one page holds to another one.",
  drop_caches: "drop_caches, per clean page.",
};

export const COST_KEYS: Readonly<Record<string, KeyInfo>> = {
  preset: {
    value: "choice",
    doc: "Where all costs come from that are not given here.",
    example: "preset: hardware",
    default: "hardware",
    choices: PRESETS,
  },
  ...Object.fromEntries(
    Object.entries(DOCS).map(([name, doc]) => [
      name,
      { value: "duration", doc, example: `${name}: 2us` } satisfies KeyInfo,
    ]),
  ),
};
