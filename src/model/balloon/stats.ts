/**
 * drivers/virtio/virtio_balloon.c, v5.7: guest statistics. One buffer is always on its way: the
 * host keeps it and gives it back when it wants new values. Which values there are depends on the
 * generation: `collectStats`. Sleeps: never.
 */
import { config } from "../config.ts";
import { PAGE_SIZE } from "../page_size.ts";
import { si_mem_available, totalram_pages } from "../mm/page_alloc.ts";
import {
  NR_FILE_PAGES,
  NR_FREE_PAGES,
  PGFAULT,
  PGMAJFAULT,
  PSWPIN,
  PSWPOUT,
  vmstat,
} from "../mm/vmstat.ts";
import { queue_work, system_freezable_wq, type work_struct } from "../sched/workqueue.ts";
import { sg_init_one } from "../virtio/dma.ts";
import { writeLe64 } from "../virtio/halves.ts";
import {
  VIRTIO_BALLOON_S_AVAIL,
  VIRTIO_BALLOON_S_CACHES,
  VIRTIO_BALLOON_S_HTLB_PGALLOC,
  VIRTIO_BALLOON_S_HTLB_PGFAIL,
  VIRTIO_BALLOON_S_MAJFLT,
  VIRTIO_BALLOON_S_MEMFREE,
  VIRTIO_BALLOON_S_MEMTOT,
  VIRTIO_BALLOON_S_MINFLT,
  VIRTIO_BALLOON_S_SWAP_IN,
  VIRTIO_BALLOON_S_SWAP_OUT,
} from "../virtio/uapi.ts";
import {
  virtqueue_add_outbuf,
  virtqueue_get_buf,
  virtqueue_kick,
  type virtqueue,
} from "../virtio/virtio_ring.ts";
import type { virtio_balloon } from "./virtio_balloon.ts";

/** A tag and a 64-bit value. */
export const STAT_HALVES = 5;

/** The first buffer, sent while the driver probes. */
export function sendFirstStats(vb: virtio_balloon, vq: virtqueue): void {
  const num_stats = vb.collectStats(vb);
  sg_init_one(vb.statsSg, vb.statsDma, 2 * STAT_HALVES * num_stats);
  virtqueue_add_outbuf(vq, vb.statsSg, 1, vb);
  virtqueue_kick(vq);
}

/** The host wants new statistics, in interrupt context. */
export function stats_request(vq: virtqueue): void {
  const vb = vq.vdev.priv as virtio_balloon;
  if (!vb.stop_update) {
    queue_work(system_freezable_wq, vb.update_balloon_stats_work);
  }
}

export function update_balloon_stats_func(work: work_struct): void {
  const vb = work.data as virtio_balloon;
  if (vb.stats_vq !== null) {
    stats_handle_request(vb, vb.stats_vq);
  }
}

function stats_handle_request(vb: virtio_balloon, vq: virtqueue): void {
  const num_stats = vb.collectStats(vb);
  if (virtqueue_get_buf(vq) === null) {
    return;
  }
  sg_init_one(vb.statsSg, vb.statsDma, 2 * STAT_HALVES * num_stats);
  virtqueue_add_outbuf(vq, vb.statsSg, 1, vb);
  virtqueue_kick(vq);
}

/** What v4.18 to v6.8 send. Counters of events come first, then sizes in bytes. */
export function update_balloon_stats(vb: virtio_balloon): number {
  const idx = addMemoryStats(vb, addEventStats(vb, 0));
  return addCacheStats(vb, idx);
}

/** Entries `idx` and following: events that all generations count. Returns the next free entry. */
export function addEventStats(vb: virtio_balloon, idx: number): number {
  if (!config.CONFIG_VM_EVENT_COUNTERS) {
    return idx;
  }
  update_stat(vb, idx, VIRTIO_BALLOON_S_SWAP_IN, vmstat[PSWPIN] * PAGE_SIZE);
  update_stat(vb, idx + 1, VIRTIO_BALLOON_S_SWAP_OUT, vmstat[PSWPOUT] * PAGE_SIZE);
  update_stat(vb, idx + 2, VIRTIO_BALLOON_S_MAJFLT, vmstat[PGMAJFAULT]);
  // Called minor faults, but all faults are counted.
  update_stat(vb, idx + 3, VIRTIO_BALLOON_S_MINFLT, vmstat[PGFAULT]);
  return idx + 4;
}

export function addMemoryStats(vb: virtio_balloon, idx: number): number {
  update_stat(vb, idx, VIRTIO_BALLOON_S_MEMFREE, vmstat[NR_FREE_PAGES] * PAGE_SIZE);
  update_stat(vb, idx + 1, VIRTIO_BALLOON_S_MEMTOT, totalram_pages() * PAGE_SIZE);
  update_stat(vb, idx + 2, VIRTIO_BALLOON_S_AVAIL, si_mem_available() * PAGE_SIZE);
  return idx + 3;
}

/** Since v4.18: the page cache, and huge pages of hugetlbfs, of which this guest has none. */
export function addCacheStats(vb: virtio_balloon, idx: number): number {
  update_stat(vb, idx, VIRTIO_BALLOON_S_CACHES, vmstat[NR_FILE_PAGES] * PAGE_SIZE);
  update_stat(vb, idx + 1, VIRTIO_BALLOON_S_HTLB_PGALLOC, 0);
  update_stat(vb, idx + 2, VIRTIO_BALLOON_S_HTLB_PGFAIL, 0);
  return idx + 3;
}

/** Writes entry number `idx`. */
export function update_stat(vb: virtio_balloon, idx: number, tag: number, val: number): void {
  const at = idx * STAT_HALVES;
  vb.stats[at] = tag;
  writeLe64(vb.stats, at + 1, val);
}
