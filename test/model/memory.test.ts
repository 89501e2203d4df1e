/** Memory management against what real kernels did: the recorded runs are named a1, b1, c6, ... */
import { expect, test } from "vitest";
import { TCG_NS_PER_INSTRUCTION } from "../../src/scenario/costs.ts";
import { Guest } from "./guest.ts";

interface Zone {
  readonly name: string;
  readonly managed_pages: number;
  readonly _watermark: readonly number[];
  readonly lowmem_reserve: readonly number[];
  readonly pageset_batch: number;
  readonly pageset_high: number;
}

interface Options {
  readonly memory?: string;
  readonly kernel?: string;
  readonly thp?: string;
  readonly features?: string;
  readonly files?: string;
  readonly cpus?: number;
}

/** A guest of two CPUs, unless said otherwise, at the speed of the recorded runs. */
function guest(options: Options, timeline: readonly string[]): Guest {
  const { memory = "1GiB", kernel = "v6.1", thp = "always" } = options;
  const { features = "deflate-on-oom, stats-vq", files, cpus = 2 } = options;
  return new Guest(
    [
      "name: test",
      "guest:",
      `  memory: ${memory}`,
      `  cpus: ${cpus}`,
      `  kernel: ${kernel}`,
      `  thp: ${thp}`,
      ...(files === undefined ? [] : [`  files: { ${files} }`]),
      "device:",
      `  features: [${features}]`,
      "costs: tcg",
      "timeline:",
      ...timeline.map((step) => `  - ${step}`),
      "",
    ].join("\n"),
  );
}

/** Runs with memory's invariants asked at every `period`-th dispatch. */
function runChecked(g: Guest, period: number): void {
  let dispatches = 0;
  g.run(() => {
    const broken = ++dispatches % period === 0 ? g.call("mm/debug.ts", "check_invariants") : "";
    if (broken !== "") throw new Error(`at ${g.machine.state.time} ns: ${String(broken)}`);
  });
}

const zonesOf = (g: Guest): readonly Zone[] =>
  g.global<Zone[]>("mm/mmzone.ts", "zones").filter((z) => z.managed_pages > 0);

/** `name managed min/low/high reserve`, as the runs' /proc/zoneinfo; the reserve is against DMA32. */
function zoneLines(options: Options): string[] {
  const g = guest(options, ["wait: 1ms"]);
  g.run();
  return zonesOf(g).map(
    (z) => `${z.name} ${z.managed_pages} ${z._watermark.join("/")} ${z.lowmem_reserve[1]}`,
  );
}

const events = (g: Guest, name: string): number =>
  g.events.filter(([, each]) => each === name).length;

test("zones and watermarks are those of real guests", () => {
  expect(zoneLines({ memory: "512MiB" })).toEqual([
    "DMA 3840 190/237/284 444",
    "DMA32 116420 5770/7212/8654 0",
  ]);
  expect(zoneLines({ memory: "768MiB" })).toEqual([
    "DMA 3840 188/235/282 696",
    "DMA32 180740 8848/11060/13272 0",
  ]);
  expect(zoneLines({ memory: "1GiB" })).toEqual([
    "DMA 3840 173/216/259 948",
    "DMA32 245252 11090/13862/16634 0",
  ]);
  expect(zoneLines({ memory: "1GiB", thp: "never" })).toEqual([
    "DMA 3840 15/18/21 948",
    "DMA32 245252 979/1224/1469 0",
  ]);
  expect(zoneLines({ memory: "2GiB" })).toEqual([
    "DMA 3840 85/106/127 1954",
    "DMA32 502916 11178/13972/16766 0",
  ]);
});

test("a guest above 4 GiB has three zones and keeps 66 MiB free for huge pages", () => {
  const g = guest({ memory: "8GiB", kernel: "v5.7" }, ["wait: 1ms"]);
  g.run();
  expect(zonesOf(g).map((z) => z.name)).toEqual(["DMA", "DMA32", "Normal"]);
  const min = zonesOf(g).reduce((sum, z) => sum + (z._watermark[0] ?? 0), 0);
  expect(min).toBeGreaterThan(16896 - 3);
  expect(min).toBeLessThanOrEqual(16896);
});

test("per-CPU lists hold six batches, and from 5.14 on a CPU's share of the low watermark", () => {
  const lists = ["v5.7", "v6.1"].map((kernel) => {
    const g = guest({ kernel }, ["wait: 1ms"]);
    g.run();
    return zonesOf(g).map((z) => [z.pageset_batch, z.pageset_high]);
  });
  expect(lists).toEqual([
    [
      [1, 6],
      [63, 378],
    ],
    [
      [1, 108],
      [63, 6931],
    ],
  ]);
});

test.each(["v4.19", "v5.7", "v6.1"])("%s: every page is in one place at any time", (kernel) => {
  const g = guest({ memory: "128MiB", kernel, files: "big: 200MiB, small: 10MiB" }, [
    "{ run: cat big --loop, name: big }",
    "{ run: cat small --loop, name: small }",
    "wait: 1s",
    "balloon: 40MiB",
    "wait: 1s",
    "run: memhog 40MiB --hold 100ms",
    "run: memhog 30MiB --rate 50MiB/s --hold 100ms",
    "wait: 2s",
    "drop-caches: 3",
    "balloon: 70MiB",
    "wait: 1s",
    "kill: big",
    "kill: small",
    "balloon: 0",
    "wait: 1s",
  ]);
  runChecked(g, 37);
  expect(g.vmstat("balloon_inflate")).toBe(g.vmstat("balloon_deflate"));
  expect(g.vmstat("nr_anon_pages")).toBe(326);
});

/** Two bystanders, a balloon, and then a process that wants more than is left. */
const squeeze = (balloon: string, hog: string): string[] => [
  "run: memhog 8MiB",
  "run: memhog 24MiB",
  `balloon: ${balloon}`,
  "wait: 6s",
  `run: memhog ${hog} --hold 1s`,
  "wait: 10s",
];

test("d1: without deflate-on-oom one process is killed, after 17 direct reclaims", () => {
  const g = guest({ features: "stats-vq" }, squeeze("700MiB", "400MiB"));
  g.run();
  expect(events(g, "direct_reclaim")).toBe(17);
  expect(g.vmstat("allocstall_movable")).toBe(34);
  expect(g.vmstat("pgscan_direct")).toBe(51);
  expect(g.vmstat("oom_kill")).toBe(1);
  expect(g.vmstat("balloon_deflate")).toBe(0);
  expect(g.log.some(([, line]) => line.startsWith("Out of memory: Killed process"))).toBe(true);
});

test("c6: a balloon of 500 MiB answers 500 times, then somebody is killed", () => {
  const g = guest({}, squeeze("500MiB", "900MiB").with(-1, "wait: 30s"));
  g.run();
  expect(events(g, "oom_notify")).toBe(500);
  expect(g.vmstat("balloon_deflate")).toBe(500 * 256);
  expect(events(g, "direct_reclaim")).toBe(501 * 17);
  expect(g.vmstat("oom_kill")).toBe(1);
});

test("f1: inflation ends at the min watermarks and goes on trying every 208 ms", () => {
  const g = guest({}, ["balloon: 1008MiB", "wait: 10s"]);
  g.run();
  const free = g.global<Int32Array>("mm/vmstat.ts", "vm_zone_stat");
  // DMA: min + reserve; DMA32: within one batch below min. Measured: 1119 and 11081.
  expect(free[0]).toBe(173 + 948);
  expect(free[5]).toBeGreaterThan(11090 - 63);
  expect(free[5]).toBeLessThanOrEqual(11090);
  const puffs = g.events.filter(([, name]) => name === "out_of_puff").map(([at]) => at);
  const last = puffs.slice(-10);
  const periods = last.slice(1).map((at, i) => Math.round((at - (last[i] ?? 0)) / 1e6));
  expect(new Set(periods)).toEqual(new Set([208]));
});

test("e1: drop_caches leaves the balloon alone with a notifier and empties it with a shrinker", () => {
  const balloons = ["v6.1", "v4.19"].map((kernel) => {
    const g = guest({ kernel }, ["balloon: 500MiB", "wait: 5s", "drop-caches: 2"]);
    g.run();
    return [g.vmstat("balloon_deflate"), g.vmstat("slabs_scanned"), g.vmstat("drop_slab")];
  });
  expect(balloons).toEqual([
    [0, 0, 1],
    // Twice the balloon is scanned; the second half finds nothing.
    [128000, 256000, 1],
  ]);
});

const reader = ["run: cat big --loop", "wait: 15s", "balloon: 848MiB", "wait: 20s"];

test("b1: with the notifier the page cache yields to the balloon", () => {
  const g = guest({ files: "big: 672MiB" }, reader);
  g.run();
  expect(g.vmstat("balloon_inflate")).toBe(217088);
  expect(g.vmstat("balloon_deflate")).toBe(0);
  // Measured: 7,500 pages of files, 17,200 free, nearly everything reclaimed by kswapd.
  expect(g.vmstat("nr_file_pages")).toBeGreaterThan(5000);
  expect(g.vmstat("nr_file_pages")).toBeLessThan(11000);
  expect(g.vmstat("nr_free_pages")).toBeGreaterThan(13500);
  expect(g.vmstat("nr_free_pages")).toBeLessThan(21000);
  expect(g.vmstat("pgscan_direct")).toBeLessThan(0.02 * g.vmstat("pgscan_kswapd"));
});

test("s_b1: with the shrinker the balloon stays at half of its target", () => {
  const g = guest({ kernel: "v4.19", files: "big: 672MiB" }, reader);
  g.run();
  const inBalloon = g.vmstat("balloon_inflate") - g.vmstat("balloon_deflate");
  // Measured: 82,000 to 113,000 pages of 217,088, and 121,000 to 129,000 pages of files.
  expect(inBalloon).toBeGreaterThan(80_000);
  expect(inBalloon).toBeLessThan(120_000);
  expect(g.vmstat("nr_file_pages")).toBeGreaterThan(105_000);
  expect(g.vmstat("nr_file_pages")).toBeLessThan(135_000);
  expect(g.vmstat("balloon_deflate")).toBeGreaterThan(2 * g.vmstat("pgsteal_kswapd"));
});

test("v4.19 drops a closed file's page cache, v6.1 does not", () => {
  const stolen = ["v4.19", "v6.1"].map((kernel) => {
    const g = guest({ kernel, memory: "256MiB", files: "big: 100MiB" }, [
      "run: cat big",
      "wait: 3s",
      "balloon: 180MiB",
      "wait: 3s",
    ]);
    g.run();
    return g.vmstat("kswapd_inodesteal") + g.vmstat("pginodesteal");
  });
  expect(stolen[0]).toBeGreaterThan(20_000);
  expect(stolen[1]).toBe(0);
});

test("c8: without huge pages the balloon is asked about 201 times", () => {
  const g = guest({ thp: "never" }, [
    ...squeeze("700MiB", "400MiB --rate 50MiB/s").slice(0, -1),
    "wait: 20s",
  ]);
  g.run();
  expect(events(g, "oom_notify")).toBeGreaterThan(191);
  expect(events(g, "oom_notify")).toBeLessThan(211);
  expect(g.vmstat("oom_kill")).toBe(0);
});

test("refaults are forgotten when the file is much larger than the cache", () => {
  const refaults = ["thp: never", "thp: always"].map((thp) => {
    const g = guest({ files: "big: 672MiB", thp: thp.slice(5) }, [
      ...reader.slice(0, 3),
      "wait: 15s",
    ]);
    g.run();
    const before = g.vmstat("workingset_refault_file");
    const read = g.vmstat("pgpgin") / 4;
    return before / read;
  });
  // Without huge pages 22,000 pages of cache are left, and shadows survive a pass of the file.
  expect(refaults[0]).toBeGreaterThan(0.5);
  expect(refaults[1]).toBeLessThan(0.15);
});

test("a guest with nobody to kill panics", () => {
  const g = guest({ features: "stats-vq", memory: "256MiB" }, [
    "run: memhog 300MiB --oom-score-adj -1000",
    "wait: 20s",
  ]);
  expect(() => {
    g.run();
  }).toThrow("Kernel panic - not syncing: System is deadlocked on memory");
  expect(events(g, "panic")).toBe(1);
});

/** By message of the balloon's worker without direct reclaim: its processor time a page, in instructions. */
function inflationCosts(g: Guest): number[] {
  const { state } = g.machine;
  const costs: number[] = [];
  let before = 0;
  let time = 0;
  let pages = 0;
  let stalls = 0;
  g.run(() => {
    const worker = state.threads.find(({ task }) => task.comm === "kworker/0:1");
    if (state.lastThread === worker?.id) time += worker.vruntime - before;
    before = worker?.vruntime ?? 0;
    if (g.vmstat("balloon_inflate") === pages) return;
    if (g.vmstat("balloon_inflate") === pages + 256 && g.vmstat("allocstall_movable") === stalls) {
      costs.push(time / 256 / TCG_NS_PER_INSTRUCTION);
    }
    pages = g.vmstat("balloon_inflate");
    stalls = g.vmstat("allocstall_movable");
    time = 0;
  });
  return costs.toSorted((a, b) => a - b);
}

test("k1: a page of the balloon takes 1418 instructions, and 1832 while kswapd is at work", () => {
  const costs = inflationCosts(
    guest({ cpus: 1, files: "big: 700MiB" }, [
      "wait: 2s",
      "run: cat big",
      "wait: 20s",
      "balloon: 700MiB",
      "wait: 15s",
    ]),
  );
  // 675 of the recorded 700 messages were without direct reclaim.
  expect(costs.length).toBeGreaterThan(600);
  expect(Math.abs(costs[10]! / 1418 - 1)).toBeLessThan(0.01);
  expect(Math.abs(costs[costs.length >> 1]! / 1832 - 1)).toBeLessThan(0.01);
});
