/** A `struct page` put together from its columns. */
import { counted } from "../../base/format.ts";
import { childrenOf, located, type StructPages } from "./children.ts";
import type { NamedValue } from "./handles.ts";
import type { Location } from "./location.ts";
import { PageList, type ListLinks } from "./page-list.ts";
import type { KernelState } from "./state.ts";

const FLAG_PREFIX = "PG_";

/** Bits that have a second name, on pages with a third one. */
const SECOND_NAMES = [
  { name: "uptodate", second: "reported", on: "buddy" },
  { name: "private", second: "swapcache", on: "swapbacked" },
  { name: "readahead", second: "writeback", on: "swapbacked" },
] as const;

/** What a page's fields are about; they keep what they last held when it is none of these. */
type Use = "block" | "anonymous" | "file" | "other";

export class Pages implements StructPages {
  readonly #state: KernelState;
  readonly #flags: readonly (readonly [number, string])[];

  constructor(state: KernelState) {
    this.#state = state;
    const seconds: readonly string[] = SECOND_NAMES.map(({ second }) => second);
    this.#flags = state.debug.globals.flatMap(({ name, kind }) => {
      if (kind !== "const" || !name.startsWith(FLAG_PREFIX)) return [];
      const short = name.slice(FLAG_PREFIX.length);
      return seconds.includes(short) ? [] : [[state.value<number>(name), short] as const];
    });
  }

  describe(pfn: number): string {
    return `pfn 0x${pfn.toString(16)}, ${this.#owner(pfn)}`;
  }

  fieldsOfPage(pfn: number): readonly NamedValue[] {
    const flags = this.#column("page_flags", pfn);
    const names = this.#flagNames(pfn);
    const use = this.#use(pfn);
    const column = (name: string): Location => this.#state.locate(name, pfn);
    const kept = (name: string, column: string, isMeant: boolean): NamedValue => {
      const value = this.#column(column, pfn);
      const text = isMeant || value === 0 ? String(value) : `${value} (left over)`;
      return field(name, value, null, text, this.#state.locate(column, pfn));
    };
    const isMapped = use === "file" || use === "anonymous";
    const field = (
      name: string,
      value: unknown,
      type: string | null,
      text?: string,
      location?: Location,
    ): NamedValue => ({
      name,
      value,
      type,
      evaluateName: null,
      ...(text === undefined ? {} : { text }),
      ...located(location),
    });
    return [
      field("pfn", pfn, null, `0x${pfn.toString(16)} (${pfn})`),
      field("owner", this.#owner(pfn), null, this.#owner(pfn)),
      field("flags", flags, null, names.length === 0 ? "0" : names.join("|"), column("page_flags")),
      field("zone", this.#zone(pfn), null, this.#zone(pfn)),
      field(
        "lru_next",
        this.#neighbour("lru_next", pfn),
        "Page",
        this.#neighbourText("lru_next", pfn),
      ),
      field(
        "lru_prev",
        this.#neighbour("lru_prev", pfn),
        "Page",
        this.#neighbourText("lru_prev", pfn),
      ),
      kept("index", "page_index", isMapped),
      { ...kept("mapping", "page_mapping", isMapped), ...this.#mapping(pfn, use) },
      kept("order", "page_order", use === "block"),
    ];
  }

  /** Entries of a list in order, from its head; asked for in ranges, so nothing is gathered twice. */
  list(name: string, head: number, count: number, text = counted(count, "page")): NamedValue {
    const links: ListLinks = {
      next: () => this.#state.value<Int32Array>("lru_next"),
      prev: () => this.#state.value<Int32Array>("lru_prev"),
    };
    const pages = new PageList(links, head, count);
    return {
      name,
      value: undefined,
      type: "Page[]",
      evaluateName: null,
      text,
      children: {
        count,
        elements: (start, length) =>
          pages.range(start, length).map((page, i) => ({
            name: `[${start + i}]`,
            value: page,
            type: "Page",
            evaluateName: null,
          })),
      },
    };
  }

  #flagNames(pfn: number): readonly string[] {
    const flags = this.#column("page_flags", pfn);
    const names = this.#flags.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
    return names.map(
      (name) =>
        SECOND_NAMES.find((each) => each.name === name && names.includes(each.on))?.second ?? name,
    );
  }

  #has(pfn: number, ...names: readonly string[]): boolean {
    const flags = this.#column("page_flags", pfn);
    return this.#flags.some(([bit, name]) => (flags & bit) !== 0 && names.includes(name));
  }

  #use(pfn: number): Use {
    if (this.#has(pfn, "buddy", "head")) return "block";
    if (this.#has(pfn, "offline", "reserved", "table")) return "other";
    if (this.#has(pfn, "swapbacked")) return "anonymous";
    return this.#has(pfn, "lru", "uptodate", "locked") ? "file" : "other";
  }

  /** Whose page it is: the file, or the process; it expands to what is known of that. */
  #mapping(pfn: number, use: Use): Pick<NamedValue, "text" | "children"> {
    const id = this.#column("page_mapping", pfn);
    const struct = (table: string, type: string): Pick<NamedValue, "children"> => {
      const value = this.#state.value<readonly unknown[]>(table)[id];
      const target = { name: table, value, type, evaluateName: `${table}[${id}]` };
      const location = this.#state.locate(table, id);
      return {
        children: () => childrenOf({ ...target, location }, 0, Infinity, this.#state, this),
      };
    };
    if (use === "file") {
      const { name } = this.#state.value<readonly { readonly name: string }[]>("inodes")[id]!;
      return { text: `${id} (file ${name})`, ...struct("inodes", "address_space") };
    }
    if (use !== "anonymous" || !this.#state.value<readonly unknown[]>("mms")[id]) return {};
    return { text: `${id} (process ${this.#state.processOf(id)})`, ...struct("mms", "mm_struct") };
  }

  #owner(pfn: number): string {
    const has = (name: string): boolean => this.#has(pfn, name);
    if (has("buddy")) return `free, order ${this.#column("page_order", pfn)}`;
    if (has("offline")) return "balloon";
    if (has("reserved")) return "reserved by the kernel";
    if (has("table")) return "page table";
    const active = has("active") ? "active" : "inactive";
    if (has("swapbacked")) return has("lru") ? `anonymous, ${active}` : "anonymous";
    if (has("lru")) return `page cache, ${active}`;
    if (has("uptodate") || has("locked")) return "page cache, not on the LRU yet";
    return "on a per-CPU list, within a free block, or just allocated";
  }

  #zone(pfn: number): string {
    interface Zone {
      readonly name: string;
      readonly zone_start_pfn: number;
      readonly zone_end_pfn: number;
    }
    const zones = this.#state.value<readonly Zone[]>("zones");
    const zone = zones.find(
      ({ zone_start_pfn, zone_end_pfn }) => pfn >= zone_start_pfn && pfn < zone_end_pfn,
    );
    return zone?.name ?? "none";
  }

  /** A link may lead to a list head, which is a number above all pages. */
  #neighbour(column: string, pfn: number): number {
    const link = this.#column(column, pfn);
    return link < this.#state.value<Int32Array>("page_index").length ? link : -1;
  }

  #neighbourText(column: string, pfn: number): string {
    const link = this.#neighbour(column, pfn);
    return link < 0 ? "list head" : this.describe(link);
  }

  #column(name: string, pfn: number): number {
    return this.#state.value<ArrayLike<number>>(name)[pfn] ?? 0;
  }
}
