/**
 * include/uapi/linux/virtio_ring.h, v5.7: the memory of a packed virtqueue (virtio 2.8), in the
 * same struct as that of a split one: the descriptor area is the ring, the driver area and the
 * device area are the two event structures. With 4 descriptors, in halves:
 *
 *     desc   0  [addr x4, len x2, id, flags] x4
 *     avail 32  [off_wrap, flags]             what the driver wants to hear
 *     used  34  [off_wrap, flags]             what the device wants to hear
 *
 * A descriptor is available when its AVAIL bit is the driver's wrap counter and its USED bit is not;
 * it is used when both are the device's. Wrap counters begin with 1 and flip at the end of the ring.
 */
import { allocDmaPages } from "./dma.ts";
import { writeLe32, writeLe64 } from "./halves.ts";
import { VRING_PACKED_DESC_F_AVAIL, VRING_PACKED_DESC_F_USED } from "./uapi.ts";
import { DESC_HALVES, vring_need_event, type vring } from "./vring.ts";

/** Of the last half of a descriptor, where a split ring has the link. */
const ID_HALF = 6;
const FLAGS_HALF = 7;

/** Allocates the memory of a packed ring with `num` descriptors. */
export function allocPackedVring(num: number): vring {
  const avail = num * DESC_HALVES;
  const region = allocDmaPages(avail + 4);
  return { num, mem: region.halves, desc: 0, avail, used: avail + 2, addr: region.addr };
}

export function packedId(vr: vring, i: number): number {
  return vr.mem[vr.desc + i * DESC_HALVES + ID_HALF];
}

export function packedFlags(vr: vring, i: number): number {
  return vr.mem[vr.desc + i * DESC_HALVES + FLAGS_HALF];
}

export function setPackedFlags(vr: vring, i: number, flags: number): void {
  vr.mem[vr.desc + i * DESC_HALVES + FLAGS_HALF] = flags;
}

/** Writes all of descriptor `i` but its flags, which make it available and so come last. */
export function writePackedDesc(
  vr: vring,
  i: number,
  addr: number,
  length: number,
  id: number,
): void {
  const mem = vr.mem;
  const at = vr.desc + i * DESC_HALVES;
  writeLe64(mem, at, addr);
  writeLe32(mem, at + 4, length);
  mem[at + ID_HALF] = id;
}

/** Marks descriptor `i` as the used one of buffer `id`, with `length` bytes written to it. */
export function writePackedUsed(vr: vring, i: number, id: number, length: number): void {
  const mem = vr.mem;
  const at = vr.desc + i * DESC_HALVES;
  writeLe32(mem, at + 4, length);
  mem[at + ID_HALF] = id;
}

/** Whether descriptor `i` has been made available by a driver whose wrap counter is `wrap`. */
export function isAvailDesc(vr: vring, i: number, wrap: boolean): boolean {
  const flags = packedFlags(vr, i);
  const avail = (flags & VRING_PACKED_DESC_F_AVAIL) !== 0;
  const used = (flags & VRING_PACKED_DESC_F_USED) !== 0;
  return avail === wrap && used !== wrap;
}

/** Whether descriptor `i` has been used by a device whose wrap counter is `wrap`. */
export function isUsedDesc(vr: vring, i: number, wrap: boolean): boolean {
  const flags = packedFlags(vr, i);
  const avail = (flags & VRING_PACKED_DESC_F_AVAIL) !== 0;
  const used = (flags & VRING_PACKED_DESC_F_USED) !== 0;
  return avail === used && used === wrap;
}

export function driverEventOffWrap(vr: vring): number {
  return vr.mem[vr.avail];
}

export function driverEventFlags(vr: vring): number {
  return vr.mem[vr.avail + 1];
}

export function setDriverEventFlags(vr: vring, flags: number): void {
  vr.mem[vr.avail + 1] = flags;
}

export function deviceEventOffWrap(vr: vring): number {
  return vr.mem[vr.used];
}

export function deviceEventFlags(vr: vring): number {
  return vr.mem[vr.used + 1];
}

export function setDeviceEvent(vr: vring, off_wrap: number, flags: number): void {
  vr.mem[vr.used] = off_wrap;
  vr.mem[vr.used + 1] = flags;
}

/**
 * Whether the step of a position from `old` to `new_idx`, now with wrap counter `wrap`, passes the
 * one that the other side waits for.
 */
export function packedNeedEvent(
  vr: vring,
  off_wrap: number,
  wrap: boolean,
  new_idx: number,
  old: number,
): boolean {
  let event_idx = off_wrap & 0x7fff;
  if (off_wrap >>> 15 !== (wrap ? 1 : 0)) {
    event_idx -= vr.num;
  }
  return vring_need_event(event_idx, new_idx, old);
}
