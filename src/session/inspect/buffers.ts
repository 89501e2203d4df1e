/**
 * What the buffer of a descriptor names, read from memory as it stands: the page frame numbers of a
 * balloon message, the pages of RAM themselves, or the descriptors of an indirect table. A
 * descriptor that is free keeps its address and length, and shows what is there by now.
 */
import type { LazyList } from "./handles.ts";
import type { KernelState } from "./state.ts";

/** `DmaRegion` of the model: memory of messages and rings. */
interface DmaRegion {
  readonly addr: number;
  readonly length: number;
  readonly words: Uint32Array;
  readonly halves: Uint16Array;
}

const PFN_BYTES = 4;

export class Buffers {
  readonly #state: KernelState;

  constructor(state: KernelState) {
    this.#state = state;
  }

  /** `carriesPfns`: messages of this queue are arrays of page frame numbers. */
  pages(address: number, length: number, carriesPfns: boolean): LazyList {
    const region = this.#regionAt(address);
    if (region !== undefined) {
      if (!carriesPfns) return NOTHING;
      const first = (address - region.addr) / PFN_BYTES;
      const pfns = region.words.subarray(first, first + Math.floor(length / PFN_BYTES));
      return pageList(pfns.length, (i) => pfns[i]!);
    }
    const pageBytes = this.#state.pageBytes();
    const pfn = address / pageBytes;
    const inRam = Number.isInteger(pfn) && pfn < this.#nrPages();
    return inRam ? pageList(Math.ceil(length / pageBytes), (i) => pfn + i) : NOTHING;
  }

  /** The memory of an indirect table, or null when there is none at that address. */
  table(address: number): Uint16Array | null {
    const region = this.#regionAt(address);
    return region?.addr === address ? region.halves : null;
  }

  #regionAt(address: number): DmaRegion | undefined {
    return this.#state
      .value<readonly DmaRegion[]>("dmaRegions")
      .find(({ addr, length }) => address >= addr && address < addr + length);
  }

  #nrPages(): number {
    return this.#state.value<Int32Array>("page_index").length;
  }
}

const NOTHING: LazyList = { count: 0, elements: () => [] };

function pageList(count: number, pfnOf: (i: number) => number): LazyList {
  return {
    count,
    elements: (start, length) =>
      Array.from({ length }, (_, i) => ({
        name: `[${start + i}]`,
        value: pfnOf(start + i),
        type: "Page",
        evaluateName: null,
      })),
  };
}
