/** drivers/virtio/virtio_ring.c, v5.7: the split ring, driver's end. Differs: as virtio_ring.ts. */
import type { scatterlist } from "./dma.ts";
import {
  VRING_AVAIL_F_NO_INTERRUPT,
  VRING_DESC_F_INDIRECT,
  VRING_DESC_F_NEXT,
  VRING_DESC_F_WRITE,
  VRING_USED_F_NO_NOTIFY,
} from "./uapi.ts";
import type { virtqueue } from "./virtio_ring.ts";
import {
  alloc_indirect,
  DESC_BYTES,
  DESC_HALVES,
  descAt,
  descFlags,
  descNext,
  setAvailFlags,
  setAvailIdx,
  setAvailRing,
  setDescNext,
  setUsedEvent,
  usedFlags,
  usedId,
  usedIdx,
  vring_avail_event,
  vring_need_event,
  writeDesc,
} from "./vring.ts";

/** All descriptors are free; a queue without callback wants no interrupts. */
export function initSplit(vq: virtqueue): void {
  const num = vq.vring.num;
  for (let i = 0; i < num; i++) {
    setDescNext(vq.vring, i, i + 1 < num ? i + 1 : 0);
  }
  if (vq.callback === null) {
    vq.avail_flags_shadow = VRING_AVAIL_F_NO_INTERRUPT;
    if (!vq.event) {
      setAvailFlags(vq.vring, vq.avail_flags_shadow);
    }
  }
}

/** The buffer is the device's at once; a kick only tells it so. */
export function virtqueue_add_split(
  vq: virtqueue,
  sg: scatterlist[],
  out: number,
  inn: number,
  data: object,
): void {
  const vring = vq.vring;
  const head = vq.free_head;
  const state = vq.desc_state[head];
  state.data = data;
  state.num = vq.indirect && out + inn > 1 ? 1 : out + inn;
  if (state.num < out + inn) {
    addIndirect(vq, sg, out, inn, head);
  } else {
    addChain(vq, sg, out, inn, head);
  }
  vq.num_free -= state.num;
  setAvailRing(vring, vq.avail_idx_shadow, head);
  vq.avail_idx_shadow = (vq.avail_idx_shadow + 1) & 0xffff;
  setAvailIdx(vring, vq.avail_idx_shadow);
  vq.num_added++;
}

/** One descriptor for each element, along the list of free ones. */
function addChain(vq: virtqueue, sg: scatterlist[], out: number, inn: number, head: number): void {
  const vring = vq.vring;
  const total = out + inn;
  let i = head;
  for (let n = 0; n < total; n++) {
    const next = n + 1 < total ? VRING_DESC_F_NEXT : 0;
    const write = n >= out ? VRING_DESC_F_WRITE : 0;
    writeDesc(vring.mem, descAt(vring, i), sg[n].dma_address, sg[n].length, next | write);
    i = descNext(vring, i);
  }
  vq.free_head = i;
}

/** One descriptor for the whole buffer: it names a table with one for each element. */
function addIndirect(
  vq: virtqueue,
  sg: scatterlist[],
  out: number,
  inn: number,
  head: number,
): void {
  const vring = vq.vring;
  const total = out + inn;
  const state = vq.desc_state[head];
  const table = alloc_indirect(state.indir_desc, total);
  state.indir_desc = table;
  const mem = table.halves;
  for (let n = 0; n < total; n++) {
    const next = n + 1 < total ? VRING_DESC_F_NEXT : 0;
    const write = n >= out ? VRING_DESC_F_WRITE : 0;
    const at = n * DESC_HALVES;
    writeDesc(mem, at, sg[n].dma_address, sg[n].length, next | write);
    mem[at + DESC_HALVES - 1] = n + 1;
  }
  writeDesc(vring.mem, descAt(vring, head), table.addr, total * DESC_BYTES, VRING_DESC_F_INDIRECT);
  vq.free_head = descNext(vring, head);
}

export function virtqueue_kick_prepare_split(vq: virtqueue): boolean {
  const new_idx = vq.avail_idx_shadow;
  const old = (new_idx - vq.num_added) & 0xffff;
  vq.num_added = 0;
  if (vq.event) {
    return vring_need_event(vring_avail_event(vq.vring), new_idx, old);
  }
  return (usedFlags(vq.vring) & VRING_USED_F_NO_NOTIFY) === 0;
}

export function more_used_split(vq: virtqueue): boolean {
  return vq.last_used_idx !== usedIdx(vq.vring);
}

export function virtqueue_get_buf_split(vq: virtqueue): object | null {
  const i = usedId(vq.vring, vq.last_used_idx);
  if (i >= vq.vring.num || vq.desc_state[i].data === null) {
    vq.broken = true;
    return null;
  }
  const data = vq.desc_state[i].data;
  detach_buf_split(vq, i);
  vq.last_used_idx = (vq.last_used_idx + 1) & 0xffff;
  if ((vq.avail_flags_shadow & VRING_AVAIL_F_NO_INTERRUPT) === 0) {
    setUsedEvent(vq.vring, vq.last_used_idx);
  }
  return data;
}

/** Puts the chain of the buffer at `head` in front of the free list. */
function detach_buf_split(vq: virtqueue, head: number): void {
  const vring = vq.vring;
  let i = head;
  vq.desc_state[head].data = null;
  while ((descFlags(vring.mem, descAt(vring, i)) & VRING_DESC_F_NEXT) !== 0) {
    i = descNext(vring, i);
    vq.num_free++;
  }
  setDescNext(vring, i, vq.free_head);
  vq.free_head = head;
  vq.num_free++;
}
