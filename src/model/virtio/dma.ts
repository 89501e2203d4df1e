/**
 * Guest memory that a device reads and writes: rings and messages, each a region with a bus
 * address. Both ends reach the same typed array, as they would the same memory. Pages of RAM can be
 * named in a message as well; they have addresses, but no region.
 */
import { PAGE_SIZE } from "../page_size.ts";

/** A bus address. */
export type dma_addr_t = number;

export interface DmaRegion {
  /** Of its first byte. */
  addr: dma_addr_t;
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

/** Memory of `count` 16-bit halves that begins with a page, as a ring's does. */
export function allocDmaPages(count: number): DmaRegion {
  nextAddr = Math.ceil(nextAddr / PAGE_SIZE) * PAGE_SIZE;
  return allocDmaHalves(count);
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

/** One piece of a region: include/linux/scatterlist.h. */
export interface scatterlist {
  dma_address: dma_addr_t;
  length: number;
}

/** A list of `nents` entries that stand for nothing yet. */
export function allocScatterlist(nents: number): scatterlist[] {
  const sgl: scatterlist[] = [];
  for (let i = 0; i < nents; i++) {
    sgl.push({ dma_address: 0, length: 0 });
  }
  return sgl;
}

/** Makes the only entry of `sg` stand for the first `length` bytes of a region. */
export function sg_init_one(sg: scatterlist[], region: DmaRegion, length: number): void {
  sg[0].dma_address = region.addr;
  sg[0].length = length;
}

/** Makes `sg` stand for `length` bytes of RAM from page `pfn` on. */
export function sg_set_page(sg: scatterlist, pfn: number, length: number): void {
  sg.dma_address = pfn * PAGE_SIZE;
  sg.length = length;
}

function addRegion(length: number, words: Uint32Array, halves: Uint16Array): DmaRegion {
  const region: DmaRegion = { addr: nextAddr, length, words, halves };
  nextAddr += Math.ceil(length / DMA_ALIGN) * DMA_ALIGN;
  dmaRegions.push(region);
  return region;
}
