/**
 * mm/page_alloc.c, v5.7: what an allocation does when there is no free block of its type: it takes one
 * of another type, and if it can the whole pageblock. Differs: no watermark boost. Sleeps: never.
 */
import type { PageCount } from "./mm_types.ts";
import type { zone } from "./mmzone.ts";
import {
  FREE_AREA_HEADS,
  list_add,
  list_del,
  list_empty,
  list_first,
  MAX_ORDER,
  page_flags,
  page_order,
  PG_buddy,
  PG_lru,
  PG_offline,
} from "./page.ts";
import {
  change_pageblock_range,
  get_pageblock_migratetype,
  MIGRATE_MOVABLE,
  MIGRATE_PCPTYPES,
  MIGRATE_RECLAIMABLE,
  MIGRATE_UNMOVABLE,
  pageblock_end_pfn,
  pageblock_nr_pages,
  pageblock_order,
  pageblock_start_pfn,
} from "./pageblock.ts";

/** The other types by type, the better one first: `2 * type` and the number after it. */
const fallbacks: number[] = [
  MIGRATE_RECLAIMABLE,
  MIGRATE_MOVABLE,
  MIGRATE_RECLAIMABLE,
  MIGRATE_UNMOVABLE,
  MIGRATE_UNMOVABLE,
  MIGRATE_MOVABLE,
];
/** From this order on even a movable page may take the block that its memory is in. */
const STEALABLE_ORDER = pageblock_order >> 1;

/**
 * Moves a block of another type to the list of `start_migratetype`: the largest one, so that as much
 * as possible changes its type at once. False when there is none of at least `min_order`.
 */
export function __rmqueue_fallback(
  z: zone,
  order: number,
  start_migratetype: number,
  min_order: number,
): boolean {
  for (let current_order = MAX_ORDER - 1; current_order >= min_order; current_order--) {
    const page = find_suitable_fallback(z, current_order, start_migratetype);
    if (page >= 0) {
      const can_steal = can_steal_fallback(current_order, start_migratetype);
      if (!can_steal && current_order > order) {
        return takeSmallest(z, order, start_migratetype);
      }
      steal_suitable_fallback(z, page, start_migratetype, can_steal);
      return true;
    }
  }
  return false;
}

/** A movable page that cannot have the block disturbs it least with its smallest piece. */
function takeSmallest(z: zone, order: number, start_migratetype: number): boolean {
  for (let current_order = order; current_order < MAX_ORDER; current_order++) {
    const page = find_suitable_fallback(z, current_order, start_migratetype);
    if (page >= 0) {
      steal_suitable_fallback(z, page, start_migratetype, false);
      return true;
    }
  }
  return false;
}

/** The first block of `order` of another type; -1 when there is none. */
function find_suitable_fallback(z: zone, order: number, migratetype: number): number {
  const area = (z.zone_idx * MAX_ORDER + order) * MIGRATE_PCPTYPES;
  for (let i = 0; i < MIGRATE_PCPTYPES - 1; i++) {
    const head = FREE_AREA_HEADS + area + fallbacks[2 * migratetype + i];
    if (!list_empty(head)) {
      return list_first(head);
    }
  }
  return -1;
}

/** Pages that stay must not spread over many blocks; movable ones can be moved away again. */
function can_steal_fallback(order: number, start_migratetype: number): boolean {
  return order >= STEALABLE_ORDER || start_migratetype !== MIGRATE_MOVABLE;
}

/** Takes the free block, with `whole_block` all that is free around it, and maybe the type as well. */
function steal_suitable_fallback(
  z: zone,
  page: number,
  start_type: number,
  whole_block: boolean,
): void {
  const order = page_order[page];
  if (order >= pageblock_order) {
    change_pageblock_range(page, 1 << order, start_type);
  }
  if (order >= pageblock_order || !whole_block) {
    move_to_free_list(z, page, start_type);
    return;
  }
  // With pages of 64 KiB a pageblock is larger than ZONE_DMA.
  const start = Math.max(pageblock_start_pfn(page), z.zone_start_pfn);
  const end = Math.min(pageblock_end_pfn(page), z.zone_end_pfn);
  const old_block_type = get_pageblock_migratetype(page);
  const movable_pages = movablePages(start, end);
  const free_pages = move_freepages(z, start, end, start_type);
  let alike_pages = 0;
  if (start_type === MIGRATE_MOVABLE) {
    alike_pages = movable_pages;
  } else if (old_block_type === MIGRATE_MOVABLE) {
    // Of what does not move, nobody knows whether it can be reclaimed.
    alike_pages = pageblock_nr_pages - movable_pages - free_pages;
  }
  if (free_pages + alike_pages >= pageblock_nr_pages / 2) {
    change_pageblock_range(start, pageblock_nr_pages, start_type);
  }
}

function movablePages(start: number, end: number): PageCount {
  let movable = 0;
  for (let pfn = start; pfn < end; pfn++) {
    if ((page_flags[pfn] & (PG_lru | PG_offline)) !== 0) {
      movable++;
    }
  }
  return movable;
}

/** Puts all free blocks from `start` to `end` on the lists of `migratetype`; returns their pages. */
function move_freepages(z: zone, start: number, end: number, migratetype: number): PageCount {
  let pages_moved = 0;
  let pfn = start;
  while (pfn < end) {
    if ((page_flags[pfn] & PG_buddy) !== 0) {
      move_to_free_list(z, pfn, migratetype);
      pages_moved += 1 << page_order[pfn];
      pfn += 1 << page_order[pfn];
    } else {
      pfn++;
    }
  }
  return pages_moved;
}

function move_to_free_list(z: zone, page: number, migratetype: number): void {
  const area = z.zone_idx * MAX_ORDER + page_order[page];
  list_del(page);
  list_add(page, FREE_AREA_HEADS + area * MIGRATE_PCPTYPES + migratetype);
}
