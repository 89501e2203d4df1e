/**
 * mm/page_reporting.c, v5.7: names blocks of free memory, once, to whoever takes reports. Blocks are
 * off the free lists while they are reported, and wear PG_reported afterwards, until they are
 * allocated or merged. Sleeps: as the report does.
 */
import { charge } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import type { delayed_work, work_struct } from "../sched/workqueue.ts";
import { __free_one_page, __isolate_free_page, nr_free } from "./buddy.ts";
import type { Page, PageCount } from "./mm_types.ts";
import { low_wmark_pages, min_wmark_pages, page_zone, zones, type zone } from "./mmzone.ts";
import {
  FREE_AREA_HEADS,
  list_add,
  list_del,
  lru_next,
  MAX_ORDER,
  page_flags,
  page_order,
  PG_buddy,
  PG_reported,
} from "./page.ts";
import { get_pageblock_migratetype, MIGRATE_PCPTYPES } from "./pageblock.ts";
import {
  __page_reporting_request,
  page_reporting,
  PAGE_REPORTING_ACTIVE,
  PAGE_REPORTING_IDLE,
  PAGE_REPORTING_MIN_ORDER,
  PAGE_REPORTING_REQUESTED,
  scheduleReport,
  type page_reporting_dev_info,
  type page_reporting_sgl,
} from "./page_reporting_notify.ts";
import { __mod_zone_freepage_state } from "./vmstat.ts";
import { zone_watermark_ok } from "./watermark.ts";

export type { page_reporting_sgl } from "./page_reporting_notify.ts";

/** Blocks in one report. */
export const PAGE_REPORTING_CAPACITY = 32;
export const EBUSY = 16;

const sgl: page_reporting_sgl = {
  page: new Int32Array(PAGE_REPORTING_CAPACITY),
  order: new Uint8Array(PAGE_REPORTING_CAPACITY),
};

/** Pages that are off the free lists for a report. */
let pagesInReport = 0;

/** From now on free blocks are reported to `prdev`; 0, or -EBUSY when somebody else has them. */
export function page_reporting_register(prdev: page_reporting_dev_info): number {
  if (page_reporting.prdev !== null) {
    return -EBUSY;
  }
  const work: work_struct = {
    name: "page_reporting_process",
    func: page_reporting_process,
    data: prdev,
    pending: false,
    pool: null,
  };
  const dwork: delayed_work = { work, wq: { name: "events" } };
  page_reporting.work = dwork;
  page_reporting.prdev = prdev;
  __page_reporting_request();
  return 0;
}

/** Pages that are off the free lists and come back soon. */
export function reportedPagesInFlight(): PageCount {
  return pagesInReport;
}

function page_reporting_process(work: work_struct): void {
  const prdev = work.data as page_reporting_dev_info;
  page_reporting.state = PAGE_REPORTING_ACTIVE;
  for (const z of zones) {
    if (page_reporting_process_zone(prdev, z) !== 0) {
      break;
    }
  }
  if (page_reporting.state === PAGE_REPORTING_REQUESTED) {
    scheduleReport();
  } else {
    page_reporting.state = PAGE_REPORTING_IDLE;
  }
}

/** Reports the zone's blocks, unless memory is short: taking them off their lists makes it shorter. */
function page_reporting_process_zone(prdev: page_reporting_dev_info, z: zone): number {
  const watermark = low_wmark_pages(z) + (PAGE_REPORTING_CAPACITY << PAGE_REPORTING_MIN_ORDER);
  if (z.managed_pages === 0 || !zone_watermark_ok(z, 0, watermark, 0)) {
    return 0;
  }
  let offset = PAGE_REPORTING_CAPACITY;
  for (let order = PAGE_REPORTING_MIN_ORDER; order < MAX_ORDER; order++) {
    for (let mt = 0; mt < MIGRATE_PCPTYPES; mt++) {
      offset = page_reporting_cycle(prdev, z, order, mt, offset);
      if (offset < 0) {
        return offset;
      }
    }
  }
  const leftover = PAGE_REPORTING_CAPACITY - offset;
  if (leftover === 0) {
    return 0;
  }
  return reportAndDrain(prdev, leftover);
}

/**
 * Collects the unreported blocks of one free list, and reports each 32 of them. Returns how much of
 * the list of blocks is still empty, or an error. What is over the budget is left for the next run.
 */
function page_reporting_cycle(
  prdev: page_reporting_dev_info,
  z: zone,
  order: number,
  mt: number,
  room: number,
): number {
  const area = z.zone_idx * MAX_ORDER + order;
  const head = FREE_AREA_HEADS + area * MIGRATE_PCPTYPES + mt;
  let offset = room;
  let budget = Math.ceil(nr_free[area] / (PAGE_REPORTING_CAPACITY * 16));
  let page = lru_next[head];
  while (page !== head) {
    const next = lru_next[page];
    if (isReported(page)) {
      page = next;
      continue;
    }
    if (budget < 0) {
      page_reporting.state = PAGE_REPORTING_REQUESTED;
      break;
    }
    if (offset > 0) {
      if (!isolateForReport(z, page as Page, order)) {
        break;
      }
      offset--;
      sgl.page[offset] = page;
      sgl.order[offset] = order;
      page = next;
      continue;
    }
    // The list is full. Others may allocate and free meanwhile, so begin again at its front.
    rotateToFront(head, page);
    const err = reportAndDrain(prdev, PAGE_REPORTING_CAPACITY);
    offset = PAGE_REPORTING_CAPACITY;
    budget--;
    if (err !== 0) {
      return err;
    }
    page = lru_next[head];
  }
  if (page !== head) {
    rotateToFront(head, page);
  }
  return offset;
}

/** Reports the last `nents` blocks of the list and puts them back. */
function reportAndDrain(prdev: page_reporting_dev_info, nents: number): number {
  const err = prdev.report(prdev.data, sgl, nents);
  page_reporting_drain(nents, err === 0);
  return err;
}

/** A block that comes back as it went wears the mark; one that merged with its buddy is new. */
function page_reporting_drain(nents: number, reported: boolean): void {
  page_reporting.putback = true;
  for (let i = PAGE_REPORTING_CAPACITY - nents; i < PAGE_REPORTING_CAPACITY; i++) {
    const page = sgl.page[i] as Page;
    const order = sgl.order[i];
    __putback_isolated_page(page, order);
    const whole = (page_flags[page] & PG_buddy) !== 0 && page_order[page] === order;
    if (reported && whole) {
      page_flags[page] |= PG_reported;
    }
  }
  page_reporting.putback = false;
}

/** Takes the block off its list, if the zone stays above its min watermark without it. */
function isolateForReport(z: zone, page: Page, order: number): boolean {
  if (!zone_watermark_ok(z, 0, min_wmark_pages(z) + (1 << order), 0)) {
    return false;
  }
  charge(config.costs.shrink_scan);
  __isolate_free_page(z, page);
  pagesInReport += 1 << order;
  return true;
}

function __putback_isolated_page(page: Page, order: number): void {
  const z = page_zone(page);
  __free_one_page(z, page, order, get_pageblock_migratetype(page));
  __mod_zone_freepage_state(z.zone_idx, 1 << order);
  pagesInReport -= 1 << order;
}

function isReported(page: number): boolean {
  return (page_flags[page] & PG_reported) !== 0;
}

/** Makes `page` the first one of its list. */
function rotateToFront(head: number, page: number): void {
  if (lru_next[head] !== page) {
    list_del(page);
    list_add(page, head);
  }
}
