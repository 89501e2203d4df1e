/**
 * drivers/virtio/virtio_balloon.c, v6.6 to v6.8: as v5.7, but a target is rounded up to whole pages of
 * the guest. Only where these are larger than the balloon's 4 KiB does that make a difference: up to
 * v6.5 such a guest inflates and deflates for ever. Sleeps: as v5.7.
 */
import { VIRTIO_BALLOON_PAGES_PER_PAGE } from "../page_size.ts";
import { VIRTIO_BALLOON_CFG_NUM_PAGES, VIRTIO_ID_BALLOON } from "../virtio/uapi.ts";
import { virtio_cread32, type virtio_device, type virtio_driver } from "../virtio/virtio_config.ts";
import type { Generation } from "./probe.ts";
import { update_balloon_stats } from "./stats.ts";
import { features, probeWithNotifier, validateReporting } from "./v5_7.ts";
import {
  update_balloon_size_func,
  virtballoon_changed,
  type virtio_balloon,
} from "./virtio_balloon.ts";

export const virtio_balloon_driver: virtio_driver = {
  name: "virtio_balloon",
  id: VIRTIO_ID_BALLOON,
  feature_table: features,
  validate: validateReporting,
  probe: virtballoon_probe,
  config_changed: virtballoon_changed,
};

const generation: Generation = {
  updateSize: update_balloon_size_func,
  collectStats: update_balloon_stats,
  towards_target,
};

function virtballoon_probe(vdev: virtio_device): number {
  return probeWithNotifier(vdev, generation);
}

/** Units missing from the target; negative when the balloon is too large. */
export function towards_target(vb: virtio_balloon): number {
  const num_pages = virtio_cread32(vb.vdev, VIRTIO_BALLOON_CFG_NUM_PAGES);
  const pages = Math.ceil(num_pages / VIRTIO_BALLOON_PAGES_PER_PAGE);
  return pages * VIRTIO_BALLOON_PAGES_PER_PAGE - vb.num_pages;
}
