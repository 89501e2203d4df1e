/**
 * drivers/virtio/virtio_balloon.c, v6.19: as v6.8, with more statistics. Sleeps: as v5.7.
 */
import { config } from "../config.ts";
import { PAGE_SIZE } from "../page_size.ts";
import {
  ALLOCSTALL_DMA,
  OOM_KILL,
  PGSCAN_DIRECT,
  PGSCAN_KSWAPD,
  PGSTEAL_DIRECT,
  PGSTEAL_KSWAPD,
  vmstat,
} from "../mm/vmstat.ts";
import { MAX_NR_ZONES } from "../mm/page.ts";
import {
  VIRTIO_BALLOON_S_ALLOC_STALL,
  VIRTIO_BALLOON_S_ASYNC_RECLAIM,
  VIRTIO_BALLOON_S_ASYNC_SCAN,
  VIRTIO_BALLOON_S_DIRECT_RECLAIM,
  VIRTIO_BALLOON_S_DIRECT_SCAN,
  VIRTIO_BALLOON_S_OOM_KILL,
  VIRTIO_ID_BALLOON,
} from "../virtio/uapi.ts";
import type { virtio_device, virtio_driver } from "../virtio/virtio_config.ts";
import type { Generation } from "./probe.ts";
import { addCacheStats, addEventStats, addMemoryStats, update_stat } from "./stats.ts";
import { features, probeWithNotifier, validateReporting } from "./v5_7.ts";
import { towards_target } from "./v6_8.ts";
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

/** Sixteen values: also how hard the guest reclaims. */
function update_balloon_stats(vb: virtio_balloon): number {
  let idx = addEventStats(vb, 0);
  if (config.CONFIG_VM_EVENT_COUNTERS) {
    idx = addReclaimStats(vb, idx);
  }
  idx = addMemoryStats(vb, idx);
  return addCacheStats(vb, idx);
}

function addReclaimStats(vb: virtio_balloon, first: number): number {
  let idx = first;
  update_stat(vb, idx++, VIRTIO_BALLOON_S_OOM_KILL, vmstat[OOM_KILL]);
  update_stat(vb, idx++, VIRTIO_BALLOON_S_ALLOC_STALL, allocstalls());
  update_stat(vb, idx++, VIRTIO_BALLOON_S_ASYNC_SCAN, vmstat[PGSCAN_KSWAPD] * PAGE_SIZE);
  update_stat(vb, idx++, VIRTIO_BALLOON_S_DIRECT_SCAN, vmstat[PGSCAN_DIRECT] * PAGE_SIZE);
  update_stat(vb, idx++, VIRTIO_BALLOON_S_ASYNC_RECLAIM, vmstat[PGSTEAL_KSWAPD] * PAGE_SIZE);
  update_stat(vb, idx++, VIRTIO_BALLOON_S_DIRECT_RECLAIM, vmstat[PGSTEAL_DIRECT] * PAGE_SIZE);
  return idx;
}

/** Direct reclaims, whatever zone was asked for. */
function allocstalls(): number {
  let stalls = 0;
  for (let zid = 0; zid < MAX_NR_ZONES; zid++) {
    stalls += vmstat[ALLOCSTALL_DMA + zid];
  }
  return stalls;
}
