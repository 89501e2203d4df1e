/**
 * drivers/virtio/virtio_ring.c, v5.7: the driver's end of a virtqueue. What a split and a packed
 * ring have in common is here, the rest in `virtio_ring_split.ts` and `virtio_ring_packed.ts`.
 * Differs: memory barriers are not needed, as the machine runs one context at a time; an indirect
 * table is allocated once for each descriptor that ever needs one, and is always to be had.
 * Sleeps: never.
 */
import type { DmaRegion, scatterlist } from "./dma.ts";
import {
  VIRTIO_F_RING_PACKED,
  VIRTIO_RING_F_EVENT_IDX,
  VIRTIO_RING_F_INDIRECT_DESC,
} from "./uapi.ts";
import { virtio_has_feature, type virtio_device, type virtqueue_info } from "./virtio_config.ts";
import {
  initPacked,
  more_used_packed,
  virtqueue_add_packed,
  virtqueue_get_buf_packed,
  virtqueue_kick_prepare_packed,
} from "./virtio_ring_packed.ts";
import {
  initSplit,
  more_used_split,
  virtqueue_add_split,
  virtqueue_get_buf_split,
  virtqueue_kick_prepare_split,
} from "./virtio_ring_split.ts";
import { allocVring, type vring } from "./vring.ts";
import { allocPackedVring } from "./vring_packed.ts";

export const EIO = 5;
export const ENOSPC = 28;

export interface virtqueue {
  name: string;
  vdev: virtio_device;
  index: number;
  callback: ((vq: virtqueue) => void) | null;
  /** Tells the device that the queue has something for it; false when that failed. */
  notify: (vq: virtqueue) => boolean;
  /** The transport's own: the register that `notify` writes to. */
  priv: number;
  /** Free descriptors. In a split ring they form a list from `free_head` through their `next`. */
  num_free: number;
  /** In a packed ring: the first free id; ids form a list through `desc_state`. */
  free_head: number;
  vring: vring;
  packed_ring: boolean;
  /** VIRTIO_RING_F_INDIRECT_DESC and VIRTIO_RING_F_EVENT_IDX are negotiated. */
  indirect: boolean;
  event: boolean;
  /** The device has broken the rules: nothing goes through this queue any more. */
  broken: boolean;
  /** Made available since the last kick: buffers, in a packed ring descriptors. */
  num_added: number;
  last_used_idx: number;
  /** Split: copies of what the device sees in the available ring. */
  avail_flags_shadow: number;
  avail_idx_shadow: number;
  /** Packed: where the next descriptor goes, and the wrap counters of both directions. */
  next_avail_idx: number;
  avail_wrap_counter: boolean;
  used_wrap_counter: boolean;
  /** AVAIL and USED bits that make a descriptor available in this round. */
  avail_used_flags: number;
  event_flags_shadow: number;
  /** By head, or in a packed ring by id. */
  desc_state: vring_desc_state[];
}

export interface vring_desc_state {
  /** The driver's token while the device has the buffer, else null. */
  data: object | null;
  /** Descriptors of the ring that the buffer takes. */
  num: number;
  /** Packed: next in the list of free ids. */
  next: number;
  /** Table of descriptors, once a buffer of several elements has been here. */
  indir_desc: DmaRegion | null;
}

/** How a transport kicks: its part of a `virtqueue`. */
export interface QueueNotifier {
  notify: (vq: virtqueue) => boolean;
}

/** A virtqueue of `num` descriptors; `align` is for the used ring of a split one, in bytes. */
export function vring_create_virtqueue(
  index: number,
  num: number,
  align: number,
  vdev: virtio_device,
  info: virtqueue_info,
  notifier: QueueNotifier,
): virtqueue {
  const packed_ring = virtio_has_feature(vdev, VIRTIO_F_RING_PACKED);
  const vq: virtqueue = {
    name: info.name,
    vdev,
    index,
    callback: info.callback,
    notify: notifier.notify,
    priv: 0,
    num_free: num,
    free_head: 0,
    vring: packed_ring ? allocPackedVring(num) : allocVring(num, align),
    packed_ring,
    indirect: virtio_has_feature(vdev, VIRTIO_RING_F_INDIRECT_DESC),
    event: virtio_has_feature(vdev, VIRTIO_RING_F_EVENT_IDX),
    broken: false,
    num_added: 0,
    last_used_idx: 0,
    avail_flags_shadow: 0,
    avail_idx_shadow: 0,
    next_avail_idx: 0,
    avail_wrap_counter: true,
    used_wrap_counter: true,
    avail_used_flags: 0,
    event_flags_shadow: 0,
    desc_state: [],
  };
  for (let i = 0; i < num; i++) {
    vq.desc_state.push({ data: null, num: 0, next: i + 1, indir_desc: null });
  }
  if (packed_ring) {
    initPacked(vq);
  } else {
    initSplit(vq);
  }
  return vq;
}

/**
 * Makes a buffer of the first `num` entries of `sg` available for the device to read. `data` comes
 * back from `virtqueue_get_buf`.
 */
export function virtqueue_add_outbuf(
  vq: virtqueue,
  sg: scatterlist[],
  num: number,
  data: object,
): number {
  return virtqueue_add(vq, sg, num, 0, data);
}

/** Likewise, for the device to write. */
export function virtqueue_add_inbuf(
  vq: virtqueue,
  sg: scatterlist[],
  num: number,
  data: object,
): number {
  return virtqueue_add(vq, sg, 0, num, data);
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
  return vq.packed_ring ? virtqueue_kick_prepare_packed(vq) : virtqueue_kick_prepare_split(vq);
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
  return vq.packed_ring ? virtqueue_get_buf_packed(vq) : virtqueue_get_buf_split(vq);
}

export function virtqueue_get_vring_size(vq: virtqueue): number {
  return vq.vring.num;
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

/** `out` entries of `sg` for the device to read, then `inn` for it to write. */
function virtqueue_add(
  vq: virtqueue,
  sg: scatterlist[],
  out: number,
  inn: number,
  data: object,
): number {
  if (vq.broken) {
    return -EIO;
  }
  const descs_used = vq.indirect && out + inn > 1 && vq.num_free > 0 ? 1 : out + inn;
  if (vq.num_free < descs_used) {
    // The device may be waiting for a kick before it gives buffers back.
    if (out > 0 && !vq.packed_ring) {
      virtqueue_notify(vq);
    }
    return -ENOSPC;
  }
  if (vq.packed_ring) {
    virtqueue_add_packed(vq, sg, out, inn, data);
  } else {
    virtqueue_add_split(vq, sg, out, inn, data);
  }
  if (vq.num_added === 0xffff) {
    virtqueue_kick(vq);
  }
  return 0;
}

function more_used(vq: virtqueue): boolean {
  return vq.packed_ring ? more_used_packed(vq) : more_used_split(vq);
}
