/**
 * The guest's memory as the host takes and gives it: system/physmem.c and the page handling of
 * hw/virtio/virtio-balloon.c of QEMU 8.1. Differs: the guest's RAM is one block, without the hole
 * for devices below 4 GiB.
 */
import { config } from "../config.ts";
import { BALLOON_SHIFT, VIRTIO_BALLOON_PAGES_PER_PAGE } from "../page_size.ts";
import { discardRam, RAM_BALLOON, ram_state } from "../ram.ts";

/** A host page of which the guest has put a part into the balloon (`PartiallyBalloonedPage`). */
interface PartiallyBalloonedPage {
  /** First guest page in it; -1 for none. */
  base: number;
  /** Which guest pages of it were named, and how many. */
  bitmap: Uint8Array;
  count: number;
}

const HOST_PAGE = config.host_page_pages;

/** One is enough: it does not outlive the message that it was made for. */
const pbp: PartiallyBalloonedPage = { base: -1, bitmap: new Uint8Array(HOST_PAGE), count: 0 };

/** 4 KiB pages that the guest has put into the balloon, whether or not the host could take them. */
let inBalloon = 0;

export function ramInBalloon(): number {
  return inBalloon;
}

/**
 * The message "in the balloon now": discards the pages (MADV_DONTNEED) and returns how many had
 * memory. What is not RAM is skipped. Larger host pages go when all of their parts are named in one
 * and the same message, which for 2 MiB can never be, since a message names 1 MiB. Of a guest page
 * of several units all are named, one after the other: the first one speaks for them.
 */
export function balloon_inflate_pages(pfns: Uint32Array, count: number): number {
  let nr_discarded = 0;
  forgetPartialPage();
  for (let i = 0; i < count; i += VIRTIO_BALLOON_PAGES_PER_PAGE) {
    const pfn = pfns[i] >>> BALLOON_SHIFT;
    if (pfn < ram_state.length) {
      markInflated(pfn);
      if (HOST_PAGE === 1 ? discardRam(pfn) : completesHostPage(pfn) && discardRam(pbp.base)) {
        nr_discarded += VIRTIO_BALLOON_PAGES_PER_PAGE;
      }
    }
  }
  return nr_discarded;
}

/** The message "out of the balloon": the guest may write to the pages again (MADV_WILLNEED). */
export function balloon_deflate_pages(pfns: Uint32Array, count: number): void {
  for (let i = 0; i < count; i += VIRTIO_BALLOON_PAGES_PER_PAGE) {
    const pfn = pfns[i] >>> BALLOON_SHIFT;
    if (pfn < ram_state.length && (ram_state[pfn] & RAM_BALLOON) !== 0) {
      ram_state[pfn] &= ~RAM_BALLOON;
      inBalloon -= VIRTIO_BALLOON_PAGES_PER_PAGE;
    }
  }
}

/** Discards `nr_pages` from `pfn` on, whole host pages only; returns how many units of 4 KiB had memory. */
export function ram_block_discard_range(pfn: number, nr_pages: number): number {
  if ((pfn | nr_pages) % HOST_PAGE !== 0) {
    return 0;
  }
  let nr_discarded = 0;
  for (let at = pfn; at < pfn + nr_pages; at += HOST_PAGE) {
    if (discardRam(at)) {
      nr_discarded += HOST_PAGE * VIRTIO_BALLOON_PAGES_PER_PAGE;
    }
  }
  return nr_discarded;
}

function markInflated(pfn: number): void {
  if ((ram_state[pfn] & RAM_BALLOON) === 0) {
    ram_state[pfn] |= RAM_BALLOON;
    inBalloon += VIRTIO_BALLOON_PAGES_PER_PAGE;
  }
}

/** Notes one part of a host page; a part of another one makes it forget the first. */
function completesHostPage(pfn: number): boolean {
  const base = pfn - (pfn % HOST_PAGE);
  if (base !== pbp.base) {
    forgetPartialPage();
    pbp.base = base;
  }
  if (pbp.bitmap[pfn - base] === 0) {
    pbp.bitmap[pfn - base] = 1;
    pbp.count++;
  }
  return pbp.count === HOST_PAGE;
}

function forgetPartialPage(): void {
  if (pbp.base >= 0) {
    pbp.base = -1;
    pbp.count = 0;
    pbp.bitmap.fill(0);
  }
}
