/** The lists that pages are on: LRU, free blocks by order, and those of each CPU. */
import { counted } from "../../base/format.ts";
import type { StructPages } from "./children.ts";
import { formatBytes } from "./format.ts";
import type { NamedValue } from "./handles.ts";
import type { KernelState } from "./state.ts";

interface Zone {
  readonly zone_start_pfn: number;
  readonly zone_end_pfn: number;
}

const LRU_NAMES = [
  "inactive_anon",
  "active_anon",
  "inactive_file",
  "active_file",
  "unevictable",
] as const;
const ANON_LISTS = 2;

export function lruLists(state: KernelState, pages: StructPages): NamedValue[] {
  const heads = state.value<number>("LRU_HEADS");
  return LRU_NAMES.map((name, lru) => {
    // A huge page is one entry and counts as 512, and init's memory counts but is not simulated.
    const isFile = lru >= ANON_LISTS && name !== "unevictable";
    const count = isFile ? vmstat(state, `nr_${name}`) : lengthOf(state, heads + lru);
    const text = isFile ? counted(count, "page") : counted(count, "entry", "entries");
    return pages.list(`LRU ${name}`, heads + lru, count, text);
  });
}

/** As /proc/pagetypeinfo calls them. */
const MIGRATE_TYPES = ["Unmovable", "Movable", "Reclaimable"] as const;

/** Free blocks of a zone by order and type, its pageblocks by type, and its lists of each CPU. */
export function freeLists(state: KernelState, pages: StructPages, zone: number): NamedValue[] {
  const orders = state.value<number>("MAX_ORDER");
  const zones = state.value<number>("MAX_NR_ZONES");
  const free = state.value<ArrayLike<number>>("nr_free");
  const perCpu = state.value<ArrayLike<number>>("pcp_count");
  const freeHeads = state.value<number>("FREE_AREA_HEADS");
  const cpuHeads = state.value<number>("PCP_HEADS");
  /** The lists of one group, by type; they are counted when somebody looks. */
  const byType = (
    name: string,
    heads: number,
    total: number,
    text: (n: number) => string,
  ): NamedValue => ({
    name,
    value: undefined,
    type: null,
    evaluateName: null,
    text: text(total),
    children: () =>
      MIGRATE_TYPES.map((type, index) => {
        const head = heads + index;
        const length = lengthOf(state, head);
        return pages.list(type, head, length, text(length));
      }),
  });
  const lists: NamedValue[] = [];
  for (let order = 0; order < orders; order++) {
    const area = zone * orders + order;
    const size = formatBytes(state.pageBytes() << order);
    const blocks = (count: number): string => `${counted(count, "block")} of ${size}`;
    const heads = freeHeads + area * MIGRATE_TYPES.length;
    lists.push(byType(`free, order ${order}`, heads, free[area]!, blocks));
  }
  lists.push(pageblocks(state, zone));
  for (let list = zone; list < perCpu.length; list += zones) {
    const heads = cpuHeads + list * MIGRATE_TYPES.length;
    const cpu = Math.floor(list / zones);
    lists.push(
      byType(`per-CPU lists, cpu ${cpu}`, heads, perCpu[list]!, (count) => counted(count, "page")),
    );
  }
  return lists;
}

/** How many of the zone's blocks of 2 MiB are meant for each type. */
function pageblocks(state: KernelState, zone: number): NamedValue {
  const { zone_start_pfn: start, zone_end_pfn: end } = state.value<readonly Zone[]>("zones")[zone]!;
  const pagesPerBlock = state.value<number>("pageblock_nr_pages");
  const types = state.value<Uint8Array>("pageblock_flags");
  const counts = MIGRATE_TYPES.map(() => 0);
  for (let block = Math.floor(start / pagesPerBlock); block < end / pagesPerBlock; block++) {
    counts[types[block]!]!++;
  }
  const text = MIGRATE_TYPES.map((type, index) => `${type} ${counts[index]}`).join(", ");
  return { name: "pageblocks", value: undefined, type: null, evaluateName: null, text };
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
