/**
 * What is compared, family by family, and how closely it has to agree. A quantity is a function of
 * a recording, real or replayed; null where the recording does not have it.
 */
import type { Phase, Recording } from "./recording.ts";

/** 0 means exactly; otherwise a share of the real value. */
export type Tolerance = number;
export const EXACT: Tolerance = 0;

export interface Quantity {
  readonly name: string;
  readonly tolerance: Tolerance;
  readonly of: (recording: Recording) => number | string | null;
}

const NEAR = 0.01;
const STOP_POINT = 0.02;
const COUNT = 0.1;
const EFFORT = 0.3;

/** Boot: the same for every run of a kernel and size. */
export const WATERMARKS: readonly Quantity[] = [
  q("managed pages", NEAR, (r) => r.watermarks?.managed ?? null),
  ...(["min", "low", "high"] as const).flatMap((mark, i) => [
    q(`${mark} watermark, DMA`, NEAR, (r) => r.watermarks?.dma?.[i] ?? null),
    q(`${mark} watermark, DMA32`, NEAR, (r) => r.watermarks?.dma32?.[i] ?? null),
  ]),
  q("protection of DMA against DMA32", NEAR, (r) => r.watermarks?.protection ?? null),
];

export const WATERMARK_SUMS: readonly Quantity[] = (["min", "low", "high"] as const).map((mark) =>
  q(`${mark} watermarks, sum`, NEAR, (r) => r.watermarks?.[mark] ?? null),
);

const TOTALS: readonly Quantity[] = [
  q("balloon_inflate", EXACT, (r) => total(r, "balloon_inflate")),
  q("balloon_deflate", EXACT, (r) => total(r, "balloon_deflate")),
];

const NOTHING_KILLED = q("killed", EXACT, (r) => r.facts.killed.join(", ") || "nobody");

const PUFFS = q("out of puff", EFFORT, (r) => r.facts.out_of_puff);

/** a: an idle guest follows its targets. */
export const IDLE: readonly Quantity[] = [
  ...TOTALS,
  q("pages scanned", EXACT, (r) => total(r, "pgscan_kswapd") + total(r, "pgscan_direct")),
  q("free pages at the largest balloon, per-CPU lists included", STOP_POINT, leastFree),
  q("MemTotal at the largest balloon", EXACT, (r) => least(r, "mem_total_pages")),
];

/** b: the balloon takes the page cache's place. */
export const SQUEEZE: readonly Quantity[] = [
  ...TOTALS,
  q("deflated before the host asks", EXACT, deflatedUnasked),
  q("balloon with the reader running", EXACT, (r) =>
    late(r, "reading_with_balloon", "balloon_pages"),
  ),
  q("free pages, steady", STOP_POINT, (r) => late(r, "reading_with_balloon", "nr_free_pages")),
  q("file pages, steady", COUNT, (r) => late(r, "reading_with_balloon", "nr_file_pages")),
  q("free pages in DMA, steady", STOP_POINT, (r) => start(r, "read_stop", "dma_free")),
  q("pages scanned per page read, steady", COUNT, (r) => perRead(r, "reading_with_balloon", SCAN)),
  q("refaults per page read, steady, in hundredths", EFFORT, (r) =>
    hundredths(perRead(r, "reading_with_balloon", ["workingset_refault"])),
  ),
  q("pages scanned while inflating", EFFORT, (r) => delta(r, "inflate_start", ...SCAN)),
  q("pages freed while inflating", EFFORT, (r) => delta(r, "inflate_start", ...STEAL)),
  q("kswapd's share of the scanning", COUNT, (r) => kswapdShare(r, "inflate_start")),
  q("pages freed per direct reclaim", EFFORT, (r) => perStall(r, "inflate_start")),
  q("stalls while inflating", EFFORT, (r) => delta(r, "inflate_start", "allocstall")),
  PUFFS,
  q("refaults per page read while inflating", EFFORT, (r) =>
    perRead(r, "inflate_start", ["workingset_refault"]),
  ),
];

/** c: a process outgrows what the balloon leaves. */
export const OOM: readonly Quantity[] = [
  q("notifications", COUNT, notifications),
  q("pages per notification", EXACT, (r) => keyOf(r.facts.leaked_pages)),
  q("fruitless direct reclaims before each", EXACT, reclaimsBefore),
  NOTHING_KILLED,
  q("balloon after the process", COUNT, (r) => start(r, "after_memhog", "balloon_pages")),
  q("inflated before the host asks again", EXACT, (r) =>
    delta(r, "after_memhog", "balloon_inflate"),
  ),
  q("balloon after asking again", EXACT, (r) => start(r, "deflate_start", "balloon_pages")),
  q("stalls", EFFORT, (r) => total(r, "allocstall")),
  q("pages scanned directly", EFFORT, (r) => total(r, "pgscan_direct")),
  q("free pages after the process", COUNT, (r) => start(r, "after_memhog", "nr_free_pages")),
];

/** d: the same, and the device has not offered deflate-on-oom. */
export const KILL: readonly Quantity[] = [
  ...TOTALS,
  NOTHING_KILLED,
  q("fruitless direct reclaims before each kill", EXACT, reclaimsBefore),
  q("balloon after the process", EXACT, (r) => start(r, "after_memhog", "balloon_pages")),
];

/** e: drop_caches beside an inflated balloon. */
export const DROP: readonly Quantity[] = [
  ...TOTALS,
  q("balloon before the first drop", EXACT, (r) => start(r, "drop_caches 2", "balloon_pages")),
  q("balloon after the first drop", EXACT, (r) => start(r, "fill_cache #2", "balloon_pages")),
  q("balloon after all of them", EXACT, (r) => start(r, "reissue_same_target", "balloon_pages")),
  q("drop_slab", EXACT, (r) => total(r, "drop_slab")),
  q("drop_pagecache", EXACT, (r) => total(r, "drop_pagecache")),
  q("file pages before drop 3", STOP_POINT, (r) => start(r, "drop_caches 3", "nr_file_pages")),
];

/** f: more is asked for than there is. */
export const STUCK: readonly Quantity[] = [
  q("free pages where it stops", STOP_POINT, (r) => start(r, "memhog_start", "nr_free_pages")),
  q("free pages in DMA", NEAR, (r) => start(r, "memhog_start", "dma_free")),
  q("free pages in DMA32", STOP_POINT, (r) => start(r, "memhog_start", "dma32_free")),
  q("balloon where it stops", STOP_POINT, (r) => start(r, "memhog_start", "balloon_pages")),
  q("retry period, ms", NEAR, (r) => r.facts.puff_period_ms?.p50 ?? null),
  NOTHING_KILLED,
  q("deflated for the process", EFFORT, (r) => delta(r, "memhog_start", "balloon_deflate")),
  q("taken back meanwhile", EFFORT, (r) => delta(r, "memhog_start", "balloon_inflate")),
];

/** s_b and the unpatched half of patch-ab: shrinker against page cache. */
export const CONTEST: readonly Quantity[] = [
  q("target reached with the reader", EXACT, (r) => (reached(r) ? "yes" : "no")),
  q("balloon while the reader runs", COUNT, (r) => late(r, "inflate_start", "balloon_pages")),
  q("file pages while the reader runs", COUNT, (r) => late(r, "inflate_start", "nr_file_pages")),
  q("deflated per inflated page", COUNT, contestRatio),
  q("deflated per reclaimed page", COUNT, deflatedPerSteal),
  q("refaults per page read", COUNT, (r) => perRead(r, "inflate_start", ["workingset_refault"])),
  q("kswapd's share of the scanning", COUNT, (r) => kswapdShare(r, "inflate_start")),
  q("pages freed per direct reclaim", EFFORT, (r) => perStall(r, "inflate_start")),
];

/** The patched half of patch-ab. */
export const PATCHED: readonly Quantity[] = [
  ...TOTALS,
  q("target reached with the reader", EXACT, (r) => (reached(r) ? "yes" : "no")),
  q("deflated before the host asks", EXACT, deflatedUnasked),
  q("pages scanned while inflating", EFFORT, (r) => delta(r, "inflate_start", ...SCAN)),
  q("pages freed while inflating", EFFORT, (r) => delta(r, "inflate_start", ...STEAL)),
  q("kswapd's share of the scanning", COUNT, (r) => kswapdShare(r, "inflate_start")),
  q("pages freed per direct reclaim", EFFORT, (r) => perStall(r, "inflate_start")),
  q("stalls while inflating", EFFORT, (r) => delta(r, "inflate_start", "allocstall")),
  PUFFS,
];

/** s_c1 and the unpatched memhog runs. */
export const SHRUNK: readonly Quantity[] = [
  q("deflated for the process", COUNT, (r) => delta(r, "memhog_start", "balloon_deflate")),
  q("stalls", EXACT, (r) => total(r, "allocstall")),
  NOTHING_KILLED,
  q("inflated before the host asks again", EXACT, (r) =>
    delta(r, "after_memhog", "balloon_inflate"),
  ),
];

/** The patched memhog runs: no reissued target, no probes. */
export const HOG: readonly Quantity[] = [
  q("notifications", COUNT, (r) => delta(r, "memhog_start", "balloon_deflate") / 256),
  NOTHING_KILLED,
  q("balloon after the process", COUNT, (r) => start(r, "after_memhog", "balloon_pages")),
  q("inflated before the host asks again", EXACT, (r) =>
    delta(r, "after_memhog", "balloon_inflate"),
  ),
  q("stalls", EFFORT, (r) => delta(r, "memhog_start", "allocstall")),
];

/** The drop_caches runs of patch-ab. */
export const DROP_AB: readonly Quantity[] = [
  ...TOTALS,
  q("balloon after drop 1", EXACT, (r) => start(r, "drop_caches_2", "balloon_pages")),
  q("balloon after drop 2", EXACT, (r) => start(r, "drop_caches_3", "balloon_pages")),
  q("balloon after drop 3", EXACT, (r) => start(r, "deflate_start", "balloon_pages")),
];

/** Nobody reads: the balloon meets an idle page cache, or none. */
export const UNREAD: readonly Quantity[] = [
  ...TOTALS,
  q("target reached", EXACT, (r) =>
    start(r, "deflate_start", "balloon_pages") === 217088 ? "yes" : "no",
  ),
  q("deflated before the host asks", EXACT, deflatedUnasked),
];

/** i: memory in pieces, compaction by hand. */
export const FRAGMENTED: readonly Quantity[] = [
  ...TOTALS,
  NOTHING_KILLED,
  q("balloon pages moved", COUNT, (r) => total(r, "balloon_migrate")),
];

/** j: processes that come and go. */
export const FORKING: readonly Quantity[] = [
  q("pages per notification", EXACT, (r) => keyOf(r.facts.leaked_pages)),
  q("somebody was killed", EXACT, (r) => (r.facts.killed.length > 0 ? "yes" : "no")),
  q("notifications", COUNT, (r) => deflatedUnasked(r) / NOTIFIED_PAGES),
  q("balloon before the forking stops", COUNT, (r) => start(r, "stop", "balloon_pages")),
];

/** b7: a balloon that can never be full, with a reader. */
export const OVERCOMMITTED: readonly Quantity[] = [
  NOTHING_KILLED,
  q("pages per notification", EXACT, (r) => keyOf(r.facts.leaked_pages)),
  q("target reached with the reader", EXACT, (r) => (reached(r) ? "yes" : "no")),
  q("balloon while the reader runs", STOP_POINT, (r) => late(r, "inflate_start", "balloon_pages")),
  q("file pages while the reader runs", COUNT, (r) => late(r, "inflate_start", "nr_file_pages")),
  q("deflated before the reader's end, pages a second", EFFORT, (r) =>
    rate(r, "inflate_start", "balloon_deflate"),
  ),
];

/** s_f1: a shrinker's balloon that is never full. */
export const RESTLESS: readonly Quantity[] = [
  NOTHING_KILLED,
  q("largest balloon", STOP_POINT, (r) => phase(r, "inflate_start")?.max_balloon ?? null),
  q("deflated while the host wants more", EXACT, (r) =>
    delta(r, "inflate_start", "balloon_deflate") > 0 ? "yes" : "no",
  ),
];

/** g: what the host hears of the guest when it asks. The last phases begin when nothing goes on. */
export const POLLED: readonly Quantity[] = [
  ...TOTALS,
  ...["memhog", "drop", "deflate"].flatMap((name) => [
    q(`statistics unlike the guest's own, ${name}`, EXACT, (r) => unlike(r, name)),
    q(`free memory, ${name}`, STOP_POINT, (r) => start(r, name, "stat_free")),
    q(`total memory, ${name}`, EXACT, (r) => start(r, name, "stat_total")),
    q(`available memory, ${name}`, STOP_POINT, (r) => start(r, name, "stat_available")),
    q(`disk caches, ${name}`, STOP_POINT, (r) => start(r, name, "stat_caches")),
  ]),
  q("pages scanned", COUNT, (r) => total(r, "pgscan_kswapd") + total(r, "pgscan_direct")),
];

/** h: what a process gives back, with and without free page reporting. */
export const REPORTED: readonly Quantity[] = [
  q("MiB that the host has back after 10 s", COUNT, returnedMib),
  q("most blocks in a report", EXACT, (r) => mostBlocks(r)),
  q("blocks reported before the process", COUNT, (r) => sumOf(r.facts.reports_before)),
  q("blocks reported after it", COUNT, (r) => sumOf(r.facts.reports_after)),
  q("from one round to the next, ms", NEAR, (r) => r.facts.report_period_ms ?? null),
];

const SCAN = ["pgscan_kswapd", "pgscan_direct"];
const STEAL = ["pgsteal_kswapd", "pgsteal_direct"];
const STATISTICS: Readonly<Record<string, string>> = {
  stat_free: "nr_free_pages",
  stat_total: "mem_total_pages",
  stat_caches: "nr_file_pages",
};
const KIB_PER_PAGE = 4;
const NOTIFIED_PAGES = 256;

function q(name: string, tolerance: Tolerance, of: Quantity["of"]): Quantity {
  return { name, tolerance, of };
}

function total(r: Recording, name: string): number {
  return r.final[name] ?? 0;
}

function phase(r: Recording, name: string): Phase | null {
  return r.phases[name] ?? null;
}

function start(r: Recording, name: string, gauge: string): number | null {
  return phase(r, name)?.start[gauge] ?? null;
}

function late(r: Recording, name: string, gauge: string): number | null {
  return phase(r, name)?.late[gauge] ?? null;
}

/** The sum of the named counters' changes in a phase. */
function delta(r: Recording, name: string, ...counters: readonly string[]): number {
  const found = phase(r, name);
  return counters.reduce((sum, counter) => sum + (found?.delta[counter] ?? 0), 0);
}

/** The least that a gauge had at the beginning of any phase. */
function least(r: Recording, gauge: string): number | null {
  const values = Object.values(r.phases).flatMap((each) => each.start[gauge] ?? []);
  return values.length === 0 ? null : Math.min(...values);
}

/** Pages on per-CPU lists are free, though the watermarks do not count them. */
function leastFree(r: Recording): number {
  const free = Object.values(r.phases).map(
    ({ start: gauges }) => (gauges["nr_free_pages"] ?? 0) + (gauges["dma32_pcp"] ?? 0),
  );
  return Math.min(...free);
}

function perRead(r: Recording, name: string, counters: readonly string[]): number | null {
  const read = delta(r, name, "pgpgin") / KIB_PER_PAGE;
  return read > 0 ? delta(r, name, ...counters) / read : null;
}

/** Where a ratio is next to nothing, its last digits are noise. */
function hundredths(ratio: number | null): number | null {
  return ratio === null ? null : Math.round(100 * ratio);
}

function perStall(r: Recording, name: string): number | null {
  const stalls = delta(r, name, "allocstall");
  return stalls > 0 ? delta(r, name, "pgsteal_direct") / stalls : null;
}

function kswapdShare(r: Recording, name: string): number | null {
  const scanned = delta(r, name, ...SCAN);
  return scanned > 0 ? delta(r, name, "pgscan_kswapd") / scanned : null;
}

function deflatedUnasked(r: Recording): number {
  return Object.entries(r.phases).reduce(
    (sum, [name, each]) =>
      name === "deflate_start" ? sum : sum + (each.delta["balloon_deflate"] ?? 0),
    0,
  );
}

function notifications(r: Recording): number {
  return delta(r, "memhog_start", "balloon_deflate") / NOTIFIED_PAGES;
}

/** `17`, or `17 to 18` when the tenth and the ninetieth percentile differ. */
function reclaimsBefore(r: Recording): string | null {
  const before = r.facts.direct_reclaims_before;
  if (before === undefined) return null;
  return before.p10 === before.p90 ? `${before.p10}` : `${before.p10} to ${before.p90}`;
}

function keyOf(counts: Readonly<Record<string, number>> | undefined): string | null {
  return counts === undefined
    ? null
    : Object.keys(counts)
        .filter((pages) => Number(pages) > 0)
        .join(", ");
}

/** Names of statistics that differ from what /proc said at the same time. */
function unlike(r: Recording, name: string): string | null {
  const gauges = phase(r, name)?.start;
  if (gauges === undefined) return null;
  return (
    Object.entries(STATISTICS)
      .filter(([stat, own]) => gauges[stat] !== gauges[own])
      .map(([stat]) => stat)
      .join(", ") || "none"
  );
}

function rate(r: Recording, name: string, counter: string): number | null {
  const found = phase(r, name);
  return found === null ? null : (found.delta[counter] ?? 0) / found.seconds;
}

function mostBlocks({ facts }: Recording): number | null {
  const { reports_before: before } = facts;
  return before === undefined ? null : Math.max(...before, ...(facts.reports_after ?? []));
}

function sumOf(values: readonly number[] | undefined): number | null {
  return values === undefined ? null : values.reduce((sum, value) => sum + value, 0);
}

function returnedMib(r: Recording): number | null {
  const known = r.facts.host_memory_returned_mib;
  if (known !== undefined) return Math.max(known, 0);
  const before = start(r, "memhog_end", "host_pages");
  const after = start(r, "later", "host_pages");
  return before === null || after === null ? null : ((before - after) * KIB_PER_PAGE) / 1024;
}

/** Real samples lag, so the harness's word counts where there is one. */
function reached(r: Recording): boolean {
  if (r.facts.reached_with_reader !== undefined) return r.facts.reached_with_reader === true;
  const target = Math.max(...Object.values(r.phases).map((each) => each.max_balloon));
  return (
    (phase(r, "inflate_start")?.max_balloon ?? 0) >= target &&
    start(r, "read_stop", "balloon_pages") === target
  );
}

function contestRatio(r: Recording): number | null {
  const inflated = delta(r, "inflate_start", "balloon_inflate");
  return inflated > 0 ? delta(r, "inflate_start", "balloon_deflate") / inflated : null;
}

function deflatedPerSteal(r: Recording): number | null {
  const freed = delta(r, "inflate_start", ...STEAL);
  return freed > 0 ? delta(r, "inflate_start", "balloon_deflate") / freed : null;
}
