/**
 * hw/virtio/virtio-balloon.c of QEMU 8.1: the balloon device. Each message costs `host_request`
 * and, per page, `host_deflate`, `host_inflate`, or `host_inflate_absent` when no memory was behind
 * it; a reported page that had memory costs `host_report`. Sleeps: never.
 */
import { charge, now, trace_event } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { PAGE_SIZE } from "../page_size.ts";
import { findDmaRegion } from "../virtio/dma.ts";
import { readLe64 } from "../virtio/halves.ts";
import {
  VIRTIO_BALLOON_CFG_ACTUAL,
  VIRTIO_BALLOON_CFG_FREE_PAGE_HINT_CMD_ID,
  VIRTIO_BALLOON_CFG_NUM_PAGES,
  VIRTIO_BALLOON_CFG_POISON_VAL,
  VIRTIO_BALLOON_F_FREE_PAGE_HINT,
  VIRTIO_BALLOON_F_PAGE_POISON,
  VIRTIO_BALLOON_F_REPORTING,
  VIRTIO_BALLOON_F_STATS_VQ,
  VIRTIO_BALLOON_S_NR,
  VIRTIO_ID_BALLOON,
} from "../virtio/uapi.ts";
import { hasFeatureBit } from "../virtio/virtio_config.ts";
import { qapi_event_send_balloon_change } from "./events.ts";
import {
  free_page_hints,
  freePageHintCmdId,
  virtio_balloon_get_free_page_hints,
} from "./free_page_hint.ts";
import { balloon_watch_progress } from "./net_progress.ts";
import { timer_del, timer_init, timer_mod, type QEMUTimer } from "./main_loop.ts";
import { balloon_deflate_pages, balloon_inflate_pages, ram_block_discard_range } from "./ram.ts";
import {
  MAX_ELEMENTS,
  virtio_add_queue,
  virtio_init,
  virtio_notify,
  virtio_notify_config,
  virtqueue_pop,
  virtqueue_push,
  type DeviceOps,
  type QueueServer,
  type VirtIODevice,
  type VirtQueue,
  type VirtQueueElement,
} from "./virtio.ts";
import { virtio_bus_device_plugged } from "./virtio_bus.ts";

export interface VirtIOBalloon {
  vdev: VirtIODevice;
  /** Inflate, deflate and statistics queue. */
  ivq: VirtQueue;
  dvq: VirtQueue;
  svq: VirtQueue | null;
  /** Free page hints and free page reports. */
  free_page_vq: VirtQueue | null;
  reporting_vq: VirtQueue | null;
  /** What the guest fills freed pages with; 0 when it did not say. */
  poison_val: number;
  /** Target: pages that the guest is asked to put into the balloon. */
  num_pages: number;
  /** Pages that the guest says it has put there. */
  actual: number;
  /** Statistics by tag, -1 where the guest gave none. */
  stats: Float64Array;
  /** The guest's buffer, while the device keeps it until the next poll. */
  stats_vq_elem: VirtQueueElement | null;
  /** Seconds between polls; 0 for none. */
  stats_poll_interval: number;
  stats_timer: QEMUTimer;
  /** Time of the last answer in ns, -1 before the first. */
  stats_last_update: number;
}

const INFLATE_QUEUE_SIZE = 128;
const FREE_PAGE_QUEUE_SIZE = 1024;
const REPORTING_QUEUE_SIZE = 32;
const STATS_ENTRY_HALVES = 5;

/** The machine's only balloon; null until it is realized. */
let balloon: VirtIOBalloon | null = null;

/** Scratch for the buffer that is being served: one at a time, as the main loop is one thread. */
const elem: VirtQueueElement = {
  index: 0,
  ndescs: 0,
  out_num: 0,
  in_num: 0,
  addr: new Float64Array(MAX_ELEMENTS),
  len: new Float64Array(MAX_ELEMENTS),
};
/** The buffer that the statistics queue parks here between two polls. */
const parked: VirtQueueElement = {
  index: 0,
  ndescs: 0,
  out_num: 0,
  in_num: 0,
  addr: new Float64Array(MAX_ELEMENTS),
  len: new Float64Array(MAX_ELEMENTS),
};

const ops: DeviceOps = {
  get_config: virtio_balloon_get_config,
  set_config: virtio_balloon_set_config,
  device_reset: virtio_balloon_device_reset,
};
const inflateServer: QueueServer = { handle_output: virtio_balloon_handle_output };
const hintsServer: QueueServer = { handle_output: virtio_balloon_get_free_page_hints };
const reportServer: QueueServer = { handle_output: virtio_balloon_handle_report };
const statsServer: QueueServer = { handle_output: virtio_balloon_receive_stats };

export function virtio_balloon_get(): VirtIOBalloon {
  return balloon as VirtIOBalloon;
}

/** Creates the device, with the features that the scenario offers, and plugs it in. */
export function virtio_balloon_device_realize(): void {
  const vdev = virtio_init("virtio-balloon", VIRTIO_ID_BALLOON, config.device_features, ops);
  const ivq = virtio_add_queue(vdev, INFLATE_QUEUE_SIZE, inflateServer);
  const dvq = virtio_add_queue(vdev, INFLATE_QUEUE_SIZE, inflateServer);
  const svq = hasFeatureBit(vdev.host_features, VIRTIO_BALLOON_F_STATS_VQ)
    ? virtio_add_queue(vdev, INFLATE_QUEUE_SIZE, statsServer)
    : null;
  const free_page_vq = hasFeatureBit(vdev.host_features, VIRTIO_BALLOON_F_FREE_PAGE_HINT)
    ? virtio_add_queue(vdev, FREE_PAGE_QUEUE_SIZE, hintsServer)
    : null;
  const reporting_vq = hasFeatureBit(vdev.host_features, VIRTIO_BALLOON_F_REPORTING)
    ? virtio_add_queue(vdev, REPORTING_QUEUE_SIZE, reportServer)
    : null;
  const dev: VirtIOBalloon = {
    vdev,
    ivq,
    dvq,
    svq,
    free_page_vq,
    reporting_vq,
    poison_val: 0,
    num_pages: 0,
    actual: 0,
    stats: new Float64Array(VIRTIO_BALLOON_S_NR).fill(-1),
    stats_vq_elem: null,
    stats_poll_interval: 0,
    stats_timer: { expire_time: -1, cb: balloon_stats_poll_cb, opaque: vdev },
    stats_last_update: -1,
  };
  vdev.state = dev;
  balloon = dev;
  timer_init(dev.stats_timer);
  virtio_bus_device_plugged(vdev);
  if (svq !== null && config.stats_poll_interval > 0) {
    balloon_stats_set_poll_interval(dev, config.stats_poll_interval);
  }
}

/** The monitor asks for a balloon of `num_pages`. Tells the guest even when nothing changes. */
export function virtio_balloon_to_target(dev: VirtIOBalloon, num_pages: number): void {
  dev.num_pages = num_pages;
  trace_event("target", num_pages, 0);
  virtio_notify_config(dev.vdev);
}

/** Polls the guest's statistics every `seconds` from now on; 0 stops it. */
export function balloon_stats_set_poll_interval(dev: VirtIOBalloon, seconds: number): void {
  const was_off = dev.stats_poll_interval === 0;
  dev.stats_poll_interval = seconds;
  if (seconds === 0) {
    timer_del(dev.stats_timer);
    return;
  }
  if (was_off) {
    balloon_stats_change_timer(dev, 0);
  }
}

/** A message on the inflate or the deflate queue: 32-bit page frame numbers. */
function virtio_balloon_handle_output(vdev: VirtIODevice, vq: VirtQueue): void {
  const dev = vdev.state as VirtIOBalloon;
  while (virtqueue_pop(vq, elem)) {
    charge(config.costs.host_request);
    for (let i = 0; i < elem.out_num; i++) {
      const region = findDmaRegion(elem.addr[i]);
      if (region !== null) {
        takePages(dev, vq === dev.ivq, region.words, elem.len[i] / 4);
      }
    }
    virtqueue_push(vq, elem, 0);
    virtio_notify(vdev, vq);
  }
}

function takePages(dev: VirtIOBalloon, inflate: boolean, pfns: Uint32Array, count: number): void {
  const costs = config.costs;
  if (inflate) {
    const present = balloon_inflate_pages(pfns, count);
    charge(present * costs.host_inflate + (count - present) * costs.host_inflate_absent);
    balloon_watch_progress(dev.num_pages, dev.actual, count);
  } else {
    balloon_deflate_pages(pfns, count);
    charge(count * costs.host_deflate);
  }
}

/** Blocks of free memory: the host takes what is behind them, unless they must keep a pattern. */
function virtio_balloon_handle_report(vdev: VirtIODevice, vq: VirtQueue): void {
  const dev = vdev.state as VirtIOBalloon;
  while (virtqueue_pop(vq, elem)) {
    charge(config.costs.host_request);
    for (let i = 0; dev.poison_val === 0 && i < elem.in_num; i++) {
      const pfn = elem.addr[i] / PAGE_SIZE;
      const present = ram_block_discard_range(pfn, elem.len[i] / PAGE_SIZE);
      charge(present * config.costs.host_report);
    }
    virtqueue_push(vq, elem, 0);
    virtio_notify(vdev, vq);
  }
}

/** The guest has answered; its buffer stays here until the next poll. */
function virtio_balloon_receive_stats(vdev: VirtIODevice, vq: VirtQueue): void {
  const dev = vdev.state as VirtIOBalloon;
  if (!virtqueue_pop(vq, parked)) {
    return;
  }
  charge(config.costs.host_request);
  dev.stats_vq_elem = parked;
  dev.stats.fill(-1);
  readStats(dev, parked);
  dev.stats_last_update = now();
  if (dev.stats_poll_interval > 0) {
    balloon_stats_change_timer(dev, dev.stats_poll_interval);
  }
}

/** Entries of 10 bytes: tag, then a 64-bit value. Unknown tags are ignored. */
function readStats(dev: VirtIOBalloon, from: VirtQueueElement): void {
  const region = findDmaRegion(from.addr[0]);
  if (region === null) {
    return;
  }
  const halves = region.halves;
  for (let at = 0; at + STATS_ENTRY_HALVES <= from.len[0] / 2; at += STATS_ENTRY_HALVES) {
    const tag = halves[at];
    if (tag < dev.stats.length) {
      dev.stats[tag] = readLe64(halves, at + 1);
    }
  }
}

/** Gives the buffer back, which asks for new statistics; the answer arms the timer again. */
function balloon_stats_poll_cb(opaque: object): void {
  const vdev = opaque as VirtIODevice;
  const dev = vdev.state as VirtIOBalloon;
  const vq = dev.svq;
  if (dev.stats_vq_elem === null || vq === null) {
    balloon_stats_change_timer(dev, dev.stats_poll_interval);
    return;
  }
  virtqueue_push(vq, dev.stats_vq_elem, 0);
  dev.stats_vq_elem = null;
  virtio_notify(vdev, vq);
}

function balloon_stats_change_timer(dev: VirtIOBalloon, seconds: number): void {
  timer_mod(dev.stats_timer, now() + seconds * 1_000_000_000);
}

function virtio_balloon_get_config(vdev: VirtIODevice, offset: number): number {
  const dev = vdev.state as VirtIOBalloon;
  switch (offset) {
    case VIRTIO_BALLOON_CFG_NUM_PAGES:
      return dev.num_pages;
    case VIRTIO_BALLOON_CFG_ACTUAL:
      return dev.actual;
    case VIRTIO_BALLOON_CFG_FREE_PAGE_HINT_CMD_ID:
      return freePageHintCmdId();
    case VIRTIO_BALLOON_CFG_POISON_VAL:
      return dev.poison_val;
    default:
      return 0;
  }
}

function virtio_balloon_set_config(vdev: VirtIODevice, offset: number, value: number): void {
  const dev = vdev.state as VirtIOBalloon;
  if (offset === VIRTIO_BALLOON_CFG_ACTUAL) {
    setActual(vdev, dev, value);
  } else if (offset === VIRTIO_BALLOON_CFG_POISON_VAL) {
    const negotiated = hasFeatureBit(vdev.guest_features, VIRTIO_BALLOON_F_PAGE_POISON);
    dev.poison_val = negotiated ? value : 0;
  }
}

function setActual(vdev: VirtIODevice, dev: VirtIOBalloon, value: number): void {
  const old_actual = dev.actual;
  dev.actual = value;
  if (dev.actual !== old_actual) {
    // On legacy transports each of the four bytes makes an event, as in QEMU.
    qapi_event_send_balloon_change(dev.actual);
    if (dev.actual === dev.num_pages && !vdev.configTorn) {
      trace_event("reached", dev.actual, 0);
    }
  }
}

/** Target and `actual` survive a reset; the guest's statistics buffer does not. */
function virtio_balloon_device_reset(vdev: VirtIODevice): void {
  const dev = vdev.state as VirtIOBalloon;
  dev.stats_vq_elem = null;
  dev.poison_val = 0;
  free_page_hints.status = "STOP";
}
