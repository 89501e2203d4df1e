/**
 * drivers/virtio/virtio_balloon.c, v5.7: what the probes of all generations have in common. A
 * generation does its own part between `startProbe` and `finishProbe`. Sleeps: never.
 */
import { config } from "../config.ts";
import { balloon_devinfo_init } from "../mm/balloon_dev.ts";
import { mutex_init } from "../sched/mutex.ts";
import { DEFINE_RATELIMIT_STATE } from "../sched/ratelimit.ts";
import { init_waitqueue_head } from "../sched/wait.ts";
import type { work_struct } from "../sched/workqueue.ts";
import { allocDmaHalves, allocDmaWords, allocScatterlist } from "../virtio/dma.ts";
import {
  VIRTIO_BALLOON_CFG_POISON_VAL,
  VIRTIO_BALLOON_F_DEFLATE_ON_OOM,
  VIRTIO_BALLOON_F_FREE_PAGE_HINT,
  VIRTIO_BALLOON_F_MUST_TELL_HOST,
  VIRTIO_BALLOON_F_PAGE_POISON,
  VIRTIO_BALLOON_F_REPORTING,
  VIRTIO_BALLOON_F_STATS_VQ,
  VIRTIO_BALLOON_S_NR,
  VIRTIO_F_ACCESS_PLATFORM,
} from "../virtio/uapi.ts";
import {
  __virtio_clear_bit,
  virtio_cwrite32,
  virtio_device_ready,
  virtio_find_vqs,
  virtio_has_feature,
  type virtio_device,
  type virtqueue_info,
} from "../virtio/virtio_config.ts";
import type { virtqueue } from "../virtio/virtio_ring.ts";
import { initFreePageHints } from "./free_page_hint.ts";
import { initFreePageReporting } from "./free_page_reporting.ts";
import { virtballoon_migratepage } from "./migrate.ts";
import { sendFirstStats, STAT_HALVES, stats_request, update_balloon_stats_func } from "./stats.ts";
import {
  balloon_ack,
  virtballoon_changed,
  VIRTIO_BALLOON_ARRAY_PFNS_MAX,
  type virtio_balloon,
} from "./virtio_balloon.ts";

/** Feature bits of the first generations. */
export const features: readonly number[] = [
  VIRTIO_BALLOON_F_MUST_TELL_HOST,
  VIRTIO_BALLOON_F_STATS_VQ,
  VIRTIO_BALLOON_F_DEFLATE_ON_OOM,
];

/** Every byte of a page that the guest has freed and poisoned. */
const PAGE_POISON_WORD = 0xaaaaaaaa;

/** The driver gives the device addresses that need no translation. */
export function virtballoon_validate(vdev: virtio_device): number {
  __virtio_clear_bit(vdev, VIRTIO_F_ACCESS_PLATFORM);
  return 0;
}

/** Without poisoning there is no pattern to tell. From v5.0 on. */
export function validatePoison(vdev: virtio_device): void {
  if (!config.page_poison) {
    __virtio_clear_bit(vdev, VIRTIO_BALLOON_F_PAGE_POISON);
  }
}

/** Tells the host what is in free pages, so that it can give back a page as it was. */
export function tellPoison(vb: virtio_balloon): void {
  if (virtio_has_feature(vb.vdev, VIRTIO_BALLOON_F_PAGE_POISON)) {
    virtio_cwrite32(vb.vdev, VIRTIO_BALLOON_CFG_POISON_VAL, PAGE_POISON_WORD);
  }
}

/** Takes up free page hints when they are negotiated; 0, or an error. From v5.0 on. */
export function probeFreePageHints(vb: virtio_balloon): number {
  const vq = findQueue(vb.vdev, "free_page_vq");
  return vq === null ? 0 : initFreePageHints(vb, vq);
}

/** Likewise free page reporting. From v5.7 on. */
export function probeFreePageReporting(vb: virtio_balloon): number {
  const vq = findQueue(vb.vdev, "reporting_vq");
  return vq === null ? 0 : initFreePageReporting(vb, vq);
}

/** In what the generations differ beyond what they do under pressure. */
export interface Generation {
  /** Runs `update_balloon_size_work`. */
  updateSize: (work: work_struct) => void;
  collectStats: (vb: virtio_balloon) => number;
  towards_target: (vb: virtio_balloon) => number;
}

/** Creates the driver's struct and its queues; null when the device lacks a queue. */
export function startProbe(vdev: virtio_device, generation: Generation): virtio_balloon | null {
  if (init_vqs(vdev) !== 0) {
    return null;
  }
  const vb = createBalloon(vdev, generation);
  vdev.priv = vb;
  if (vb.stats_vq !== null) {
    // The host gets the first statistics before the driver says that it is ready.
    sendFirstStats(vb, vb.stats_vq);
  }
  return vb;
}

/** Lets the device go ahead; a target that is already there is worked on at once. */
export function finishProbe(vb: virtio_balloon): void {
  virtio_device_ready(vb.vdev);
  if (vb.towards_target(vb) !== 0) {
    virtballoon_changed(vb.vdev);
  }
}

function init_vqs(vdev: virtio_device): number {
  const infos: virtqueue_info[] = [
    { name: "inflate", callback: balloon_ack },
    { name: "deflate", callback: balloon_ack },
  ];
  if (virtio_has_feature(vdev, VIRTIO_BALLOON_F_STATS_VQ)) {
    infos.push({ name: "stats", callback: stats_request });
  }
  if (virtio_has_feature(vdev, VIRTIO_BALLOON_F_FREE_PAGE_HINT)) {
    infos.push({ name: "free_page_vq", callback: null });
  }
  if (virtio_has_feature(vdev, VIRTIO_BALLOON_F_REPORTING)) {
    infos.push({ name: "reporting_vq", callback: balloon_ack });
  }
  return virtio_find_vqs(vdev, infos);
}

/** The queue of that name, or null: without its feature a queue does not exist, nor has a number. */
function findQueue(vdev: virtio_device, name: string): virtqueue | null {
  for (const vq of vdev.vqs) {
    if (vq.name === name) {
      return vq;
    }
  }
  return null;
}

function createBalloon(vdev: virtio_device, generation: Generation): virtio_balloon {
  const pfnsDma = allocDmaWords(VIRTIO_BALLOON_ARRAY_PFNS_MAX);
  const statsDma = allocDmaHalves(STAT_HALVES * VIRTIO_BALLOON_S_NR);
  const stats_work: work_struct = {
    name: "update_balloon_stats_work",
    func: update_balloon_stats_func,
    data: vdev,
    pending: false,
    pool: null,
  };
  const size_work: work_struct = {
    name: "update_balloon_size_work",
    func: generation.updateSize,
    data: vdev,
    pending: false,
    pool: null,
  };
  const vb: virtio_balloon = {
    vdev,
    inflate_vq: vdev.vqs[0],
    deflate_vq: vdev.vqs[1],
    stats_vq: findQueue(vdev, "stats"),
    free_page: null,
    reporting: null,
    update_balloon_stats_work: stats_work,
    update_balloon_size_work: size_work,
    stop_update: false,
    acked: init_waitqueue_head("acked"),
    num_pages: 0,
    vb_dev_info: {
      pages: -1,
      nrPages: 0,
      isolated_pages: 0,
      data: vdev,
      migratepage: virtballoon_migratepage,
    },
    balloon_lock: mutex_init("balloon_lock"),
    num_pfns: 0,
    pfns: pfnsDma.words,
    pfnsDma,
    pfnsSg: allocScatterlist(1),
    stats: statsDma.halves,
    statsDma,
    statsSg: allocScatterlist(1),
    fillPages: new Int32Array(VIRTIO_BALLOON_ARRAY_PFNS_MAX),
    leakPages: new Int32Array(VIRTIO_BALLOON_ARRAY_PFNS_MAX),
    outOfPuffLimit: DEFINE_RATELIMIT_STATE(),
    collectStats: generation.collectStats,
    towards_target: generation.towards_target,
  };
  balloon_devinfo_init(vb.vb_dev_info);
  vb.vb_dev_info.data = vb;
  stats_work.data = vb;
  size_work.data = vb;
  return vb;
}
