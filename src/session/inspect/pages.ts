/** A `struct page` put together from its columns. */
import { located } from "./children.ts";
import type { NamedValue } from "./handles.ts";
import type { Location } from "./location.ts";
import { PageList, type ListLinks } from "./page-list.ts";
import type { KernelState } from "./state.ts";

const FLAG_PREFIX = "PG_";

export class Pages {
  readonly #state: KernelState;
  readonly #flags: readonly (readonly [number, string])[];

  constructor(state: KernelState) {
    this.#state = state;
    // PG_reported is PG_uptodate by another name, for free blocks.
    this.#flags = state.debug.globals.flatMap(({ name, kind }) =>
      kind === "const" && name.startsWith(FLAG_PREFIX) && name !== "PG_reported"
        ? [[state.value<number>(name), name.slice(FLAG_PREFIX.length)] as const]
        : [],
    );
  }

  describe(pfn: number): string {
    return `pfn 0x${pfn.toString(16)}, ${this.#owner(pfn)}`;
  }

  fields(pfn: number): readonly NamedValue[] {
    const flags = this.#column("page_flags", pfn);
    const names = this.#flags.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
    const column = (name: string): Location => this.#state.locate(name, pfn);
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
      field("index", this.#column("page_index", pfn), null, undefined, column("page_index")),
      field("mapping", this.#column("page_mapping", pfn), null, undefined, column("page_mapping")),
      field("order", this.#column("page_order", pfn), null, undefined, column("page_order")),
    ];
  }

  /** Entries of a list in order, from its head; asked for in ranges, so nothing is gathered twice. */
  list(name: string, head: number, count: number, unit = "pages"): NamedValue {
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
      text: `${count} ${unit}`,
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

  #owner(pfn: number): string {
    const flags = this.#column("page_flags", pfn);
    const has = (name: string): boolean => {
      const flag = this.#flags.find(([, known]) => known === name);
      return flag !== undefined && (flags & flag[0]) !== 0;
    };
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
