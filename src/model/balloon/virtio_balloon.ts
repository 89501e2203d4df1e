/**
 * drivers/virtio/virtio_balloon.c: what the generations have in common. How a driver gives memory
 * back under pressure, its probe, and whatever else it does in its own way, are in the file of its
 * generation: v4_14.ts, v4_19.ts, v5_5.ts, v5_7.ts, v6_8.ts, v6_19.ts.
 *
 * The driver counts in units of 4 KiB, and takes whole pages of the guest: where these have 64 KiB,
 * each is VIRTIO_BALLOON_PAGES_PER_PAGE = 16 units, and a request of 17 takes 32.
 *
 * Differs: no suspend and no removal. Sleeps: in `tell_host`, in `fill_balloon` for memory, and on
 * `balloon_lock`.
 */
import { charge, cond_resched, printk, trace_event } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import {
  balloon_page_alloc,
  balloon_page_dequeue,
  balloon_page_enqueue,
  type balloon_dev_info,
} from "../mm/balloon_compaction.ts";
import { NULL_PAGE, type BalloonPages, type Page } from "../mm/mm_types.ts";
import { page_to_pfn } from "../mm/page.ts";
import { adjust_managed_page_count, put_page } from "../mm/page_alloc.ts";
import { BALLOON_SHIFT, VIRTIO_BALLOON_PAGES_PER_PAGE } from "../page_size.ts";
import { touchRam } from "../ram.ts";
import { mutex_lock, mutex_unlock, type mutex } from "../sched/mutex.ts";
import { ___ratelimit, type ratelimit_state } from "../sched/ratelimit.ts";
import { msleep } from "../sched/timer.ts";
import { wait_event, wake_up, type wait_queue_head } from "../sched/wait.ts";
import { queue_work, system_freezable_wq, type work_struct } from "../sched/workqueue.ts";
import { sg_init_one, type DmaRegion, type scatterlist } from "../virtio/dma.ts";
import {
  VIRTIO_BALLOON_CFG_ACTUAL,
  VIRTIO_BALLOON_CFG_NUM_PAGES,
  VIRTIO_BALLOON_F_DEFLATE_ON_OOM,
} from "../virtio/uapi.ts";
import {
  virtio_cread32,
  virtio_cwrite32,
  virtio_has_feature,
  type virtio_device,
} from "../virtio/virtio_config.ts";
import {
  virtqueue_add_outbuf,
  virtqueue_get_buf,
  virtqueue_kick,
  type virtqueue,
} from "../virtio/virtio_ring.ts";

import { virtio_balloon_queue_free_page_work, type free_page_hints } from "./free_page_hint.ts";
import type { free_page_reports } from "./free_page_reporting.ts";

/** Page frame numbers in one message to the host: 1 MiB of pages. */
export const VIRTIO_BALLOON_ARRAY_PFNS_MAX = 256;

export interface virtio_balloon {
  vdev: virtio_device;
  inflate_vq: virtqueue;
  deflate_vq: virtqueue;
  stats_vq: virtqueue | null;
  /** What goes with VIRTIO_BALLOON_F_FREE_PAGE_HINT and VIRTIO_BALLOON_F_REPORTING. */
  free_page: free_page_hints | null;
  reporting: free_page_reports | null;
  update_balloon_stats_work: work_struct;
  update_balloon_size_work: work_struct;
  /** The device is going away: the works must not be queued any more. */
  stop_update: boolean;
  /** Waiting for the host to ack the pages released to it or taken from it. */
  acked: wait_queue_head;
  /** Pages in the balloon, each 4 KiB. */
  num_pages: BalloonPages;
  vb_dev_info: balloon_dev_info;
  /** Serialises everything that tells the host about pages. */
  balloon_lock: mutex;
  /** The message to the host: its length, and the page frame numbers. */
  num_pfns: number;
  pfns: Uint32Array;
  /** The same memory, as the device sees it. */
  pfnsDma: DmaRegion;
  pfnsSg: scatterlist[];
  /** Statistics as sent: entries of five 16-bit halves. */
  stats: Uint16Array;
  statsDma: DmaRegion;
  statsSg: scatterlist[];
  /** How far `update_balloon_size_func` has to go, as the generation reads the target. */
  towards_target: (vb: virtio_balloon) => number;
  /** Pages allocated by `fill_balloon` and not yet in the balloon: nobody else sees them. */
  fillPages: Int32Array;
  /** Pages taken out by `leak_balloon`, until the host has been told. */
  leakPages: Int32Array;
  outOfPuffLimit: ratelimit_state;
  /** What the generation of the driver puts into `stats`; returns the number of entries. */
  collectStats: (vb: virtio_balloon) => number;
}

/**
 * Allocates up to `num` pages, at most one message full, and gives them to the host. Returns how
 * many it got; after a failed allocation it has slept for 200 ms.
 */
export function fill_balloon(vb: virtio_balloon, num: BalloonPages): BalloonPages {
  const deflate_on_oom = virtio_has_feature(vb.vdev, VIRTIO_BALLOON_F_DEFLATE_ON_OOM);
  const cost = config.costs.balloon_inflate;
  const pages = vb.fillPages;
  const nr_wanted = Math.min(num, VIRTIO_BALLOON_ARRAY_PFNS_MAX);
  let nr_pages = 0;
  // Without the lock: reclaim may need it to take pages out of the balloon.
  while (nr_pages * VIRTIO_BALLOON_PAGES_PER_PAGE < nr_wanted) {
    const page = balloon_page_alloc();
    if (page === NULL_PAGE) {
      outOfPuff(vb);
      // Try again later, when the guest may have more memory to spare.
      msleep(200);
      break;
    }
    charge(cost);
    pages[nr_pages] = page;
    nr_pages++;
  }
  mutex_lock(vb.balloon_lock);
  vb.num_pfns = 0;
  while (nr_pages > 0) {
    nr_pages--;
    const page = pages[nr_pages] as Page;
    balloon_page_enqueue(vb.vb_dev_info, page);
    set_page_pfns(vb, page);
    vb.num_pages += VIRTIO_BALLOON_PAGES_PER_PAGE;
    if (!deflate_on_oom) {
      adjust_managed_page_count(page, -1);
    }
  }
  const num_allocated_pages = vb.num_pfns;
  if (num_allocated_pages !== 0) {
    tell_host(vb, vb.inflate_vq);
  }
  mutex_unlock(vb.balloon_lock);
  return num_allocated_pages;
}

/**
 * Takes up to `num` pages, at most one message full, out of the balloon, tells the host, and frees
 * them. Returns how many.
 */
export function leak_balloon(vb: virtio_balloon, num: BalloonPages): BalloonPages {
  const pages = vb.leakPages;
  mutex_lock(vb.balloon_lock);
  // Somebody else may have deflated while this task waited.
  const nr_wanted = Math.min(num, VIRTIO_BALLOON_ARRAY_PFNS_MAX, vb.num_pages);
  vb.num_pfns = 0;
  let nr_pages = 0;
  while (vb.num_pfns < nr_wanted) {
    const page = balloon_page_dequeue(vb.vb_dev_info);
    if (page === NULL_PAGE) {
      break;
    }
    pages[nr_pages] = page;
    nr_pages++;
    set_page_pfns(vb, page);
    vb.num_pages -= VIRTIO_BALLOON_PAGES_PER_PAGE;
  }
  const num_freed_pages = vb.num_pfns;
  if (num_freed_pages !== 0) {
    tell_host(vb, vb.deflate_vq);
  }
  release_pages_balloon(vb, nr_pages);
  mutex_unlock(vb.balloon_lock);
  if (nr_pages === 0 && nr_wanted > 0) {
    // Compaction is moving all that is left. Whoever asks again at once must let it.
    charge(config.costs.wakeup);
    cond_resched();
  }
  return num_freed_pages;
}

/** Tells the host how large the balloon is. */
export function update_balloon_size(vb: virtio_balloon): void {
  virtio_cwrite32(vb.vdev, VIRTIO_BALLOON_CFG_ACTUAL, vb.num_pages);
}

/**
 * Units missing from the target; negative when the balloon is too large. A target that does not
 * come out even in guest pages of 64 KiB is never met: what is taken is too much, what is given back
 * too little.
 */
export function towards_target(vb: virtio_balloon): number {
  const target = virtio_cread32(vb.vdev, VIRTIO_BALLOON_CFG_NUM_PAGES);
  return target - vb.num_pages;
}

/**
 * One step towards the target. It queues itself while its own pages do not make up the difference
 * that it read before: what pressure takes in the meantime, it does not look at.
 */
export function update_balloon_size_func(work: work_struct): void {
  const vb = work.data as virtio_balloon;
  let diff = vb.towards_target(vb);
  if (diff === 0) {
    return;
  }
  if (diff > 0) {
    diff -= fill_balloon(vb, diff);
  } else {
    diff += leak_balloon(vb, -diff);
  }
  update_balloon_size(vb);
  if (diff !== 0) {
    queue_work(system_freezable_wq, work);
  }
}

/** The device's configuration has changed, in interrupt context; the work will read it. */
export function virtballoon_changed(vdev: virtio_device): void {
  const vb = vdev.priv as virtio_balloon;
  if (!vb.stop_update) {
    queue_work(system_freezable_wq, vb.update_balloon_size_work);
    virtio_balloon_queue_free_page_work(vb);
  }
}

/** The host has used a message, in interrupt context. */
export function balloon_ack(vq: virtqueue): void {
  const vb = vq.vdev.priv as virtio_balloon;
  wake_up(vb.acked);
}

/** Sends the page frame numbers on `vq` and waits, for as long as it takes, until the host has them. */
export function tell_host(vb: virtio_balloon, vq: virtqueue): void {
  sg_init_one(vb.pfnsSg, vb.pfnsDma, 4 * vb.num_pfns);
  virtqueue_add_outbuf(vq, vb.pfnsSg, 1, vb);
  virtqueue_kick(vq);
  while (virtqueue_get_buf(vq) === null) {
    wait_event(vb.acked);
  }
}

/** The message of a failed allocation, unless there have been too many lately. */
export function outOfPuff(vb: virtio_balloon): void {
  if (___ratelimit(vb.outOfPuffLimit, "fill_balloon")) {
    printk(
      `virtio_balloon ${vb.vdev.name}: Out of puff! Can't get ${VIRTIO_BALLOON_PAGES_PER_PAGE} pages`,
    );
  }
  trace_event("out_of_puff", 0, 0);
}

/** Frees the first `nr_pages` of `leakPages`, the last one dequeued first. */
function release_pages_balloon(vb: virtio_balloon, nr_pages: number): void {
  const pages = vb.leakPages;
  const deflate_on_oom = virtio_has_feature(vb.vdev, VIRTIO_BALLOON_F_DEFLATE_ON_OOM);
  for (let i = nr_pages - 1; i >= 0; i--) {
    const page = pages[i] as Page;
    if (!deflate_on_oom) {
      adjust_managed_page_count(page, 1);
    }
    if (config.page_poison) {
      // Freed pages are filled with the pattern, which brings back memory that the host discarded.
      touchRam(page);
    }
    put_page(page);
  }
  charge(config.costs.balloon_deflate * nr_pages);
}

/** Adds all units of `page` to the message. */
export function set_page_pfns(vb: virtio_balloon, page: Page): void {
  const pfns = vb.pfns;
  const first = page_to_balloon_pfn(page);
  for (let i = 0; i < VIRTIO_BALLOON_PAGES_PER_PAGE; i++) {
    pfns[vb.num_pfns + i] = first + i;
  }
  vb.num_pfns += VIRTIO_BALLOON_PAGES_PER_PAGE;
}

function page_to_balloon_pfn(page: Page): number {
  return page_to_pfn(page) << BALLOON_SHIFT;
}
