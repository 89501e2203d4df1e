/**
 * What every page of the guest is used for, summed up in tiles of equal size: the picture that a
 * page map draws. One pass over the pages' columns; nothing is kept between two pictures.
 */
import type { PageMap, PageMapOptions } from "../types.ts";
import type { KernelState } from "./state.ts";

/**
 * The last three are the balloon's. A page is in flight while guest and host do not agree whether
 * it is in the balloon: the message is on its way, or not yet sent. Free memory is absent when the
 * host has nothing behind it: it was never written to, or the host took it after a report.
 */
export const PAGE_STATES = [
  "free",
  "free_absent",
  "pcp",
  "active_file",
  "inactive_file",
  "active_anon",
  "inactive_anon",
  "kernel",
  "balloon",
  "in_flight",
  "discarded",
] as const;

export type PageState = (typeof PAGE_STATES)[number];

const [FREE, FREE_ABSENT, PCP, ACTIVE_FILE, INACTIVE_FILE] = [0, 1, 2, 3, 4] as const;
const [ACTIVE_ANON, INACTIVE_ANON, KERNEL, BALLOON, IN_FLIGHT, DISCARDED] = [
  5, 6, 7, 8, 9, 10,
] as const;
/** Of a free block. */
const LARGEST_ORDER = 10;

/** At most `resolution` tiles over all pages, or over a range of them. */
export function pageMap(
  state: KernelState,
  resolution: number,
  { range, perTile = Infinity }: PageMapOptions = {},
): PageMap {
  const pages = new PageStates(state);
  const first = Math.min(range?.first ?? 0, pages.total);
  const end = Math.min(first + (range?.count ?? pages.total), pages.total);
  const pagesPerTile = Math.max(Math.ceil((end - first) / resolution), 1);
  const step = Math.max(Math.floor(pagesPerTile / perTile), 1);
  const tiles = new Uint8Array(Math.ceil((end - first) / pagesPerTile));
  const counts = new Array<number>(PAGE_STATES.length).fill(0);
  const inTile = new Int32Array(PAGE_STATES.length);
  for (let tile = 0; tile < tiles.length; tile++) {
    inTile.fill(0);
    const from = first + tile * pagesPerTile;
    const to = Math.min(from + pagesPerTile, end);
    for (let pfn = from; pfn < to; pfn += step) inTile[pages.stateAt(pfn)]!++;
    const share = step === 1 ? 1 : (to - from) / Math.ceil((to - from) / step);
    let most = 0;
    for (let each = 0; each < inTile.length; each++) {
      counts[each]! += inTile[each]! * share;
      if (inTile[each]! > inTile[most]!) most = each;
    }
    tiles[tile] = most;
  }
  return {
    first,
    pages: end - first,
    pagesPerTile,
    tiles,
    pageBytes: state.pageBytes(),
    states: PAGE_STATES,
    counts: counts.map(Math.round),
  };
}

/** Remembers the block of the page before, since only a block's first page says what it is. */
class PageStates {
  readonly total: number;
  readonly #flags: Uint16Array;
  readonly #order: Uint8Array;
  readonly #ram: Uint8Array;
  readonly #hostPageMask: number;
  readonly #bits: Readonly<Record<(typeof FLAGS)[number], number>>;
  readonly #perCpu: ReadonlySet<number>;
  #blockStart = 0;
  #blockEnd = 0;
  #block: number = FREE;

  constructor(state: KernelState) {
    this.total = state.value<Int32Array>("page_index").length;
    this.#flags = state.value("page_flags");
    this.#order = state.value("page_order");
    this.#ram = state.value("ram_state");
    this.#hostPageMask = state.value("HOST_PAGE_MASK");
    this.#bits = Object.fromEntries(
      FLAGS.map((name) => [name, state.value<number>(name)]),
    ) as Record<(typeof FLAGS)[number], number>;
    this.#perCpu = perCpuPages(state);
  }

  stateAt(pfn: number): number {
    if ((pfn < this.#blockStart || pfn >= this.#blockEnd) && !this.#enterBlock(pfn))
      return this.#single(pfn, this.#flags[pfn]!);
    return this.#block === FREE && !this.#hasMemory(pfn) ? FREE_ABSENT : this.#block;
  }

  /** A block of order n begins at a multiple of 2^n; the pages after its first have no flags. */
  #enterBlock(pfn: number): boolean {
    const { PG_buddy, PG_head } = this.#bits;
    const own = this.#flags[pfn]!;
    for (let order = 0; order <= (own === 0 ? LARGEST_ORDER : 0); order++) {
      const head = pfn - (pfn & ((1 << order) - 1));
      const flags = this.#flags[head]!;
      if ((flags & (PG_buddy | PG_head)) === 0) continue;
      const end = head + (1 << this.#order[head]!);
      if (pfn >= end) continue;
      this.#blockStart = head;
      this.#blockEnd = end;
      this.#block = (flags & PG_buddy) !== 0 ? FREE : this.#onLru(flags);
      return true;
    }
    return false;
  }

  #single(pfn: number, flags: number): number {
    const { PG_offline, PG_lru, PG_swapbacked, PG_uptodate, PG_locked } = this.#bits;
    const inBalloon = (flags & PG_offline) !== 0;
    const hostSays = (this.#ram[pfn]! & this.#bits.RAM_BALLOON) !== 0;
    if (inBalloon !== hostSays) return IN_FLIGHT;
    if (inBalloon) return this.#hasMemory(pfn) ? BALLOON : DISCARDED;
    if ((flags & (PG_lru | PG_swapbacked | PG_uptodate | PG_locked)) !== 0)
      return this.#onLru(flags);
    return flags === 0 && this.#perCpu.has(pfn) ? PCP : KERNEL;
  }

  #onLru(flags: number): number {
    const { PG_swapbacked, PG_active } = this.#bits;
    const active = (flags & PG_active) !== 0;
    if ((flags & PG_swapbacked) !== 0) return active ? ACTIVE_ANON : INACTIVE_ANON;
    return active ? ACTIVE_FILE : INACTIVE_FILE;
  }

  #hasMemory(pfn: number): boolean {
    return (this.#ram[pfn & this.#hostPageMask]! & this.#bits.RAM_PRESENT) !== 0;
  }
}

const FLAGS = [
  "PG_buddy",
  "PG_head",
  "PG_offline",
  "PG_lru",
  "PG_active",
  "PG_swapbacked",
  "PG_uptodate",
  "PG_locked",
  "RAM_BALLOON",
  "RAM_PRESENT",
] as const;

/** At a stop a list may be half made: what leads nowhere, or back, ends it. */
function perCpuPages(state: KernelState): Set<number> {
  const next = state.value<Int32Array>("lru_next");
  const found = new Set<number>();
  const last = state.value<number>("LRU_HEADS");
  const first = state.value<number>("PCP_HEADS");
  for (let head = first; head < last; head++) {
    let page = next[head]!;
    while (page !== head && page >= 0 && page < first && !found.has(page)) {
      found.add(page);
      page = next[page]!;
    }
  }
  return found;
}
