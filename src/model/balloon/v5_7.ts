/**
 * drivers/virtio/virtio_balloon.c, v5.7 to v6.8: the balloon is the last resort (commit
 * 5a6b4cc5b7). With VIRTIO_BALLOON_F_DEFLATE_ON_OOM an OOM notifier gives one message full of
 * pages back each time the guest is about to kill a task, and reclaim leaves the balloon alone: there
 * is a shrinker only for the blocks of free page hints. New is free page reporting.
 * Sleeps: in the notifier, for `balloon_lock` and the host.
 */
import { config } from "../config.ts";
import { NOTIFY_OK, type notifier_block, type oom_freed } from "../mm/notifier.ts";
import { register_oom_notifier } from "../mm/oom_kill.ts";
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
  VIRTIO_BALLOON_F_REPORTING,
  VIRTIO_BALLOON_F_STATS_VQ,
  VIRTIO_ID_BALLOON,
} from "../virtio/uapi.ts";
import {
  __virtio_clear_bit,
  ENOENT,
  virtio_has_feature,
  type virtio_device,
  type virtio_driver,
} from "../virtio/virtio_config.ts";
import { hintedPages, shrink_free_pages, type free_page_hints } from "./free_page_hint.ts";
import {
  finishProbe,
  probeFreePageHints,
  probeFreePageReporting,
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

/** All six. */
export const features: readonly number[] = [
  VIRTIO_BALLOON_F_MUST_TELL_HOST,
  VIRTIO_BALLOON_F_STATS_VQ,
  VIRTIO_BALLOON_F_DEFLATE_ON_OOM,
  VIRTIO_BALLOON_F_FREE_PAGE_HINT,
  VIRTIO_BALLOON_F_PAGE_POISON,
  VIRTIO_BALLOON_F_REPORTING,
];

export const virtio_balloon_driver: virtio_driver = {
  name: "virtio_balloon",
  id: VIRTIO_ID_BALLOON,
  feature_table: features,
  validate: validateReporting,
  probe: virtballoon_probe,
  config_changed: virtballoon_changed,
};

/** Units of 4 KiB given back at each call: 1 MiB. */
const VIRTIO_BALLOON_OOM_NR_PAGES = 256;
const VIRTIO_BALLOON_OOM_NOTIFY_PRIORITY = 80;

const generation: Generation = {
  updateSize: update_balloon_size_func,
  collectStats: update_balloon_stats,
  towards_target,
};

function virtballoon_probe(vdev: virtio_device): number {
  return probeWithNotifier(vdev, generation);
}

/** What this generation and the later ones do. */
export function probeWithNotifier(vdev: virtio_device, generation: Generation): number {
  const vb = startProbe(vdev, generation);
  if (vb === null) {
    return -ENOENT;
  }
  const err = probeFreePageHints(vb);
  if (err !== 0) {
    return err;
  }
  if (vb.free_page !== null) {
    virtio_balloon_register_shrinker(vb);
  }
  if (virtio_has_feature(vdev, VIRTIO_BALLOON_F_DEFLATE_ON_OOM)) {
    register_oom_notifier({
      notifier_call: virtio_balloon_oom_notify,
      priority: VIRTIO_BALLOON_OOM_NOTIFY_PRIORITY,
      data: vb,
    });
  }
  tellPoison(vb);
  const reportingErr = probeFreePageReporting(vb);
  if (reportingErr !== 0) {
    return reportingErr;
  }
  finishProbe(vb);
  return 0;
}

/** A host that is not told the pattern must not replace poisoned pages by zeroes. */
export function validateReporting(vdev: virtio_device): number {
  validatePoison(vdev);
  if (!config.CONFIG_PAGE_REPORTING) {
    __virtio_clear_bit(vdev, VIRTIO_BALLOON_F_REPORTING);
  }
  if (config.page_poison && !virtio_has_feature(vdev, VIRTIO_BALLOON_F_PAGE_POISON)) {
    __virtio_clear_bit(vdev, VIRTIO_BALLOON_F_REPORTING);
  }
  return virtballoon_validate(vdev);
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

function virtio_balloon_shrinker_count(shrinker: shrinker, _sc: shrink_control): number {
  return hintedPages(shrinker.data as virtio_balloon);
}

function virtio_balloon_shrinker_scan(shrinker: shrinker, sc: shrink_control): number {
  const vb = shrinker.data as virtio_balloon;
  return shrink_free_pages(vb.free_page as free_page_hints, sc.nr_to_scan);
}

/** The guest is out of memory: adds the pages that it gets back to `parm.freed`. */
function virtio_balloon_oom_notify(nb: notifier_block, _dummy: number, parm: oom_freed): number {
  const vb = nb.data as virtio_balloon;
  parm.freed += leak_balloon(vb, VIRTIO_BALLOON_OOM_NR_PAGES) / VIRTIO_BALLOON_PAGES_PER_PAGE;
  update_balloon_size(vb);
  return NOTIFY_OK;
}
