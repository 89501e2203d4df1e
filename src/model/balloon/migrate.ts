/**
 * drivers/virtio/virtio_balloon.c, v5.7, CONFIG_BALLOON_COMPACTION: moving a page of the balloon when
 * memory is compacted. Differs: no page locks. Sleeps: for the host, twice a page.
 */
import {
  balloon_page_insert,
  EAGAIN,
  MIGRATEPAGE_SUCCESS,
  type balloon_dev_info,
} from "../mm/balloon_dev.ts";
import type { Page } from "../mm/mm_types.ts";
import { page_zone } from "../mm/mmzone.ts";
import { adjust_managed_page_count, put_page } from "../mm/page_alloc.ts";
import { BALLOON_MIGRATE, vmstat } from "../mm/vmstat.ts";
import { mutex_trylock, mutex_unlock } from "../sched/mutex.ts";
import { config } from "../config.ts";
import { VIRTIO_BALLOON_F_DEFLATE_ON_OOM } from "../virtio/uapi.ts";
import { virtio_has_feature } from "../virtio/virtio_config.ts";
import { set_page_pfns, tell_host, type virtio_balloon } from "./virtio_balloon.ts";

/** Before 5.4 a zone's managed pages did not follow a page that moved to another zone. */
const MOVES_MANAGED_PAGES = config.linux_version >= 0x050400;

/**
 * The host gets `newpage` and gives `page` back, which is then free. The balloon's size and its
 * counters of pages put in and taken out stay.
 */
export function virtballoon_migratepage(
  b_dev_info: balloon_dev_info,
  newpage: Page,
  page: Page,
): number {
  const vb = b_dev_info.data as virtio_balloon;
  // The lock may be held by who waits for memory: never sleep on it here.
  if (!mutex_trylock(vb.balloon_lock)) {
    return -EAGAIN;
  }
  const deflate_on_oom = virtio_has_feature(vb.vdev, VIRTIO_BALLOON_F_DEFLATE_ON_OOM);
  if (MOVES_MANAGED_PAGES && !deflate_on_oom && page_zone(page) !== page_zone(newpage)) {
    adjust_managed_page_count(newpage, -1);
    adjust_managed_page_count(page, 1);
  }
  balloon_page_insert(b_dev_info, newpage);
  b_dev_info.isolated_pages--;
  vmstat[BALLOON_MIGRATE]++;
  vb.num_pfns = 0;
  set_page_pfns(vb, newpage);
  tell_host(vb, vb.inflate_vq);
  vb.num_pfns = 0;
  set_page_pfns(vb, page);
  tell_host(vb, vb.deflate_vq);
  mutex_unlock(vb.balloon_lock);
  put_page(page);
  return MIGRATEPAGE_SUCCESS;
}
