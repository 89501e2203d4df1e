/** Options of the guest's kernel: what a run without one of them lacks, and which go together. */
import { expect, test } from "vitest";
import { parseScenario } from "../../src/scenario/index.ts";
import { Guest } from "./guest.ts";

/** Leaves memory in pieces with a balloon in between, and then compacts it. */
const PIECES = [
  "run: frag 160MiB --keep-every 4",
  "wait: 1s",
  "balloon: 80MiB",
  "wait: 2s",
  "sysctl: vm.compact_memory = 1",
  "wait: 1s",
];

function run(options: string, timeline: readonly string[], more = ""): Guest {
  const guest = new Guest(
    [
      `guest: { memory: 256MiB, kernel: v5.7, thp: never, files: { big: 150MiB }${more} }`,
      "device: { features: [stats-vq, page-reporting] }",
      `config: { ${options} }`,
      "costs: tcg",
      "timeline:",
      ...timeline.map((step) => `  - ${step}`),
      "",
    ].join("\n"),
  );
  guest.run();
  expect(guest.call("mm/debug.ts", "check_invariants")).toBe("");
  return guest;
}

test("without BALLOON_COMPACTION the balloon's pages stay, and count as the kernel's own", () => {
  const [movable, fixed] = ["y", "n"].map((on) => run(`BALLOON_COMPACTION: ${on}`, PIECES));
  expect(movable!.vmstat("balloon_migrate")).toBeGreaterThan(1000);
  expect(fixed!.vmstat("balloon_migrate")).toBe(0);
  expect(fixed!.vmstat("pgmigrate_success")).toBeGreaterThan(1000);
  const full = ["run: cat big --loop", "wait: 8s", "balloon: 190MiB", "wait: 4s"];
  const stalls = ["y", "n"].map((on) => {
    const guest = run(`BALLOON_COMPACTION: ${on}`, full, ", min-free-kbytes: 512");
    return guest.vmstat("allocstall_normal") > 0;
  });
  expect(stalls).toEqual([false, true]);
});

test("without COMPACTION there is no kcompactd", () => {
  const names = ["y", "n"].map((on) => {
    const guest = run(`COMPACTION: ${on}`, ["wait: 1s"]);
    return guest.machine.state.threads.some(({ task }) => task.comm === "kcompactd0");
  });
  expect(names).toEqual([true, false]);
});

test("without PAGE_REPORTING the driver leaves the feature alone", () => {
  const queues = ["y", "n"].map((on) => {
    const guest = run(`PAGE_REPORTING: ${on}`, ["wait: 1s"]);
    const [device] = guest.global<{ vqs: unknown[] }[]>("virtio/virtio.ts", "virtio_devices");
    return device!.vqs.length;
  });
  expect(queues).toEqual([4, 3]);
});

test.each([
  ["v5.7", 6],
  ["v6.19", 6],
])("without VM_EVENT_COUNTERS %s sends sizes only", (kernel, sizes) => {
  const guest = run("VM_EVENT_COUNTERS: n", ["wait: 1s"], `, driver: ${kernel}`);
  const { stats } = guest.global<{ stats: Float64Array }>("host/virtio_balloon.ts", "balloon");
  expect(stats.filter((value) => value >= 0)).toHaveLength(sizes);
  expect(stats.slice(0, 4)).toEqual(new Float64Array(4).fill(-1));
});

test.each([
  ["100", 210],
  ["250", 204],
  ["1000", 201],
])("at HZ %s the driver sleeps for %i ms after a failed allocation", (hz, ms) => {
  const guest = run(`HZ: ${hz}`, ["balloon: 250MiB", "wait: 12s"]);
  const at = guest.events.filter(([, name]) => name === "out_of_puff").map(([time]) => time);
  expect(at.length).toBeGreaterThan(10);
  const gaps = at.slice(1).map((time, i) => Math.round((time - at[i]!) / 1e6));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(ms - 10);
  expect(Math.min(...gaps)).toBeLessThanOrEqual(ms + 8);
});

test.each([
  ["config: { COMPACTION: n, BALLOON_COMPACTION: y }", "needs a kernel with `COMPACTION`"],
  ["config: { COMPACTION: n, TRANSPARENT_HUGEPAGE: y }", "needs a kernel with `COMPACTION`"],
  ["config: { HZ: 60 }", "`60` is not a value of `HZ`"],
  ["config: { COMPACTION: maybe }", "`maybe` is not a value of `COMPACTION`"],
  ["config: { CONFIG_COMPACTION: n }", "has no key `CONFIG_COMPACTION`"],
  ["config: [COMPACTION]", "`config`"],
])("%s is refused", (section, message) => {
  const { diagnostics, scenario } = parseScenario(
    `guest: { memory: 1GiB }\n${section}\ntimeline: [wait: 1s]\n`,
    "x",
  );
  expect(diagnostics.map((each) => each.message).join("\n")).toContain(message);
  expect(scenario).toBeNull();
});

test("what the rest of a scenario asks for must be in the kernel", () => {
  const text =
    "guest: { memory: 1GiB, thp: always }\nconfig: { COMPACTION: n }\ntimeline: [sysctl: vm.compact_memory = 1]\n";
  const { diagnostics } = parseScenario(text, "x");
  expect(diagnostics.map(({ message, range }) => [range.line, message.split(" needs")[0]])).toEqual(
    [
      [0, "`thp: always`"],
      [2, "`vm.compact_memory`"],
    ],
  );
});
