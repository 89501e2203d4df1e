/** hw/virtio/virtio.c of QEMU 8.1: packed rings, device's end (virtio 2.8). */
import { findDmaRegion } from "../virtio/dma.ts";
import {
  VIRTIO_RING_F_EVENT_IDX,
  VRING_DESC_F_INDIRECT,
  VRING_DESC_F_NEXT,
  VRING_DESC_F_WRITE,
  VRING_PACKED_DESC_F_AVAIL,
  VRING_PACKED_DESC_F_USED,
  VRING_PACKED_EVENT_FLAG_DESC,
  VRING_PACKED_EVENT_FLAG_DISABLE,
  VRING_PACKED_EVENT_F_WRAP_CTR,
} from "../virtio/uapi.ts";
import { hasFeatureBit } from "../virtio/virtio_config.ts";
import { DESC_BYTES, DESC_HALVES, descAddr, descAt, descLen, type vring } from "../virtio/vring.ts";
import {
  driverEventFlags,
  driverEventOffWrap,
  isAvailDesc,
  packedFlags,
  packedId,
  packedNeedEvent,
  setDeviceEvent,
  setPackedFlags,
  writePackedUsed,
} from "../virtio/vring_packed.ts";
import type { VirtQueue, VirtQueueElement } from "./virtio.ts";
import { addElement, resetElement, unreadable } from "./virtio_element.ts";

export function virtqueue_packed_pop(vq: VirtQueue, vring: vring, elem: VirtQueueElement): boolean {
  const head = vq.last_avail_idx;
  if (!isAvailDesc(vring, head, vq.last_avail_wrap_counter)) {
    return false;
  }
  resetElement(elem);
  const indirect = (packedFlags(vring, head) & VRING_DESC_F_INDIRECT) !== 0;
  if (indirect ? !readTable(vq, vring, head, elem) : !readChain(vq, vring, head, elem)) {
    return false;
  }
  vq.inuse += elem.ndescs;
  vq.last_avail_idx += elem.ndescs;
  if (vq.last_avail_idx >= vring.num) {
    vq.last_avail_idx -= vring.num;
    vq.last_avail_wrap_counter = !vq.last_avail_wrap_counter;
  }
  if (hasFeatureBit(vq.vdev.guest_features, VIRTIO_RING_F_EVENT_IDX)) {
    const wrap = vq.last_avail_wrap_counter ? VRING_PACKED_EVENT_F_WRAP_CTR : 0;
    setDeviceEvent(vring, vq.last_avail_idx | wrap, VRING_PACKED_EVENT_FLAG_DESC);
  }
  return true;
}

/** Descriptors one after the other, round the end of the ring; the last one has the id. */
function readChain(vq: VirtQueue, vring: vring, head: number, elem: VirtQueueElement): boolean {
  let i = head;
  while (elem.ndescs < vring.num) {
    const flags = packedFlags(vring, i);
    const at = descAt(vring, i);
    const write = (flags & VRING_DESC_F_WRITE) !== 0;
    elem.index = packedId(vring, i);
    elem.ndescs++;
    if (!addElement(vq, elem, descAddr(vring.mem, at), descLen(vring.mem, at), write)) {
      return false;
    }
    if ((flags & VRING_DESC_F_NEXT) === 0) {
      return true;
    }
    i = i + 1 < vring.num ? i + 1 : 0;
  }
  return unreadable(vq);
}

/** All entries of an indirect table; only WRITE counts in their flags. */
function readTable(vq: VirtQueue, vring: vring, head: number, elem: VirtQueueElement): boolean {
  const at = descAt(vring, head);
  const table = findDmaRegion(descAddr(vring.mem, at));
  if (table === null) {
    return unreadable(vq);
  }
  const count = descLen(vring.mem, at) / DESC_BYTES;
  const mem = table.halves;
  elem.index = packedId(vring, head);
  elem.ndescs = 1;
  for (let i = 0; i < count; i++) {
    const entry = i * DESC_HALVES;
    const write = (mem[entry + DESC_HALVES - 1] & VRING_DESC_F_WRITE) !== 0;
    if (!addElement(vq, elem, descAddr(mem, entry), descLen(mem, entry), write)) {
      return false;
    }
  }
  return true;
}

/** One used descriptor for the whole buffer, and on to the place after its last one. */
export function virtqueue_packed_push(
  vq: VirtQueue,
  vring: vring,
  elem: VirtQueueElement,
  len: number,
): void {
  writePackedUsed(vring, vq.used_idx, elem.index, len);
  const used = VRING_PACKED_DESC_F_AVAIL | VRING_PACKED_DESC_F_USED;
  setPackedFlags(vring, vq.used_idx, vq.used_wrap_counter ? used : 0);
  vq.inuse -= elem.ndescs;
  vq.used_idx += elem.ndescs;
  if (vq.used_idx >= vring.num) {
    vq.used_idx -= vring.num;
    vq.used_wrap_counter = !vq.used_wrap_counter;
    vq.signalled_used_valid = false;
  }
}

export function virtio_packed_should_notify(vq: VirtQueue, vring: vring): boolean {
  const first = !vq.signalled_used_valid;
  const old = vq.signalled_used;
  vq.signalled_used_valid = true;
  vq.signalled_used = vq.used_idx;
  const flags = driverEventFlags(vring);
  if (flags !== VRING_PACKED_EVENT_FLAG_DESC) {
    return flags !== VRING_PACKED_EVENT_FLAG_DISABLE;
  }
  const off_wrap = driverEventOffWrap(vring);
  return first || packedNeedEvent(vring, off_wrap, vq.used_wrap_counter, vq.used_idx, old);
}
