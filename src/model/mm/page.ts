/**
 * include/linux/mm_types.h, page-flags.h and list.h: `struct page` as columns of typed arrays,
 * indexed by page frame number. Frame numbers run without a hole from 0 to the size of RAM: what a
 * PC shows above 4 GiB follows here directly on what lies below, so a frame number is also the
 * offset of its page in the host's RAM.
 *
 * The columns take 17 bytes a page; the host keeps one more, and a file's page slot four.
 *
 * A page is on at most one list: free list, per-CPU list, LRU, page list of a balloon, page tables
 * of a process. So one pair of links serves them all, like `page->lru`. List heads are numbers as well,
 * from `config.nr_pages` on. Head 100 with pages 3 and 7 on its list:
 *
 *     lru_next[100] = 3   lru_next[3] = 7   lru_next[7] = 100
 *     lru_prev[100] = 7   lru_prev[7] = 3   lru_prev[3] = 100
 */
import { config } from "../config.ts";
import type { Page } from "./mm_types.ts";
import { MIGRATE_PCPTYPES } from "./pageblock.ts";

export const PG_locked = 0x1;
export const PG_referenced = 0x2;
export const PG_uptodate = 0x4;
export const PG_lru = 0x8;
export const PG_active = 0x10;
export const PG_workingset = 0x20;
/** Ours, in place of a reference count: somebody sleeps on the page or copies from it. */
export const heldByReader = 0x40;
/** Starts the next readahead when it is read. */
export const PG_readahead = 0x80;
/** Memory of the kernel, never given back. */
export const PG_reserved = 0x100;
/** Has buffers that cannot be released: superblock and the like. */
export const PG_private = 0x200;
/** Of anonymous pages: the page tables say that it was used since reclaim last looked. */
export const pteYoung = PG_referenced;
/** Of anonymous pages: in the swap cache, mapped by nobody. It cannot move, as one with buffers. */
export const PG_swapcache = PG_private;
/** Of such pages: on its way to the disk. The same bit as PG_readahead, as PG_reclaim in Linux. */
export const PG_writeback = PG_readahead;
export const PG_swapbacked = 0x400;
/** Ours: memory of init and the initramfs. Nothing uses or reclaims it, but compaction may move it. */
export const initsMemory = PG_reserved | PG_swapbacked;
/** First page of a free block; its order is in `page_order`. */
export const PG_buddy = 0x800;
/** Of free blocks only: the host has been told. The same bit as PG_uptodate, as in Linux. */
export const PG_reported = PG_uptodate;
export const PG_offline = 0x1000;
export const PG_table = 0x2000;
/** Ours likewise: a pagevec holds a reference, so reclaim has to leave the page alone. */
export const inPagevec = 0x4000;
/** First page of a huge one; its order is in `page_order`. */
export const PG_head = 0x8000;

export const MAX_NR_ZONES = 4;
/** A line of the timeline may start a process that has 32 children at a time. */
const MAX_CHILDREN_AND_PARENT = 33;
/** Orders 0..10. */
export const MAX_ORDER = 11;
export const NR_LRU_LISTS = 5;

/** First free-list head: one for each zone, order and migrate type. */
export const FREE_AREA_HEADS = config.nr_pages;
/** First head of the per-CPU lists: one for each CPU, zone and migrate type. */
export const PCP_HEADS = FREE_AREA_HEADS + MAX_NR_ZONES * MAX_ORDER * MIGRATE_PCPTYPES;
export const LRU_HEADS = PCP_HEADS + config.nr_cpus * MAX_NR_ZONES * MIGRATE_PCPTYPES;
const DYNAMIC_HEADS = LRU_HEADS + NR_LRU_LISTS;
/** One for every process that may be alive at once, and some for balloons and edits. */
export const NR_PROCESSES = 128 + MAX_CHILDREN_AND_PARENT * config.timeline.length;
const NR_DYNAMIC_HEADS = 16 + NR_PROCESSES;
const NR_LINKS = DYNAMIC_HEADS + NR_DYNAMIC_HEADS;

export const lru_next = new Int32Array(NR_LINKS);
export const lru_prev = new Int32Array(NR_LINKS);
/** Offset in its file or mapping, in pages. */
export const page_index = new Int32Array(config.nr_pages);
/** Number of its file in `inodes`, for pages of the page cache; of its process for anonymous ones. */
export const page_mapping = new Uint16Array(config.nr_pages);
/** One block longer than RAM, so that the buddy of the last block can be looked at. */
export const page_flags = new Uint16Array(config.nr_pages + 1024);
export const page_order = new Uint8Array(config.nr_pages + 1024);

/** Heads given out by `allocListHead`, and those given back, chained through `lru_next`. */
let nrDynamicHeads = 0;
let freeHeads = -1;

/** An empty list; -1 when all heads are in use. */
export function allocListHead(): number {
  let head = freeHeads;
  if (head >= 0) {
    freeHeads = lru_next[head];
  } else {
    if (nrDynamicHeads === NR_DYNAMIC_HEADS) {
      return -1;
    }
    head = DYNAMIC_HEADS + nrDynamicHeads;
    nrDynamicHeads++;
  }
  INIT_LIST_HEAD(head);
  return head;
}

export function freeListHead(head: number): void {
  lru_next[head] = freeHeads;
  freeHeads = head;
}

export function INIT_LIST_HEAD(head: number): void {
  lru_next[head] = head;
  lru_prev[head] = head;
}

export function list_empty(head: number): boolean {
  return lru_next[head] === head;
}

export function list_add(page: number, head: number): void {
  const next = lru_next[head];
  lru_prev[next] = page;
  lru_next[page] = next;
  lru_prev[page] = head;
  lru_next[head] = page;
}

export function list_add_tail(page: number, head: number): void {
  const prev = lru_prev[head];
  lru_next[prev] = page;
  lru_prev[page] = prev;
  lru_next[page] = head;
  lru_prev[head] = page;
}

export function list_del(page: number): void {
  const next = lru_next[page];
  const prev = lru_prev[page];
  lru_next[prev] = next;
  lru_prev[next] = prev;
}

/** The first page of a list that is not empty. */
export function list_first(head: number): Page {
  return lru_next[head] as Page;
}

export function PageLocked(page: Page): boolean {
  return (page_flags[page] & PG_locked) !== 0;
}

export function PageUptodate(page: Page): boolean {
  return (page_flags[page] & PG_uptodate) !== 0;
}

/** The frame number that the host is told. */
export function page_to_pfn(page: Page): number {
  return page;
}

export function pfn_to_page(pfn: number): Page {
  return pfn as Page;
}
