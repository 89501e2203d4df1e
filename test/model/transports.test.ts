/** Transports and rings: all carry the same balloon; what they do differently is in the trace. */
import { expect, test } from "vitest";
import { parseScenario } from "../../src/scenario/index.ts";
import { Guest } from "./guest.ts";

const TRANSPORTS = ["pci-modern", "pci-legacy", "mmio-v1", "mmio-v2"];
const DEVICES = [
  ...TRANSPORTS.flatMap((transport) => [
    `transport: ${transport}`,
    `transport: ${transport}, event-idx: off`,
  ]),
  "ring: packed",
  "ring: packed, event-idx: off",
  "ring: packed, transport: mmio-v2, indirect-desc: off",
];

function guest(device: string, timeline: readonly string[], costs = "tcg"): Guest {
  return new Guest(
    [
      "guest: { memory: 128MiB, thp: never }",
      `device: { features: [deflate-on-oom, stats-vq], ${device} }`,
      "host: { stats-interval: 1s }",
      `costs: ${costs}`,
      "timeline:",
      ...timeline.map((step) => `  - ${step}`),
      "",
    ].join("\n"),
  );
}

function runChecked(g: Guest): void {
  g.run(() => {
    const broken = g.call("virtio/debug.ts", "check_virtio");
    if (broken !== "") throw new Error(`at ${g.machine.state.time} ns: ${String(broken)}`);
  });
}

const COUNTERS = [
  "balloon_inflate",
  "balloon_deflate",
  "pgfree",
  "nr_free_pages",
  "pgalloc_dma32",
  "oom_kill",
];

const BACK_AND_FORTH = Array.from({ length: 6 }, (_, i) => [
  `balloon: ${i % 2 === 0 ? 40 : 3}MiB`,
  "wait: 2s",
]).flat();

/** Register accesses must not decide anything else: with costs of nothing, runs are the same. */
const FREE_ACCESS = "{ preset: tcg, config_access: 0ns }";

test("every transport and ring moves the same pages", () => {
  const outcomes = DEVICES.map((device) => {
    const g = guest(device, BACK_AND_FORTH, FREE_ACCESS);
    runChecked(g);
    const { actual, stats } = g.global<{ actual: number; stats: Float64Array }>(
      "host/virtio_balloon.ts",
      "balloon",
    );
    return JSON.stringify([actual, ...COUNTERS.map((name) => g.vmstat(name)), [...stats]]);
  });
  expect(new Set(outcomes).size).toBe(1);
});

interface Trace {
  readonly next: number;
  readonly kind: Uint8Array;
  readonly offset: Uint16Array;
  readonly size: Uint8Array;
  readonly value: Uint32Array;
}

/** The first accesses of a guest that does nothing: `w18.1=1`, `r0.4=20000000`, `irq`. */
function traceOf(device: string, timeline: readonly string[] = ["wait: 1ms"]): string[] {
  const g = guest(device, timeline);
  runChecked(g);
  const trace = g.global<Trace>("virtio/register_trace.ts", "registerTrace");
  const size = trace.kind.length;
  const first = Math.max(0, trace.next - size);
  return Array.from({ length: trace.next - first }, (_, n) => {
    const i = (first + n) % size;
    if (trace.kind[i] === 2) return "irq";
    const kind = trace.kind[i] === 0 ? "r" : "w";
    return `${kind}${trace.offset[i]!.toString(16)}.${trace.size[i]}=${trace.value[i]!.toString(16)}`;
  });
}

test("pci-modern: reset, status, features in halves, status once more, queues, all enabled at last", () => {
  const trace = traceOf("transport: pci-modern");
  expect(trace.slice(0, 20)).toEqual([
    "w14.1=0",
    "r14.1=0",
    "r14.1=0",
    "w14.1=1",
    "r14.1=1",
    "w14.1=3",
    "w0.4=0",
    "r4.4=30000006",
    "w0.4=1",
    "r4.4=1",
    "w8.4=0",
    "wc.4=30000006",
    "w8.4=1",
    "wc.4=1",
    "r14.1=3",
    "w14.1=b",
    "r14.1=b",
    // Queue 0: is it there, which one, how long.
    "r12.2=3",
    "w16.2=0",
    "r18.2=80",
  ]);
  const enables = trace.flatMap((entry, i) => (entry === "w1c.2=1" ? [i] : []));
  expect(enables.length).toBe(3);
  expect(enables[2]! - enables[0]!).toBe(4);
  // The first statistics are sent, and kicked, before the driver says that it is ready.
  expect(trace.indexOf("w3008.2=2")).toBeLessThan(trace.indexOf("w14.1=f"));
});

test("pci-legacy: no FEATURES_OK, queues by page number, configuration byte by byte", () => {
  const trace = traceOf("transport: pci-legacy", ["wait: 1ms", "balloon: 1MiB", "wait: 100ms"]);
  expect(trace.slice(0, 8)).toEqual([
    "w12.1=0",
    "r12.1=0",
    "r12.1=0",
    "w12.1=1",
    "r12.1=1",
    "w12.1=3",
    "r0.4=39000006",
    "w4.4=30000006",
  ]);
  expect(trace).toContain("w12.1=7");
  expect(
    trace.filter(
      (entry) => entry.startsWith("w12.1=") && (Number.parseInt(entry.slice(6), 16) & 8) !== 0,
    ),
  ).toEqual([]);
  expect(trace.filter((entry) => entry.startsWith("w8.4=")).length).toBe(3);
  // `num_pages`, and then `actual`, are four bytes each.
  expect(trace.join(" ")).toContain("r14.1=0 r15.1=1 r16.1=0 r17.1=0");
  expect(trace.join(" ")).toContain("w18.1=0 w19.1=1 w1a.1=0 w1b.1=0");
  expect(trace.at(-1)).not.toBe("irq");
});

test("mmio: magic, version, and the version's own way to say where a queue is", () => {
  const [one, two] = ["mmio-v1", "mmio-v2"].map((transport) => traceOf(`transport: ${transport}`));
  expect(one!.slice(0, 5)).toEqual([
    "r0.4=74726976",
    "r4.4=1",
    "r8.4=5",
    "rc.4=554d4551",
    "w28.4=1000",
  ]);
  expect(two!.slice(0, 4)).toEqual(["r0.4=74726976", "r4.4=2", "r8.4=5", "rc.4=554d4551"]);
  // The high half of the features comes first, and a legacy device has none.
  expect(one!.join(" ")).toContain("w14.4=1 r10.4=0 w14.4=0 r10.4=39000006");
  expect(two!.join(" ")).toContain("w14.4=1 r10.4=1 w14.4=0 r10.4=30000006");
  expect(one!.filter((entry) => entry.startsWith("w40.4=")).length).toBe(3);
  expect(one!.filter((entry) => entry.startsWith("w44.4="))).toEqual([]);
  expect(two!.filter((entry) => entry === "w44.4=1").length).toBe(3);
  // Interrupts are acknowledged with what was read.
  const interrupts = traceOf("transport: mmio-v2", ["wait: 1ms", "balloon: 1MiB", "wait: 100ms"]);
  const at = interrupts.indexOf("irq");
  expect(interrupts.slice(at, at + 3)).toEqual(["irq", "r60.4=3", "w64.4=3"]);
});

test("an update of `actual` on a legacy transport is four events' worth of writes", () => {
  const writes = (transport: string, at: RegExp): number =>
    traceOf(`transport: ${transport}`, ["wait: 1ms", "balloon: 1MiB", "wait: 100ms"]).filter(
      (entry) => at.test(entry),
    ).length;
  expect(writes("pci-modern", /^w2004\./)).toBe(1);
  expect(writes("pci-legacy", /^w1[89ab]\.1/)).toBe(4);
  expect(writes("mmio-v1", /^w10[4567]\.1/)).toBe(4);
  expect(writes("mmio-v2", /^w104\./)).toBe(1);
});

test("v4.14 writes `actual` even when there was nothing to do", () => {
  const writes = ["v4.14", "v4.19"].map((driver) => {
    const g = new Guest(
      `guest: { memory: 128MiB, driver: ${driver} }\ntimeline: [balloon: 1MiB, wait: 1s, balloon: 1MiB, wait: 1s]\n`,
    );
    g.run();
    const trace = g.global<Trace>("virtio/register_trace.ts", "registerTrace");
    return [...trace.offset].filter((offset, i) => trace.kind[i] === 1 && offset === 0x2004).length;
  });
  // The target counts from boot on: the guest finds it while it probes, and hears of it twice.
  expect(writes[0]! - writes[1]!).toBeGreaterThanOrEqual(1);
});

test.each([
  ["ring: packed, transport: pci-legacy", "A packed ring came with virtio 1.1"],
  ["ring: packed, transport: mmio-v1", "A packed ring came with virtio 1.1"],
  ["ring: paced", "did you mean `packed`?"],
  ["transport: pci", "`pci` is not a value of `transport`"],
  ["event-idx: maybe", "`maybe` is not a value of `event-idx`"],
])("device: %s is refused", (keys, message) => {
  const text = `guest: { memory: 1GiB }\ndevice: { ${keys} }\ntimeline: [wait: 1s]\n`;
  const { diagnostics, scenario } = parseScenario(text, "x");
  expect(diagnostics.map((each) => each.message).join("\n")).toContain(message);
  expect(scenario).toBeNull();
});
