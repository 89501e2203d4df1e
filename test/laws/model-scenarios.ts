/** Random scenarios in which everything that a guest can do meets everything else. */
import fc from "fast-check";

/** A scenario, reduced to what fast-check shrinks well. */
export interface Plan {
  readonly kernel: string;
  readonly driver: string;
  readonly cpus: number;
  readonly memory: number;
  readonly thp: boolean;
  readonly pageSize: string;
  readonly ring: string;
  readonly indirect: boolean;
  readonly eventIdx: boolean;
  readonly features: readonly string[];
  /** Options of the kernel that are off. */
  readonly off: readonly string[];
  /** MiB. */
  readonly swap: number;
  /** Per cent of the vCPUs' time that others get. */
  readonly steal: number;
  readonly seed: number;
  readonly steps: readonly string[];
}

/** Transport and ring: a legacy device has no packed ring. */
const RINGS = [
  "transport: pci-modern, ring: split",
  "transport: pci-modern, ring: packed",
  "transport: pci-legacy",
  "transport: mmio-v1",
  "transport: mmio-v2, ring: split",
  "transport: mmio-v2, ring: packed",
];

const mib = (least: number, most: number): fc.Arbitrary<string> =>
  fc.integer({ min: least, max: most }).map((size) => `${size}MiB`);
const oneOf = <T extends string>(...texts: T[]): fc.Arbitrary<T> => fc.constantFrom(...texts);

const oneOfNumbers = (...numbers: number[]): fc.Arbitrary<number> => fc.constantFrom(...numbers);

const wait = fc.integer({ min: 1, max: 15 }).map((ms) => `wait: ${ms}ms`);
const command = fc.oneof(
  oneOf("cat big --loop", "cat big", "cat small --loop"),
  fc
    .tuple(
      mib(1, 60),
      oneOf("", " --rate 2GiB/s"),
      oneOf("", " --huge", " --loop"),
      oneOf("", " --hold 5ms"),
    )
    .map(([size, rate, more, hold]) => `memhog ${size}${rate}${more}${hold}`),
  fc
    .tuple(mib(1, 50), fc.integer({ min: 2, max: 5 }), oneOf("", " --hold 9ms"))
    .map(([size, nth, hold]) => `frag ${size} --keep-every ${nth}${hold}`),
  fc
    .tuple(mib(1, 12), fc.integer({ min: 1, max: 4 }))
    .map(([size, children]) => `forker ${size} --children ${children}`),
);
const write = fc.oneof(
  oneOf("drop-caches: 1", "drop-caches: 2", "drop-caches: 3"),
  oneOf("sysctl: vm.swappiness = 0", "sysctl: vm.swappiness = 100"),
  fc.integer({ min: 128, max: 8192 }).map((kb) => `sysctl: vm.min_free_kbytes = ${kb}`),
  fc.integer({ min: 1, max: 900 }).map((factor) => `sysctl: vm.watermark_scale_factor = ${factor}`),
);
/** `kill` names the task that was started so many `run` steps before, if there is one. */
const step = fc.oneof(
  { weight: 4, arbitrary: command.map((line) => `run: ${line}`) },
  { weight: 4, arbitrary: mib(0, 96).map((size) => `balloon: ${size}`) },
  { weight: 2, arbitrary: write },
  { weight: 1, arbitrary: oneOf("sysctl: vm.compact_memory = 1") },
  { weight: 1, arbitrary: oneOf("sysrq: f", "migrate: 4GiB/s", "host-pressure: 20MiB") },
  { weight: 1, arbitrary: oneOf("steal: 70%", "steal: 0%", "{ steal: 90%, cpu: 0 }") },
  { weight: 2, arbitrary: fc.nat(3).map((back) => `kill: ${back}`) },
  { weight: 6, arbitrary: wait },
);

export const plans: fc.Arbitrary<Plan> = fc.record({
  kernel: oneOf("v4.14", "v4.19", "v5.5", "v5.7", "v6.1", "v6.19"),
  driver: oneOf("", "v4.14", "v4.19", "v5.5", "v5.7", "v6.8", "v6.19"),
  cpus: fc.integer({ min: 1, max: 3 }),
  memory: fc.integer({ min: 96, max: 112 }),
  thp: fc.boolean(),
  pageSize: oneOf("4KiB", "4KiB", "64KiB"),
  ring: oneOf(...RINGS),
  indirect: fc.boolean(),
  eventIdx: fc.boolean(),
  features: fc.subarray([
    "must-tell-host",
    "stats-vq",
    "deflate-on-oom",
    "free-page-hint",
    "page-poison",
    "page-reporting",
  ]),
  off: fc.subarray([
    "BALLOON_COMPACTION",
    "COMPACTION",
    "PAGE_REPORTING",
    "TRANSPARENT_HUGEPAGE",
    "VM_EVENT_COUNTERS",
  ]),
  swap: oneOfNumbers(0, 0, 4, 64),
  steal: oneOfNumbers(0, 0, 50, 90),
  seed: fc.nat(1000),
  steps: fc.array(step, { minLength: 3, maxLength: 12 }),
});

export function planText(plan: Plan): string {
  const onOff = (on: boolean): string => (on ? "on" : "off");
  const driver = plan.driver === "" ? "" : `, driver: ${plan.driver}`;
  return [
    "name: a law",
    `guest: { memory: ${plan.memory}MiB, page-size: ${plan.pageSize}, cpus: ${plan.cpus}, kernel: ${plan.kernel}${driver}, swap: ${plan.swap}MiB${thp(plan)}, files: { big: 90MiB, small: 8MiB } }`,
    `device: { features: [${plan.features.join(", ")}], ${plan.ring}, event-idx: ${onOff(plan.eventIdx)}, indirect-desc: ${onOff(plan.indirect)} }`,
    `host: { steal: ${plan.steal}%, steal-slice: 1ms }`,
    `config: { ${plan.off.map((option) => `${option}: n`).join(", ")} }`,
    "costs: hardware",
    `seed: ${plan.seed}`,
    "timeline:",
    ...stepLines(plan.steps.filter((text) => isPossible(plan, text))),
    "  - wait: 5ms",
    "",
  ].join("\n");
}

function stepLines(steps: readonly string[]): string[] {
  const lines: string[] = [];
  let started = 0;
  for (const text of steps) {
    const back = Number(/^kill: (\d)/.exec(text)?.[1] ?? -1);
    if (back < 0) {
      lines.push(`  - ${text}`);
      if (text.startsWith("run:")) lines.push(`    name: task${started++}`);
    } else if (back < started) {
      lines.push(`  - kill: task${started - 1 - back}`);
    }
  }
  return lines;
}

/** Asking for huge pages of a kernel without them is a mistake. */
function thp(plan: Plan): string {
  const without =
    plan.pageSize !== "4KiB" ||
    plan.off.includes("COMPACTION") ||
    plan.off.includes("TRANSPARENT_HUGEPAGE");
  return without ? "" : `, thp: ${plan.thp ? "always" : "never"}`;
}

/** A legacy device has no keyboard beside it, and not every kernel has all files. */
function isPossible(plan: Plan, step: string): boolean {
  if (step.startsWith("sysrq")) return !/legacy|v1/.test(plan.ring);
  return step !== "sysctl: vm.compact_memory = 1" || !plan.off.includes("COMPACTION");
}
