/** mm/page_alloc.c and mm/internal.h, v5.7: whether a zone has enough free pages. Sleeps: never. */
import { nr_free } from "./buddy.ts";
import type { PageCount } from "./mm_types.ts";
import { WMARK_HIGH, WMARK_LOW, WMARK_MIN, type zone } from "./mmzone.ts";
import { MAX_ORDER } from "./page.ts";
import { NR_VM_ZONE_STAT_ITEMS, vm_zone_stat } from "./vmstat.ts";

/** Ours: a watermark, by its number in the lowest two bits, and the bits ALLOC_*. */
export type AllocFlags = number;
export const ALLOC_WMARK_MIN = WMARK_MIN;
export const ALLOC_WMARK_LOW = WMARK_LOW;
export const ALLOC_WMARK_HIGH = WMARK_HIGH;
export const ALLOC_NO_WATERMARKS = 0x4;
export const ALLOC_WMARK_MASK = 0x3;
export const ALLOC_OOM = 0x8;

/** For single pages, by far the most, one comparison; `__zone_watermark_ok` for the rest. */
export function zone_watermark_fast(
  z: zone,
  order: number,
  mark: PageCount,
  highest_zoneidx: number,
  alloc_flags: AllocFlags,
): boolean {
  const free_pages = vm_zone_stat[z.zone_idx * NR_VM_ZONE_STAT_ITEMS];
  if (order === 0 && (alloc_flags & ALLOC_OOM) === 0) {
    return free_pages > mark + z.lowmem_reserve[highest_zoneidx];
  }
  return __zone_watermark_ok(z, order, mark, highest_zoneidx, alloc_flags, free_pages);
}

/** The test on the zone's present state. */
export function zone_watermark_ok(
  z: zone,
  order: number,
  mark: PageCount,
  highest_zoneidx: number,
): boolean {
  const free_pages = vm_zone_stat[z.zone_idx * NR_VM_ZONE_STAT_ITEMS];
  return __zone_watermark_ok(z, order, mark, highest_zoneidx, 0, free_pages);
}

/** Whether `nr_pages` free pages are above `mark` and the reserve after an allocation of `order`. */
export function __zone_watermark_ok(
  z: zone,
  order: number,
  mark: PageCount,
  highest_zoneidx: number,
  alloc_flags: AllocFlags,
  nr_pages: PageCount,
): boolean {
  const free_pages = nr_pages - ((1 << order) - 1);
  const min = (alloc_flags & ALLOC_OOM) !== 0 ? mark - (mark >> 1) : mark;
  if (free_pages <= min + z.lowmem_reserve[highest_zoneidx]) {
    return false;
  }
  return order === 0 || hasBlock(z, order);
}

function hasBlock(z: zone, order: number): boolean {
  for (let o = order; o < MAX_ORDER; o++) {
    if (nr_free[z.zone_idx * MAX_ORDER + o] > 0) {
      return true;
    }
  }
  return false;
}
