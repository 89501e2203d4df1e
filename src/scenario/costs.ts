/**
 * What things cost in virtual time. A scenario names a preset and may override single costs:
 * `costs: tcg` or `costs: { preset: hardware, disk_page: 2us }`.
 */
import { didYouMean } from "../base/did-you-mean.ts";
import type { cost_config } from "../model/config.ts";
import { shapeErrors, valueErrors } from "./errors.ts";
import type { Report } from "./report.ts";
import { EXAMPLES } from "./shape.ts";
import { readDuration, wholeOf } from "./values.ts";
import type { TreeValue } from "./yaml-tree.ts";

/**
 * Nanoseconds of guest time per guest instruction under QEMU's TCG. In run a2 (idle guest, 163,840
 * pages inflated, no reclaim) a page takes 10.8 us of CPU in the guest (`cpu_sys_tick`) for 1418
 * instructions: 7.6 ns each. The runs b16, c10 and f8 were made with `-icount shift=3`, which is
 * 8 ns each by definition, so 8 makes them directly comparable and is right for a2 within 5 %.
 * Busier hosts were slower: 21 ns in a1.
 */
export const TCG_NS_PER_INSTRUCTION = 8;

/**
 * Recorded guests under emulation. Guest side: instruction counts of run k1 (`costs.json`), medians
 * where it gives several, with probe overhead taken off. Host side and disk ran at full speed and
 * were not counted in instructions; they are times from the runs named.
 */
const TCG: cost_config = {
  /** First touch of a 4 KiB page, zeroing included: 3307. */
  anon_fault: instructions(3307),
  /** munmap of touched memory: 1145. */
  anon_free: instructions(1145),
  /** Touching a huge page, zeroing included: 1095 for each of its 512 pages; giving it back: 36. */
  huge_fault: instructions(1095 * 512),
  huge_free: instructions(36 * 512),
  /** fork, exit and wait of a small static program: 165,000 to 175,000. */
  fork: instructions(170_000),
  /** read() of 128 KiB that is cached: 1521 a page. */
  file_read_hit: instructions(1521),
  /** The same read with every page missing takes 4386; the rest of that. */
  file_read_miss: instructions(4386 - 1521),
  /**
   * b16 read 84.9 MiB/s before inflation with the disk never idle, b1-rep2 60 MiB/s: 1.45 ms per
   * 128 KiB. How it divides between request and page was not measured.
   */
  disk_request: 300_000,
  disk_page: 36_000,
  /** fill_balloon with zeroing, no reclaim: 1418, of which 8 in tell_host. */
  balloon_inflate: instructions(1410),
  /**
   * A page of fill_balloon while kswapd is at work, in calls without direct reclaim, takes 1832: 414
   * more than without pressure, for what an allocation below the low watermark goes through.
   */
  alloc_slowpath: instructions(1832 - 1418),
  /** leak_balloon: 606, of which 8 in tell_host. */
  balloon_deflate: instructions(598),
  /**
   * kswapd on clean page cache, every scanned page freed: 1926 in all. That a quarter of it is
   * looking (isolate, put back) is an assumption; it matters only for pages that stay.
   */
  shrink_scan: instructions(480),
  shrink_free: instructions(1446),
  /**
   * A direct reclaim that frees nothing takes 222,000 (median). Most of them make two passes (run
   * c1 counts 12,493 allocstalls for 7,733 reclaims), so a pass takes half of that, less thirteen
   * times what is charged below.
   */
  reclaim_pass: instructions(222_000 / 2 - 13 * 150),
  /** Not measured apart; small, since the figures above contain them. */
  shrink_node: instructions(100),
  shrink_slab: instructions(50),
  /** out_of_memory with 256 pages deflated: 157,000; less 256 x 606 for the pages. */
  out_of_memory: instructions(157_000 - 256 * 606),
  /** tell_host, 8 a page x 256: adding the buffer, the kick, going to sleep and waking. */
  kick: instructions(1000),
  /** Inflating waited 1.6 to 2.9 us a page beyond the CPU time in the quiet runs c5, c10, f8. */
  host_request: 20_000,
  host_inflate: 2_500,
  /** A system call that finds nothing to do, as for a page deflated. */
  host_inflate_absent: 1_300,
  /** Deflating waited 1.1 to 1.7 us a page there. */
  host_deflate: 1_300,
  /** Run h1: the first report, of 32 blocks of 4 MiB that had memory, took 2.18 ms. */
  host_report: 66,
  /** Shares of tell_host's 2000 instructions; not measured one by one. */
  irq: instructions(400),
  wakeup: instructions(300),
  context_switch: instructions(300),
  /** An exit to the device model, from an emulated guest a function call. */
  config_access: 2_000,
  /** Not measured apart; moving is what a fault costs without zeroing, with a copy. */
  compact_scan: instructions(40),
  migrate_page: instructions(3000),
  /** drop_caches = 1 on clean pages: 2030. */
  drop_caches: instructions(2030),
};

/**
 * The second set of recorded runs (4.19, 5.7 and 6.1 with and without the patch) was made on a
 * quieter host: reading a cached file took 3.5 to 10.8 us a page in all but two of the 26 runs,
 * 7.7 in the middle, and 1521 instructions at 5 ns are 7.6 us. The first pass over the file read
 * 114 MiB/s in the middle, which is 34 us a page with the request's share.
 */
const TCG_FAST: cost_config = { ...atSpeed(5), disk_page: 25_000 };

/**
 * A server of 2019 under KVM. Figures are plausible rather than measured, calibrated on one
 * measurement only: the "after" run of commit 5a6b4cc5b7, 12,968,539 pages in 63 s, 4.86 us each with
 * the reader running. The "before" run was not used.
 */
const HARDWARE: cost_config = {
  /** Exception, allocation and zeroing of 4 KiB at about 10 GB/s. */
  anon_fault: 500,
  anon_free: 150,
  /** Zeroing 2 MiB at 10 GB/s, and what goes with it. */
  huge_fault: 220_000,
  huge_free: 3_000,
  /** TCG's 170,000 instructions at 2 a ns, rounded. */
  fork: 100_000,
  /** Lookup and a copy of 4 KiB: 16 GB/s, what `cat` of a cached file reaches on one core. */
  file_read_hit: 250,
  /** TCG's ratio of miss to hit is 1.9; block layer and LRU insertion miss the cache more. */
  file_read_miss: 600,
  /** A SATA SSD: 500 MB/s is 8.2 us a page. */
  disk_request: 20_000,
  disk_page: 8_200,
  /** Allocation from the buddy with page lists that miss the cache; no zeroing before 5.3. */
  balloon_inflate: 900,
  balloon_deflate: 400,
  /** Nothing of its own: what `host_inflate` is calibrated on was under pressure all the time. */
  alloc_slowpath: 0,
  /** kswapd frees 3 to 4 million clean pages a second. */
  shrink_scan: 80,
  shrink_free: 200,
  /** TCG's 111,000 instructions at 3 a ns. */
  reclaim_pass: 37_000,
  shrink_node: 500,
  shrink_slab: 150,
  out_of_memory: 2_000,
  /** VM exit, ioeventfd, waking the host's thread. */
  kick: 5_000,
  host_request: 5_000,
  /**
   * madvise(MADV_DONTNEED) of one 4 KiB page that the guest has used, with its TLB flush. This is
   * the figure that was calibrated: with it the "after" run takes 63 s.
   */
  host_inflate: 6_200,
  /**
   * A page that is not there, and MADV_WILLNEED: finding the page's memory, and a system call that
   * has nothing to do. The host of the recorded runs was not emulated, so what was measured there
   * for deflating holds here: 1.1 to 1.7 us.
   */
  host_inflate_absent: 1_300,
  host_deflate: 1_300,
  /** As in run h1, for the same reason. */
  host_report: 66,
  irq: 2_000,
  wakeup: 1_500,
  context_switch: 1_500,
  /** An exit to user space and back. */
  config_access: 4_000,
  compact_scan: 15,
  migrate_page: 1_200,
  drop_caches: 250,
};

export const COST_PRESETS: Readonly<Record<string, cost_config>> = {
  hardware: HARDWARE,
  tcg: TCG,
  "tcg-fast": TCG_FAST,
};
export const COST_NAMES = Object.keys(HARDWARE) as readonly (keyof cost_config)[];

/** The section `costs`; without it `hardware`. What is wrong is reported and left as in the preset. */
export function readCosts(section: TreeValue | undefined, report: Report): cost_config {
  if (section === undefined) return { ...HARDWARE };
  if (typeof section === "string") return preset(section, ["costs"], report);
  if (Array.isArray(section)) {
    report.value(["costs"], shapeErrors.needsMap("costs", EXAMPLES["costs"] ?? ""));
    return { ...HARDWARE };
  }
  const { preset: name, ...overrides } = section;
  const costs =
    typeof name === "string" ? preset(name, ["costs", "preset"], report) : { ...HARDWARE };
  if (name !== undefined && typeof name !== "string") {
    report.value(["costs", "preset"], shapeErrors.needsText("preset", EXAMPLES["preset"] ?? ""));
  }
  for (const [key, value] of Object.entries(overrides)) {
    const path = ["costs", key];
    const known = COST_NAMES.find((candidate) => candidate === key);
    if (known === undefined) {
      report.key(
        path,
        shapeErrors.unknownKey(key, "`costs`", didYouMean(key, COST_NAMES), [
          "preset",
          ...COST_NAMES,
        ]),
      );
    } else if (typeof value !== "string" || value === "") {
      report.value(path, shapeErrors.needsText(key, `${key}: 2us`));
    } else {
      costs[known] = readDuration(value, wholeOf(path, value), report) ?? costs[known];
    }
  }
  return costs;
}

function preset(name: string, path: readonly string[], report: Report): cost_config {
  const names = Object.keys(COST_PRESETS);
  const found = Object.hasOwn(COST_PRESETS, name) ? COST_PRESETS[name] : undefined;
  if (found === undefined)
    report.value(path, valueErrors.choice("costs", name, names, didYouMean(name, names)));
  return { ...(found ?? HARDWARE) };
}

/** TCG with another time per instruction. Disk and host do not run emulated code. */
function atSpeed(nsPerInstruction: number): cost_config {
  const costs = { ...TCG };
  for (const name of Object.keys(TCG) as (keyof cost_config)[]) {
    if (!/^(disk|host|config)_/.test(name)) {
      costs[name] = (TCG[name] / TCG_NS_PER_INSTRUCTION) * nsPerInstruction;
    }
  }
  return costs;
}

function instructions(count: number): number {
  return count * TCG_NS_PER_INSTRUCTION;
}
