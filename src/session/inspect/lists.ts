/** The lists that pages are on: LRU, free blocks by order, and those of each CPU. */
import type { NamedValue } from "./handles.ts";
import type { KernelState } from "./state.ts";

export interface PageLists {
  /** A list of `count` entries from `head` on. */
  list(name: string, head: number, count: number, unit?: string): NamedValue;
}

const LRU_NAMES = [
  "inactive_anon",
  "active_anon",
  "inactive_file",
  "active_file",
  "unevictable",
] as const;
const ANON_LISTS = 2;

export function lruLists(state: KernelState, pages: PageLists): NamedValue[] {
  const heads = state.value<number>("LRU_HEADS");
  return LRU_NAMES.map((name, lru) => {
    // A huge page is one entry and counts as 512, and init's memory counts but is not simulated.
    const isFile = lru >= ANON_LISTS && name !== "unevictable";
    const count = isFile ? vmstat(state, `nr_${name}`) : lengthOf(state, heads + lru);
    return pages.list(`LRU ${name}`, heads + lru, count, isFile ? "pages" : "entries");
  });
}

/** Free blocks of a zone by order, and its lists of single pages by CPU. */
export function freeLists(state: KernelState, pages: PageLists, zone: number): NamedValue[] {
  const orders = state.value<number>("MAX_ORDER");
  const zones = state.value<number>("MAX_NR_ZONES");
  const free = state.value<ArrayLike<number>>("nr_free");
  const perCpu = state.value<ArrayLike<number>>("pcp_count");
  const freeHeads = state.value<number>("FREE_AREA_HEADS");
  const cpuHeads = state.value<number>("PCP_HEADS");
  const lists: NamedValue[] = [];
  for (let order = 0; order < orders; order++) {
    const area = zone * orders + order;
    const name = `free, order ${order}`;
    lists.push(pages.list(name, freeHeads + area, free[area]!, `blocks of ${4 << order} KiB`));
  }
  for (let list = zone; list < perCpu.length; list += zones) {
    const cpu = Math.floor(list / zones);
    lists.push(pages.list(`per-CPU list, cpu ${cpu}`, cpuHeads + list, perCpu[list]!));
  }
  return lists;
}

/** Before its head is initialised, links do not lead back to it: then a list is empty. */
function lengthOf(state: KernelState, head: number): number {
  const next = state.value<Int32Array>("lru_next");
  let length = 0;
  for (let page = next[head]!; page !== head; page = next[page]!) {
    if (++length === next.length) return 0;
  }
  return length;
}

function vmstat(state: KernelState, name: string): number {
  const index = state.value<readonly string[]>("vmstat_text").indexOf(name);
  return state.value<Float64Array>("vmstat")[index] ?? 0;
}
