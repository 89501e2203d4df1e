/** A host that gives processors to others: what the guest gets done, and what it does not feel. */
import { expect, test } from "vitest";
import { fingerprint } from "../../src/machine/fingerprint.ts";
import { Guest } from "./guest.ts";

function guest(host: string, timeline: readonly string[], cpus = 1, seed = 1): Guest {
  return new Guest(
    [
      `guest: { memory: 256MiB, cpus: ${cpus}, files: { big: 40MiB } }`,
      host === "" ? "name: a host of its own" : `host: { ${host} }`,
      "costs: tcg",
      `seed: ${seed}`,
      "timeline:",
      ...timeline.map((step) => `  - ${step}`),
      "",
    ].join("\n"),
  );
}

const lost = (g: Guest): number[] => [...(g.machine.state.steal?.lost ?? [])];

/** When the guest has exited whatever it had to do, in ns: 100 MiB that are touched and given back. */
function hogTime(host: string, seed = 1): number {
  const g = guest(host, ["run: memhog 100MiB --hold 0", "wait: 20s"], 1, seed);
  let end = 0;
  g.run(() => {
    const hog = g.machine.state.threads.find(({ task }) => task.comm === "memhog");
    if (end === 0 && hog?.state === "exited") end = g.machine.state.time;
  });
  return end;
}

test("what takes a second takes two with half of the time, and ten with a tenth", () => {
  const alone = hogTime("");
  expect(hogTime("steal: 50%") / alone).toBeGreaterThan(1.7);
  expect(hogTime("steal: 50%") / alone).toBeLessThan(2.3);
  expect(hogTime("steal: 90%") / alone).toBeGreaterThan(7);
  expect(hogTime("steal: 90%") / alone).toBeLessThan(13);
  expect(hogTime("steal: 50%", 2)).not.toBe(hogTime("steal: 50%"));
  expect(hogTime("steal: 50%, steal-slice: 20ms")).not.toBe(hogTime("steal: 50%"));
});

const CONTEST = ["run: cat big --loop", "wait: 1s", "balloon: 150MiB", "wait: 2s"];

test("nothing stolen is the same run to the last bit", () => {
  const runs = ["", "steal: 0%", "steal: 0%, steal-slice: 9ms"].map((host) => {
    const g = guest(host, CONTEST, 2);
    g.run();
    return [g.machine.state.dispatches, fingerprint(g.machine)];
  });
  // The slice stands in the configuration, and nowhere else.
  expect(runs[1]).toEqual(runs[0]);
  expect(runs[2]![0]).toBe(runs[0]![0]);
});

test("a step of the timeline begins to steal, from one vCPU or from all, and ends it", () => {
  const busy = ["run: memhog 20MiB --loop", "run: memhog 20MiB --loop", "wait: 1s"];
  const one = guest("", [...busy, "{ steal: 80%, cpu: 1 }", "wait: 1s"], 2);
  one.run();
  expect(lost(one)[0]).toBe(0);
  expect(lost(one)[1]).toBeGreaterThan(0.5e9);
  const both = guest("", [...busy, "steal: 80%", "wait: 1s", "steal: 0%", "wait: 1s"], 2);
  both.run();
  expect(Math.min(...lost(both))).toBeGreaterThan(0.5e9);
  expect(Math.max(...lost(both))).toBeLessThan(1.1e9);
});

test("an idle guest loses nothing, and one that only waits hardly any", () => {
  const g = guest("steal: 90%", ["wait: 5s"], 2);
  g.run();
  expect(Math.max(...lost(g))).toBeLessThan(0.3e9);
});

test("a busy host does not change what the guest ends up with", () => {
  const ends = ["", "steal: 80%"].map((host) => {
    const g = guest(host, ["balloon: 100MiB", "wait: 15s", "balloon: 0", "wait: 15s"]);
    g.run();
    return ["balloon_inflate", "balloon_deflate", "nr_free_pages"].map((name) => g.vmstat(name));
  });
  expect(ends[1]).toEqual(ends[0]);
  expect(ends[0]!.slice(0, 2)).toEqual([25_600, 25_600]);
});
