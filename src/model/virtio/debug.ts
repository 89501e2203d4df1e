/** What must hold of the virtqueues and of the balloon between two dispatches; asked by tests. */
import type { virtio_balloon } from "../balloon/virtio_balloon.ts";
import { ramInBalloon } from "../host/ram.ts";
import { virtio_balloon_get } from "../host/virtio_balloon.ts";
import { isPacked, type VirtQueue } from "../host/virtio.ts";
import { BALLOON_DEFLATE, BALLOON_INFLATE, vmstat } from "../mm/vmstat.ts";
import { VIRTIO_BALLOON_PAGES_PER_PAGE } from "../page_size.ts";
import { VIRTIO_ID_BALLOON } from "./uapi.ts";
import { virtio_devices } from "./virtio.ts";
import type { virtqueue } from "./virtio_ring.ts";
import { availIdx, descNext, usedIdx } from "./vring.ts";

/** "", or what is broken first. */
export function check_virtio(): string {
  for (const vdev of virtio_devices) {
    for (const vq of vdev.vqs) {
      const broken = checkQueue(vq);
      if (broken !== "") {
        return `${vdev.name}, queue ${vq.name}: ${broken}`;
      }
    }
  }
  const host = virtio_balloon_get();
  for (const vq of host.vdev.vq) {
    const broken = checkHostQueue(vq);
    if (broken !== "") {
      return `${host.vdev.name}, queue ${vq.queue_index}: ${broken}`;
    }
  }
  return check_agreement();
}

/** The driver's end: descriptors are free or with the device, and the indices follow each other. */
function checkQueue(vq: virtqueue): string {
  if (vq.broken) {
    return "broken";
  }
  let nr_out = 0;
  let descs_out = 0;
  for (const state of vq.desc_state) {
    if (state.data !== null) {
      nr_out++;
      descs_out += state.num;
    }
  }
  if (descs_out + vq.num_free !== vq.vring.num) {
    return `${descs_out} descriptors out and ${vq.num_free} free, of ${vq.vring.num}`;
  }
  return vq.packed_ring ? checkPackedQueue(vq, descs_out) : checkSplitQueue(vq, nr_out);
}

function checkSplitQueue(vq: virtqueue, nr_out: number): string {
  const vring = vq.vring;
  if (availIdx(vring) !== vq.avail_idx_shadow) {
    return `available index ${availIdx(vring)}, but ${vq.avail_idx_shadow} in the driver`;
  }
  if (distance(vq.last_used_idx, vq.avail_idx_shadow) !== nr_out) {
    return `indices ${vq.last_used_idx} and ${vq.avail_idx_shadow} for ${nr_out} buffers out`;
  }
  if (distance(vq.last_used_idx, usedIdx(vring)) > nr_out) {
    return `used index ${usedIdx(vring)} is ahead of available index ${vq.avail_idx_shadow}`;
  }
  let i = vq.free_head;
  for (let n = 0; n < vq.num_free; n++) {
    if (i >= vring.num || vq.desc_state[i].data !== null) {
      return `free descriptor ${n} is ${i}, which is not free`;
    }
    i = descNext(vring, i);
  }
  return "";
}

/** Positions have wrap counters, so the distance between two is known up to a whole ring. */
function checkPackedQueue(vq: virtqueue, descs_out: number): string {
  const num = vq.vring.num;
  const turned = vq.avail_wrap_counter !== vq.used_wrap_counter ? num : 0;
  if (vq.next_avail_idx - vq.last_used_idx + turned !== descs_out) {
    return `positions ${vq.last_used_idx} and ${vq.next_avail_idx} for ${descs_out} descriptors out`;
  }
  let id = vq.free_head;
  for (let n = 0; n < num - usedIds(vq); n++) {
    if (id >= num || vq.desc_state[id].data !== null) {
      return `free id ${n} is ${id}, which is not free`;
    }
    id = vq.desc_state[id].next;
  }
  return "";
}

function usedIds(vq: virtqueue): number {
  let used = 0;
  for (const state of vq.desc_state) {
    if (state.data !== null) {
      used++;
    }
  }
  return used;
}

/** The device's end: what it has popped and not pushed. */
function checkHostQueue(vq: VirtQueue): string {
  const vring = vq.vring;
  if (vring === null) {
    return "";
  }
  if (isPacked(vq.vdev)) {
    const turned = vq.last_avail_wrap_counter !== vq.used_wrap_counter ? vring.num : 0;
    const taken = vq.last_avail_idx - vq.used_idx + turned;
    return taken === vq.inuse
      ? ""
      : `${taken} descriptors between the positions, ${vq.inuse} in use`;
  }
  if (usedIdx(vring) !== vq.used_idx) {
    return `used index ${usedIdx(vring)}, but ${vq.used_idx} in the device`;
  }
  if (distance(vq.used_idx, vq.last_avail_idx) !== vq.inuse) {
    return `indices ${vq.used_idx} and ${vq.last_avail_idx} for ${vq.inuse} buffers in use`;
  }
  if (distance(vq.last_avail_idx, availIdx(vring)) > vring.num) {
    return `last_avail_idx ${vq.last_avail_idx} is ahead of available index ${availIdx(vring)}`;
  }
  return "";
}

/** Once no message is in flight, driver, counters and host have the same balloon. */
export function check_agreement(): string {
  const actual = virtio_balloon_get().actual;
  for (const vdev of virtio_devices) {
    if (vdev.id !== VIRTIO_ID_BALLOON) {
      continue;
    }
    const vb = vdev.priv as virtio_balloon;
    const nr_pages = vmstat[BALLOON_INFLATE] - vmstat[BALLOON_DEFLATE];
    const counted = nr_pages * VIRTIO_BALLOON_PAGES_PER_PAGE;
    const lock = vb.balloon_lock;
    if (lock.owner === null && lock.waiters.length === 0) {
      if (vb.num_pages !== counted) {
        return `num_pages is ${vb.num_pages}, but ${counted} were counted`;
      }
      if (vb.num_pages !== ramInBalloon()) {
        return `num_pages is ${vb.num_pages}, but the host has ${ramInBalloon()} pages`;
      }
      if (isQuiet(vb) && vb.num_pages !== actual) {
        return `num_pages is ${vb.num_pages}, but the host was told ${actual}`;
      }
    }
  }
  return "";
}

/** Nobody is about to tell the host a new size. */
function isQuiet(vb: virtio_balloon): boolean {
  const work = vb.update_balloon_size_work;
  if (work.pending || work.pool === null) {
    return !work.pending;
  }
  for (const worker of work.pool.workers) {
    if (worker.current_work === work) {
      return false;
    }
  }
  return true;
}

/** From one free-running index to a later one. */
function distance(from: number, to: number): number {
  return (to - from) & 0xffff;
}
