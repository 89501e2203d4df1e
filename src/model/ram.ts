/**
 * The guest's RAM between guest and host: which of its pages have memory of the host behind them.
 * A page gets some when it is first written, by the guest or by a device for it (`touchRam`), and
 * loses it when the host discards it. Only writes count: reading a page that is absent needs no
 * memory, and nobody does. Not part of either side, so that neither has to know the other.
 *
 * Host pages may be larger than the guest's: then the state of the first guest page in one stands
 * for all of them. Where they are smaller, those of a guest page come and go together.
 */
import { BUG } from "../machine/primitives.ts";
import { config } from "./config.ts";
import { VIRTIO_BALLOON_PAGES_PER_PAGE } from "./page_size.ts";

/** The host has memory for the page. */
export const RAM_PRESENT = 1;
/** The guest has put the page into the balloon. */
export const RAM_BALLOON = 2;

/** State of each page, by guest page frame number. */
export const ram_state = new Uint8Array(config.nr_pages);

const HOST_PAGE_MASK = -config.host_page_pages;
/** Units of 4 KiB that come and go together. */
const UNITS_AT_ONCE = config.host_page_pages * VIRTIO_BALLOON_PAGES_PER_PAGE;

/** Pages of 4 KiB that have memory of the host: its resident set, as far as it is the guest's. */
let presentPages = 0;

export function ramPresent(): number {
  return presentPages;
}

/** The guest, or a device on its behalf, writes to page `pfn`. */
export function touchRam(pfn: number): void {
  if ((ram_state[pfn & HOST_PAGE_MASK] & RAM_PRESENT) === 0) {
    hostFault(pfn);
  }
}

/** Takes the host page at `pfn` away; false when there was none. */
export function discardRam(pfn: number): boolean {
  if ((ram_state[pfn] & RAM_PRESENT) === 0) {
    return false;
  }
  ram_state[pfn] &= ~RAM_PRESENT;
  presentPages -= UNITS_AT_ONCE;
  return true;
}

/** The host finds memory for the page that `pfn` lies in. */
function hostFault(pfn: number): void {
  if ((ram_state[pfn] & RAM_BALLOON) !== 0) {
    BUG(`the guest writes to page ${pfn}, which is in its balloon`);
  }
  ram_state[pfn & HOST_PAGE_MASK] |= RAM_PRESENT;
  presentPages += UNITS_AT_ONCE;
}
