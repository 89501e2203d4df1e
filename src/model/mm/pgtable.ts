/**
 * kernel/fork.c and mm/memory.c, v5.7: a process's memory map and its page tables. Differs: one
 * mapping, from address 0 on; tables of one level, whose entries are in an array beside the pages
 * that they take. Sleeps: never.
 */
import { free_unref_page } from "./buddy.ts";
import { NULL_PAGE, type mm_struct, type PageCount } from "./mm_types.ts";
import { allocListHead, freeListHead, list_del, list_empty, list_first } from "./page.ts";
import { PAGE_SIZE } from "../page_size.ts";
import { NR_PAGETABLE, vmstat } from "./vmstat.ts";

/** madvise(MADV_HUGEPAGE) and madvise(MADV_NOHUGEPAGE) of the mapping. */
export const VM_HUGEPAGE = 0x20000000;
export const VM_NOHUGEPAGE = 0x40000000;
/** Pages that one table maps: entries of 8 bytes. */
export const PTRS_PER_PTE = PAGE_SIZE / 8;
/** Pages that a huge page takes; with pages of 64 KiB there are none. */
export const HPAGE_PMD_NR = 512;
export const HPAGE_PMD_ORDER = 9;
/** Counters of the memory cgroup that a fault moves: charge, anonymous pages, LRU. */
export const STATS_PER_FAULT = 3;

/** The processes by number; null where a number is free. */
export const mms: (mm_struct | null)[] = [];

/** Memory of a process that spans `total_vm` pages, none of them touched yet. */
export function mm_alloc(total_vm: PageCount, vm_flags: number): mm_struct {
  const pte = new Int32Array(total_vm);
  pte.fill(NULL_PAGE);
  const mm: mm_struct = {
    id: freeId(),
    pte,
    vm_flags,
    rss: 0,
    swapents: 0,
    total_vm,
    pgtables: allocListHead(),
    nr_ptes: 0,
    oom_skip: false,
  };
  mms[mm.id] = mm;
  return mm;
}

/** The map goes, its pages having gone before. */
export function mmdrop(mm: mm_struct): void {
  free_pgtables(mm);
  freeListHead(mm.pgtables);
  mm.pte = new Int32Array(0);
  mms[mm.id] = null;
}

function free_pgtables(mm: mm_struct): void {
  while (!list_empty(mm.pgtables)) {
    const page = list_first(mm.pgtables);
    list_del(page);
    free_unref_page(page);
    vmstat[NR_PAGETABLE]--;
  }
  mm.nr_ptes = 0;
}

function freeId(): number {
  let id = 0;
  while (id < mms.length && mms[id] !== null) {
    id++;
  }
  if (id === mms.length) {
    mms.push(null);
  }
  return id;
}
