/** drivers/virtio/virtio_ring.c, v5.7: the packed ring, driver's end. Differs: as virtio_ring.ts. */
import type { scatterlist } from "./dma.ts";
import {
  VRING_DESC_F_INDIRECT,
  VRING_DESC_F_NEXT,
  VRING_DESC_F_WRITE,
  VRING_PACKED_DESC_F_AVAIL,
  VRING_PACKED_DESC_F_USED,
  VRING_PACKED_EVENT_FLAG_DESC,
  VRING_PACKED_EVENT_FLAG_DISABLE,
} from "./uapi.ts";
import type { virtqueue, vring_desc_state } from "./virtio_ring.ts";
import { alloc_indirect, DESC_BYTES, DESC_HALVES, writeDesc } from "./vring.ts";
import {
  deviceEventFlags,
  deviceEventOffWrap,
  isUsedDesc,
  packedId,
  packedNeedEvent,
  setDriverEventFlags,
  setPackedFlags,
  writePackedDesc,
} from "./vring_packed.ts";

/** Both wrap counters are 1, so a descriptor is available with AVAIL set and USED clear. */
export function initPacked(vq: virtqueue): void {
  vq.avail_used_flags = VRING_PACKED_DESC_F_AVAIL;
  if (vq.callback === null) {
    vq.event_flags_shadow = VRING_PACKED_EVENT_FLAG_DISABLE;
    setDriverEventFlags(vq.vring, vq.event_flags_shadow);
  }
}

/** Descriptors follow one another in the ring; the flags of the first one hand the buffer over. */
export function virtqueue_add_packed(
  vq: virtqueue,
  sg: scatterlist[],
  out: number,
  inn: number,
  data: object,
): void {
  const id = vq.free_head;
  const state = vq.desc_state[id];
  vq.free_head = state.next;
  state.data = data;
  state.num = vq.indirect && out + inn > 1 ? 1 : out + inn;
  if (state.num < out + inn) {
    addIndirect(vq, sg, out, inn, id, state);
  } else {
    addChain(vq, sg, out, inn, id);
  }
  vq.num_free -= state.num;
  vq.num_added += state.num;
}

function addChain(vq: virtqueue, sg: scatterlist[], out: number, inn: number, id: number): void {
  const vring = vq.vring;
  const total = out + inn;
  const head = vq.next_avail_idx;
  let head_flags = 0;
  for (let n = 0; n < total; n++) {
    const i = vq.next_avail_idx;
    const next = n + 1 < total ? VRING_DESC_F_NEXT : 0;
    const write = n >= out ? VRING_DESC_F_WRITE : 0;
    const flags = vq.avail_used_flags | next | write;
    writePackedDesc(vring, i, sg[n].dma_address, sg[n].length, id);
    if (n === 0) {
      head_flags = flags;
    } else {
      setPackedFlags(vring, i, flags);
    }
    advanceAvail(vq);
  }
  setPackedFlags(vring, head, head_flags);
}

/** The entries of the table carry WRITE only; the table is read to its end. */
function addIndirect(
  vq: virtqueue,
  sg: scatterlist[],
  out: number,
  inn: number,
  id: number,
  state: vring_desc_state,
): void {
  const total = out + inn;
  const table = alloc_indirect(state.indir_desc, total);
  state.indir_desc = table;
  for (let n = 0; n < total; n++) {
    const at = n * DESC_HALVES;
    writeDesc(table.halves, at, sg[n].dma_address, sg[n].length, 0);
    // In a packed descriptor the flags come last; the half before them is the id, unused here.
    table.halves[at + DESC_HALVES - 1] = n >= out ? VRING_DESC_F_WRITE : 0;
  }
  const head = vq.next_avail_idx;
  writePackedDesc(vq.vring, head, table.addr, total * DESC_BYTES, id);
  setPackedFlags(vq.vring, head, vq.avail_used_flags | VRING_DESC_F_INDIRECT);
  advanceAvail(vq);
}

/** The position after this one; at the end of the ring the meaning of the bits turns round. */
function advanceAvail(vq: virtqueue): void {
  vq.next_avail_idx++;
  if (vq.next_avail_idx >= vq.vring.num) {
    vq.next_avail_idx = 0;
    vq.avail_wrap_counter = !vq.avail_wrap_counter;
    vq.avail_used_flags ^= VRING_PACKED_DESC_F_AVAIL | VRING_PACKED_DESC_F_USED;
  }
}

export function virtqueue_kick_prepare_packed(vq: virtqueue): boolean {
  const new_idx = vq.next_avail_idx;
  const old = new_idx - vq.num_added;
  vq.num_added = 0;
  const flags = deviceEventFlags(vq.vring);
  if (flags !== VRING_PACKED_EVENT_FLAG_DESC) {
    return flags !== VRING_PACKED_EVENT_FLAG_DISABLE;
  }
  const off_wrap = deviceEventOffWrap(vq.vring);
  return packedNeedEvent(vq.vring, off_wrap, vq.avail_wrap_counter, new_idx, old);
}

export function more_used_packed(vq: virtqueue): boolean {
  return isUsedDesc(vq.vring, vq.last_used_idx, vq.used_wrap_counter);
}

export function virtqueue_get_buf_packed(vq: virtqueue): object | null {
  const vring = vq.vring;
  const id = packedId(vring, vq.last_used_idx);
  if (id >= vring.num || vq.desc_state[id].data === null) {
    vq.broken = true;
    return null;
  }
  const state = vq.desc_state[id];
  const data = state.data;
  state.data = null;
  state.next = vq.free_head;
  vq.free_head = id;
  vq.num_free += state.num;
  vq.last_used_idx += state.num;
  if (vq.last_used_idx >= vring.num) {
    vq.last_used_idx -= vring.num;
    vq.used_wrap_counter = !vq.used_wrap_counter;
  }
  return data;
}
