/**
 * Guest memory that a device reads and writes: rings and messages, each a region with a bus
 * address. Both ends reach the same typed array, as they would the same memory.
 */

export interface DmaRegion {
  /** Bus address of its first byte. */
  addr: number;
  /** Length in bytes. */
  length: number;
  /** Its memory: little endian 32-bit words, or 16-bit halves; the other one is empty. */
  words: Uint32Array;
  halves: Uint16Array;
}

/** Every region of the machine: about a handful, since drivers keep theirs for life. */
export const dmaRegions: DmaRegion[] = [];

const DMA_ALIGN = 64;
/** Above the kernel image, where early allocations of a real guest lie as well. */
let nextAddr = 0x2000000;

/** Memory of `count` 32-bit words. */
export function allocDmaWords(count: number): DmaRegion {
  return addRegion(4 * count, new Uint32Array(count), new Uint16Array(0));
}

/** Memory of `count` 16-bit halves. */
export function allocDmaHalves(count: number): DmaRegion {
  return addRegion(2 * count, new Uint32Array(0), new Uint16Array(count));
}

/** The region that begins at bus address `addr`, or null: what the device's translation finds. */
export function findDmaRegion(addr: number): DmaRegion | null {
  for (const region of dmaRegions) {
    if (region.addr === addr) {
      return region;
    }
  }
  return null;
}

/** One piece of a region: include/linux/scatterlist.h, with one entry. */
export interface scatterlist {
  dma_address: number;
  length: number;
}

/** Makes `sg` stand for the first `length` bytes of a region. */
export function sg_init_one(sg: scatterlist, region: DmaRegion, length: number): void {
  sg.dma_address = region.addr;
  sg.length = length;
}

function addRegion(length: number, words: Uint32Array, halves: Uint16Array): DmaRegion {
  const region: DmaRegion = { addr: nextAddr, length, words, halves };
  nextAddr += Math.ceil(length / DMA_ALIGN) * DMA_ALIGN;
  dmaRegions.push(region);
  return region;
}
