/**
 * include/linux/balloon_compaction.h and mm/balloon_compaction.c, v5.7: the list of a balloon's pages,
 * and how they move when memory is compacted. Differs: no page lock; there is one balloon in a
 * guest. Sleeps: as the driver's migratepage does.
 */
import type { Page, PageCount } from "./mm_types.ts";
import { allocListHead, list_add, list_del, page_flags, PG_offline } from "./page.ts";

export const MIGRATEPAGE_SUCCESS = 0;
export const EAGAIN = 11;

export interface balloon_dev_info {
  /** Head of the list of pages, the last one enqueued first. */
  pages: number;
  /** Length of that list; Linux does not count. */
  nrPages: PageCount;
  /** Pages taken off the list to be moved. */
  isolated_pages: PageCount;
  /** What `container_of` finds in C: the driver's struct. */
  data: object;
  /**
   * Puts `newpage` into the balloon in place of `page`, and frees that. MIGRATEPAGE_SUCCESS, or
   * -EAGAIN when the driver is busy.
   */
  migratepage: (b_dev_info: balloon_dev_info, newpage: Page, page: Page) => number;
}

/** Of the guest's balloon: what Linux finds in each of its pages. */
let balloonOfGuest: balloon_dev_info | null = null;

export function balloon_devinfo_init(balloon: balloon_dev_info): void {
  balloon.pages = allocListHead();
  balloonOfGuest = balloon;
}

/** Takes `page` off its list; until it has moved, nobody can take it out of the balloon. */
export function balloon_page_isolate(page: Page): void {
  const b_dev_info = balloonOfGuest as balloon_dev_info;
  list_del(page);
  page_flags[page] = 0;
  b_dev_info.nrPages--;
  b_dev_info.isolated_pages++;
}

/** Pages of the balloon that are on their way to another place. */
export function isolatedBalloonPages(): PageCount {
  return balloonOfGuest === null ? 0 : balloonOfGuest.isolated_pages;
}

/** It could not move: back on the list. */
export function balloon_page_putback(page: Page): void {
  const b_dev_info = balloonOfGuest as balloon_dev_info;
  b_dev_info.isolated_pages--;
  balloon_page_insert(b_dev_info, page);
}

/** Moves an isolated page to `newpage`; as `migratepage`. */
export function balloon_page_migrate(newpage: Page, page: Page): number {
  const b_dev_info = balloonOfGuest as balloon_dev_info;
  return b_dev_info.migratepage(b_dev_info, newpage, page);
}

/** A page comes to the list, counted or not. */
export function balloon_page_insert(b_dev_info: balloon_dev_info, page: Page): void {
  page_flags[page] = PG_offline;
  list_add(page, b_dev_info.pages);
  b_dev_info.nrPages++;
}
