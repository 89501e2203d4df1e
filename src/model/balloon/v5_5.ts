/**
 * drivers/virtio/virtio_balloon.c, v5.4 to v5.6: a shrinker as in v4.19, but the scan computes
 * rightly what is still wanted. Sleeps: in the scan, for `balloon_lock` and the host.
 */
import {
  DEFAULT_SEEKS,
  register_shrinker,
  type shrink_control,
  type shrinker,
} from "../mm/shrinker.ts";
import { VIRTIO_BALLOON_F_DEFLATE_ON_OOM, VIRTIO_ID_BALLOON } from "../virtio/uapi.ts";
import {
  ENOENT,
  virtio_has_feature,
  type virtio_device,
  type virtio_driver,
} from "../virtio/virtio_config.ts";
import {
  features,
  finishProbe,
  startProbe,
  virtballoon_validate,
  type Generation,
} from "./probe.ts";
import { update_balloon_stats } from "./stats.ts";
import {
  leak_balloon,
  update_balloon_size,
  update_balloon_size_func,
  virtballoon_changed,
  type virtio_balloon,
} from "./virtio_balloon.ts";

export const virtio_balloon_driver: virtio_driver = {
  name: "virtio_balloon",
  id: VIRTIO_ID_BALLOON,
  feature_table: features,
  validate: virtballoon_validate,
  probe: virtballoon_probe,
  config_changed: virtballoon_changed,
};

const generation: Generation = {
  updateSize: update_balloon_size_func,
  collectStats: update_balloon_stats,
};

function virtballoon_probe(vdev: virtio_device): number {
  const vb = startProbe(vdev, generation);
  if (vb === null) {
    return -ENOENT;
  }
  if (virtio_has_feature(vdev, VIRTIO_BALLOON_F_DEFLATE_ON_OOM)) {
    virtio_balloon_register_shrinker(vb);
  }
  finishProbe(vb);
  return 0;
}

function virtio_balloon_register_shrinker(vb: virtio_balloon): void {
  register_shrinker({
    name: "virtio-balloon",
    data: vb,
    count_objects: virtio_balloon_shrinker_count,
    scan_objects: virtio_balloon_shrinker_scan,
    seeks: DEFAULT_SEEKS,
    batch: 0,
    nr_deferred: 0,
  });
}

/** All of the balloon is on offer. */
function virtio_balloon_shrinker_count(shrinker: shrinker, _sc: shrink_control): number {
  const vb = shrinker.data as virtio_balloon;
  return vb.num_pages;
}

/** Frees up to `nr_to_scan` pages of the balloon; returns how many. */
function virtio_balloon_shrinker_scan(shrinker: shrinker, sc: shrink_control): number {
  const vb = shrinker.data as virtio_balloon;
  const pages_to_free = sc.nr_to_scan;
  let pages_freed = 0;
  // One deflation frees at most one message full, whatever is asked.
  while (vb.num_pages > 0 && pages_freed < pages_to_free) {
    pages_freed += leak_balloon(vb, pages_to_free - pages_freed);
  }
  update_balloon_size(vb);
  return pages_freed;
}
