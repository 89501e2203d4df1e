/**
 * drivers/virtio/virtio_balloon.c, v4.19: the balloon is a cache that reclaim shrinks. With
 * VIRTIO_BALLOON_F_DEFLATE_ON_OOM a shrinker offers every page of the balloon to whoever reclaims,
 * kswapd included, long before the guest is out of memory; and nobody tells the worker that fills
 * the balloon at the same time. Sleeps: in the scan, for `balloon_lock` and the host.
 */
import {
  DEFAULT_SEEKS,
  register_shrinker,
  type shrink_control,
  type shrinker,
} from "../mm/shrinker.ts";
import { VIRTIO_BALLOON_PAGES_PER_PAGE } from "../page_size.ts";
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
  towards_target,
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
  towards_target,
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

/** All of the balloon is on offer; the shrinker counts in pages of the guest. */
function virtio_balloon_shrinker_count(shrinker: shrinker, _sc: shrink_control): number {
  const vb = shrinker.data as virtio_balloon;
  return vb.num_pages / VIRTIO_BALLOON_PAGES_PER_PAGE;
}

/**
 * Frees up to `nr_to_scan` pages of the balloon; returns how many. What is still wanted is computed
 * by subtracting the running total again and again. Where one deflation is all it takes, the loop ends
 * with another one of 0 units. With pages of 64 KiB, 128 of them are eight messages: at the fifth the
 * total exceeds what is wanted, and as this has no sign, the loop goes on until the balloon is empty.
 */
function virtio_balloon_shrinker_scan(shrinker: shrinker, sc: shrink_control): number {
  const vb = shrinker.data as virtio_balloon;
  let pages_to_free = sc.nr_to_scan * VIRTIO_BALLOON_PAGES_PER_PAGE;
  let pages_freed = 0;
  // One deflation frees at most one message full, whatever is asked.
  while (vb.num_pages > 0 && pages_to_free > 0) {
    pages_to_free = subtractUnsigned(pages_to_free, pages_freed);
    pages_freed += leak_balloon(vb, pages_to_free);
  }
  update_balloon_size(vb);
  return Math.floor(pages_freed / VIRTIO_BALLOON_PAGES_PER_PAGE);
}

const ULONG_RANGE = 0x100000000 * 0x100000000;

/** As of an `unsigned long`, whose numbers below zero are huge ones. */
function subtractUnsigned(a: number, b: number): number {
  return a >= b ? a - b : a - b + ULONG_RANGE;
}
