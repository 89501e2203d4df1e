/**
 * migration/ram.c of QEMU 8.1: copies the guest to another host while it runs. Differs: one pass
 * over memory, as nobody tracks what the guest writes meanwhile, and so no downtime; pages without
 * memory are known to be zero. Runs in the timeline's thread. Sleeps: while pages are on their way.
 */
import { schedule_timeout, trace_event } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { VIRTIO_BALLOON_PAGES_PER_PAGE } from "../page_size.ts";
import { RAM_PRESENT, ram_state } from "../ram.ts";
import { VIRTIO_BALLOON_F_FREE_PAGE_HINT } from "../virtio/uapi.ts";
import { hasFeatureBit } from "../virtio/virtio_config.ts";
import {
  free_page_hints,
  virtio_balloon_free_page_done,
  virtio_balloon_free_page_start,
  virtio_balloon_free_page_stop,
} from "./free_page_hint.ts";
import type { VirtIOBalloon } from "./virtio_balloon.ts";

/** 4 KiB pages sent between two looks at the clock: 4 MiB. */
const CHUNK_PAGES = 1024;
const HOST_PAGE_MASK = -config.host_page_pages;

/** Of the last migration: 4 KiB pages sent, and pages of zeroes that were only mentioned. */
export const ram_counters = { normal: 0, duplicate: 0 };

/** Sends all memory at `rate` pages of 4 KiB a second. */
export function migrate(dev: VirtIOBalloon, rate: number): void {
  const hints = hasFeatureBit(dev.vdev.guest_features, VIRTIO_BALLOON_F_FREE_PAGE_HINT);
  const bitmap = new Uint8Array(config.nr_pages).fill(1);
  ram_counters.normal = 0;
  ram_counters.duplicate = 0;
  free_page_hints.hinted = 0;
  free_page_hints.migration_bitmap = bitmap;
  if (hints) {
    virtio_balloon_free_page_stop(dev.vdev);
    virtio_balloon_free_page_start(dev.vdev);
  }
  let position = 0;
  while (position < bitmap.length) {
    const sent = ram_counters.normal;
    position = ram_save_iterate(bitmap, position);
    const nr_pages = ram_counters.normal - sent;
    schedule_timeout(Math.max(1, Math.round((nr_pages * 1_000_000_000) / rate)), "migration");
  }
  free_page_hints.migration_bitmap = null;
  if (hints) {
    virtio_balloon_free_page_done(dev.vdev);
  }
  trace_event("migrated", ram_counters.normal, free_page_hints.hinted);
}

/** Sends one chunk from `position` on; returns where the next one begins. */
function ram_save_iterate(bitmap: Uint8Array, position: number): number {
  let pfn = position;
  let nr_pages = 0;
  while (pfn < bitmap.length && nr_pages < CHUNK_PAGES) {
    if (bitmap[pfn] !== 0) {
      bitmap[pfn] = 0;
      if ((ram_state[pfn & HOST_PAGE_MASK] & RAM_PRESENT) !== 0) {
        nr_pages += VIRTIO_BALLOON_PAGES_PER_PAGE;
      } else {
        ram_counters.duplicate += VIRTIO_BALLOON_PAGES_PER_PAGE;
      }
    }
    pfn++;
  }
  ram_counters.normal += nr_pages;
  return pfn;
}
