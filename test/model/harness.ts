/**
 * Runs a part of the model by itself: the files it needs, a driver written in the subset, and a
 * machine. What the driver says with `printk` is what a test looks at.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { present } from "../../src/base/assert.ts";
import type { KernelImage } from "../../src/base/kernel-image.ts";
import { compileModel, machineExternals, machineInputs } from "../../src/compiler/index.ts";
import { Machine } from "../../src/machine/machine.ts";
import type { guest_config } from "../../src/model/config.ts";

const SRC = join(import.meta.dirname, "../../src");
/** More dispatches than any of these programs needs. */
const MAX_DISPATCHES = 100_000;

export interface Program {
  /** Files and folders of the model, relative to its root. */
  readonly files: readonly string[];
  /** A model file with an exported function `main`; it imports as a file of `sched/` would. */
  readonly driver: string;
  readonly config?: Partial<guest_config>;
}

export interface ProgramRun {
  /** `[time in ns, text]` of each line of the kernel's log. */
  readonly log: readonly (readonly [number, string])[];
  readonly events: readonly (readonly [number, string, number])[];
  /** What broke an invariant, or "". */
  readonly bug: string;
  /** Name and state of each thread at the end. */
  readonly threads: readonly (readonly [string, string])[];
  readonly time: number;
}

/** Every cost is nothing, so that times are those that the driver spends. */
export const FREE: guest_config["costs"] = {
  anon_fault: 0,
  anon_free: 0,
  huge_fault: 0,
  huge_free: 0,
  fork: 0,
  file_read_hit: 0,
  file_read_miss: 0,
  disk_request: 0,
  disk_page: 0,
  balloon_inflate: 0,
  balloon_deflate: 0,
  shrink_scan: 0,
  shrink_free: 0,
  alloc_slowpath: 0,
  reclaim_pass: 0,
  shrink_node: 0,
  shrink_slab: 0,
  out_of_memory: 0,
  kick: 0,
  host_request: 0,
  host_inflate: 0,
  host_inflate_absent: 0,
  host_deflate: 0,
  host_report: 0,
  irq: 0,
  wakeup: 0,
  context_switch: 0,
  config_access: 0,
  compact_scan: 0,
  migrate_page: 0,
  drop_caches: 0,
};

const DEFAULTS: guest_config = {
  linux_version: 0x050700,
  driver_version: 0x050700,
  oom_pages: 256,
  page_shift: 12,
  nr_pages: 1024,
  nr_cpus: 2,
  hz: 250,
  CONFIG_COMPACTION: true,
  CONFIG_BALLOON_COMPACTION: true,
  CONFIG_PAGE_REPORTING: true,
  CONFIG_VM_EVENT_COUNTERS: true,
  thp: false,
  min_free_kbytes: 0,
  watermark_scale_factor: 10,
  swappiness: 60,
  nr_swap_pages: 0,
  disk_limit: 0,
  files: [],
  transport: "pci-modern",
  ring_packed: false,
  ring_features: (1 << 28) | (1 << 29),
  page_poison: false,
  device_features: 0b111,
  host_page_pages: 1,
  stats_poll_interval: 0,
  steal: 0,
  steal_slice: 4_000_000,
  costs: FREE,
  timeline: [],
};

/** Runs the program until nothing is left to do, or until virtual time `until`. */
export async function runProgram(program: Program, until = Infinity): Promise<ProgramRun> {
  const config = { ...DEFAULTS, ...program.config };
  const log: [number, string][] = [];
  const events: [number, string, number][] = [];
  const machine = new Machine({
    image: await imageOf(program),
    nrCpus: config.nr_cpus,
    seed: 1,
    inputs: { config },
    wakeupNs: 0,
    contextSwitchNs: 0,
    observer: {
      onPrintk: (at, text) => log.push([at, text]),
      onTrace: (at, name, a) => events.push([at, name, a]),
      onStep: () => undefined,
      condition: () => false,
    },
  });
  machine.bootThread("sched/driver.ts", "main");
  const { state } = machine;
  for (let n = 0; state.bug === "" && state.time < until; n++) {
    if (n === MAX_DISPATCHES) throw new Error("the program does not end");
    if (machine.dispatch() === "idle") break;
  }
  return {
    log,
    events,
    bug: state.bug,
    threads: state.threads.map(({ task, state: is, reason }) => [
      task.comm,
      is === "blocked" || is === "sleeping" ? `${is}: ${reason}` : is,
    ]),
    time: state.time,
  };
}

async function imageOf(program: Program): Promise<KernelImage> {
  const sources: Record<string, string> = {
    "machine/primitives.ts": readFileSync(join(SRC, "machine/primitives.ts"), "utf8"),
    "model/sched/driver.ts": program.driver,
  };
  for (const path of program.files.flatMap(filesOf)) {
    sources[`model/${path}`] = readFileSync(join(SRC, "model", path), "utf8");
  }
  const options = { externals: machineExternals, inputs: machineInputs };
  const { model, diagnostics } = compileModel(sources, options);
  const problems = diagnostics.map((d) => `${d.file}:${d.line + 1}: ${d.message}`);
  const { code, debug } = present(model, problems.join("\n"));
  const text = encodeURIComponent(code);
  const { boot } = (await import(/* @vite-ignore */ `data:text/javascript,${text}`)) as Pick<
    KernelImage,
    "boot"
  >;
  return { boot, debug, sources };
}

function filesOf(path: string): string[] {
  if (path.endsWith(".ts")) return [path];
  return readdirSync(join(SRC, "model", path))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => `${path}/${name}`);
}
