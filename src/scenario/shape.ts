/**
 * The shape of a scenario file: which keys there are, which must be, and whether each holds a
 * value, a list or a map. What the values mean is read by `guest.ts` and `timeline.ts`.
 */
import * as z from "zod";
import { didYouMean } from "../base/did-you-mean.ts";
import { shapeErrors, type Message } from "./errors.ts";
import type { Path } from "./positions.ts";
import type { Report } from "./report.ts";
import type { TreeValue } from "./yaml-tree.ts";

// Compiling validators with `new Function` is forbidden where the web extension runs.
z.config({ jitless: true });

const text = z.string().min(1);
/** Read by a function of its own, which also says what is wrong with it. */
const later = z.custom<TreeValue>((value) => value !== undefined);

/** Sections are checked one by one, so that a mistake in one does not hide those in the next. */
export const SCENARIO = z.strictObject({
  name: text.optional(),
  about: text.optional(),
  guest: later,
  device: later.optional(),
  host: later.optional(),
  config: later.optional(),
  costs: later.optional(),
  seed: text.optional(),
  matrix: later.optional(),
  timeline: later,
  expect: later.optional(),
});

export const GUEST = z.strictObject({
  memory: text,
  "page-size": text.optional(),
  cpus: text.optional(),
  kernel: text.optional(),
  driver: text.optional(),
  "oom-pages": text.optional(),
  "page-poison": text.optional(),
  thp: text.optional(),
  "min-free-kbytes": text.optional(),
  "watermark-scale-factor": text.optional(),
  swap: text.optional(),
  swappiness: text.optional(),
  "disk-limit": text.optional(),
  files: later.optional(),
});

/** What a matrix can vary: single values of the guest, the costs' preset and the seed. */
export const AXES = [...Object.keys(GUEST.shape).filter((key) => key !== "files"), "costs", "seed"];
export const MATRIX = z.strictObject(
  Object.fromEntries(AXES.map((axis) => [axis, z.array(text).optional()])),
);

export const FILES = z.record(z.string(), later);
export const TEXT = text;

export const DEVICE = z.strictObject({
  features: z.array(text).optional(),
  transport: text.optional(),
  ring: text.optional(),
  "event-idx": text.optional(),
  "indirect-desc": text.optional(),
});
export const HOST = z.strictObject({
  "page-size": text.optional(),
  "stats-interval": text.optional(),
  steal: text.optional(),
  "steal-slice": text.optional(),
});
/** Options of the guest's kernel, under the names of its `.config`. */
export const CONFIG = z.strictObject({
  BALLOON_COMPACTION: text.optional(),
  COMPACTION: text.optional(),
  HZ: text.optional(),
  PAGE_REPORTING: text.optional(),
  SWAP: text.optional(),
  TRANSPARENT_HUGEPAGE: text.optional(),
  VM_EVENT_COUNTERS: text.optional(),
});
export const TIMELINE = z.array(later);
export const EXPECT = z.array(later);

/** Keys of a step: what it does, and what else may stand beside that. */
export const STEPS = {
  run: z.strictObject({ run: text, name: text.optional() }),
  wait: z.strictObject({ wait: text }),
  "wait-until": z.strictObject({ "wait-until": text, timeout: text.optional() }),
  balloon: z.strictObject({ balloon: text }),
  sysrq: z.strictObject({ sysrq: text }),
  migrate: z.strictObject({ migrate: text }),
  "host-pressure": z.strictObject({ "host-pressure": text }),
  steal: z.strictObject({ steal: text, cpu: text.optional() }),
  kill: z.strictObject({ kill: text }),
  "drop-caches": z.strictObject({ "drop-caches": text }),
  sysctl: z.strictObject({ sysctl: text }),
  expect: z.strictObject({ expect: text }),
};

/** What the messages offer for each key. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  name: "name: Page cache pressure",
  about: "about: What this shows, in a sentence.",
  guest: "guest: { memory: 1GiB }",
  memory: "memory: 1GiB",
  cpus: "cpus: 2",
  kernel: "kernel: v5.7",
  driver: "driver: v4.19",
  "oom-pages": "oom-pages: 256",
  thp: "thp: always",
  "min-free-kbytes": "min-free-kbytes: 1056",
  "watermark-scale-factor": "watermark-scale-factor: 10",
  swap: "swap: 512MiB",
  swappiness: "swappiness: 60",
  "disk-limit": "disk-limit: 20MiB/s",
  files: "files: { big: 672MiB }",
  device: "device: { features: [deflate-on-oom] }",
  features: "features: [deflate-on-oom, stats-vq]",
  host: "host: { stats-interval: 10s }",
  "page-size": "page-size: 64KiB",
  "stats-interval": "stats-interval: 10s",
  steal: "steal: 60%",
  "steal-slice": "steal-slice: 4ms",
  cpu: "cpu: 0",
  transport: "transport: pci-modern",
  ring: "ring: packed",
  "event-idx": "event-idx: off",
  "indirect-desc": "indirect-desc: off",
  config: "config: { BALLOON_COMPACTION: n }",
  HZ: "HZ: 250",
  costs: "costs: hardware",
  preset: "preset: hardware",
  seed: "seed: 1",
  matrix: "matrix: { kernel: [v4.19, v5.7] }",
  timeline: "timeline: [{ balloon: 512MiB }]",
  expect: "expect: balloon_deflate == 0",
  run: "run: cat big --loop",
  wait: "wait: 10s",
  "wait-until": "wait-until: balloon.reached",
  timeout: "timeout: 60s",
  balloon: "balloon: 512MiB",
  sysrq: "sysrq: f",
  migrate: "migrate: 128MiB/s",
  "page-poison": "page-poison: on",
  "host-pressure": "host-pressure: 256MiB",
  kill: "kill: reader",
  "drop-caches": "drop-caches: 3",
  sysctl: "sysctl: vm.compact_memory = 1",
};

/** An entry of each list. */
const ENTRIES: Readonly<Record<string, string>> = {
  timeline: "- balloon: 512MiB",
  expect: "- balloon_deflate == 0",
  features: "- deflate-on-oom",
};

/**
 * Checks `value` and returns it typed, or null after reporting why not. Unknown keys are reported
 * and left out, so that the rest can still be checked.
 */
export function checkShape<T>(
  schema: z.ZodType<T>,
  value: TreeValue,
  path: Path,
  report: Report,
): T | null {
  const first = schema.safeParse(value);
  if (first.success) return first.data;
  const remaining = first.error.issues.filter((issue) => {
    if (issue.code !== "unrecognized_keys") return true;
    for (const key of issue.keys) {
      reportUnknownKey(key, keysOf(schema), path, report);
      if (typeof value === "object" && !Array.isArray(value)) delete value[key];
    }
    return false;
  });
  if (remaining.length === 0) return schema.safeParse(value).data ?? null;
  for (const issue of remaining) {
    const at = [
      ...path,
      ...issue.path.map((part) => (typeof part === "number" ? part : String(part))),
    ];
    reportIssue(issue, at, valueAt(value, issue.path), report);
  }
  return null;
}

export function keysOf(schema: z.ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape as object) : [];
}

/** `\`guest\`` or "A scenario", as the subject of a sentence. */
function subject(path: Path): string {
  const key = path.at(-1);
  return key === undefined ? "A scenario" : typeof key === "number" ? "This entry" : `\`${key}\``;
}

function reportUnknownKey(
  key: string,
  allowed: readonly string[],
  path: Path,
  report: Report,
): void {
  const near = didYouMean(key, allowed);
  report.key([...path, key], shapeErrors.unknownKey(key, subject(path), near, allowed));
}

function reportIssue(issue: z.core.$ZodIssue, path: Path, found: unknown, report: Report): void {
  const key = path.findLast((part) => typeof part === "string") ?? "";
  const parent = path.slice(0, -1);
  if (found === undefined) {
    report.key(parent, shapeErrors.missingKey(key, subject(parent), exampleOf(key)));
    return;
  }
  // A line that is not valid YAML seldom has the shape it should; once is enough.
  if (!report.isBrokenYaml(path)) report.value(path, wrongKind(issue, path, key, found));
}

function wrongKind(issue: z.core.$ZodIssue, path: Path, key: string, found: unknown): Message {
  if (found === "") return shapeErrors.emptyValue(key, exampleOf(key));
  const expected = issue.code === "invalid_type" ? issue.expected : "string";
  if (expected === "array") return shapeErrors.needsList(key, ENTRIES[key] ?? exampleOf(key));
  if (expected === "object" || expected === "record") {
    return shapeErrors.needsMap(key, exampleOf(key));
  }
  return path[0] === "expect" || key === "wait-until" || key === "expect"
    ? shapeErrors.needsExpression()
    : shapeErrors.needsText(key, exampleOf(key));
}

function exampleOf(key: string): string {
  return EXAMPLES[key] ?? `${key}: 1MiB`;
}

function valueAt(value: TreeValue, path: readonly PropertyKey[]): unknown {
  let inner: unknown = value;
  for (const key of path) {
    if (typeof inner !== "object" || inner === null) return undefined;
    inner = Object.getOwnPropertyDescriptor(inner, key)?.value as unknown;
  }
  return inner;
}
