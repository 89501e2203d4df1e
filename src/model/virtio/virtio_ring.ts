/**
 * drivers/virtio/virtio_ring.c, v5.7: the driver's end of a split virtqueue. Differs: buffers have
 * one element, so no chains and no indirect tables are made; memory barriers are not needed, as
 * the machine runs one context at a time. Sleeps: never.
 */
import type { scatterlist } from "./dma.ts";
import {
  VIRTIO_RING_F_EVENT_IDX,
  VRING_AVAIL_F_NO_INTERRUPT,
  VRING_DESC_F_WRITE,
  VRING_USED_F_NO_NOTIFY,
} from "./uapi.ts";
import { virtio_has_feature, type virtio_device, type virtqueue_info } from "./virtio_config.ts";
import {
  allocVring,
  vring_avail_event,
  descNext,
  vring_need_event,
  setAvailFlags,
  setAvailIdx,
  setAvailRing,
  setDescNext,
  setUsedEvent,
  usedFlags,
  usedId,
  usedIdx,
  writeDesc,
  type vring,
} from "./vring.ts";

export const EIO = 5;
export const ENOSPC = 28;

export interface virtqueue {
  name: string;
  vdev: virtio_device;
  index: number;
  callback: ((vq: virtqueue) => void) | null;
  /** Tells the device that the queue has something for it; false when that failed. */
  notify: (vq: virtqueue) => boolean;
  /** Free descriptors; they form a list from `free_head` through their `next`. */
  num_free: number;
  free_head: number;
  vring: vring;
  /** VIRTIO_RING_F_EVENT_IDX is negotiated. */
  event: boolean;
  /** The device has broken the rules: nothing goes through this queue any more. */
  broken: boolean;
  /** Buffers made available since the last kick. */
  num_added: number;
  last_used_idx: number;
  avail_flags_shadow: number;
  avail_idx_shadow: number;
  /** Token of each buffer that the device has, by its head. */
  desc_state: (object | null)[];
}

/** A virtqueue of `num` descriptors; `notifier` has the function that kicks the device. */
export function vring_create_virtqueue(
  index: number,
  num: number,
  vdev: virtio_device,
  info: virtqueue_info,
  notifier: QueueNotifier,
): virtqueue {
  const vq: virtqueue = {
    name: info.name,
    vdev,
    index,
    callback: info.callback,
    notify: notifier.notify,
    num_free: num,
    free_head: 0,
    vring: allocVring(num),
    event: virtio_has_feature(vdev, VIRTIO_RING_F_EVENT_IDX),
    broken: false,
    num_added: 0,
    last_used_idx: 0,
    avail_flags_shadow: 0,
    avail_idx_shadow: 0,
    desc_state: [],
  };
  if (info.callback === null) {
    vq.avail_flags_shadow = VRING_AVAIL_F_NO_INTERRUPT;
    if (!vq.event) {
      setAvailFlags(vq.vring, vq.avail_flags_shadow);
    }
  }
  for (let i = 0; i < num; i++) {
    vq.desc_state.push(null);
    setDescNext(vq.vring, i, i + 1 < num ? i + 1 : 0);
  }
  return vq;
}

/** How a transport kicks: its part of a `virtqueue`. */
export interface QueueNotifier {
  notify: (vq: virtqueue) => boolean;
}

/** Makes a buffer that the device reads available. `data` comes back from `virtqueue_get_buf`. */
export function virtqueue_add_outbuf(vq: virtqueue, sg: scatterlist, data: object): number {
  return virtqueue_add(vq, sg, 0, data);
}

/** Makes a buffer that the device writes available. */
export function virtqueue_add_inbuf(vq: virtqueue, sg: scatterlist, data: object): number {
  return virtqueue_add(vq, sg, VRING_DESC_F_WRITE, data);
}

/** Tells the device about what was added, if it wants to be told. */
export function virtqueue_kick(vq: virtqueue): boolean {
  if (virtqueue_kick_prepare(vq)) {
    return virtqueue_notify(vq);
  }
  return true;
}

/** Whether the device must be told about what was added since the last time. */
export function virtqueue_kick_prepare(vq: virtqueue): boolean {
  const new_idx = vq.avail_idx_shadow;
  const old = (new_idx - vq.num_added) & 0xffff;
  vq.num_added = 0;
  if (vq.event) {
    return vring_need_event(vring_avail_event(vq.vring), new_idx, old);
  }
  return (usedFlags(vq.vring) & VRING_USED_F_NO_NOTIFY) === 0;
}

export function virtqueue_notify(vq: virtqueue): boolean {
  if (vq.broken) {
    return false;
  }
  if (!vq.notify(vq)) {
    vq.broken = true;
    return false;
  }
  return true;
}

/** The token of the next buffer that the device has used, or null; the buffer is the driver's again. */
export function virtqueue_get_buf(vq: virtqueue): object | null {
  if (vq.broken || !more_used(vq)) {
    return null;
  }
  const i = usedId(vq.vring, vq.last_used_idx);
  if (i >= vq.vring.num || vq.desc_state[i] === null) {
    vq.broken = true;
    return null;
  }
  const data = vq.desc_state[i];
  detach_buf(vq, i);
  vq.last_used_idx = (vq.last_used_idx + 1) & 0xffff;
  if ((vq.avail_flags_shadow & VRING_AVAIL_F_NO_INTERRUPT) === 0) {
    setUsedEvent(vq.vring, vq.last_used_idx);
  }
  return data;
}

/** Interrupt handler's part for one queue; false when the device has used nothing. */
export function vring_interrupt(vq: virtqueue): boolean {
  if (!more_used(vq)) {
    return false;
  }
  if (vq.broken) {
    return true;
  }
  if (vq.callback !== null) {
    vq.callback(vq);
  }
  return true;
}

function virtqueue_add(vq: virtqueue, sg: scatterlist, flags: number, data: object): number {
  if (vq.broken) {
    return -EIO;
  }
  if (vq.num_free < 1) {
    // The device may be waiting for a kick before it gives buffers back.
    if (flags === 0) {
      virtqueue_notify(vq);
    }
    return -ENOSPC;
  }
  const vring = vq.vring;
  const head = vq.free_head;
  writeDesc(vring, head, sg.dma_address, sg.length, flags);
  vq.num_free--;
  vq.free_head = descNext(vring, head);
  vq.desc_state[head] = data;
  setAvailRing(vring, vq.avail_idx_shadow, head);
  vq.avail_idx_shadow = (vq.avail_idx_shadow + 1) & 0xffff;
  setAvailIdx(vring, vq.avail_idx_shadow);
  vq.num_added++;
  if (vq.num_added === 0xffff) {
    virtqueue_kick(vq);
  }
  return 0;
}

function more_used(vq: virtqueue): boolean {
  return vq.last_used_idx !== usedIdx(vq.vring);
}

function detach_buf(vq: virtqueue, head: number): void {
  vq.desc_state[head] = null;
  setDescNext(vq.vring, head, vq.free_head);
  vq.free_head = head;
  vq.num_free++;
}
