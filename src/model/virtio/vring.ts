/**
 * include/uapi/linux/virtio_ring.h, v5.7: the memory of a split virtqueue, as both ends see it
 * (virtio 2.7). One region of 16-bit halves holds all three parts; `desc`, `avail` and `used` are
 * the indices of their first halves. With 4 descriptors, in halves:
 *
 *     desc   0  [addr x4, len x2, flags, next] x4
 *     avail 32  [flags, idx, ring x4, used_event]
 *     used  64  [flags, idx, {id x2, len x2} x4, avail_event]
 *
 * Indices run freely through 16 bits; a slot is an index modulo the size, which is a power of two.
 * An indirect table is a region with descriptors only.
 */
import {
  allocDmaHalves,
  allocDmaPages,
  findDmaRegion,
  type DmaRegion,
  type dma_addr_t,
} from "./dma.ts";
import { readLe32, readLe64, writeLe32, writeLe64 } from "./halves.ts";

export interface vring {
  /** Number of descriptors. */
  num: number;
  mem: Uint16Array;
  /** The descriptor area, the driver area and the device area, as they are called since 1.1. */
  desc: number;
  avail: number;
  used: number;
  /** Bus address of the first byte. */
  addr: dma_addr_t;
}

export const DESC_HALVES = 8;
export const DESC_BYTES = 16;
const USED_ELEM_HALVES = 4;

/** Allocates the memory of a ring with `num` descriptors; the used ring begins at `align` bytes. */
export function allocVring(num: number, align: number): vring {
  const avail = num * DESC_HALVES;
  const used = vringUsed(num, align);
  const region = allocDmaPages(used + 3 + num * USED_ELEM_HALVES);
  return { num, mem: region.halves, desc: 0, avail, used, addr: region.addr };
}

/** Where the used ring begins, in halves, when all parts lie in one piece. */
function vringUsed(num: number, align: number): number {
  const bytes = num * DESC_BYTES + 2 * (3 + num);
  return (Math.ceil(bytes / align) * align) / 2;
}

/** The ring at a legacy queue's only address: the device knows where its parts lie. */
export function mapLegacyVring(num: number, addr: number, align: number): vring {
  return mapVring(num, addr, addr + num * DESC_BYTES, addr + 2 * vringUsed(num, align));
}

/** An indirect table for `num` descriptors: `table` if that is large enough. */
export function alloc_indirect(table: DmaRegion | null, num: number): DmaRegion {
  if (table !== null && table.halves.length >= num * DESC_HALVES) {
    return table;
  }
  return allocDmaHalves(num * DESC_HALVES);
}

/** The ring at the three bus addresses that a driver has given to its device. */
export function mapVring(num: number, desc: number, avail: number, used: number): vring {
  const region = findDmaRegion(desc) as DmaRegion;
  return {
    num,
    mem: region.halves,
    desc: 0,
    avail: (avail - desc) / 2,
    used: (used - desc) / 2,
    addr: desc,
  };
}

export function availAddr(vr: vring): number {
  return vr.addr + 2 * vr.avail;
}

export function usedAddr(vr: vring): number {
  return vr.addr + 2 * vr.used;
}

/** Writes the descriptor at half `at`, but for the half that links it to the next one. */
export function writeDesc(
  mem: Uint16Array,
  at: number,
  addr: number,
  length: number,
  flags: number,
): void {
  writeLe64(mem, at, addr);
  writeLe32(mem, at + 4, length);
  mem[at + 6] = flags;
}

/** Half at which descriptor `i` begins. */
export function descAt(vr: vring, i: number): number {
  return vr.desc + i * DESC_HALVES;
}

export function descAddr(mem: Uint16Array, at: number): number {
  return readLe64(mem, at);
}

export function descLen(mem: Uint16Array, at: number): number {
  return readLe32(mem, at + 4);
}

export function descFlags(mem: Uint16Array, at: number): number {
  return mem[at + 6];
}

export function descNext(vr: vring, i: number): number {
  return vr.mem[vr.desc + i * DESC_HALVES + 7];
}

export function setDescNext(vr: vring, i: number, next: number): void {
  vr.mem[vr.desc + i * DESC_HALVES + 7] = next;
}

export function availFlags(vr: vring): number {
  return vr.mem[vr.avail];
}

export function setAvailFlags(vr: vring, flags: number): void {
  vr.mem[vr.avail] = flags;
}

export function availIdx(vr: vring): number {
  return vr.mem[vr.avail + 1];
}

export function setAvailIdx(vr: vring, idx: number): void {
  vr.mem[vr.avail + 1] = idx;
}

export function availRing(vr: vring, idx: number): number {
  return vr.mem[vr.avail + 2 + (idx & (vr.num - 1))];
}

export function setAvailRing(vr: vring, idx: number, head: number): void {
  vr.mem[vr.avail + 2 + (idx & (vr.num - 1))] = head;
}

/** The device interrupts when the used index passes this one. */
export function vring_used_event(vr: vring): number {
  return vr.mem[vr.avail + 2 + vr.num];
}

export function setUsedEvent(vr: vring, idx: number): void {
  vr.mem[vr.avail + 2 + vr.num] = idx;
}

export function usedFlags(vr: vring): number {
  return vr.mem[vr.used];
}

export function usedIdx(vr: vring): number {
  return vr.mem[vr.used + 1];
}

export function setUsedIdx(vr: vring, idx: number): void {
  vr.mem[vr.used + 1] = idx;
}

export function usedId(vr: vring, idx: number): number {
  const at = vr.used + 2 + (idx & (vr.num - 1)) * USED_ELEM_HALVES;
  return vr.mem[at] + vr.mem[at + 1] * 0x10000;
}

export function setUsedElem(vr: vring, idx: number, id: number, length: number): void {
  const mem = vr.mem;
  const at = vr.used + 2 + (idx & (vr.num - 1)) * USED_ELEM_HALVES;
  mem[at] = id & 0xffff;
  mem[at + 1] = id >>> 16;
  mem[at + 2] = length & 0xffff;
  mem[at + 3] = length >>> 16;
}

/** The driver kicks when the available index passes this one. */
export function vring_avail_event(vr: vring): number {
  return vr.mem[vr.used + 2 + vr.num * USED_ELEM_HALVES];
}

export function setAvailEvent(vr: vring, idx: number): void {
  vr.mem[vr.used + 2 + vr.num * USED_ELEM_HALVES] = idx;
}

/** Whether the step of an index from `old` to `new_idx` passes the other side's `event_idx`. */
export function vring_need_event(event_idx: number, new_idx: number, old: number): boolean {
  return ((new_idx - event_idx - 1) & 0xffff) < ((new_idx - old) & 0xffff);
}
