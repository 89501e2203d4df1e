/**
 * mm/swapfile.c and include/linux/swapops.h, v5.7: the slots of the swap device. Differs: one device;
 * slots are dealt one by one, the one given back last first, not from clusters; each has one user.
 * Sleeps: never.
 *
 * A page of a process that is in slot 5 has the entry -2 - 5 = -7 in the page tables; -1 is a page
 * that was never touched.
 */
import { config } from "../config.ts";
import { NULL_PAGE, type mm_struct, type Page, type PageCount } from "./mm_types.ts";

const FIRST_SWAP_ENTRY = -2;

/** What a slot is. The device may still be writing to one that nobody uses any more. */
const SLOT_USED = 1;
const SLOT_WRITING = 2;

export const total_swap_pages: PageCount = config.nr_swap_pages;
const swap_map = new Uint8Array(total_swap_pages);
/** The swap cache: the page whose content the slot has or gets; NULL_PAGE for none. */
export const swap_cache = new Int32Array(total_swap_pages).fill(NULL_PAGE);
/** Free slots in a chain; those from `nextUnused` on have never been in use. */
const nextFree = new Int32Array(total_swap_pages);
let firstFree = -1;
let nextUnused = 0;
let nr_swap_pages: PageCount = config.nr_swap_pages;

/** Free slots. */
export function get_nr_swap_pages(): PageCount {
  return nr_swap_pages;
}

/** A slot for a page, or -1 when the device is full. */
export function get_swap_page(): number {
  let slot = firstFree;
  if (slot >= 0) {
    firstFree = nextFree[slot];
  } else if (nextUnused < total_swap_pages) {
    slot = nextUnused;
    nextUnused++;
  } else {
    return -1;
  }
  swap_map[slot] = SLOT_USED;
  nr_swap_pages--;
  return slot;
}

/** Nobody needs what is in the slot. */
export function swap_free(slot: number): void {
  swap_map[slot] &= ~SLOT_USED;
  releaseSlot(slot);
}

export function startSlotWrite(slot: number): void {
  swap_map[slot] |= SLOT_WRITING;
}

export function endSlotWrite(slot: number): void {
  swap_map[slot] &= ~SLOT_WRITING;
  releaseSlot(slot);
}

function releaseSlot(slot: number): void {
  if (swap_map[slot] === 0) {
    nextFree[slot] = firstFree;
    firstFree = slot;
    nr_swap_pages++;
  }
}

export function swp_entry_to_pte(slot: number): number {
  return FIRST_SWAP_ENTRY - slot;
}

export function is_swap_pte(pte: number): boolean {
  return pte <= FIRST_SWAP_ENTRY;
}

export function pte_to_swp_entry(pte: number): number {
  return FIRST_SWAP_ENTRY - pte;
}

/** The page of `mm` at `address` goes to `slot`; its entry says so from now on. */
export function set_pte_swapped(mm: mm_struct, address: PageCount, slot: number): void {
  mm.pte[address] = swp_entry_to_pte(slot);
  mm.rss--;
  mm.swapents++;
}

/** Slots that somebody uses. */
export function usedSlots(): PageCount {
  let used = 0;
  for (let slot = 0; slot < nextUnused; slot++) {
    if ((swap_map[slot] & SLOT_USED) !== 0) {
      used++;
    }
  }
  return used;
}

/** The page of the swap cache that belongs to `slot`, or NULL_PAGE. */
export function lookup_swap_cache(slot: number): Page {
  return swap_cache[slot] as Page;
}
