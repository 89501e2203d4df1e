/**
 * mm/page_alloc.c, v5.7 and v6.1: the buddy allocator and the per-CPU lists before it. Differs:
 * per-CPU lists hold single pages. Sleeps: never.
 *
 * A free block is on the list of the migrate type that it was freed or split with; its pageblock's
 * type says where a page goes when it is freed. The two differ where a block was taken from
 * another type without its pageblock.
 *
 * A page on a per-CPU list is not free for the watermarks: NR_FREE_PAGES moves by whole batches,
 * when a list is refilled or has grown too long.
 */
import { smp_processor_id } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { __rmqueue_fallback } from "./fallback.ts";
import { NULL_PAGE, type Page, type PageCount } from "./mm_types.ts";
import {
  DMA_PAGES,
  LOWMEM_PAGES,
  node_zonelist,
  ZONE_DMA,
  ZONE_DMA32,
  ZONE_NORMAL,
  zones,
  type zone,
} from "./mmzone.ts";
import {
  FREE_AREA_HEADS,
  list_add,
  list_add_tail,
  list_del,
  lru_next,
  lru_prev,
  MAX_NR_ZONES,
  MAX_ORDER,
  page_flags,
  page_order,
  PCP_HEADS,
  PG_buddy,
} from "./page.ts";
import {
  change_pageblock_range,
  get_pageblock_migratetype,
  MIGRATE_MOVABLE,
  MIGRATE_PCPTYPES,
  MIGRATE_UNMOVABLE,
  pageblock_order,
} from "./pageblock.ts";
import { page_reporting_notify_free } from "./page_reporting_notify.ts";
import { __mod_zone_freepage_state, PGALLOC_DMA, PGFREE, vmstat } from "./vmstat.ts";

/** From 5.14 on the length of per-CPU lists follows the low watermark and they are emptied faster and faster. */
const AUTOSIZED_PCP = config.linux_version >= 0x050e00;
const NR_PCP = config.nr_cpus * MAX_NR_ZONES;

/** Free blocks by zone and order: `zone_idx * MAX_ORDER + order`. */
export const nr_free = new Int32Array(MAX_NR_ZONES * MAX_ORDER);
/** Pages on the per-CPU list of CPU and zone: `cpu * MAX_NR_ZONES + zone_idx`. */
export const pcp_count = new Int32Array(NR_PCP);
/** Doublings of what the next overflow of the list gives back. */
export const pcp_free_factor = new Uint8Array(NR_PCP);

/**
 * One page from the per-CPU list, or a block from the buddy lists; NULL_PAGE when there is none. What
 * comes from other types has at least `fallback_order`.
 */
export function rmqueue(z: zone, order: number, migratetype: number, fallback_order: number): Page {
  if (order === 0) {
    return rmqueue_pcplist(z, migratetype, fallback_order);
  }
  const page = __rmqueue(z, order, migratetype, fallback_order);
  if (page !== NULL_PAGE) {
    __mod_zone_freepage_state(z.zone_idx, -(1 << order));
    vmstat[PGALLOC_DMA + z.zone_idx] += 1 << order;
  }
  return page;
}

function rmqueue_pcplist(z: zone, migratetype: number, fallback_order: number): Page {
  const pcp = smp_processor_id() * MAX_NR_ZONES + z.zone_idx;
  const head = PCP_HEADS + pcp * MIGRATE_PCPTYPES + migratetype;
  if (lru_next[head] === head) {
    const allocated = rmqueue_bulk(z, z.pageset_batch, head, migratetype, fallback_order);
    if (allocated === 0) {
      return NULL_PAGE;
    }
    pcp_count[pcp] += allocated;
  }
  const page = lru_next[head] as Page;
  list_del(page);
  pcp_count[pcp]--;
  if (pcp_free_factor[pcp] !== 0) {
    pcp_free_factor[pcp] >>= 1;
  }
  vmstat[PGALLOC_DMA + z.zone_idx]++;
  return page;
}

/** Takes up to `count` single pages off the buddy lists onto the list at `head`; returns how many. */
function rmqueue_bulk(
  z: zone,
  count: number,
  head: number,
  migratetype: number,
  fallback_order: number,
): number {
  let allocated = 0;
  while (allocated < count) {
    const page = __rmqueue(z, 0, migratetype, fallback_order);
    if (page === NULL_PAGE) {
      break;
    }
    list_add_tail(page, head);
    allocated++;
  }
  __mod_zone_freepage_state(z.zone_idx, -allocated);
  return allocated;
}

/** A block of the type, or one that is made a block of that type. */
export function __rmqueue(
  z: zone,
  order: number,
  migratetype: number,
  fallback_order: number,
): Page {
  const page = __rmqueue_smallest(z, order, migratetype);
  if (page === NULL_PAGE && __rmqueue_fallback(z, order, migratetype, fallback_order)) {
    return __rmqueue_smallest(z, order, migratetype);
  }
  return page;
}

/** The first block of the smallest order that suffices; what it has too much goes back. */
function __rmqueue_smallest(z: zone, order: number, migratetype: number): Page {
  const area = z.zone_idx * MAX_ORDER;
  for (let current_order = order; current_order < MAX_ORDER; current_order++) {
    const head = FREE_AREA_HEADS + (area + current_order) * MIGRATE_PCPTYPES + migratetype;
    const page = lru_next[head];
    if (page !== head) {
      list_del(page);
      nr_free[area + current_order]--;
      page_flags[page] = 0;
      if (current_order > order) {
        expand(area, page, order, current_order, migratetype);
      }
      return page as Page;
    }
  }
  return NULL_PAGE;
}

/** Halves the block at `page` from order `high` down to `low`; the upper halves become free. */
function expand(area: number, page: number, low: number, high: number, migratetype: number): void {
  for (let order = high - 1; order >= low; order--) {
    const half = page + (1 << order);
    page_flags[half] = PG_buddy;
    page_order[half] = order;
    list_add(half, FREE_AREA_HEADS + (area + order) * MIGRATE_PCPTYPES + migratetype);
    nr_free[area + order]++;
  }
}

/** Gives back a page whose last reference is gone. */
export function free_unref_page(page: Page): void {
  free_unref_page_commit(page, smp_processor_id());
}

/** As `free_unref_page` for the first `count` of `list`. */
export function free_unref_page_list(list: Int32Array, count: number): void {
  const cpu = smp_processor_id();
  for (let i = 0; i < count; i++) {
    free_unref_page_commit(list[i] as Page, cpu);
  }
}

function free_unref_page_commit(page: Page, cpu: number): void {
  const zid = page >= LOWMEM_PAGES ? ZONE_NORMAL : page >= DMA_PAGES ? ZONE_DMA32 : ZONE_DMA;
  const pcp = cpu * MAX_NR_ZONES + zid;
  const migratetype = get_pageblock_migratetype(page);
  page_flags[page] = 0;
  vmstat[PGFREE]++;
  list_add(page, PCP_HEADS + pcp * MIGRATE_PCPTYPES + migratetype);
  pcp_count[pcp]++;
  if (pcp_count[pcp] >= nr_pcp_high(zones[zid])) {
    free_pcppages_bulk(zones[zid], nr_pcp_free(zones[zid], pcp), pcp, migratetype);
  }
}

/** While kswapd works on the zone, lists are kept short, so that watermarks see what is freed. */
function nr_pcp_high(z: zone): PageCount {
  if (AUTOSIZED_PCP && z.reclaim_active) {
    return Math.min(z.pageset_batch << 2, z.pageset_high);
  }
  return z.pageset_high;
}

function nr_pcp_free(z: zone, pcp: number): PageCount {
  const batch = z.pageset_batch;
  if (!AUTOSIZED_PCP) {
    return batch;
  }
  const high = nr_pcp_high(z);
  if (high < batch) {
    return 1;
  }
  const max_nr_free = high - batch;
  const wanted = batch << pcp_free_factor[pcp];
  if (wanted < max_nr_free) {
    pcp_free_factor[pcp]++;
  }
  return Math.max(batch, Math.min(wanted, max_nr_free));
}

/**
 * Moves `count` pages from the tails of the per-CPU lists to the buddy lists. Before 5.14 the lists
 * take turns, the longer the more of them are empty; later the list of `migratetype` comes first.
 */
function free_pcppages_bulk(z: zone, count: PageCount, pcp: number, migratetype: number): void {
  const nr_freed = Math.min(count, pcp_count[pcp]);
  let left = nr_freed;
  let list = AUTOSIZED_PCP ? migratetype : MIGRATE_MOVABLE;
  let batch_free = 1;
  while (left > 0) {
    const head = PCP_HEADS + pcp * MIGRATE_PCPTYPES + list;
    if (lru_prev[head] === head) {
      batch_free++;
    } else {
      const wanted = AUTOSIZED_PCP || batch_free === MIGRATE_PCPTYPES ? left : batch_free;
      left -= freeFromTail(z, head, Math.min(wanted, left));
      batch_free = 1;
    }
    list = list + 1 === MIGRATE_PCPTYPES ? 0 : list + 1;
  }
  pcp_count[pcp] -= nr_freed;
  __mod_zone_freepage_state(z.zone_idx, nr_freed);
}

/** Frees up to `count` pages of the list at `head`; returns how many. */
function freeFromTail(z: zone, head: number, count: PageCount): PageCount {
  let freed = 0;
  while (freed < count) {
    const page = lru_prev[head];
    if (page === head) {
      break;
    }
    list_del(page);
    __free_one_page(z, page, 0, get_pageblock_migratetype(page));
    freed++;
  }
  return freed;
}

/** Puts a block on the buddy lists, merged with its buddy while that is free as a whole. */
export function __free_one_page(
  z: zone,
  first: number,
  first_order: number,
  migratetype: number,
): void {
  const area = z.zone_idx * MAX_ORDER;
  let page = first;
  let order = first_order;
  while (order < MAX_ORDER - 1) {
    const buddy = page ^ (1 << order);
    if ((page_flags[buddy] & PG_buddy) === 0 || page_order[buddy] !== order) {
      break;
    }
    list_del(buddy);
    page_flags[buddy] = 0;
    nr_free[area + order]--;
    page &= buddy;
    order++;
  }
  page_flags[page] = PG_buddy;
  page_order[page] = order;
  nr_free[area + order]++;
  const head = FREE_AREA_HEADS + (area + order) * MIGRATE_PCPTYPES + migratetype;
  if (buddy_merge_likely(page, order)) {
    list_add_tail(page, head);
  } else {
    list_add(page, head);
  }
  page_reporting_notify_free(order);
}

/** Whether the next larger block lacks only the buddy, so that this one is better used last. */
function buddy_merge_likely(page: number, order: number): boolean {
  if (order >= MAX_ORDER - 2) {
    return false;
  }
  const combined = page & ~(1 << order);
  const higher_buddy = combined ^ (1 << (order + 1));
  return (page_flags[higher_buddy] & PG_buddy) !== 0 && page_order[higher_buddy] === order + 1;
}

/** Gives back a block of `order`. */
export function __free_pages_ok(page: Page, order: number): void {
  const zid = page >= LOWMEM_PAGES ? ZONE_NORMAL : page >= DMA_PAGES ? ZONE_DMA32 : ZONE_DMA;
  page_flags[page] = 0;
  vmstat[PGFREE] += 1 << order;
  __free_one_page(zones[zid], page, order, get_pageblock_migratetype(page));
  __mod_zone_freepage_state(zid, 1 << order);
}

/** Takes a free block off its list, as it is. A large one is for movable pages when it comes back. */
export function __isolate_free_page(z: zone, page: Page): void {
  const order = page_order[page];
  list_del(page);
  page_flags[page] = 0;
  nr_free[z.zone_idx * MAX_ORDER + order]--;
  __mod_zone_freepage_state(z.zone_idx, -(1 << order));
  if (order >= pageblock_order - 1) {
    change_pageblock_range(page, 1 << order, MIGRATE_MOVABLE);
  }
}

/** Empties the zone's per-CPU lists of this CPU. */
export function drain_local_pages(z: zone): void {
  const pcp = smp_processor_id() * MAX_NR_ZONES + z.zone_idx;
  free_pcppages_bulk(z, pcp_count[pcp], pcp, MIGRATE_UNMOVABLE);
}

/** Empties the per-CPU lists of all CPUs. */
export function drain_all_pages(): void {
  for (let cpu = 0; cpu < config.nr_cpus; cpu++) {
    for (const z of node_zonelist) {
      const pcp = cpu * MAX_NR_ZONES + z.zone_idx;
      free_pcppages_bulk(z, pcp_count[pcp], pcp, MIGRATE_UNMOVABLE);
    }
  }
}
