/**
 * drivers/virtio/virtio_balloon.c, v5.7: free page reporting (VIRTIO_BALLOON_F_REPORTING). Blocks
 * that have been free for a while are named to the host, which may take their memory; they come back
 * when somebody writes to them. Sleeps: until the host has answered.
 */
import { trace_event } from "../../machine/primitives.ts";
import {
  PAGE_REPORTING_CAPACITY,
  page_reporting_register,
  type page_reporting_sgl,
} from "../mm/page_reporting.ts";
import { PAGE_SIZE } from "../page_size.ts";
import { wait_event } from "../sched/wait.ts";
import { allocScatterlist, sg_set_page, type scatterlist } from "../virtio/dma.ts";
import {
  ENOSPC,
  virtqueue_add_inbuf,
  virtqueue_get_buf,
  virtqueue_get_vring_size,
  virtqueue_kick,
  type virtqueue,
} from "../virtio/virtio_ring.ts";
import type { virtio_balloon } from "./virtio_balloon.ts";

/** The part of `struct virtio_balloon` that belongs to reporting. */
export interface free_page_reports {
  reporting_vq: virtqueue;
  sg: scatterlist[];
}

/** Offers `vb` to the memory management as one who takes reports; 0, or an error. */
export function initFreePageReporting(vb: virtio_balloon, vq: virtqueue): number {
  if (virtqueue_get_vring_size(vq) < PAGE_REPORTING_CAPACITY) {
    return -ENOSPC;
  }
  vb.reporting = { reporting_vq: vq, sg: allocScatterlist(PAGE_REPORTING_CAPACITY) };
  return page_reporting_register({ report: virtballoon_free_page_report, data: vb });
}

/** Names the last `nents` blocks of `sgl` to the host and waits until it has seen them. */
function virtballoon_free_page_report(
  data: object,
  sgl: page_reporting_sgl,
  nents: number,
): number {
  const vb = data as virtio_balloon;
  const reports = vb.reporting as free_page_reports;
  const vq = reports.reporting_vq;
  trace_event("free_page_report", nents, 0);
  const first = PAGE_REPORTING_CAPACITY - nents;
  for (let i = 0; i < nents; i++) {
    sg_set_page(reports.sg[i], sgl.page[first + i], PAGE_SIZE << sgl.order[first + i]);
  }
  const err = virtqueue_add_inbuf(vq, reports.sg, nents, vb);
  if (err !== 0) {
    return err;
  }
  virtqueue_kick(vq);
  while (virtqueue_get_buf(vq) === null) {
    wait_event(vb.acked);
  }
  return 0;
}
