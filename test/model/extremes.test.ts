/** Guests at the ends of what a scenario may say: they run, or panic as a real one would. */
import { expect, test } from "vitest";
import { Guest } from "./guest.ts";

const PRESSURE = [
  "run: cat big --loop",
  "run: memhog 40MiB --hold 100ms",
  "balloon: 60MiB",
  "wait: 30ms",
  "drop-caches: 3",
  "balloon: 0",
  "wait: 10ms",
];

function outcome(guest: string, timeline: readonly string[], more: readonly string[] = []): string {
  const g = new Guest(
    [
      `guest: { thp: never, files: { big: 60MiB }, ${guest} }`,
      "device: { features: [stats-vq, deflate-on-oom] }",
      ...more,
      "costs: hardware",
      "timeline:",
      ...timeline.map((step) => `  - ${step}`),
      "",
    ].join("\n"),
  );
  try {
    g.run();
  } catch (error) {
    if (g.machine.state.bug.startsWith("Kernel panic")) return "panic";
    throw error;
  }
  expect(g.call("mm/debug.ts", "check_invariants")).toBe("");
  expect(g.call("virtio/debug.ts", "check_virtio")).toBe("");
  return "done";
}

test.each([
  ["the smallest guest", "memory: 96MiB"],
  ["64 processors on the smallest guest", "memory: 96MiB, cpus: 64"],
  ["no reserve at all", "memory: 128MiB, min-free-kbytes: 1"],
  ["wide watermarks", "memory: 128MiB, watermark-scale-factor: 1000"],
  ["one page of swap", "memory: 128MiB, swap: 4KiB"],
  [
    "only anonymous memory is reclaimed first",
    "memory: 128MiB, kernel: v6.1, swap: 1GiB, swappiness: 200",
  ],
  ["a file larger than the guest many times over", "memory: 96MiB, disk-limit: 4KiB/s"],
])("%s", (_name, guest) => {
  expect(outcome(guest, PRESSURE)).toBe("done");
});

test("half of memory as a reserve leaves nothing to work with", () => {
  expect(outcome("memory: 96MiB, min-free-kbytes: 49152", ["run: memhog 4MiB", "wait: 1s"])).toBe(
    "done",
  );
});

test.each(["v4.14", "v4.19", "v5.7", "v6.1"])(
  "%s: a balloon as large as the guest stops short",
  (kernel) => {
    const g = outcome(`memory: 96MiB, kernel: ${kernel}`, ["balloon: 96MiB", "wait: 3s"]);
    expect(g).toBe("done");
  },
);

test.each([
  ["memhog 1GiB --oom-score-adj -1000", "panic"],
  ["memhog 1GiB", "done"],
  ["memhog 1GiB --huge --oom-score-adj -1000", "panic"],
  ["forker 30MiB --children 32 --oom-score-adj -1000", "panic"],
  ["forker 30MiB --children 32", "done"],
])("%s ends in: %s", (command, end) => {
  expect(outcome("memory: 128MiB", ["balloon: 20MiB", `run: ${command}`, "wait: 200ms"])).toBe(end);
});
