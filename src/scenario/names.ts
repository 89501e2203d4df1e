/** What expressions in a scenario may speak of: single numbers that any run has. */
import type { Unit } from "../base/units.ts";
import type { Resolver } from "./evaluate.ts";

/** Counters under their names in /proc/vmstat. `pages` may only be compared with pages. */
const VMSTAT: Readonly<Record<string, Unit>> = {
  balloon_inflate: "pages",
  balloon_deflate: "pages",
  balloon_migrate: "pages",
  nr_free_pages: "pages",
  nr_file_pages: "pages",
  nr_inactive_file: "pages",
  nr_active_file: "pages",
  nr_inactive_anon: "pages",
  nr_active_anon: "pages",
  pgalloc_dma: "pages",
  pgalloc_dma32: "pages",
  pgalloc_normal: "pages",
  pgfree: "pages",
  pgactivate: "pages",
  pgdeactivate: "pages",
  pgrefill: "pages",
  pgscan_kswapd: "pages",
  pgscan_direct: "pages",
  pgsteal_kswapd: "pages",
  pgsteal_direct: "pages",
  workingset_refault: "pages",
  workingset_activate: "pages",
  workingset_restore: "pages",
  workingset_nodereclaim: "none",
  pgscan_direct_throttle: "none",
  allocstall_normal: "none",
  allocstall_movable: "none",
  pageoutrun: "none",
  kswapd_low_wmark_hit_quickly: "none",
  kswapd_high_wmark_hit_quickly: "none",
  slabs_scanned: "none",
  drop_pagecache: "none",
  drop_slab: "none",
  oom_kill: "none",
  pgfault: "none",
  pgmajfault: "none",
  /** KiB, whatever its name says. */
  pgpgin: "none",
};

const OTHERS: Readonly<Record<string, Unit>> = {
  "balloon.target": "pages",
  "balloon.actual": "pages",
  /** 1 while actual equals target, else 0. */
  "balloon.reached": "none",
  /** Calls of `virtio_balloon_oom_notify`. */
  oom_notifications: "none",
  /** Virtual time since the start of the run. */
  time: "ns",
};

export const VMSTAT_NAMES: readonly string[] = Object.keys(VMSTAT);

/** All names with what they count: vmstat counters, `balloon.actual`, `time`, ... */
export const SCENARIO_NAMES: ReadonlyMap<string, Unit> = new Map(
  Object.entries({ ...VMSTAT, ...OTHERS }),
);

/**
 * A resolver for a scenario's expressions. `read` is asked for the full names of `SCENARIO_NAMES`,
 * such as `balloon.actual`; undefined for what this run does not have.
 */
export function scenarioResolver(read: (name: string) => number | bigint | undefined): Resolver {
  return {
    name: (id) => (SCENARIO_NAMES.has(id) ? read(id) : GROUPS.get(id)),
    member: (value, key) =>
      value instanceof Group ? readKnown(`${value.name}.${key}`) : undefined,
    index: () => undefined,
    primitive: () => undefined,
    candidates: () => SCENARIO_NAMES.keys(),
  };
  function readKnown(name: string): number | bigint | undefined {
    return SCENARIO_NAMES.has(name) ? read(name) : undefined;
  }
}

/** The part of a name before its dot. */
class Group {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

const GROUPS: ReadonlyMap<string, Group> = new Map([["balloon", new Group("balloon")]]);
