/**
 * mm/migrate.c, v5.7: moving what a page holds to another one. Differs: pages move one at a time; no
 * page is locked or mapped elsewhere meanwhile; huge pages stay. Sleeps: as the driver of a movable
 * page does.
 */
import { charge, cond_resched } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { inodes } from "../fs/fs.ts";
import { touchRam } from "../ram.ts";
import {
  balloon_page_isolate,
  balloon_page_migrate,
  balloon_page_putback,
  EAGAIN,
  MIGRATEPAGE_SUCCESS,
} from "./balloon_dev.ts";
import { free_unref_page } from "./buddy.ts";
import type { mm_struct, Page } from "./mm_types.ts";
import {
  LRU_ACTIVE_ANON,
  LRU_ACTIVE_FILE,
  LRU_INACTIVE_ANON,
  LRU_INACTIVE_FILE,
} from "./mmzone.ts";
import {
  heldByReader,
  initsMemory,
  inPagevec,
  page_flags,
  page_index,
  page_mapping,
  PG_active,
  PG_head,
  PG_locked,
  PG_lru,
  PG_offline,
  PG_private,
  PG_swapbacked,
} from "./page.ts";
import { mms } from "./pgtable.ts";
import { add_page_to_lru_list, del_page_from_lru_list } from "./swap.ts";
import { PGMIGRATE_FAIL, PGMIGRATE_SUCCESS, vmstat } from "./vmstat.ts";

/** Passes over a page whose driver is busy, before it is left where it is. */
const MAX_PASSES = 10;
/** A page in one of these states is somebody's at the moment. */
const BUSY = PG_locked | PG_private | PG_head | heldByReader | inPagevec;

/** Whether `page` can move: it is on an LRU list and nobody holds it, it is init's, or in a balloon. */
export function isMovable(page: Page): boolean {
  const flags = page_flags[page];
  if ((flags & PG_offline) !== 0) {
    return config.CONFIG_BALLOON_COMPACTION;
  }
  if (flags === initsMemory) {
    return true;
  }
  return (flags & (PG_lru | BUSY)) === PG_lru;
}

/** Moves `page`, which is movable, to `newpage`. False when it stays; then `newpage` is still free. */
export function migrate_page(page: Page, newpage: Page): boolean {
  const ok =
    (page_flags[page] & PG_offline) !== 0
      ? move_balloon_page(page, newpage)
      : move_lru_page(page, newpage);
  vmstat[ok ? PGMIGRATE_SUCCESS : PGMIGRATE_FAIL]++;
  return ok;
}

function move_balloon_page(page: Page, newpage: Page): boolean {
  balloon_page_isolate(page);
  let rc = -EAGAIN;
  for (let pass = 0; pass < MAX_PASSES && rc === -EAGAIN; pass++) {
    cond_resched();
    rc = balloon_page_migrate(newpage, page);
  }
  if (rc !== MIGRATEPAGE_SUCCESS) {
    balloon_page_putback(page);
  }
  return rc === MIGRATEPAGE_SUCCESS;
}

function move_lru_page(page: Page, newpage: Page): boolean {
  const flags = page_flags[page];
  page_flags[newpage] = flags;
  if (flags !== initsMemory) {
    takePlace(page, newpage, flags);
  }
  touchRam(newpage);
  charge(config.costs.migrate_page);
  free_unref_page(page);
  return true;
}

/** The copy takes the original's place in its file or process, and on its list. */
function takePlace(page: Page, newpage: Page, flags: number): void {
  const lru = lruOf(flags);
  del_page_from_lru_list(page, lru);
  page_mapping[newpage] = page_mapping[page];
  page_index[newpage] = page_index[page];
  if ((flags & PG_swapbacked) !== 0) {
    const mm = mms[page_mapping[page]] as mm_struct;
    mm.pte[page_index[page]] = newpage;
  } else {
    inodes[page_mapping[page]].i_pages[page_index[page]] = newpage;
  }
  add_page_to_lru_list(newpage, lru);
}

function lruOf(flags: number): number {
  if ((flags & PG_swapbacked) !== 0) {
    return (flags & PG_active) !== 0 ? LRU_ACTIVE_ANON : LRU_INACTIVE_ANON;
  }
  return (flags & PG_active) !== 0 ? LRU_ACTIVE_FILE : LRU_INACTIVE_FILE;
}
