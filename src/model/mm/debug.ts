/** What must hold of memory between two dispatches; asked by tests. */
import { config } from "../config.ts";
import { tasks } from "../sched/fork.ts";
import { isolatedBalloonPages } from "./balloon_dev.ts";
import { nr_free, pcp_count } from "./buddy.ts";
import { inodes, type address_space } from "../fs/fs.ts";
import type { mm_struct } from "./mm_types.ts";
import {
  LRU_ACTIVE_ANON,
  LRU_ACTIVE_FILE,
  LRU_INACTIVE_ANON,
  LRU_INACTIVE_FILE,
  node_zonelist,
  type zone,
} from "./mmzone.ts";
import {
  FREE_AREA_HEADS,
  LRU_HEADS,
  lru_next,
  lru_prev,
  MAX_NR_ZONES,
  MAX_ORDER,
  page_flags,
  page_index,
  page_mapping,
  page_order,
  PCP_HEADS,
  PG_active,
  PG_buddy,
  PG_head,
  PG_lru,
  PG_offline,
  PG_reserved,
  PG_swapbacked,
  PG_swapcache,
  PG_table,
} from "./page.ts";
import { MIGRATE_PCPTYPES } from "./pageblock.ts";
import { reportedPagesInFlight } from "./page_reporting.ts";
import { pagesBeforeLru } from "./swap.ts";
import { is_swap_pte, swap_cache, usedSlots } from "./swapfile.ts";
import {
  BALLOON_DEFLATE,
  BALLOON_INFLATE,
  NR_FILE_PAGES,
  NR_FREE_PAGES,
  NR_LRU_BASE,
  NR_SHMEM,
  NR_ZONE_LRU_BASE,
  vmstat,
  zone_page_state,
} from "./vmstat.ts";

/**
 * Pages that a driver or a reader has allocated and not yet put anywhere, or compaction has taken:
 * two messages, some pageblocks, and some.
 */
const MAX_IN_FLIGHT = 4096;

/** What tells the LRU lists apart. */
const LRU_FLAGS = PG_lru | PG_active | PG_swapbacked;

/** "", or what is broken first. */
export function check_invariants(): string {
  // 1 for each page that has been met in its place.
  const seen = new Uint8Array(config.nr_pages);
  let broken = checkZones(seen);
  if (broken === "") {
    broken = checkLru(seen);
  }
  if (broken === "") {
    broken = checkFiles();
  }
  if (broken === "") {
    broken = checkProcesses(seen);
  }
  return broken === "" ? checkRest(seen) : broken;
}

function checkZones(seen: Uint8Array): string {
  let total = 0;
  for (const z of node_zonelist) {
    const broken = checkFreeArea(z, seen);
    if (broken !== "") {
      return broken;
    }
    total += zone_page_state(z.zone_idx, NR_FREE_PAGES);
  }
  for (let pcp = 0; pcp < pcp_count.length; pcp++) {
    let length = 0;
    for (let mt = 0; mt < MIGRATE_PCPTYPES; mt++) {
      length += checkList(PCP_HEADS + pcp * MIGRATE_PCPTYPES + mt, seen, 0xffff, 0);
    }
    if (length !== pcp_count[pcp]) {
      return `per-CPU lists ${pcp} have ${length} pages, not ${pcp_count[pcp]}`;
    }
  }
  return total === vmstat[NR_FREE_PAGES]
    ? ""
    : `zones have ${total} free pages, nr_free_pages is ${vmstat[NR_FREE_PAGES]}`;
}

function checkFreeArea(z: zone, seen: Uint8Array): string {
  let free = 0;
  for (let order = 0; order < MAX_ORDER; order++) {
    const area = z.zone_idx * MAX_ORDER + order;
    let blocks = 0;
    for (let mt = 0; mt < MIGRATE_PCPTYPES; mt++) {
      const head = FREE_AREA_HEADS + area * MIGRATE_PCPTYPES + mt;
      for (let page = lru_next[head]; page !== head; page = lru_next[page]) {
        const known = (page_flags[page] & PG_buddy) !== 0 && page_order[page] === order;
        if (!known || !markSeen(seen, page, 1 << order)) {
          return `zone ${z.name}: page ${page} does not belong on the free list of order ${order}`;
        }
        blocks++;
      }
    }
    if (blocks !== nr_free[area]) {
      return `zone ${z.name}: ${blocks} blocks of order ${order}, not ${nr_free[area]}`;
    }
    free += blocks << order;
  }
  return free === zone_page_state(z.zone_idx, NR_FREE_PAGES)
    ? ""
    : `zone ${z.name}: lists hold ${free} free pages, not ${zone_page_state(z.zone_idx, NR_FREE_PAGES)}`;
}

function checkLru(seen: Uint8Array): string {
  let pages = 0;
  for (let lru = LRU_INACTIVE_ANON; lru <= LRU_ACTIVE_FILE; lru++) {
    const length = lruLength(lru, seen);
    let zoneSum = 0;
    for (let zid = 0; zid < MAX_NR_ZONES; zid++) {
      zoneSum += zone_page_state(zid, NR_ZONE_LRU_BASE + lru);
    }
    // Anonymous memory of init is in the node's gauge, and not simulated.
    const node = lru < LRU_INACTIVE_FILE ? zoneSum : vmstat[NR_LRU_BASE + lru];
    if (length !== node || length !== zoneSum) {
      return `LRU list ${lru} has ${length} pages; node says ${node}, zones say ${zoneSum}`;
    }
    pages += lru < LRU_INACTIVE_FILE ? 0 : length;
  }
  const cached = vmstat[NR_FILE_PAGES] - vmstat[NR_SHMEM] - pagesInSwapCache();
  return pages + pagesBeforeLru() === cached
    ? ""
    : `${pages} pages on the LRU and ${pagesBeforeLru()} on their way, but ${cached} in files`;
}

/** Pages of the swap cache that are in their place; -1 when one is not. */
function pagesInSwapCache(): number {
  let nr = 0;
  for (let slot = 0; slot < swap_cache.length; slot++) {
    const page = swap_cache[slot];
    if (page >= 0) {
      nr++;
      if ((page_flags[page] & PG_swapcache) === 0 || page_index[page] !== slot) {
        return -1;
      }
    }
  }
  return nr;
}

/** Pages of an LRU list, a huge one counting as all that it is; -1 when one is out of place. */
function lruLength(lru: number, seen: Uint8Array): number {
  const head = LRU_HEADS + lru;
  const active = lru === LRU_ACTIVE_FILE || lru === LRU_ACTIVE_ANON ? PG_active : 0;
  const swapbacked = lru < LRU_INACTIVE_FILE ? PG_swapbacked : 0;
  const wanted = PG_lru | active | swapbacked;
  let length = 0;
  let prev = head;
  for (let page = lru_next[head]; page !== head; page = lru_next[page]) {
    const flags = page_flags[page];
    const nr = (flags & PG_head) !== 0 ? 1 << page_order[page] : 1;
    const inPlace = lru_prev[page] === prev && (flags & LRU_FLAGS) === wanted;
    if (!inPlace || !markSeen(seen, page, nr)) {
      return -1;
    }
    prev = page;
    length += nr;
  }
  return length;
}

function checkFiles(): string {
  for (const inode of inodes) {
    const nrpages = countPages(inode);
    if (nrpages !== inode.nrpages) {
      return `${inode.name}: ${nrpages} good pages, not ${inode.nrpages}`;
    }
  }
  return "";
}

/** Pages of the file that know their file and offset. */
function countPages(inode: address_space): number {
  let nrpages = 0;
  for (let index = 0; index < inode.i_size; index++) {
    const page = inode.i_pages[index];
    if (page >= 0 && page_mapping[page] === inode.i_ino && page_index[page] === index) {
      nrpages++;
    }
  }
  return nrpages;
}

function checkProcesses(seen: Uint8Array): string {
  let swapents = 0;
  for (const tsk of tasks) {
    const mm = tsk.mm;
    if (mm !== null && mm.pte.length > 0) {
      const broken = checkMm(mm, seen);
      swapents += mm.swapents;
      if (broken !== "") {
        return `${tsk.comm}: ${broken}`;
      }
    }
  }
  return swapents === usedSlots()
    ? ""
    : `${usedSlots()} slots of swap are in use, and ${swapents} pages are swapped`;
}

function checkMm(mm: mm_struct, seen: Uint8Array): string {
  const tables = checkList(mm.pgtables, seen, PG_table, PG_table);
  let rss = 0;
  let swapents = 0;
  for (let address = 0; address < mm.pte.length; address++) {
    const page = mm.pte[address];
    if (page >= 0) {
      rss++;
      if (seen[page] === 0 || !isMappedAt(mm, address, page)) {
        return `page ${page} at ${address} is on no list, or another's`;
      }
    } else if (is_swap_pte(page)) {
      swapents++;
    }
  }
  if (swapents !== mm.swapents) {
    return `${swapents} pages in swap, not ${mm.swapents}`;
  }
  return rss === mm.rss && tables === mm.nr_ptes
    ? ""
    : `${rss} pages and ${tables} page tables, not ${mm.rss} and ${mm.nr_ptes}`;
}

/** The pages of a huge one know their place by the first of them. */
function isMappedAt(mm: mm_struct, address: number, page: number): boolean {
  if ((page_flags[page] & PG_swapbacked) === 0) {
    return page_flags[page] === 0 && address > 0 && mm.pte[address - 1] === page - 1;
  }
  return page_mapping[page] === mm.id && page_index[page] === address;
}

/** What is on no list that we know: kernel memory, balloons, new pages of files, pages in flight. */
function checkRest(seen: Uint8Array): string {
  let inFlight = -pagesBeforeLru() - reportedPagesInFlight();
  let offline = 0;
  for (let page = 0; page < config.nr_pages; page++) {
    const flags = page_flags[page];
    if ((flags & PG_offline) !== 0) {
      offline++;
    }
    if (seen[page] === 0) {
      inFlight += (flags & (PG_offline | PG_reserved)) === 0 ? 1 : 0;
    } else if ((flags & (PG_offline | PG_reserved)) !== 0) {
      return `page ${page} is in use and on another list`;
    }
  }
  const inflated = vmstat[BALLOON_INFLATE] - vmstat[BALLOON_DEFLATE];
  if (offline + isolatedBalloonPages() !== inflated) {
    return `${offline} pages in balloons, but ${inflated} were counted`;
  }
  return inFlight >= 0 && inFlight <= MAX_IN_FLIGHT ? "" : `${inFlight} pages are nowhere`;
}

/** Length of the list at `head`; -1 when a page is out of place or its links or flags are wrong. */
function checkList(head: number, seen: Uint8Array, mask: number, flags: number): number {
  let length = 0;
  let prev = head;
  for (let page = lru_next[head]; page !== head; page = lru_next[page]) {
    const linked = lru_prev[page] === prev && (page_flags[page] & mask) === flags;
    if (!linked || !markSeen(seen, page, 1)) {
      return -1;
    }
    prev = page;
    length++;
  }
  return length;
}

/** False when one of the pages was met before. */
function markSeen(seen: Uint8Array, page: number, count: number): boolean {
  for (let i = page; i < page + count; i++) {
    if (seen[i] !== 0) {
      return false;
    }
    seen[i] = 1;
  }
  return true;
}
