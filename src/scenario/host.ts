/** Reads the section `host`: the machine below the guest. */
import { valueErrors } from "./errors.ts";
import type { Path } from "./positions.ts";
import type { Report } from "./report.ts";
import { checkShape, HOST } from "./shape.ts";
import { readDuration, readPages, wholeOf } from "./values.ts";
import type { TreeValue } from "./yaml-tree.ts";

export interface Host {
  /** Pages of 4 KiB in a page of the host. */
  readonly pagePages: number;
  /** Seconds between requests for statistics, 0 for none. */
  readonly statsInterval: number;
  /** Share of the vCPUs' time that others get, in thousandths. */
  readonly steal: number;
  /** ns between two decisions of the host's scheduler. */
  readonly stealSlice: number;
}

/** A tick of 250 Hz: no host decides more often. */
const STEAL_SLICE = 4_000_000;
const DEFAULT_HOST: Host = { pagePages: 1, statsInterval: 0, steal: 0, stealSlice: STEAL_SLICE };
/** Hosts back guests with 4 KiB pages, 64 KiB pages (arm64) or 2 MiB pages (hugetlbfs). */
const PAGE_SIZES: ReadonlySet<number> = new Set([1, 16, 512]);
const NS_PER_S = 1_000_000_000;
const PERCENT = /^([0-9]{1,2})(?:\.([0-9]))?%$/;
const MOST_STEAL = 950;
/** Less is no longer than a dispatch of the machine. */
const LEAST_SLICE = 1_000_000;

/** What else is needed to tell whether the section makes sense. */
export interface HostOf {
  /** Pages. */
  readonly memory: number;
  readonly hasStatsQueue: boolean;
}

export function readHost(section: TreeValue | undefined, of: HostOf, report: Report): Host {
  if (section === undefined) return DEFAULT_HOST;
  const shape = checkShape(HOST, section, ["host"], report);
  if (shape === null) return DEFAULT_HOST;
  return {
    pagePages: readPageSize(shape["page-size"], of.memory, report),
    statsInterval: readStatsInterval(shape["stats-interval"], of.hasStatsQueue, report),
    steal: shape.steal === undefined ? 0 : (readSteal(shape.steal, ["host", "steal"], report) ?? 0),
    stealSlice: readStealSlice(shape["steal-slice"], report),
  };
}

function readPageSize(text: string | undefined, memory: number, report: Report): number {
  if (text === undefined) return 1;
  const path = ["host", "page-size"];
  const pages = readPages(text, "down", wholeOf(path, text), report);
  if (pages === null) return 1;
  if (!PAGE_SIZES.has(pages)) {
    report.value(path, valueErrors.hostPageSize(text));
    return 1;
  }
  if (memory % pages !== 0) report.value(path, valueErrors.hostPageMemory(text));
  return pages;
}

/** `60%`, of which the guest must be left something; in thousandths. */
export function readSteal(text: string, path: Path, report: Report): number | null {
  const [, whole = "", tenth = "0"] = PERCENT.exec(text) ?? [];
  const share = Number(whole) * 10 + Number(tenth);
  if (whole !== "" && share <= MOST_STEAL) return share;
  report.value(path, valueErrors.steal(text));
  return null;
}

function readStealSlice(text: string | undefined, report: Report): number {
  if (text === undefined) return STEAL_SLICE;
  const path = ["host", "steal-slice"];
  const ns = readDuration(text, wholeOf(path, text), report);
  if (ns !== null && (ns < LEAST_SLICE || ns > NS_PER_S)) {
    report.value(path, valueErrors.stealSlice(text));
    return STEAL_SLICE;
  }
  return ns ?? STEAL_SLICE;
}

function readStatsInterval(
  text: string | undefined,
  hasStatsQueue: boolean,
  report: Report,
): number {
  if (text === undefined) return 0;
  const path = ["host", "stats-interval"];
  const ns = readDuration(text, wholeOf(path, text), report);
  if (ns === null) return 0;
  const seconds = ns / NS_PER_S;
  if (!Number.isInteger(seconds)) {
    report.value(path, valueErrors.statsInterval(text));
    return 0;
  }
  if (seconds > 0 && !hasStatsQueue) report.key(path, valueErrors.statsWithoutQueue());
  return seconds;
}
