/** From the text of a scenario file to a `Scenario`, or to what is wrong with it. */
import { readCondition } from "./conditions.ts";
import { readCosts } from "./costs.ts";
import { fileErrors, matrixErrors, valueErrors } from "./errors.ts";
import { readDevice, STATS_VQ } from "./device.ts";
import { warnOfUselessFeatures } from "./feature-use.ts";
import { readGuest } from "./guest.ts";
import { readHost } from "./host.ts";
import { readKconfig, type KconfigNeeds } from "./kconfig.ts";
import { DRIVERS, KERNELS } from "./kernels.ts";
import { nameWithout, readMatrix, withVariant } from "./matrix.ts";
import { inGuestPages } from "./page-size.ts";
import { checkShape, EXPECT, SCENARIO, TEXT } from "./shape.ts";
import { readTimeline } from "./timeline.ts";
import type { Expectation, Kernel, ParseResult, Scenario } from "./types.ts";
import { readInteger, wholeOf } from "./values.ts";
import { parseYaml, type TreeValue, type YamlTree } from "./yaml-tree.ts";

export interface Overrides {
  /** Runs the scenario on another kernel than it says. */
  readonly kernel?: string;
  readonly seed?: number;
  /** Name of the variant to run, of a scenario with a `matrix`; without it, the first. */
  readonly variant?: string;
}

const MAX_SEED = 2 ** 32 - 1;
const MAX_NAME = 200;

/**
 * Reads a scenario. Never throws, whatever the text: mistakes are diagnostics, in the order of the
 * text, and with an error among them there is no scenario. `path` is only carried along.
 */
export function parseScenario(text: string, path: string, overrides: Overrides = {}): ParseResult {
  const tree = parseYaml(text);
  const scenario = tree.root === null ? null : read(tree, tree.root, path, overrides);
  const { report } = tree;
  if (tree.root === null && !report.failed) report.atOffset(0, 0, fileErrors.notAMap());
  const diagnostics = report.diagnostics.toSorted(
    (a, b) => a.range.line - b.range.line || a.range.column - b.range.column,
  );
  return { scenario: report.failed ? null : scenario, diagnostics };
}

function read(
  tree: YamlTree,
  root: TreeValue,
  path: string,
  overrides: Overrides,
): Scenario | null {
  const { report } = tree;
  if (typeof root === "string" || Array.isArray(root)) {
    // A broken text often still has a root; its syntax is then what to talk about.
    if (!report.failed) report.value([], fileErrors.notAMap());
    return null;
  }
  checkShape(SCENARIO, root, [], report);
  const variants = readMatrix(root["matrix"], overrides, report);
  const names = variants.map((each) => each.name);
  const wanted = wantedOf(names, root["matrix"], overrides, report);
  if (wanted === undefined) return readRun(tree, root, path, overrides);
  if (!names.includes(wanted)) {
    report.key(
      ["matrix"],
      names.length === 0 ? matrixErrors.noMatrix(wanted) : matrixErrors.noVariant(wanted, names),
    );
  }
  // All are read, so that a value which cannot be is found before its turn comes.
  const runs = variants.map((variant) =>
    report.movedTo(variant.places, () =>
      readRun(tree, withVariant(root, variant), path, overrides),
    ),
  );
  const run = runs[names.indexOf(wanted)] ?? null;
  return run === null ? null : { ...run, name: `${run.name} (${wanted})` };
}

/**
 * The variant to run; none when nothing is left to vary. Where a kernel takes the place of the
 * matrix's, `v4.19, 1GiB` still means the variant of 1 GiB.
 */
function wantedOf(
  names: readonly string[],
  matrix: TreeValue | undefined,
  overrides: Overrides,
  report: YamlTree["report"],
): string | undefined {
  const { variant } = overrides;
  if (variant === undefined) return names[0];
  if (names.includes(variant)) return variant;
  const whole = readMatrix(matrix, {}, report).find(({ name }) => name === variant);
  if (whole === undefined) return variant;
  const left = nameWithout(whole, overrides);
  return left === "" ? undefined : left;
}

/** The scenario of one run, of a file or of a variant of it. */
function readRun(
  tree: YamlTree,
  root: { [key: string]: TreeValue },
  path: string,
  overrides: Overrides,
): Scenario | null {
  const { report } = tree;
  const guest =
    root["guest"] === undefined ? null : readGuest(root["guest"], overrides.kernel, report);
  const device = readDevice(root["device"], report);
  const host = readHost(
    root["host"],
    { memory: guest?.memory ?? 0, hasStatsQueue: (device.features & STATS_VQ) !== 0 },
    report,
  );
  const kconfig = readKconfig(root["config"], needsOf(root["guest"]), report);
  if (guest !== null) {
    const { pageReporting } = kconfig;
    warnOfUselessFeatures(device.named, { ...guest, pageReporting }, report);
  }
  const costs = readCosts(root["costs"], report);
  const seed = readSeed(root["seed"], overrides.seed, report);
  const keyboard = device.transport === "pci-modern" || device.transport === "mmio-v2";
  const { compaction } = kconfig;
  const limits =
    guest === null
      ? { memory: Number.MAX_SAFE_INTEGER, files: null, kernel: null, compaction }
      : { ...guest, keyboard, compaction };
  const timeline =
    root["timeline"] === undefined ? null : readTimeline(root["timeline"], limits, tree);
  const expect =
    root["expect"] === undefined ? [] : readExpectations(root["expect"], limits.kernel, tree);
  const name = readName(root["name"], path, tree);
  if (guest === null || timeline === null) return null;
  return {
    name,
    about: typeof root["about"] === "string" ? root["about"].trim() : "",
    path,
    kernel: guest.kernel,
    driver: guest.driver,
    seed,
    config: inGuestPages({
      linux_version: KERNELS[guest.kernel],
      driver_version: DRIVERS[guest.driver],
      oom_pages: guest.oomPages,
      page_shift: guest.pageShift,
      nr_pages: guest.memory,
      nr_cpus: guest.cpus,
      hz: kconfig.hz,
      CONFIG_COMPACTION: kconfig.compaction,
      CONFIG_BALLOON_COMPACTION: kconfig.balloonCompaction,
      CONFIG_PAGE_REPORTING: kconfig.pageReporting,
      CONFIG_VM_EVENT_COUNTERS: kconfig.vmEventCounters,
      thp: guest.thp && kconfig.transparentHugepage,
      min_free_kbytes: guest.minFreeKbytes,
      watermark_scale_factor: guest.watermarkScaleFactor,
      swappiness: guest.swappiness,
      nr_swap_pages: guest.swap,
      disk_limit: guest.diskLimit,
      files: [...guest.files],
      transport: device.transport,
      ring_packed: device.packed,
      ring_features: device.ringFeatures,
      page_poison: guest.pagePoison,
      device_features: device.features,
      host_page_pages: host.pagePages,
      stats_poll_interval: host.statsInterval,
      steal: host.steal,
      steal_slice: host.stealSlice,
      costs,
      timeline: timeline.config,
    }),
    steps: timeline.steps,
    conditions: timeline.conditions,
    expect,
  };
}

/** What the section `guest` asks for in so many words. */
function needsOf(guest: TreeValue | undefined): KconfigNeeds {
  const says = typeof guest === "object" && !Array.isArray(guest) ? guest : {};
  return { thp: says["thp"] === "always", swap: says["swap"] !== undefined };
}

function readSeed(
  value: TreeValue | undefined,
  override: number | undefined,
  report: YamlTree["report"],
): number {
  const text = override === undefined ? value : String(override);
  if (typeof text !== "string") return 1;
  return (
    readInteger("seed", text, { least: 0, most: MAX_SEED }, wholeOf(["seed"], text), report) ?? 1
  );
}

/** Without a name the scenario is called after its file. */
function readName(value: TreeValue | undefined, path: string, tree: YamlTree): string {
  if (typeof value !== "string") return nameOfFile(path);
  const name = value.replace(/\s+/g, " ").trim();
  if (value !== "" && (name === "" || name.length > MAX_NAME))
    tree.report.value(["name"], valueErrors.name(name));
  return name;
}

function nameOfFile(path: string): string {
  const base = path.split(/[\\/]/).at(-1) ?? path;
  return base.replace(/(?:\.balloon)?\.ya?ml$/, "") || "scenario";
}

function readExpectations(
  section: TreeValue,
  kernel: Kernel | null,
  tree: YamlTree,
): Expectation[] {
  const entries = checkShape(EXPECT, section, ["expect"], tree.report) ?? [];
  return entries.flatMap((entry, index) => {
    const path = ["expect", index];
    const text = checkShape(TEXT, entry, path, tree.report);
    const expression = text === null ? null : readCondition(text, path, kernel, tree.report);
    if (text === null || expression === null) return [];
    return [{ text, range: tree.rangeOf(path), expression }];
  });
}
