/**
 * drivers/virtio/virtio_balloon.c, v5.7 to v6.8: the balloon is the last resort (commit
 * 5a6b4cc5b7). With VIRTIO_BALLOON_F_DEFLATE_ON_OOM an OOM notifier gives one message full of
 * pages back each time the guest is about to kill a task, and reclaim leaves the balloon alone.
 * Sleeps: in the notifier, for `balloon_lock` and the host.
 */
import { NOTIFY_OK, type notifier_block, type oom_freed } from "../mm/notifier.ts";
import { register_oom_notifier } from "../mm/oom_kill.ts";
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

/** Pages given back at each call: 1 MiB. */
const VIRTIO_BALLOON_OOM_NR_PAGES = 256;
const VIRTIO_BALLOON_OOM_NOTIFY_PRIORITY = 80;

const generation: Generation = {
  updateSize: update_balloon_size_func,
  collectStats: update_balloon_stats,
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
  if (virtio_has_feature(vdev, VIRTIO_BALLOON_F_DEFLATE_ON_OOM)) {
    register_oom_notifier({
      notifier_call: virtio_balloon_oom_notify,
      priority: VIRTIO_BALLOON_OOM_NOTIFY_PRIORITY,
      data: vb,
    });
  }
  finishProbe(vb);
  return 0;
}

/** The guest is out of memory: adds the pages that it gets back to `parm.freed`. */
function virtio_balloon_oom_notify(nb: notifier_block, _dummy: number, parm: oom_freed): number {
  const vb = nb.data as virtio_balloon;
  parm.freed += leak_balloon(vb, VIRTIO_BALLOON_OOM_NR_PAGES);
  update_balloon_size(vb);
  return NOTIFY_OK;
}
