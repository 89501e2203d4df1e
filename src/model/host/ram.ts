/**
 * The guest's memory as the host sees it: which of its pages the host has taken back. As
 * system/physmem.c of QEMU 8.1, for host pages of 4 KiB. Differs: the guest's RAM is one block,
 * without the hole for devices below 4 GiB.
 */
import { config } from "../config.ts";

/** The host backs the page, or will when the guest touches it. */
export const RAM_PRESENT = 0;
/** Discarded (MADV_DONTNEED): the balloon has it. */
export const RAM_DISCARDED = 1;

/** State of each page, by guest page frame number. */
export const ram_state = new Uint8Array(config.nr_pages);

/** Number of pages that are discarded. */
let discarded = 0;

export function ram_discarded(): number {
  return discarded;
}

/** Takes the guest's pages `pfns[0..count-1]` back; addresses that are not RAM are skipped. */
export function ram_block_discard(pfns: Uint32Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const pfn = pfns[i];
    if (pfn < ram_state.length && ram_state[pfn] !== RAM_DISCARDED) {
      ram_state[pfn] = RAM_DISCARDED;
      discarded++;
    }
  }
}

/** Lets the guest have the pages `pfns[0..count-1]` again (MADV_WILLNEED). */
export function ram_block_willneed(pfns: Uint32Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const pfn = pfns[i];
    if (pfn < ram_state.length && ram_state[pfn] !== RAM_PRESENT) {
      ram_state[pfn] = RAM_PRESENT;
      discarded--;
    }
  }
}
