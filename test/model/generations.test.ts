/** What each generation of the balloon driver does in its own way, on the same kernel. */
import { expect, test } from "vitest";
import { parseScenario } from "../../src/scenario/index.ts";
import { Guest } from "./guest.ts";

interface Shrinker {
  readonly name: string;
}

interface Chain {
  readonly chain: readonly unknown[];
}

const DRIVERS = ["v4.14", "v4.19", "v5.5", "v5.7", "v6.8", "v6.19"];

function guest(
  lines: readonly string[],
  timeline: readonly string[],
  features = "deflate-on-oom, stats-vq",
): Guest {
  return new Guest(
    [
      "guest:",
      "  memory: 256MiB",
      "  thp: never",
      ...lines.map((line) => `  ${line}`),
      `device: { features: [${features}] }`,
      "costs: tcg",
      "timeline:",
      ...timeline.map((step) => `  - ${step}`),
      "",
    ].join("\n"),
  );
}

function runChecked(g: Guest, each: () => void = () => undefined): void {
  g.run(() => {
    const broken = g.call("virtio/debug.ts", "check_virtio");
    if (broken !== "") throw new Error(`at ${g.machine.state.time} ns: ${String(broken)}`);
    each();
  });
}

const balloonShrinkers = (g: Guest): number =>
  g
    .global<readonly Shrinker[]>("mm/shrinker.ts", "shrinker_list")
    .filter(({ name }) => name === "virtio-balloon").length;

test.each([
  ["v4.14", 0, 1, 0, 1],
  ["v4.19", 1, 0, 0, 0],
  ["v5.5", 1, 0, 0, 0],
  ["v5.7", 0, 1, 0, 0],
  ["v6.19", 0, 1, 0, 0],
])("%s registers what deflates it", (driver, shrinkers, notifiers, without, notifiersWithout) => {
  const registered = ["deflate-on-oom", "stats-vq"].map((features) => {
    const g = guest([`driver: ${driver}`], ["wait: 1ms"], features);
    g.run();
    return [balloonShrinkers(g), g.global<Chain>("mm/oom_kill.ts", "oom_notify_list").chain.length];
  });
  expect(registered).toEqual([
    [shrinkers, notifiers],
    [without, notifiersWithout],
  ]);
});

test.each([
  ["driver: v4.14", 256],
  ["driver: v4.14, oom-pages: 16", 16],
  ["driver: v4.14, oom-pages: 5000", 256],
  ["driver: v4.14, oom-pages: -1", 256],
  ["driver: v5.7", 256],
  ["driver: v6.19", 256],
])("%s: %i pages at each OOM", (keys, pages) => {
  const timeline = ["balloon: 100MiB", "wait: 2s", "run: memhog 120MiB --hold 1s", "wait: 1s"];
  const g = guest([...keys.split(", "), "kernel: v6.1"], timeline);
  runChecked(g);
  const freed = g.events.filter(([, name]) => name === "oom_notify").map(([, , nr]) => nr);
  expect(freed.length).toBeGreaterThan(10);
  expect(new Set(freed)).toEqual(new Set([pages]));
  expect(g.vmstat("balloon_deflate")).toBe(pages * freed.length);
  expect(g.vmstat("oom_kill")).toBe(0);
});

test("v4.14 with oom-pages 0, or without deflate-on-oom, leaves the balloon to the host", () => {
  for (const [pages, features] of [
    [0, "deflate-on-oom"],
    [256, "stats-vq"],
  ] as const) {
    const timeline = ["balloon: 100MiB", "wait: 2s", "run: memhog 160MiB --hold 1s", "wait: 2s"];
    const g = guest(["driver: v4.14", `oom-pages: ${pages}`], timeline, features);
    runChecked(g);
    expect([g.vmstat("oom_kill"), g.vmstat("balloon_deflate")]).toEqual([1, 0]);
  }
});

/** Whether a task that is out of memory waits for the worker that sleeps after a failed allocation. */
function waitsForSleeper(driver: string): boolean {
  const timeline = ["balloon: 250MiB", "wait: 2s", "run: memhog 80MiB --hold 1s", "wait: 3s"];
  const g = guest([`driver: ${driver}`, "cpus: 2"], timeline);
  let seen = false;
  runChecked(g, () => {
    const reasons = g.machine.state.threads.map(({ reason }) => reason);
    seen ||=
      reasons.includes("msleep(200)") &&
      reasons.some((reason) => reason.startsWith("balloon_lock, held by kworker"));
  });
  return seen;
}

test("only v4.14 sleeps under balloon_lock, and lets an OOM wait for it", () => {
  expect(["v4.14", "v5.7"].map(waitsForSleeper)).toEqual([true, false]);
});

test("v4.19 and v5.5 give a balloon of 4 KiB pages back alike", () => {
  const counters = ["v4.19", "v5.5"].map((driver) => {
    const g = guest(
      [`driver: ${driver}`, "kernel: v5.7", "files: { big: 150MiB }"],
      ["run: cat big --loop", "wait: 500ms", "balloon: 200MiB", "wait: 3s"],
    );
    runChecked(g);
    const inflated = g.vmstat("balloon_inflate");
    const deflated = g.vmstat("balloon_deflate");
    expect(deflated % 128).toBe(0);
    return deflated > inflated / 2;
  });
  expect(counters).toEqual([true, true]);
});

test.each(DRIVERS)("%s sends the statistics of its time", (driver) => {
  const g = guest([`driver: ${driver}`], ["wait: 1s"]);
  g.run();
  const { stats } = g.global<{ stats: Float64Array }>("host/virtio_balloon.ts", "balloon");
  const sent = [...stats.keys()].filter((tag) => stats[tag]! >= 0).length;
  expect(sent).toBe({ "v4.14": 7, "v6.19": 16 }[driver] ?? 10);
});

test.each([
  ["driver: v5.8", "There is no generation `v5.8` of the balloon driver."],
  ["oom-pages: 100", "Only the v4.14 driver has the parameter `oom-pages`"],
  ["driver: v4.14, oom-pages: 1.5", "`oom-pages` must be a whole number"],
])("%s is refused", (keys, message) => {
  const text = `guest: { memory: 1GiB, ${keys} }\ntimeline: [wait: 1s]\n`;
  const { diagnostics, scenario } = parseScenario(text, "x");
  expect(diagnostics.map((each) => each.message).join("\n")).toContain(message);
  expect(scenario).toBeNull();
});
