/** The lines of /proc/vmstat: which a kernel has, and how the model's counters hang together. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Guest } from "./guest.ts";

/** Everything that the facts about kernels list, whatever moves it here. */
const EVERYWHERE = `
  balloon_inflate balloon_deflate balloon_migrate pgscan_kswapd pgscan_direct pgsteal_kswapd
  pgsteal_direct pgrefill pgdeactivate pgactivate pgrotated pgscan_direct_throttle slabs_scanned
  pgskip_dma pgskip_dma32 pgskip_normal pgskip_movable allocstall_dma allocstall_dma32
  allocstall_normal allocstall_movable pageoutrun kswapd_low_wmark_hit_quickly
  kswapd_high_wmark_hit_quickly kswapd_inodesteal pginodesteal nr_vmscan_write
  nr_vmscan_immediate_reclaim pgalloc_dma pgalloc_dma32 pgalloc_normal pgalloc_movable pgfree
  nr_free_pages oom_kill pgfault pgmajfault pgpgin pgpgout pswpin pswpout workingset_nodereclaim
  drop_pagecache drop_slab nr_inactive_file nr_active_file nr_inactive_anon nr_active_anon
  nr_zone_inactive_file nr_zone_active_file nr_zone_inactive_anon nr_zone_active_anon
  nr_isolated_file nr_isolated_anon nr_file_pages nr_slab_reclaimable compact_migrate_scanned
  compact_free_scanned compact_isolated compact_stall compact_fail compact_success
  compact_daemon_wake pgmigrate_success pgmigrate_fail
`
  .trim()
  .split(/\s+/);
const OLD_REFAULTS = ["workingset_refault", "workingset_activate", "workingset_restore"];
const NEW_REFAULTS = OLD_REFAULTS.flatMap((name) => [`${name}_file`, `${name}_anon`]);
const BY_KIND = ["pgscan_anon", "pgscan_file", "pgsteal_anon", "pgsteal_file"];
const KHUGEPAGED = ["pgscan_khugepaged", "pgsteal_khugepaged"];
const V6_19 = ["pgscan_proactive", "pgsteal_proactive", "nr_balloon_pages"];

const ALL = [...OLD_REFAULTS, ...NEW_REFAULTS, ...BY_KIND, ...KHUGEPAGED, ...V6_19];

function guest(kernel: string, timeline: readonly string[]): Guest {
  const lines = [
    `guest: { memory: 128MiB, kernel: ${kernel}, thp: never, swap: 64MiB, files: { big: 90MiB } }`,
    "device: { features: [stats-vq, deflate-on-oom] }",
    "costs: hardware",
    "timeline:",
    ...timeline.map((step) => `  - ${step}`),
  ];
  return new Guest(`${lines.join("\n")}\n`);
}

test.each([
  ["v4.14", OLD_REFAULTS],
  ["v5.7", OLD_REFAULTS],
  ["v6.1", [...NEW_REFAULTS, ...BY_KIND]],
  ["v6.8", [...NEW_REFAULTS, ...BY_KIND, ...KHUGEPAGED]],
  ["v6.19", [...NEW_REFAULTS, ...BY_KIND, ...KHUGEPAGED, ...V6_19]],
])("%s has the counters of its time", (kernel, own) => {
  const g = guest(kernel, ["wait: 1ms"]);
  g.run();
  const names = g.global<string[]>("mm/vmstat.ts", "vmstat_text");
  expect(EVERYWHERE.filter((name) => !names.includes(name))).toEqual([]);
  expect(ALL.filter((name) => names.includes(name)).toSorted()).toEqual(own.toSorted());
  expect(new Set(names).size).toBe(names.length);
});

/** What no run here moves: the documents say why. */
const STILL = `
  nr_vmscan_immediate_reclaim pgskip_dma pgskip_dma32 pgskip_normal pgskip_movable
  pgscan_khugepaged pgsteal_khugepaged pgscan_proactive pgsteal_proactive
`
  .trim()
  .split(/\s+/);

test("what is counted in two ways comes to the same", () => {
  const g = guest("v6.19", [
    "run: cat big --loop",
    "run: memhog 60MiB --loop",
    "balloon: 30MiB",
    "wait: 1s",
    "sysctl: vm.drop_caches = 3",
    "wait: 200ms",
  ]);
  let looked = 0;
  g.run(() => {
    if (looked++ % 16 !== 0) return;
    const sum = (...names: string[]): number =>
      names.reduce((total, name) => total + g.vmstat(name), 0);
    const pairs: (readonly [string, number, number])[] = [
      ["scans", sum("pgscan_kswapd", "pgscan_direct"), sum("pgscan_anon", "pgscan_file")],
      ["steals", sum("pgsteal_kswapd", "pgsteal_direct"), sum("pgsteal_anon", "pgsteal_file")],
      [
        "balloon",
        g.vmstat("nr_balloon_pages"),
        g.vmstat("balloon_inflate") - g.vmstat("balloon_deflate"),
      ],
      ["writes", sum("pswpout"), sum("nr_vmscan_write")],
      ["KiB out", sum("pgpgout"), 4 * g.vmstat("pswpout")],
      ["isolated", sum("nr_isolated_anon", "nr_isolated_file"), 0],
      ...["inactive_anon", "active_anon", "inactive_file", "active_file"].map(
        (lru) => [lru, g.vmstat(`nr_${lru}`), g.vmstat(`nr_zone_${lru}`)] as const,
      ),
    ];
    for (const [what, one, other] of pairs) if (one !== other) expect([what, one]).toEqual(other);
  });
  const moved = ["pgscan_anon", "pgsteal_anon", "pgsteal_file", "pswpin", "pgrotated", "pgrefill"];
  expect(moved.filter((name) => g.vmstat(name) === 0)).toEqual([]);
  expect(STILL.filter((name) => g.vmstat(name) !== 0)).toEqual([]);
  const said = readFileSync("docs/fidelity.md", "utf8");
  const isSaid = (name: string): boolean =>
    said.includes(`\`${name}\``) || (name.startsWith("pgskip_") && said.includes("`pgskip_*`"));
  expect(STILL.filter((name) => !isSaid(name))).toEqual([]);
});
