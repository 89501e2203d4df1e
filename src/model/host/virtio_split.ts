/** hw/virtio/virtio.c of QEMU 8.1: split rings, device's end (virtio 2.7). */
import { findDmaRegion } from "../virtio/dma.ts";
import {
  VIRTIO_RING_F_EVENT_IDX,
  VRING_AVAIL_F_NO_INTERRUPT,
  VRING_DESC_F_INDIRECT,
  VRING_DESC_F_NEXT,
  VRING_DESC_F_WRITE,
} from "../virtio/uapi.ts";
import { hasFeatureBit } from "../virtio/virtio_config.ts";
import {
  availFlags,
  availIdx,
  availRing,
  DESC_BYTES,
  DESC_HALVES,
  descAddr,
  descAt,
  descFlags,
  descLen,
  setAvailEvent,
  setUsedElem,
  setUsedIdx,
  vring_need_event,
  vring_used_event,
  type vring,
} from "../virtio/vring.ts";
import type { VirtQueue, VirtQueueElement } from "./virtio.ts";
import { addElement, resetElement, unreadable } from "./virtio_element.ts";

export function virtqueue_split_pop(vq: VirtQueue, vring: vring, elem: VirtQueueElement): boolean {
  if (availIdx(vring) === vq.last_avail_idx) {
    return false;
  }
  const head = availRing(vring, vq.last_avail_idx);
  if (head >= vring.num) {
    return unreadable(vq);
  }
  vq.last_avail_idx = (vq.last_avail_idx + 1) & 0xffff;
  if (hasFeatureBit(vq.vdev.guest_features, VIRTIO_RING_F_EVENT_IDX)) {
    setAvailEvent(vring, vq.last_avail_idx);
  }
  resetElement(elem);
  elem.index = head;
  elem.ndescs = 1;
  vq.inuse++;
  const at = descAt(vring, head);
  if ((descFlags(vring.mem, at) & VRING_DESC_F_INDIRECT) === 0) {
    return readChain(vq, vring.mem, vring.desc, vring.num, head, elem);
  }
  const table = findDmaRegion(descAddr(vring.mem, at));
  const max = descLen(vring.mem, at) / DESC_BYTES;
  return table !== null && readChain(vq, table.halves, 0, max, 0, elem);
}

/** Elements of the chain that begins with descriptor `head` of the `max` from half `base` on. */
function readChain(
  vq: VirtQueue,
  mem: Uint16Array,
  base: number,
  max: number,
  head: number,
  elem: VirtQueueElement,
): boolean {
  let i = head;
  for (let n = 0; n < max && i < max; n++) {
    const at = base + i * DESC_HALVES;
    const flags = descFlags(mem, at);
    const write = (flags & VRING_DESC_F_WRITE) !== 0;
    if (!addElement(vq, elem, descAddr(mem, at), descLen(mem, at), write)) {
      return false;
    }
    if ((flags & VRING_DESC_F_NEXT) === 0) {
      return true;
    }
    i = mem[at + DESC_HALVES - 1];
  }
  return unreadable(vq);
}

export function virtqueue_split_push(
  vq: VirtQueue,
  vring: vring,
  elem: VirtQueueElement,
  len: number,
): void {
  setUsedElem(vring, vq.used_idx, elem.index, len);
  vq.used_idx = (vq.used_idx + 1) & 0xffff;
  setUsedIdx(vring, vq.used_idx);
  vq.inuse--;
}

export function virtio_split_should_notify(vq: VirtQueue, vring: vring): boolean {
  if (!hasFeatureBit(vq.vdev.guest_features, VIRTIO_RING_F_EVENT_IDX)) {
    return (availFlags(vring) & VRING_AVAIL_F_NO_INTERRUPT) === 0;
  }
  const first = !vq.signalled_used_valid;
  const old = vq.signalled_used;
  vq.signalled_used_valid = true;
  vq.signalled_used = vq.used_idx;
  return first || vring_need_event(vring_used_event(vring), vq.used_idx, old);
}
