/**
 * drivers/virtio/virtio_balloon.c, v5.4 to v5.6: a shrinker as in v4.19, but the scan computes
 * rightly what is still wanted. New are free page hints, whose blocks the shrinker gives back first,
 * and the poison value. Sleeps: in the scan, for `balloon_lock` and the host.
 */
import {
  DEFAULT_SEEKS,
  register_shrinker,
  type shrink_control,
  type shrinker,
} from "../mm/shrinker.ts";
import { VIRTIO_BALLOON_PAGES_PER_PAGE } from "../page_size.ts";
import {
  VIRTIO_BALLOON_F_DEFLATE_ON_OOM,
  VIRTIO_BALLOON_F_FREE_PAGE_HINT,
  VIRTIO_BALLOON_F_MUST_TELL_HOST,
  VIRTIO_BALLOON_F_PAGE_POISON,
  VIRTIO_BALLOON_F_STATS_VQ,
  VIRTIO_ID_BALLOON,
} from "../virtio/uapi.ts";
import {
  ENOENT,
  virtio_has_feature,
  type virtio_device,
  type virtio_driver,
} from "../virtio/virtio_config.ts";
import { hintedPages, shrink_free_pages } from "./free_page_hint.ts";
import {
  finishProbe,
  probeFreePageHints,
  startProbe,
  tellPoison,
  validatePoison,
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

const features: readonly number[] = [
  VIRTIO_BALLOON_F_MUST_TELL_HOST,
  VIRTIO_BALLOON_F_STATS_VQ,
  VIRTIO_BALLOON_F_DEFLATE_ON_OOM,
  VIRTIO_BALLOON_F_FREE_PAGE_HINT,
  VIRTIO_BALLOON_F_PAGE_POISON,
];

export const virtio_balloon_driver: virtio_driver = {
  name: "virtio_balloon",
  id: VIRTIO_ID_BALLOON,
  feature_table: features,
  validate,
  probe: virtballoon_probe,
  config_changed: virtballoon_changed,
};

const generation: Generation = {
  updateSize: update_balloon_size_func,
  collectStats: update_balloon_stats,
  towards_target,
};

function validate(vdev: virtio_device): number {
  validatePoison(vdev);
  return virtballoon_validate(vdev);
}

function virtballoon_probe(vdev: virtio_device): number {
  const vb = startProbe(vdev, generation);
  if (vb === null) {
    return -ENOENT;
  }
  const err = probeFreePageHints(vb);
  if (err !== 0) {
    return err;
  }
  if (vb.free_page !== null) {
    tellPoison(vb);
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

/** All of the balloon is on offer, and all blocks of hints. */
function virtio_balloon_shrinker_count(shrinker: shrinker, _sc: shrink_control): number {
  const vb = shrinker.data as virtio_balloon;
  return vb.num_pages / VIRTIO_BALLOON_PAGES_PER_PAGE + hintedPages(vb);
}

/** Frees `nr_to_scan` pages or, because blocks are large, more; returns how many. */
function virtio_balloon_shrinker_scan(shrinker: shrinker, sc: shrink_control): number {
  const vb = shrinker.data as virtio_balloon;
  const pages_to_free = sc.nr_to_scan;
  let pages_freed = 0;
  if (vb.free_page !== null) {
    pages_freed = shrink_free_pages(vb.free_page, pages_to_free);
    if (pages_freed >= pages_to_free) {
      return pages_freed;
    }
  }
  // One deflation frees at most one message full, whatever is asked.
  while (vb.num_pages > 0 && pages_freed < pages_to_free) {
    const wanted = (pages_to_free - pages_freed) * VIRTIO_BALLOON_PAGES_PER_PAGE;
    pages_freed += leak_balloon(vb, wanted) / VIRTIO_BALLOON_PAGES_PER_PAGE;
  }
  update_balloon_size(vb);
  return pages_freed;
}
