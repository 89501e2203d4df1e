/**
 * What a manager of guests does when its host runs short of memory: it asks the balloon for that
 * much more, but not for more than the guest says it can spare (`VIRTIO_BALLOON_S_AVAIL`, as of the
 * last statistics). Not a part of QEMU; oVirt's MOM and others work so. Sleeps: never.
 */
import { config } from "../config.ts";
import { VIRTIO_BALLOON_PAGES_PER_PAGE } from "../page_size.ts";
import { VIRTIO_BALLOON_S_AVAIL } from "../virtio/uapi.ts";
import { virtio_balloon_to_target, type VirtIOBalloon } from "./virtio_balloon.ts";

const BALLOON_PAGE_SIZE = 4096;
const RAM_UNITS = config.nr_pages * VIRTIO_BALLOON_PAGES_PER_PAGE;

/** The host is short of `nr_pages` of 4 KiB. A target that is already higher stays. */
export function hostPressure(dev: VirtIOBalloon, nr_pages: number): void {
  const wanted = dev.actual + Math.min(nr_pages, availablePages(dev));
  const target = Math.min(wanted, RAM_UNITS);
  virtio_balloon_to_target(dev, Math.max(target, dev.num_pages));
}

/** What the guest could give away without swapping; all it has when it never said. */
function availablePages(dev: VirtIOBalloon): number {
  const available = dev.stats[VIRTIO_BALLOON_S_AVAIL];
  return available < 0 ? RAM_UNITS : Math.floor(available / BALLOON_PAGE_SIZE);
}
