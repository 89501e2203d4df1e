/** Swap: what goes out and comes back, who decides how much, and that nothing is lost on the way. */
import { expect, test } from "vitest";
import { parseScenario } from "../../src/scenario/index.ts";
import { Guest } from "./guest.ts";

interface Options {
  readonly kernel?: string;
  readonly guest?: string;
  readonly thp?: string;
}

function run(
  { kernel = "v5.7", guest = "", thp = "never" }: Options,
  timeline: readonly string[],
): Guest {
  const g = new Guest(
    [
      `guest: { memory: 128MiB, cpus: 2, kernel: ${kernel}, thp: ${thp}, files: { big: 60MiB }${guest} }`,
      "device: { features: [deflate-on-oom, stats-vq] }",
      "host: { stats-interval: 1s }",
      "costs: hardware",
      "timeline:",
      ...timeline.map((step) => `  - ${step}`),
      "",
    ].join("\n"),
  );
  let dispatches = 0;
  g.run(() => {
    if (dispatches++ % 512 !== 0) return;
    const broken = g.call("mm/debug.ts", "check_invariants");
    if (broken !== "") throw new Error(`at ${g.machine.state.time} ns: ${String(broken)}`);
  });
  return g;
}

/** More than there is room for. */
const HOG = ["run: memhog 100MiB --rate 400MiB/s --loop", "wait: 1s"];
const free = (g: Guest): number => g.global<number>("mm/swapfile.ts", "nr_swap_pages");

test("with swap a process may have more memory than there is, without it somebody is killed", () => {
  const [without, with_] = ["", ", swap: 128MiB"].map((guest) => run({ guest }, HOG));
  expect(without!.vmstat("oom_kill")).toBe(1);
  expect(without!.vmstat("pswpout")).toBe(0);
  expect(with_!.vmstat("oom_kill")).toBe(0);
  const [out, back] = [with_!.vmstat("pswpout"), with_!.vmstat("pswpin")];
  // 100 MiB and 46 MiB of kernel and init do not fit into 128: it goes round and round.
  expect(out).toBeGreaterThan(18 * 256);
  expect(back).toBeGreaterThan(3000);
  expect(with_!.vmstat("pgmajfault")).toBe(back);
  expect(with_!.vmstat("pgpgin")).toBe(4 * back);
  expect(with_!.vmstat("pgpgout")).toBe(4 * out);
  expect(with_!.vmstat("nr_vmscan_write")).toBe(out);
  expect(with_!.vmstat("pgrotated")).toBeGreaterThan(out / 2);
});

test.each(["v4.19", "v6.1"])("%s: swap that reclaim does not come to changes nothing", (kernel) => {
  const timeline = ["run: memhog 20MiB --loop --hold 60s", "balloon: 20MiB", "wait: 1s"];
  const runs = ["", ", swap: 128MiB, swappiness: 100"].map((guest) => {
    const g = run({ kernel, guest }, timeline);
    return [...g.global<Float64Array>("mm/vmstat.ts", "vmstat"), g.machine.state.time];
  });
  expect(runs[1]).toEqual(runs[0]);
});

test("what goes out is told to the host", () => {
  const g = run({ guest: ", swap: 128MiB" }, [...HOG, "kill: memhog", "wait: 2s"]);
  const { stats } = g.global<{ stats: Float64Array }>("host/virtio_balloon.ts", "balloon");
  const told = ["pswpin", "pswpout"].map((name) => g.vmstat(name) * 4096);
  expect([...stats.subarray(0, 3)]).toEqual([...told, g.vmstat("pgmajfault")]);
});

test("the end of a process gives its slots back", () => {
  const g = run({ guest: ", swap: 128MiB" }, [...HOG, "kill: memhog", "wait: 1s"]);
  expect(free(g)).toBe(128 * 256);
  expect(g.vmstat("nr_anon_pages")).toBe(326);
  expect(g.vmstat("nr_file_pages")).toBeLessThan(1000);
});

test("when swap is full the killer comes, and counts what its victim has there", () => {
  const g = run({ guest: ", swap: 32MiB" }, [
    "run: memhog 30MiB --hold 60s --oom-score-adj -1000",
    "wait: 500ms",
    "run: memhog 100MiB --hold 60s",
    "wait: 2s",
  ]);
  expect(g.vmstat("oom_kill")).toBe(1);
  const log = g.log.map(([, text]) => text);
  expect(log).toContain("Total swap = 32768kB");
  expect(log).toContain("Free swap  = 0kB");
  const tasks = log
    .filter((text) => text.endsWith(" memhog"))
    .map((text) => text.trim().split(/\s+/));
  // ... rss, page tables, swapents, oom_score_adj, name
  const swapents = tasks.map((words) => Number(words.at(-3)));
  expect(swapents.reduce((a, b) => a + b, 0)).toBe(32 * 256);
});

test("a balloon drives memory out to swap before it fails", () => {
  const timeline = ["run: memhog 50MiB --hold 60s", "wait: 1s", "balloon: 60MiB", "wait: 3s"];
  const [without, with_] = ["", ", swap: 128MiB"].map((guest) => run({ guest }, timeline));
  expect(without!.vmstat("balloon_inflate")).toBeLessThan(40 * 256);
  expect(with_!.vmstat("balloon_inflate")).toBe(60 * 256);
  expect(with_!.vmstat("pswpout")).toBeGreaterThan(20 * 256);
  expect(with_!.vmstat("oom_kill")).toBe(0);
});

// From v5.15 on reclaim decides with sums that are up to two seconds old.
test.each([
  ["v4.19", 1],
  ["v5.7", 1],
  ["v6.1", 5],
])("%s: the higher vm.swappiness, the more goes out", (kernel, seconds) => {
  const timeline = [
    "run: cat big --loop",
    "wait: 300ms",
    "run: memhog 40MiB --hold 60s",
    `wait: ${seconds}s`,
  ];
  const out = [0, 20, 100].map((swappiness) => {
    const guest = `, swap: 128MiB, swappiness: ${swappiness}`;
    return run({ kernel, guest }, timeline).vmstat("pswpout");
  });
  expect(out[0]).toBe(0);
  expect(out[2]).toBeGreaterThan(out[1]!);
});

test("vm.swappiness can be changed while the guest runs", () => {
  const timeline = [
    "sysctl: vm.swappiness = 0",
    "run: cat big --loop",
    "wait: 300ms",
    "run: memhog 40MiB --hold 60s",
    "wait: 1s",
  ];
  const guest = ", swap: 128MiB, swappiness: 100";
  expect(run({ guest }, timeline).vmstat("pswpout")).toBe(0);
});

test("a huge page is split before it goes out", () => {
  const timeline = [
    "run: memhog 60MiB --huge --hold 60s",
    "wait: 1s",
    "balloon: 40MiB",
    "wait: 4s",
  ];
  const g = run({ kernel: "v6.1", guest: ", swap: 128MiB", thp: "always" }, timeline);
  const huge = g.vmstat("thp_fault_alloc");
  expect(huge).toBeGreaterThan(10);
  expect(g.vmstat("nr_anon_transparent_hugepages")).toBeLessThan(huge);
  expect(g.vmstat("pswpout")).toBeGreaterThan(1000);
});

test("since v5.9 what comes back from swap is counted, and only what came from there", () => {
  const counts = ["v5.7", "v6.1"].map((kernel) => {
    const g = run({ kernel, guest: ", swap: 128MiB" }, HOG);
    const names = g.global<string[]>("mm/vmstat.ts", "vmstat_text");
    // One may be on its way when the run ends.
    return names.includes("workingset_refault_anon")
      ? g.vmstat("pswpin") - g.vmstat("workingset_refault_anon")
      : null;
  });
  expect(counts[0]).toBeNull();
  expect([0, 1]).toContain(counts[1]);
});

test.each([
  ["swap: 512GiB", "Swap may have up to"],
  ["swappiness: 101", "`swappiness` must be a whole number from 0 to 100"],
  ["kernel: v6.1, swappiness: 201", "`swappiness` must be a whole number from 0 to 200"],
  ["swap: 1GiB }\nconfig: { SWAP: n", "`swap` needs a kernel with `SWAP`"],
])("%s is refused", (keys, message) => {
  const text = `guest: { memory: 1GiB, ${keys} }\ntimeline: [wait: 1s]\n`;
  const { diagnostics, scenario } = parseScenario(text, "x");
  expect(diagnostics.map((each) => each.message).join("\n")).toContain(message);
  expect(scenario).toBeNull();
});
