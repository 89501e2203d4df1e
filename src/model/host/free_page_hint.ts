/**
 * hw/virtio/virtio-balloon.c of QEMU 8.1: free page hints. Before a migration copies memory, the
 * guest is given a command id; what it names as free need not be sent. Differs: the queue is served
 * when it is kicked, by the main loop, where QEMU polls it from a thread of its own while hints come.
 * Sleeps: never.
 */
import { charge, trace_event } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { PAGE_SIZE, VIRTIO_BALLOON_PAGES_PER_PAGE } from "../page_size.ts";
import { findDmaRegion } from "../virtio/dma.ts";
import { VIRTIO_BALLOON_CMD_ID_DONE, VIRTIO_BALLOON_CMD_ID_STOP } from "../virtio/uapi.ts";
import {
  MAX_ELEMENTS,
  virtio_notify,
  virtio_notify_config,
  virtqueue_pop,
  virtqueue_push,
  type VirtIODevice,
  type VirtQueue,
  type VirtQueueElement,
} from "./virtio.ts";

/** REQUESTED until the guest has answered with the id, START while it names blocks. */
type HintStatus = "STOP" | "REQUESTED" | "START" | "DONE";

const FREE_PAGE_HINT_CMD_ID_MIN = 0x80000000;

export interface FreePageHints {
  status: HintStatus;
  cmd_id: number;
  /** Pages to be sent, by frame number: null while no migration runs. */
  migration_bitmap: Uint8Array | null;
  /** 4 KiB pages that need not be sent because they were named. */
  hinted: number;
}

export const free_page_hints: FreePageHints = {
  status: "STOP",
  cmd_id: FREE_PAGE_HINT_CMD_ID_MIN - 1,
  migration_bitmap: null,
  hinted: 0,
};

const elem: VirtQueueElement = {
  index: 0,
  ndescs: 0,
  out_num: 0,
  in_num: 0,
  addr: new Float64Array(MAX_ELEMENTS),
  len: new Float64Array(MAX_ELEMENTS),
};

/** A new round: asks the guest which blocks are free. */
export function virtio_balloon_free_page_start(vdev: VirtIODevice): void {
  const next = free_page_hints.cmd_id + 1;
  free_page_hints.cmd_id = next > 0xffffffff ? FREE_PAGE_HINT_CMD_ID_MIN : next;
  free_page_hints.status = "REQUESTED";
  trace_event("hint_start", free_page_hints.cmd_id, 0);
  virtio_notify_config(vdev);
}

/** The round ends: what was dirty is looked at anew. */
export function virtio_balloon_free_page_stop(vdev: VirtIODevice): void {
  if (free_page_hints.status !== "STOP") {
    free_page_hints.status = "STOP";
    virtio_notify_config(vdev);
  }
}

/** The migration is over: the guest may have its blocks back. */
export function virtio_balloon_free_page_done(vdev: VirtIODevice): void {
  free_page_hints.status = "DONE";
  trace_event("hint_done", free_page_hints.hinted, 0);
  virtio_notify_config(vdev);
}

/** What the guest reads. While hints come it reads STOP, which nobody notices: it does not look. */
export function freePageHintCmdId(): number {
  switch (free_page_hints.status) {
    case "REQUESTED":
      return free_page_hints.cmd_id;
    case "DONE":
      return VIRTIO_BALLOON_CMD_ID_DONE;
    default:
      return VIRTIO_BALLOON_CMD_ID_STOP;
  }
}

/** Serves the free page queue: ids to be read, and blocks. */
export function virtio_balloon_get_free_page_hints(vdev: VirtIODevice, vq: VirtQueue): void {
  while (virtqueue_pop(vq, elem)) {
    charge(config.costs.host_request);
    if (elem.out_num > 0) {
      readCmdId(elem);
    } else if (free_page_hints.status === "START") {
      for (let i = 0; i < elem.in_num; i++) {
        qemu_guest_free_page_hint(elem.addr[i] / PAGE_SIZE, elem.len[i] / PAGE_SIZE);
      }
    }
    virtqueue_push(vq, elem, 0);
    virtio_notify(vdev, vq);
  }
}

/** The id that was asked for begins the hints; any other one ends them. */
function readCmdId(from: VirtQueueElement): void {
  const region = findDmaRegion(from.addr[0]);
  if (region === null) {
    return;
  }
  const id = region.words[0];
  if (id === free_page_hints.cmd_id && free_page_hints.status === "REQUESTED") {
    free_page_hints.status = "START";
  } else if (free_page_hints.status === "START") {
    free_page_hints.status = "STOP";
  }
}

/** Takes `nr_pages` from `pfn` on out of what is to be sent. */
function qemu_guest_free_page_hint(pfn: number, nr_pages: number): void {
  const bitmap = free_page_hints.migration_bitmap;
  if (bitmap === null) {
    return;
  }
  for (let i = pfn; i < pfn + nr_pages && i < bitmap.length; i++) {
    free_page_hints.hinted += bitmap[i] * VIRTIO_BALLOON_PAGES_PER_PAGE;
    bitmap[i] = 0;
  }
}
