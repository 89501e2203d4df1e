/**
 * drivers/virtio/virtio_balloon.c, v5.5: free page hints (VIRTIO_BALLOON_F_FREE_PAGE_HINT). While a
 * host migrates the guest, it asks by a command id which blocks are free, so that it need not send
 * them. The blocks are taken from the allocator, so nobody writes to them, and stay taken until the
 * host says DONE, or until memory is short. Differs: the work does not run beside others of its
 * pool, as it would with WQ_CPU_INTENSIVE. Sleeps: never; gives way after each block.
 */
import { cond_resched } from "../../machine/primitives.ts";
import { __GFP_NOMEMALLOC, __GFP_NORETRY, __GFP_NOWARN } from "../mm/gfp.ts";
import { NULL_PAGE, type Page, type PageCount } from "../mm/mm_types.ts";
import {
  allocListHead,
  list_add,
  list_del,
  list_empty,
  list_first,
  MAX_ORDER,
  page_flags,
  PG_reserved,
} from "../mm/page.ts";
import { __free_pages, alloc_pages } from "../mm/page_alloc.ts";
import { PAGE_SIZE } from "../page_size.ts";
import { queue_work, type work_struct, type workqueue_struct } from "../sched/workqueue.ts";
import {
  allocDmaWords,
  allocScatterlist,
  sg_init_one,
  sg_set_page,
  type DmaRegion,
  type scatterlist,
} from "../virtio/dma.ts";
import {
  VIRTIO_BALLOON_CFG_FREE_PAGE_HINT_CMD_ID,
  VIRTIO_BALLOON_CMD_ID_DONE,
  VIRTIO_BALLOON_CMD_ID_STOP,
} from "../virtio/uapi.ts";
import { virtio_cread32 } from "../virtio/virtio_config.ts";
import {
  ENOSPC,
  virtqueue_add_inbuf,
  virtqueue_add_outbuf,
  virtqueue_get_buf,
  virtqueue_get_vring_size,
  virtqueue_kick,
  type virtqueue,
} from "../virtio/virtio_ring.ts";
import type { virtio_balloon } from "./virtio_balloon.ts";

/** The largest blocks that the allocator has: 4 MiB. */
const VIRTIO_BALLOON_HINT_BLOCK_ORDER = MAX_ORDER - 1;
export const VIRTIO_BALLOON_HINT_BLOCK_PAGES = 1 << VIRTIO_BALLOON_HINT_BLOCK_ORDER;
const VIRTIO_BALLOON_HINT_BLOCK_BYTES = PAGE_SIZE * VIRTIO_BALLOON_HINT_BLOCK_PAGES;
/** Neither reclaims nor wakes kswapd: what is not free now is not given. */
const VIRTIO_BALLOON_FREE_PAGE_ALLOC_FLAG = __GFP_NORETRY | __GFP_NOWARN | __GFP_NOMEMALLOC;

/** The part of `struct virtio_balloon` that belongs to hints. */
export interface free_page_hints {
  free_page_vq: virtqueue;
  balloon_wq: workqueue_struct;
  report_free_page_work: work_struct;
  /** VIRTIO_BALLOON_CONFIG_READ_CMD_ID: the command id must be read again. */
  config_read_cmd_id: boolean;
  /** The last command id that was read, and the one of the round that was begun last. */
  cmd_id_received_cache: number;
  cmd_id_active: DmaRegion;
  cmd_id_stop: DmaRegion;
  /** Head of the list of blocks, each by its first page, and their number. */
  free_page_list: number;
  num_free_page_blocks: number;
  sg: scatterlist[];
}

/** Prepares `vb` for hints; 0, or an error. */
export function initFreePageHints(vb: virtio_balloon, vq: virtqueue): number {
  // The id and a block, or there is no use in it.
  if (virtqueue_get_vring_size(vq) < 2) {
    return -ENOSPC;
  }
  const report_free_page_work: work_struct = {
    name: "report_free_page_work",
    func: report_free_page_func,
    data: vb,
    pending: false,
    pool: null,
  };
  vb.free_page = {
    free_page_vq: vq,
    balloon_wq: { name: "balloon-wq" },
    report_free_page_work,
    config_read_cmd_id: false,
    cmd_id_received_cache: VIRTIO_BALLOON_CMD_ID_STOP,
    cmd_id_active: allocDmaWords(1),
    cmd_id_stop: allocDmaWords(1),
    free_page_list: allocListHead(),
    num_free_page_blocks: 0,
    sg: allocScatterlist(1),
  };
  return 0;
}

/** In interrupt context: the configuration has changed, so perhaps there is a command. */
export function virtio_balloon_queue_free_page_work(vb: virtio_balloon): void {
  const hints = vb.free_page;
  if (hints === null || hints.config_read_cmd_id) {
    return;
  }
  hints.config_read_cmd_id = true;
  queue_work(hints.balloon_wq, hints.report_free_page_work);
}

/** Gives up to `num_to_return` blocks back to the allocator; returns how many. */
export function return_free_pages_to_mm(hints: free_page_hints, num_to_return: number): number {
  let num_returned = 0;
  while (num_returned < num_to_return && !list_empty(hints.free_page_list)) {
    const page = list_first(hints.free_page_list);
    list_del(page);
    markBlock(page, 0);
    __free_pages(page, VIRTIO_BALLOON_HINT_BLOCK_ORDER);
    num_returned++;
  }
  hints.num_free_page_blocks -= num_returned;
  return num_returned;
}

/** Pages in the blocks that are taken for hints. */
export function hintedPages(vb: virtio_balloon): PageCount {
  return vb.free_page === null
    ? 0
    : vb.free_page.num_free_page_blocks * VIRTIO_BALLOON_HINT_BLOCK_PAGES;
}

/** Memory is short: gives back blocks with at least `pages_to_free` pages; returns their pages. */
export function shrink_free_pages(hints: free_page_hints, pages_to_free: PageCount): PageCount {
  const blocks = Math.ceil(pages_to_free / VIRTIO_BALLOON_HINT_BLOCK_PAGES);
  return return_free_pages_to_mm(hints, blocks) * VIRTIO_BALLOON_HINT_BLOCK_PAGES;
}

function report_free_page_func(work: work_struct): void {
  const vb = work.data as virtio_balloon;
  const hints = vb.free_page as free_page_hints;
  const cmd_id_received = virtio_balloon_cmd_id_received(vb, hints);
  if (cmd_id_received === VIRTIO_BALLOON_CMD_ID_DONE) {
    return_free_pages_to_mm(hints, hints.num_free_page_blocks);
  } else if (
    cmd_id_received !== VIRTIO_BALLOON_CMD_ID_STOP &&
    cmd_id_received !== hints.cmd_id_active.words[0]
  ) {
    virtio_balloon_report_free_page(vb, hints);
  }
}

/** The command of the host, read again only when its configuration has changed. */
function virtio_balloon_cmd_id_received(vb: virtio_balloon, hints: free_page_hints): number {
  if (hints.config_read_cmd_id) {
    hints.config_read_cmd_id = false;
    hints.cmd_id_received_cache = virtio_cread32(vb.vdev, VIRTIO_BALLOON_CFG_FREE_PAGE_HINT_CMD_ID);
  }
  return hints.cmd_id_received_cache;
}

/** One round: the id, the blocks, and STOP. */
function virtio_balloon_report_free_page(vb: virtio_balloon, hints: free_page_hints): void {
  send_cmd_id_start(vb, hints);
  send_free_pages(vb, hints);
  send_cmd_id_stop(vb, hints);
}

function send_cmd_id_start(vb: virtio_balloon, hints: free_page_hints): void {
  drainUsed(hints);
  hints.cmd_id_active.words[0] = virtio_balloon_cmd_id_received(vb, hints);
  sendCmdId(vb, hints, hints.cmd_id_active);
}

function send_cmd_id_stop(vb: virtio_balloon, hints: free_page_hints): void {
  drainUsed(hints);
  hints.cmd_id_stop.words[0] = VIRTIO_BALLOON_CMD_ID_STOP;
  sendCmdId(vb, hints, hints.cmd_id_stop);
}

function sendCmdId(vb: virtio_balloon, hints: free_page_hints, cmd_id: DmaRegion): void {
  const vq = hints.free_page_vq;
  sg_init_one(hints.sg, cmd_id, 4);
  if (virtqueue_add_outbuf(vq, hints.sg, 1, vb) === 0) {
    virtqueue_kick(vq);
  }
}

/** Until there is no block left, or the host has begun another round. */
function send_free_pages(vb: virtio_balloon, hints: free_page_hints): void {
  while (virtio_balloon_cmd_id_received(vb, hints) === hints.cmd_id_active.words[0]) {
    if (!get_free_page_and_send(vb, hints)) {
      break;
    }
    cond_resched();
  }
}

/** False when the allocator has no block any more. */
function get_free_page_and_send(vb: virtio_balloon, hints: free_page_hints): boolean {
  const vq = hints.free_page_vq;
  drainUsed(hints);
  const page = alloc_pages(VIRTIO_BALLOON_FREE_PAGE_ALLOC_FLAG, VIRTIO_BALLOON_HINT_BLOCK_ORDER);
  if (page === NULL_PAGE) {
    return false;
  }
  // One descriptor is kept for STOP.
  if (vq.num_free <= 1) {
    __free_pages(page, VIRTIO_BALLOON_HINT_BLOCK_ORDER);
    return true;
  }
  sg_set_page(hints.sg[0], page, VIRTIO_BALLOON_HINT_BLOCK_BYTES);
  virtqueue_add_inbuf(vq, hints.sg, 1, vb);
  virtqueue_kick(vq);
  markBlock(page, PG_reserved);
  list_add(page, hints.free_page_list);
  hints.num_free_page_blocks++;
  return true;
}

/** What the host has used is not needed any more. */
function drainUsed(hints: free_page_hints): void {
  while (virtqueue_get_buf(hints.free_page_vq) !== null) {
    // The tokens are all the same.
  }
}

/** For whoever looks at the pages of a block: they are in use. */
function markBlock(page: Page, flags: number): void {
  page_flags.fill(flags, page, page + VIRTIO_BALLOON_HINT_BLOCK_PAGES);
}
