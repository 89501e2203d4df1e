/**
 * drivers/virtio/virtio_balloon.c, v4.14: an OOM notifier that gives back `oom_pages` pages, and is
 * registered whether or not VIRTIO_BALLOON_F_DEFLATE_ON_OOM is there. The pages of the balloon are
 * allocated under `balloon_lock`, so an allocation that has to reclaim, or fails and sleeps for
 * 200 ms, keeps the lock: who is out of memory meanwhile waits for it in the notifier.
 * Sleeps: in `fill_balloon` for memory and the host, in the notifier for the lock and the host.
 */
import { charge } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { balloon_page_alloc, balloon_page_enqueue } from "../mm/balloon_compaction.ts";
import { NULL_PAGE, type BalloonPages } from "../mm/mm_types.ts";
import { NOTIFY_OK, type notifier_block, type oom_freed } from "../mm/notifier.ts";
import { register_oom_notifier } from "../mm/oom_kill.ts";
import { adjust_managed_page_count } from "../mm/page_alloc.ts";
import { VIRTIO_BALLOON_PAGES_PER_PAGE } from "../page_size.ts";
import { mutex_lock, mutex_unlock } from "../sched/mutex.ts";
import { msleep } from "../sched/timer.ts";
import { queue_work, system_freezable_wq, type work_struct } from "../sched/workqueue.ts";
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
import { addEventStats, addMemoryStats } from "./stats.ts";
import {
  leak_balloon,
  outOfPuff,
  set_page_pfns,
  tell_host,
  towards_target,
  update_balloon_size,
  virtballoon_changed,
  VIRTIO_BALLOON_ARRAY_PFNS_MAX,
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

const VIRTIO_BALLOON_OOM_NOTIFY_PRIORITY = 80;

/** `oom_pages`: pages given back at each call. 0 turns deflation on OOM off. */
const moduleParameters = { oom_pages: config.oom_pages };

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
  register_oom_notifier({
    notifier_call: virtballoon_oom_notify,
    priority: VIRTIO_BALLOON_OOM_NOTIFY_PRIORITY,
    data: vb,
  });
  finishProbe(vb);
  return 0;
}

/** The guest is out of memory: adds the pages that it gets back to `parm.freed`. */
function virtballoon_oom_notify(nb: notifier_block, _dummy: number, parm: oom_freed): number {
  const vb = nb.data as virtio_balloon;
  if (!virtio_has_feature(vb.vdev, VIRTIO_BALLOON_F_DEFLATE_ON_OOM)) {
    return NOTIFY_OK;
  }
  const oom_pages = moduleParameters.oom_pages;
  // A negative number of pages is a huge one to `leak_balloon`, whose parameter is unsigned.
  parm.freed += leak_balloon(vb, oom_pages < 0 ? VIRTIO_BALLOON_ARRAY_PFNS_MAX : oom_pages);
  update_balloon_size(vb);
  return NOTIFY_OK;
}

/** As in later generations, but `actual` is written even when there was nothing to do. */
function update_balloon_size_func(work: work_struct): void {
  const vb = work.data as virtio_balloon;
  let diff = vb.towards_target(vb);
  if (diff > 0) {
    diff -= fill_balloon(vb, diff);
  } else if (diff < 0) {
    diff += leak_balloon(vb, -diff);
  }
  update_balloon_size(vb);
  if (diff !== 0) {
    queue_work(system_freezable_wq, work);
  }
}

/** Allocates up to `num` pages, at most one message full, and gives them to the host. */
function fill_balloon(vb: virtio_balloon, num: BalloonPages): BalloonPages {
  const deflate_on_oom = virtio_has_feature(vb.vdev, VIRTIO_BALLOON_F_DEFLATE_ON_OOM);
  const cost = config.costs.balloon_inflate;
  const nr_wanted = Math.min(num, VIRTIO_BALLOON_ARRAY_PFNS_MAX);
  mutex_lock(vb.balloon_lock);
  vb.num_pfns = 0;
  while (vb.num_pfns < nr_wanted) {
    const page = balloon_page_alloc();
    if (page === NULL_PAGE) {
      outOfPuff(vb);
      // With the lock: nobody can deflate until this is over.
      msleep(200);
      break;
    }
    charge(cost);
    balloon_page_enqueue(vb.vb_dev_info, page);
    set_page_pfns(vb, page);
    vb.num_pages += VIRTIO_BALLOON_PAGES_PER_PAGE;
    if (!deflate_on_oom) {
      adjust_managed_page_count(page, -1);
    }
  }
  const num_allocated_pages = vb.num_pfns;
  if (num_allocated_pages !== 0) {
    tell_host(vb, vb.inflate_vq);
  }
  mutex_unlock(vb.balloon_lock);
  return num_allocated_pages;
}

/** Neither the page cache nor huge pages are told yet. */
function update_balloon_stats(vb: virtio_balloon): number {
  return addMemoryStats(vb, addEventStats(vb, 0));
}
