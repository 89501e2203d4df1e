/** The balloon driver in its generations, with the host behind it and memory around it. */
import { expect, test } from "vitest";
import { Guest } from "./guest.ts";

interface Driver {
  readonly num_pages: number;
  readonly inflate_vq: Queue;
  readonly deflate_vq: Queue;
  readonly vb_dev_info: { readonly nrPages: number };
}

interface Queue {
  readonly last_used_idx: number;
}

interface Device {
  readonly actual: number;
  readonly num_pages: number;
  readonly stats: Float64Array;
}

interface Options {
  readonly kernel: string;
  readonly features?: string;
  readonly memory?: string;
  readonly file?: string;
}

function guest({ kernel, features, memory, file }: Options, timeline: readonly string[]): Guest {
  return new Guest(
    [
      "name: test",
      "guest:",
      `  memory: ${memory ?? "128MiB"}`,
      `  kernel: ${kernel}`,
      "  thp: never",
      ...(file === undefined ? [] : [`  files: { big: ${file} }`]),
      "device:",
      `  features: [${features ?? "deflate-on-oom, stats-vq"}]`,
      "costs: tcg",
      "timeline:",
      ...timeline.map((step) => `  - ${step}`),
      "",
    ].join("\n"),
  );
}

const driverOf = (g: Guest): Driver =>
  g.global<{ readonly priv: Driver }[]>("virtio/virtio.ts", "virtio_devices")[0]!.priv;
const deviceOf = (g: Guest): Device => g.global<Device>("host/virtio_balloon.ts", "balloon");

/** Runs with every invariant of queues, driver and host asked at each dispatch. */
function runChecked(g: Guest): void {
  g.run(() => {
    const broken = g.call("virtio/debug.ts", "check_virtio");
    if (broken !== "") throw new Error(`at ${g.machine.state.time} ns: ${String(broken)}`);
  });
}

const KERNELS = ["v4.14", "v4.19", "v5.5", "v5.7", "v6.1", "v6.19"];

test.each(KERNELS)("%s follows the target in messages of 256 pages", (kernel) => {
  const g = guest({ kernel }, ["balloon: 40MiB", "wait: 2s", "balloon: 10MiB", "wait: 2s"]);
  runChecked(g);
  const { num_pages, inflate_vq, deflate_vq, vb_dev_info } = driverOf(g);
  expect([num_pages, vb_dev_info.nrPages, deviceOf(g).actual]).toEqual([2560, 2560, 2560]);
  expect([inflate_vq.last_used_idx, deflate_vq.last_used_idx]).toEqual([40, 30]);
  expect([g.vmstat("balloon_inflate"), g.vmstat("balloon_deflate")]).toEqual([10240, 7680]);
});

test.each(KERNELS)("%s: MemTotal shrinks only without deflate-on-oom", (kernel) => {
  const totals = ["stats-vq", "deflate-on-oom, stats-vq"].map((features) => {
    const g = guest({ kernel, features }, ["balloon: 40MiB", "wait: 2s"]);
    const totalram = (): number => g.global<number>("mm/page_alloc.ts", "_totalram_pages");
    let atBoot = 0;
    g.run(() => {
      if (atBoot === 0) atBoot = totalram();
    });
    return atBoot - totalram();
  });
  expect(totals).toEqual([10240, 0]);
});

test.each(KERNELS)("%s keeps its invariants under pressure", (kernel) => {
  const g = guest({ kernel, file: "100MiB" }, [
    "run: cat big --loop",
    "wait: 200ms",
    "balloon: 90MiB",
    "wait: 500ms",
    "run: memhog 60MiB --hold 100ms",
    "wait: 1s",
    "drop-caches: 3",
    "kill: cat",
    "balloon: 0",
    "wait: 1s",
  ]);
  runChecked(g);
  expect(driverOf(g).num_pages).toBe(0);
  expect(g.vmstat("balloon_deflate")).toBe(g.vmstat("balloon_inflate"));
});

test("v4.19 gives the balloon to drop_caches, and does not take it back by itself", () => {
  const g = guest({ kernel: "v4.19" }, [
    "balloon: 40MiB",
    "wait: 2s",
    "drop-caches: 2",
    "wait: 1s",
  ]);
  runChecked(g);
  expect([driverOf(g).num_pages, deviceOf(g).actual, deviceOf(g).num_pages]).toEqual([0, 0, 10240]);
  expect(g.vmstat("slabs_scanned")).toBeGreaterThanOrEqual(2 * 10240);
});

test("v4.19 fills it again when the host repeats its wish", () => {
  const timeline = ["balloon: 40MiB", "wait: 2s", "drop-caches: 2", "balloon: 40MiB", "wait: 2s"];
  const g = guest({ kernel: "v4.19" }, timeline);
  runChecked(g);
  expect(driverOf(g).num_pages).toBe(10240);
});

test.each(["v5.7", "v6.1"])("%s keeps its balloon when caches are dropped", (kernel) => {
  const g = guest({ kernel }, ["balloon: 40MiB", "wait: 2s", "drop-caches: 3", "wait: 1s"]);
  runChecked(g);
  expect(driverOf(g).num_pages).toBe(10240);
});

test.each(["v5.7", "v6.1"])("%s gives back 256 pages at each OOM, and kills nobody", (kernel) => {
  const timeline = ["balloon: 100MiB", "wait: 2s", "run: memhog 120MiB --hold 1s", "wait: 3s"];
  const g = guest({ kernel, memory: "256MiB" }, timeline);
  runChecked(g);
  const notifications = g.events.filter(([, name]) => name === "oom_notify");
  expect(notifications.length).toBeGreaterThan(8);
  expect(new Set(notifications.map(([, , freed]) => freed))).toEqual(new Set([256]));
  expect(g.vmstat("balloon_deflate")).toBe(256 * notifications.length);
  expect(g.vmstat("oom_kill")).toBe(0);
});

test("without deflate-on-oom the process is killed and the balloon stays", () => {
  const timeline = ["balloon: 100MiB", "wait: 2s", "run: memhog 120MiB --hold 1s", "wait: 3s"];
  const g = guest({ kernel: "v6.1", memory: "256MiB", features: "stats-vq" }, timeline);
  runChecked(g);
  expect(g.vmstat("oom_kill")).toBe(1);
  expect(driverOf(g).num_pages).toBe(25600);
});

test("a target out of reach: out of puff every 208 ms, ten messages in five seconds", () => {
  const g = guest({ kernel: "v6.1" }, ["balloon: 120MiB", "wait: 12s"]);
  runChecked(g);
  const times = g.events.filter(([, name]) => name === "out_of_puff").map(([at]) => at / 1e6);
  const periods = times.slice(1).map((at, i) => Math.round(at - times[i]!));
  expect(new Set(periods.slice(2))).toEqual(new Set([208]));
  const lines = g.log.map(([, text]) => text);
  const puffs = lines.filter((text) => text.includes("Out of puff! Can't get 1 pages"));
  expect(puffs.length).toBe(27);
  expect(lines).toContain("fill_balloon: 15 callbacks suppressed");
});

test("the host has statistics before it asks for any", () => {
  const g = guest({ kernel: "v5.7" }, ["wait: 1s"]);
  g.run();
  const [swapIn, , , , free, total, available] = deviceOf(g).stats;
  expect(swapIn).toBe(0);
  expect(total).toBe(4096 * g.global<number>("mm/page_alloc.ts", "_totalram_pages"));
  expect(free).toBeLessThan(total!);
  expect(available).toBeLessThan(total!);
});

test("without a statistics queue there are two", () => {
  const g = guest({ kernel: "v5.7", features: "deflate-on-oom" }, ["balloon: 4MiB", "wait: 1s"]);
  runChecked(g);
  expect(driverOf(g).num_pages).toBe(1024);
  expect(new Set(deviceOf(g).stats)).toEqual(new Set([-1]));
});

test("outcomes of the timeline's steps", () => {
  const g = guest({ kernel: "v5.7" }, [
    "run: memhog 1MiB",
    "wait: 10ms",
    "balloon: 4MiB",
    "{ wait-until: balloon.reached, timeout: 1s }",
    "{ wait-until: balloon.actual == 0, timeout: 50ms }",
    "expect: oom_kill == 0",
    "expect: oom_kill == 1",
    "kill: memhog",
    "drop-caches: 1",
  ]);
  const reached = (): boolean => deviceOf(g).actual === deviceOf(g).num_pages;
  g.conditions = [reached, () => false, () => true, () => false];
  g.run();
  expect(g.outcomes).toEqual([
    "memhog done",
    "wait done",
    "balloon done",
    "wait_until reached",
    "wait_until timeout",
    "expect pass",
    "expect fail",
    "kill done",
    "drop_caches done",
  ]);
});
