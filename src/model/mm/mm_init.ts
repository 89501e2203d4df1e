/**
 * mm/page_alloc.c and mm/memblock.c, v5.7: zones, watermarks and reserves at boot. Differs: what
 * the kernel keeps of RAM is computed from its size, so that the managed sizes are those of real
 * guests (Debian's 6.1 on QEMU's pc machine, 512 to 2048 MiB, 4.19.0 and 5.7.14 at 1 and 2 GiB,
 * exact to the page). Sleeps: never.
 */
import { config } from "../config.ts";
import { __free_one_page, __rmqueue, free_unref_page } from "./buddy.ts";
import { NULL_PAGE, type Page, type PageCount } from "./mm_types.ts";
import {
  contig_page_data,
  DMA_PAGES,
  LOWMEM_PAGES,
  makeZone,
  node_zonelist,
  WMARK_HIGH,
  WMARK_LOW,
  WMARK_MIN,
  ZONE_DMA,
  ZONE_DMA32,
  ZONE_MOVABLE,
  ZONE_NORMAL,
  zones,
  type zone,
} from "./mmzone.ts";
import {
  FREE_AREA_HEADS,
  INIT_LIST_HEAD,
  LRU_HEADS,
  MAX_NR_ZONES,
  MAX_ORDER,
  page_flags,
  PG_reserved,
} from "./page.ts";
import { KIB_PER_PAGE, PAGE_SHIFT, PAGE_SIZE, BALLOON_SHIFT } from "../page_size.ts";
import { MIGRATE_MOVABLE, pageblock_init } from "./pageblock.ts";
import { calculate_totalreserve_pages, totalram_pages_add } from "./page_alloc.ts";
import { __mod_zone_freepage_state } from "./vmstat.ts";

/** Below 16 MiB: BIOS, real mode and the first page tables. */
const DMA_RESERVED = 256 >> BALLOON_SHIFT;
/**
 * Kernel text, data, crash notes, per-CPU areas: the same on every guest of a measured kernel. The
 * 6.1 was a distribution's; 4.19.0 and 5.7.14 were built with little in them.
 */
const KERNEL_RESERVED =
  (config.linux_version >= 0x060000 ? 8316 : config.linux_version >= 0x050000 ? 2211 : 2572) >>
  BALLOON_SHIFT;
/** Init sections and the unpacked initramfs, which the kernel frees when it has booted. */
const INIT_PAGES = 2545 >> BALLOON_SHIFT;
/** Pages of the dentry and the inode hash tables of a 512 MiB guest; they double with RAM. */
const HASH_PAGES_512M = 192 >> BALLOON_SHIFT;
const PAGES_512M = 131072 >> BALLOON_SHIFT;
/** One `struct page` of 64 bytes for each page. */
const PAGES_PER_MEMMAP_PAGE = PAGE_SIZE / 64;

/** By zone: 1/ratio of the zones above is kept from their requests. */
const sysctl_lowmem_reserve_ratio: number[] = [256, 256, 32, 0];
/** vm.watermark_scale_factor: ten-thousandths of a zone between its watermarks. */
let watermark_scale_factor = 10;
/** From 5.7 on the kernel's own choice may reach 256 MiB; before, 64 MiB. */
const MIN_FREE_KBYTES_CAP = config.linux_version >= 0x050700 ? 262144 : 65536;

/** 1 MiB, and half of that in v4.14. */
const MAX_BATCH_PAGES = (config.linux_version < 0x040f00 ? 128 : 256) >> BALLOON_SHIFT;
/** From 5.14 on per-CPU lists take their length from the low watermark. */
const BATCHES_FROM_WATERMARK = config.linux_version >= 0x050e00;

/** From 5.10 on boot puts memory at the tails of the free lists. */
const LOWEST_FRAMES_FIRST = config.linux_version >= 0x050a00;

let min_free_kbytes = 1024;
/** vm.min_free_kbytes as the user set it; -1 leaves the choice to the kernel. */
let user_min_free_kbytes = -1;
/** Frames that are given to the allocator at the end of boot. */
let init_start_pfn = 0;

/** Builds the zones and gives RAM to the allocator, all but the init sections. */
export function mem_init(): void {
  for (let head = FREE_AREA_HEADS; head < LRU_HEADS; head++) {
    INIT_LIST_HEAD(head);
  }
  pageblock_init();
  zones.push(makeZone("DMA", ZONE_DMA, 0, Math.min(DMA_PAGES, LOWMEM_PAGES)));
  zones.push(makeZone("DMA32", ZONE_DMA32, DMA_PAGES, LOWMEM_PAGES));
  zones.push(makeZone("Normal", ZONE_NORMAL, LOWMEM_PAGES, config.nr_pages));
  zones.push(makeZone("Movable", ZONE_MOVABLE, config.nr_pages, config.nr_pages));
  const memmap_pages =
    Math.floor(config.nr_pages / PAGES_PER_MEMMAP_PAGE) + alloc_large_system_hash();
  const top = config.nr_pages - memmap_pages;
  init_start_pfn = DMA_PAGES + KERNEL_RESERVED;
  reserve(0, DMA_RESERVED);
  reserve(DMA_PAGES, init_start_pfn + INIT_PAGES);
  reserve(top, config.nr_pages);
  memblock_free_pages(zones[ZONE_DMA], DMA_RESERVED, DMA_PAGES);
  memblock_free_pages(zones[ZONE_DMA32], init_start_pfn + INIT_PAGES, Math.min(LOWMEM_PAGES, top));
  memblock_free_pages(zones[ZONE_NORMAL], LOWMEM_PAGES, top);
  build_zonelists();
  init_per_zone_wmark_min();
}

/** Hash tables have a power of two entries: one dentry for 8 KiB of RAM, one inode for 16 KiB. */
function alloc_large_system_hash(): PageCount {
  let tables = HASH_PAGES_512M;
  let ram = PAGES_512M;
  while (ram < config.nr_pages) {
    ram *= 2;
    tables *= 2;
  }
  while (ram >= config.nr_pages * 2) {
    ram /= 2;
    tables /= 2;
  }
  return Math.ceil(tables);
}

function reserve(start: number, end: number): void {
  page_flags.fill(PG_reserved, start, end);
}

/** Frees the largest aligned blocks. What is freed last is used first. */
function memblock_free_pages(z: zone, start: number, end: number): void {
  if (LOWEST_FRAMES_FIRST) {
    freeDownwards(z, start, end);
  } else {
    freeUpwards(z, start, end);
  }
  if (end > start) {
    z.managed_pages += end - start;
    totalram_pages_add(end - start);
    __mod_zone_freepage_state(z.zone_idx, end - start);
  }
}

function freeUpwards(z: zone, start: number, end: number): void {
  let pfn = start;
  while (pfn < end) {
    let order = MAX_ORDER - 1;
    while ((pfn & ((1 << order) - 1)) !== 0 || pfn + (1 << order) > end) {
      order--;
    }
    freeBootBlock(z, pfn, order);
    pfn += 1 << order;
  }
}

function freeDownwards(z: zone, start: number, end: number): void {
  let pfn = end;
  while (pfn > start) {
    let order = MAX_ORDER - 1;
    while ((pfn & ((1 << order) - 1)) !== 0 || pfn - (1 << order) < start) {
      order--;
    }
    pfn -= 1 << order;
    freeBootBlock(z, pfn, order);
  }
}

function freeBootBlock(z: zone, pfn: number, order: number): void {
  page_flags[pfn] = 0;
  __free_one_page(z, pfn, order, MIGRATE_MOVABLE);
}

function build_zonelists(): void {
  for (const z of zones) {
    if (z.managed_pages > 0) {
      contig_page_data.node_zones.push(z);
    }
  }
  for (let i = zones.length - 1; i >= 0; i--) {
    if (zones[i].managed_pages > 0) {
      node_zonelist.push(zones[i]);
    }
  }
}

/** Gives the init sections and the initramfs to the allocator: page by page, to this CPU's list. */
export function free_initmem(): void {
  const z = zones[ZONE_DMA32];
  for (let pfn = init_start_pfn; pfn < init_start_pfn + INIT_PAGES; pfn++) {
    free_unref_page(pfn as Page);
  }
  z.managed_pages += INIT_PAGES;
  totalram_pages_add(INIT_PAGES);
}

/** Pages of one type that the kernel or init holds for good. */
export function reserveBootPages(
  z: zone,
  count: PageCount,
  migratetype: number,
  flags: number,
): void {
  for (let i = 0; i < count; i++) {
    const page: Page = __rmqueue(z, 0, migratetype, 0);
    if (page === NULL_PAGE) {
      return;
    }
    page_flags[page] = flags;
    __mod_zone_freepage_state(z.zone_idx, -1);
  }
}

/** What unmovable and user allocations of the kernel can use above the high watermarks. */
export function nr_free_buffer_pages(): PageCount {
  let sum = 0;
  for (const z of node_zonelist) {
    const high = z._watermark[WMARK_HIGH];
    if (z.managed_pages > high) {
      sum += z.managed_pages - high;
    }
  }
  return sum;
}

function init_per_zone_wmark_min(): void {
  calculate_min_free_kbytes();
  setup_per_zone_wmarks();
  setup_per_zone_lowmem_reserve();
}

/** The square root of 16 times low memory, both in KiB. */
export function calculate_min_free_kbytes(): void {
  const lowmem_kbytes = nr_free_buffer_pages() * KIB_PER_PAGE;
  const new_min_free_kbytes = int_sqrt(lowmem_kbytes * 16);
  if (new_min_free_kbytes > user_min_free_kbytes) {
    min_free_kbytes = Math.max(128, Math.min(new_min_free_kbytes, MIN_FREE_KBYTES_CAP));
  }
}

/** Raises min_free_kbytes to `kbytes`, unless it is as large already. */
export function raise_min_free_kbytes(kbytes: number): void {
  if (kbytes > min_free_kbytes) {
    min_free_kbytes = kbytes;
  }
}

/** A write to vm.min_free_kbytes. */
export function min_free_kbytes_sysctl_handler(kbytes: number): void {
  user_min_free_kbytes = kbytes;
  min_free_kbytes = kbytes;
  setup_per_zone_wmarks();
}

/** A write to vm.watermark_scale_factor. */
export function watermark_scale_factor_sysctl_handler(factor: number): void {
  watermark_scale_factor = factor;
  setup_per_zone_wmarks();
}

/** Shares min_free_kbytes among the zones by size; low and high follow in equal steps. */
export function setup_per_zone_wmarks(): void {
  const pages_min = min_free_kbytes >> (PAGE_SHIFT - 10);
  let lowmem_pages = 0;
  for (const z of node_zonelist) {
    lowmem_pages += z.managed_pages;
  }
  for (const z of node_zonelist) {
    const min = Math.floor((pages_min * z.managed_pages) / lowmem_pages);
    const scaled = Math.floor((z.managed_pages * watermark_scale_factor) / 10000);
    const gap = Math.max(min >> 2, scaled);
    z._watermark[WMARK_MIN] = min;
    z._watermark[WMARK_LOW] = min + gap;
    z._watermark[WMARK_HIGH] = min + 2 * gap;
    zone_pcp_update(z);
  }
  calculate_totalreserve_pages();
}

/** What a zone keeps back from requests that could use a higher one. */
function setup_per_zone_lowmem_reserve(): void {
  for (let j = 0; j < MAX_NR_ZONES; j++) {
    let managed_above = 0;
    for (let i = j - 1; i >= 0; i--) {
      managed_above += zones[i + 1].managed_pages;
      const ratio = sysctl_lowmem_reserve_ratio[i];
      zones[i].lowmem_reserve[j] = ratio > 0 ? Math.floor(managed_above / ratio) : 0;
    }
  }
  calculate_totalreserve_pages();
}

/** Length of the zone's per-CPU lists: six batches, or from 5.14 on a CPU's share of the low watermark. */
function zone_pcp_update(z: zone): void {
  const batch = Math.max(1, zone_batchsize(z));
  z.pageset_batch = batch;
  if (BATCHES_FROM_WATERMARK) {
    const share = Math.floor(z._watermark[WMARK_LOW] / config.nr_cpus);
    z.pageset_high = Math.max(share, batch << 2);
  } else {
    z.pageset_high = 6 * batch;
  }
}

/** A thousandth of the zone, but not too much, a quarter of it, and one less than a power of two. */
function zone_batchsize(z: zone): number {
  const limited = Math.min(z.managed_pages >> 10, MAX_BATCH_PAGES);
  const quarter = Math.max(1, limited >> 2);
  return rounddown_pow_of_two(quarter + (quarter >> 1)) - 1;
}

function rounddown_pow_of_two(n: number): number {
  let power = 1;
  while (power * 2 <= n) {
    power *= 2;
  }
  return power;
}

/** Exact for the sums of KiB that it is used for. */
function int_sqrt(n: number): number {
  let root = Math.floor(Math.sqrt(n));
  while (root * root > n) {
    root--;
  }
  return root;
}
