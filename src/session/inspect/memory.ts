/**
 * The guest's memory as bytes, as far as the model has any. Two ranges of addresses exist, where
 * x86-64 has them:
 *
 *     0xffffea0000000000  vmemmap: struct page of frame n at 64 n, in the layout below
 *     physical addresses  rings and messages that driver and device share (`dma.ts`)
 *
 * What pages hold is not modelled; reading there gives nothing.
 *
 *     struct page    0  flags      the model's PG_ bits
 *                    8  lru.next   &page->lru of the next one, or a list head at HEADS + 16 n
 *                   16  lru.prev
 *                   24  mapping    number of the file
 *                   32  index
 *                   40  private    order of a free block
 *                   48  page_type  i32: -1, less PG_buddy 0x80, PG_offline 0x100, PG_table 0x200
 *                   52  _refcount  i32: 0 when free, else 1
 *                   56  zeros
 */
import type { MemoryView } from "../types.ts";
import type { NamedValue } from "./handles.ts";
import { bareType, type KernelState } from "./state.ts";

export const VMEMMAP = 0xffffea0000000000n;
const PAGE_STRUCT = 64;
const LRU_OFFSET = 8n;
const HEADS = 0xffffffff82000000n;
/** More in one request would only be thrown away by whoever shows it. */
const MAX_READ = 1 << 20;
const MAX_CELL_BYTES = 1 << 14;

const PAGE_TYPES: readonly (readonly [string, bigint])[] = [
  ["PG_buddy", 0x80n],
  ["PG_offline", 0x100n],
  ["PG_table", 0x200n],
];

/** Columns and where they lie. A list would break if one of its links were written alone. */
const COLUMNS = [
  { column: "page_flags", offset: 0, size: 2, writable: true },
  { column: "lru_next", offset: 8, size: 8, writable: false },
  { column: "lru_prev", offset: 16, size: 8, writable: false },
  { column: "page_mapping", offset: 24, size: 2, writable: true },
  { column: "page_index", offset: 32, size: 4, writable: true },
  { column: "page_order", offset: 40, size: 1, writable: true },
] as const;

interface DmaRegion {
  readonly addr: number;
  readonly length: number;
  readonly words: Uint32Array;
  readonly halves: Uint16Array;
}

/** An assignment that a write comes down to: `page_flags[7] = 4096`. */
export interface MemoryEdit {
  readonly expression: string;
  readonly text: string;
}

export class Memory {
  readonly #state: KernelState;

  constructor(state: KernelState) {
    this.#state = state;
  }

  read(address: bigint, count: number): MemoryView {
    const wanted = Math.min(count, MAX_READ);
    const bytes = new Uint8Array(wanted);
    let done = 0;
    while (done < wanted) {
      const piece = this.#pieceAt(address + BigInt(done), wanted - done);
      if (piece === null) break;
      bytes.set(piece, done);
      done += piece.length;
    }
    return {
      address: hex(address),
      bytes: bytes.slice(0, done),
      unreadable: done < wanted ? wanted - done : 0,
    };
  }

  /** The assignments that write `bytes`, or why they cannot be written. */
  edits(address: bigint, bytes: Uint8Array): readonly MemoryEdit[] | string {
    const before = this.read(address, bytes.length);
    if (before.unreadable > 0)
      return `There is no memory at ${hex(address + BigInt(before.bytes.length))}.`;
    const edits = new Map<string, { value: number; text: string }>();
    for (let i = 0; i < bytes.length; i++) {
      if (bytes[i] === before.bytes[i]) continue;
      const at = address + BigInt(i);
      const cell = this.#cellAt(at);
      if (cell === null) {
        return `The byte at ${hex(at)} cannot be written: it is put together from other state.`;
      }
      const value = edits.get(cell.expression)?.value ?? cell.value;
      const shift = 8 * cell.byte;
      const changed = (value & ~(0xff << shift)) | (bytes[i]! << shift);
      const shown = cell.signed ? changed | 0 : changed >>> 0;
      edits.set(cell.expression, { value: changed, text: String(shown) });
    }
    return [...edits].map(([expression, { text }]) => ({ expression, text }));
  }

  /** Expressions of the values in a range: columns of pages, words of shared memory. */
  cells(address: bigint, count: number): readonly string[] {
    const found = new Set<string>();
    for (let i = 0; i < Math.min(count, MAX_CELL_BYTES); i++) {
      const at = address + BigInt(i);
      const page = this.#pageAt(at);
      const column = page === null ? undefined : columnAt(page.offset)?.column;
      if (page !== null && column !== undefined) found.add(`${column}[${page.pfn}]`);
      const cell = page === null ? this.#cellAt(at) : null;
      if (cell !== null) found.add(cell.expression);
    }
    return [...found];
  }

  #pieceAt(address: bigint, count: number): Uint8Array | null {
    const page = this.#pageAt(address);
    if (page !== null) return this.#structPage(page.pfn).subarray(page.offset, page.offset + count);
    const found = this.#regionAt(address);
    if (found === null) return null;
    const { array, offset, region } = found;
    const { buffer, byteOffset } = array;
    return new Uint8Array(
      buffer,
      byteOffset + offset,
      Math.min(count, region.length - offset),
    ).slice();
  }

  #structPage(pfn: number): Uint8Array {
    const bytes = new Uint8Array(PAGE_STRUCT);
    const view = new DataView(bytes.buffer);
    const column = (name: string): number => this.#state.value<ArrayLike<number>>(name)[pfn] ?? 0;
    const flags = column("page_flags");
    const has = (name: string): boolean => (flags & this.#state.value<number>(name)) !== 0;
    const type = PAGE_TYPES.reduce((sum, [name, bit]) => (has(name) ? sum & ~bit : sum), -1n);
    view.setBigUint64(0, BigInt(flags), true);
    view.setBigUint64(8, this.#link(column("lru_next")), true);
    view.setBigUint64(16, this.#link(column("lru_prev")), true);
    view.setBigUint64(24, BigInt(column("page_mapping")), true);
    view.setBigInt64(32, BigInt(column("page_index")), true);
    view.setBigUint64(40, BigInt(column("page_order")), true);
    view.setInt32(48, Number(BigInt.asIntN(32, type)), true);
    view.setInt32(52, has("PG_buddy") ? 0 : 1, true);
    return bytes;
  }

  /** A link leads to a page, or to a list head, which is a number above all pages. */
  #link(to: number): bigint {
    const pages = this.#pages();
    return to < pages
      ? VMEMMAP + BigInt(to) * BigInt(PAGE_STRUCT) + LRU_OFFSET
      : HEADS + BigInt(to - pages) * 16n;
  }

  #cellAt(
    address: bigint,
  ): { expression: string; value: number; byte: number; signed: boolean } | null {
    const page = this.#pageAt(address);
    if (page !== null) {
      const cell = columnAt(page.offset);
      if (cell === undefined || !cell.writable) return null;
      const { column, offset } = cell;
      const value = this.#state.value<ArrayLike<number>>(column)[page.pfn] ?? 0;
      const expression = `${column}[${page.pfn}]`;
      return { expression, value, byte: page.offset - offset, signed: column === "page_index" };
    }
    const found = this.#regionAt(address);
    if (found === null) return null;
    const { array, offset, index } = found;
    const size = array.BYTES_PER_ELEMENT;
    const at = Math.floor(offset / size);
    const member = array instanceof Uint32Array ? "words" : "halves";
    const expression = `dmaRegions[${index}].${member}[${at}]`;
    return { expression, value: array[at]!, byte: offset % size, signed: false };
  }

  #pageAt(address: bigint): { pfn: number; offset: number } | null {
    const bytes = address - VMEMMAP;
    if (bytes < 0n || bytes >= BigInt(this.#pages() * PAGE_STRUCT)) return null;
    const offset = Number(bytes % BigInt(PAGE_STRUCT));
    return { pfn: Number(bytes / BigInt(PAGE_STRUCT)), offset };
  }

  #regionAt(address: bigint): {
    readonly index: number;
    readonly region: DmaRegion;
    readonly array: Uint16Array | Uint32Array;
    readonly offset: number;
  } | null {
    const regions = this.#state.value<readonly DmaRegion[]>("dmaRegions");
    const index = regions.findIndex(
      ({ addr, length }) => address >= BigInt(addr) && address < BigInt(addr + length),
    );
    const region = regions[index];
    if (region === undefined) return null;
    const array = region.words.length > 0 ? region.words : region.halves;
    return { index, region, array, offset: Number(address - BigInt(region.addr)) };
  }

  #pages(): number {
    return this.#state.value<Int32Array>("page_index").length;
  }
}

function columnAt(at: number): (typeof COLUMNS)[number] | undefined {
  return COLUMNS.find(({ offset, size }) => at >= offset && at < offset + size);
}

/** Where a value lies, for those that lie somewhere; null for all others. */
export function addressOf({ value, type }: NamedValue): string | null {
  switch (bareType(type)) {
    case "Page":
      return typeof value === "number" && value >= 0
        ? hex(VMEMMAP + BigInt(value) * BigInt(PAGE_STRUCT))
        : null;
    case "DmaRegion":
    case "vring":
      return addressIn(value, "addr");
    case "virtqueue":
      return addressIn(memberOf(value, "vring"), "addr");
    case "scatterlist":
      return addressIn(value, "dma_address");
    default:
      return null;
  }
}

export function hex(address: bigint): string {
  return `0x${BigInt.asUintN(64, address).toString(16)}`;
}

function addressIn(value: unknown, member: string): string | null {
  const address = memberOf(value, member);
  return typeof address === "number" && address > 0 ? hex(BigInt(address)) : null;
}

function memberOf(value: unknown, member: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[member]
    : undefined;
}
