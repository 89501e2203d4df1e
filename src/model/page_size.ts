/**
 * asm/page.h and drivers/virtio/virtio_balloon.c: the size of the guest's pages, 4 KiB or 64 KiB, and
 * how many of the balloon's units of 4 KiB are in one. What boot and programs use of memory was
 * measured in pages of 4 KiB, so such numbers are shifted by BALLOON_SHIFT as well.
 */
import { config } from "./config.ts";

export const PAGE_SHIFT = config.page_shift;
export const PAGE_SIZE = 1 << PAGE_SHIFT;
export const KIB_PER_PAGE = PAGE_SIZE / 1024;

const VIRTIO_BALLOON_PFN_SHIFT = 12;
/** From a page frame number of the guest to the first of the balloon's in it. */
export const BALLOON_SHIFT = PAGE_SHIFT - VIRTIO_BALLOON_PFN_SHIFT;
export const VIRTIO_BALLOON_PAGES_PER_PAGE = 1 << BALLOON_SHIFT;
