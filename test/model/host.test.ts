/** The host's memory behind the guest: what is present, what a discard frees, and who asks for it. */
import { expect, test } from "vitest";
import { parseScenario } from "../../src/scenario/index.ts";
import { Guest } from "./guest.ts";

interface Options {
  readonly kernel?: string;
  readonly host?: string;
  readonly costs?: string;
  readonly features?: string;
}

const MIB = 256;

function guest(options: Options, timeline: readonly string[]): Guest {
  const { kernel = "v5.7", host, costs = "tcg", features = "deflate-on-oom, stats-vq" } = options;
  return new Guest(
    [
      `guest: { memory: 256MiB, kernel: ${kernel}, thp: never }`,
      `device: { features: [${features}] }`,
      ...(host === undefined ? [] : [`host: { ${host} }`]),
      `costs: ${costs}`,
      "timeline:",
      ...timeline.map((step) => `  - ${step}`),
      "",
    ].join("\n"),
  );
}

const rss = (g: Guest): number => g.global<number>("ram.ts", "presentPages");

/** Resident pages at the end of each step of the timeline. */
function rssAfterSteps(g: Guest): number[] {
  const sizes: number[] = [];
  g.run(() => {
    while (sizes.length < g.outcomes.length) sizes.push(rss(g));
    const broken = g.call("virtio/debug.ts", "check_virtio");
    if (broken !== "") throw new Error(String(broken));
  });
  return sizes;
}

const HOG = ["wait: 1ms", "run: memhog 100MiB", "wait: 2s", "kill: memhog", "wait: 1s"];

test("memory is the host's to give when it is touched, and its own again in the balloon", () => {
  const [boot, , touched, , freed, , ballooned, , back] = rssAfterSteps(
    guest({}, [...HOG, "balloon: 150MiB", "wait: 3s", "balloon: 0", "wait: 3s"]),
  );
  // Page tables come on top of the 100 MiB, less what boot had touched and freed.
  expect(touched! - boot!).toBeGreaterThanOrEqual(99 * MIB);
  expect(touched! - boot!).toBeLessThan(101 * MIB);
  // A guest that frees memory does not say so.
  expect(freed).toBe(touched);
  expect(ballooned).toBeLessThan(boot! + 50 * MIB);
  // Deflating gives nothing by itself: pages come back when somebody writes to them.
  expect(back).toBe(ballooned);
});

test("a page that nobody has touched is cheaper to take; Debian's 6.1 zeroes every one", () => {
  const costs = "{ preset: tcg, host_inflate: 1ms, host_inflate_absent: 0ns }";
  const times = ["v5.7", "v6.1"].map((kernel) => {
    const g = guest({ kernel, costs }, [
      "balloon: 10MiB",
      "{ wait-until: time > 0, timeout: 60s }",
    ]);
    const device = (): { actual: number } => g.global("host/virtio_balloon.ts", "balloon");
    g.conditions = [() => device().actual === 10 * MIB];
    g.run();
    return Math.round(g.machine.state.time / 1e9);
  });
  // 2560 pages of a millisecond each, and a guest of 5.7 that boots knows of 300 that were used.
  expect(times[1]).toBe(3);
  expect(times[0]).toBeLessThan(2);
});

test("inflating again what was never touched in between costs the host less", () => {
  const costs = "{ preset: tcg, host_inflate: 100us, host_inflate_absent: 1us }";
  const g = guest({ costs }, [
    ...HOG,
    "balloon: 150MiB",
    "{ wait-until: time > 0, timeout: 60s }",
    "balloon: 0",
    "{ wait-until: time > 0, timeout: 60s }",
    "balloon: 150MiB",
    "{ wait-until: time > 0, timeout: 60s }",
  ]);
  const device = (): { actual: number } => g.global("host/virtio_balloon.ts", "balloon");
  g.conditions = [150 * MIB, 0, 150 * MIB].map((size) => () => device().actual === size);
  const ends: number[] = [];
  g.run(() => {
    while (ends.length < g.outcomes.length) ends.push(g.machine.state.time);
  });
  const [, , , , , a, b, c, d, e, f] = ends.map((at) => at / 1e9);
  expect(b! - a!).toBeGreaterThan(3 * (f! - e!));
  expect(d).toBeGreaterThan(c!);
});

test.each([
  ["4KiB", true],
  ["64KiB", true],
  ["2MiB", false],
])("host pages of %s: a balloon of 200 MiB frees them: %s", (size, frees) => {
  const sizes = rssAfterSteps(
    guest({ host: `page-size: ${size}` }, [...HOG, "balloon: 200MiB", "wait: 5s"]),
  );
  const [before, after] = [sizes[4]!, sizes.at(-1)!];
  if (frees) expect(after).toBeLessThan(before - 60 * MIB);
  else expect(after).toBeGreaterThanOrEqual(before);
});

test("the host asks for statistics as often as the scenario says", () => {
  const g = guest({ host: "stats-interval: 2s" }, ["wait: 9s"]);
  const updates = new Set<number>();
  g.run(() =>
    updates.add(
      g.global<{ stats_last_update: number } | null>("host/virtio_balloon.ts", "balloon")
        ?.stats_last_update ?? -1,
    ),
  );
  // While the driver probes, and then every two seconds.
  const answers = [...updates].filter((at) => at >= 0);
  expect(answers.map((at) => Math.round(at / 1e9))).toEqual([0, 2, 4, 6, 8]);
});

test("a host short of memory asks for it, but for no more than the guest can spare", () => {
  const targets = (host: string, timeline: readonly string[]): number[] => {
    const g = guest({ host }, timeline);
    g.run();
    return g.events.filter(([, name]) => name === "target").map(([, , pages]) => pages);
  };
  const often = "stats-interval: 1s";
  const some = ["host-pressure: 40MiB", "wait: 3s", "host-pressure: 20MiB", "wait: 3s"];
  expect(targets(often, some)).toEqual([40 * MIB, 60 * MIB]);
  const [all, more] = targets(often, ["host-pressure: 1GiB", "wait: 5s", "host-pressure: 1MiB"]);
  expect(all).toBeGreaterThan(150 * MIB);
  expect(all).toBeLessThan(256 * MIB);
  expect(more).toBeGreaterThanOrEqual(all!);
  expect(targets(often, ["balloon: 60MiB", "host-pressure: 1MiB"])).toEqual([60 * MIB, 60 * MIB]);
});

test.each([
  ["page-size: 8KiB", "A host has pages of 4KiB, 64KiB or 2MiB, not of `8KiB`"],
  ["stats-interval: 1500ms", "QEMU polls in whole seconds"],
  ["page-sizes: 4KiB", "did you mean `page-size`?"],
  ["steal: 96%", "from 0% to 95% of a vCPU's time, not `96%`"],
  ["steal: 0.5", "Write for example `steal: 60%`"],
  ["steal: -1%", "not `-1%`"],
  ["steal-slice: 10us", "in slices of 1ms to 1s, not of `10us`"],
  ["steal-slice: 2s", "in slices of 1ms to 1s"],
])("host: %s is refused", (keys, message) => {
  const text = `guest: { memory: 1GiB }\nhost: { ${keys} }\ntimeline: [wait: 1s]\n`;
  const { diagnostics, scenario } = parseScenario(text, "x");
  expect(diagnostics.map((each) => each.message).join("\n")).toContain(message);
  expect(scenario).toBeNull();
});

test.each([
  ["steal: 50%", "cpu: 2", "`cpu` must be a whole number from 0 to 1, not `2`"],
  ["steal: 100%", "cpu: 0", "from 0% to 95%"],
  ["wait: 1s", "cpu: 0", "`cpu` belongs to `steal`, not to `wait`"],
])("the step %s with %s is refused", (step, modifier, message) => {
  const text = `guest: { memory: 1GiB, cpus: 2 }\ntimeline:\n  - ${step}\n    ${modifier}\n`;
  const { diagnostics, scenario } = parseScenario(text, "x");
  expect(diagnostics.map((each) => each.message).join("\n")).toContain(message);
  expect(scenario).toBeNull();
});

test("what else does not go together", () => {
  const complaints = (text: string): string[] =>
    parseScenario(`${text}\ntimeline: [wait: 1s]\n`, "x").diagnostics.map(({ message }) => message);
  expect(complaints("guest: { memory: 257MiB }\nhost: { page-size: 2MiB }")).toEqual([
    expect.stringContaining("must be a multiple of the host's pages"),
  ]);
  expect(
    complaints(
      "guest: { memory: 1GiB }\ndevice: { features: [deflate-on-oom] }\nhost: { stats-interval: 1s }",
    ),
  ).toEqual([expect.stringContaining("Without `stats-vq`")]);
});
