/**
 * What must hold of the guest between any two dispatches, whatever is going on in it. LAW_SEED
 * chooses the scenarios, LAW_RUNS how many there are; `npm run soak` runs a great many.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Guest } from "../model/guest.ts";
import { Watch } from "./watch.ts";
import { FOUND } from "./model-found.ts";
import { planText, plans, type Plan } from "./model-scenarios.ts";
import { lawSeed } from "./support.ts";

const numRuns = Number(process.env["LAW_RUNS"] ?? 1000);
/** Memory is looked at as a whole at every so many-th dispatch, all else at each. */
const MEMORY_PERIOD = Number(process.env["LAW_PERIOD"] ?? 25);
/** A plan is left when it has had so many. Soaked long enough, all are over but those without an end. */
const MAX_DISPATCHES = Number(process.env["LAW_DISPATCHES"] ?? 150);

test("pages, rings, counters and locks are sane between any two dispatches", () => {
  fc.assert(
    fc.property(plans, (plan) => {
      holds(plan);
    }),
    { seed: lawSeed, numRuns },
  );
}, 3_600_000);

test.each(Object.entries(FOUND))("no more: %s", (_what, text) => {
  const guest = new Guest(text);
  const watch = new Watch(guest, { memoryPeriod: 1 });
  guest.run(() => {
    watch.look();
  });
});

/**
 * Some plans never end, and rightly so: up to v5.17 drop_caches goes on while it frees something, and
 * that can be pages that the balloon has just taken.
 */
class Enough extends Error {}

/** Runs a plan; a panic of the guest is an outcome like any other. */
function holds(plan: Plan): void {
  const text = planText(plan);
  const guest = new Guest(text);
  const watch = new Watch(guest, { memoryPeriod: MEMORY_PERIOD });
  let dispatches = 0;
  try {
    guest.run(() => {
      if (++dispatches > MAX_DISPATCHES) throw new Enough();
      watch.look();
    });
  } catch (error) {
    if (error instanceof Enough) return;
    if (!(error instanceof Error) || error.message.startsWith("Kernel panic")) return;
    throw new Error(`${error.message}, at ${guest.machine.state.time} ns of\n${text}`, {
      cause: error,
    });
  }
}

interface Shape {
  readonly reached: boolean;
  /** Shares of the memory that was not in use, in per cent, on average while the two press each other. */
  readonly balloon: number;
  readonly file: number;
}

/** What the kernel and init hold in a guest of any size, roughly. */
const FIXED_MIB = 46;

/** A reader against a balloon for `mebibytes` that are not in use; times grow with them. */
function contest(kernel: string, mebibytes: number): Shape {
  const target = Math.floor(mebibytes * 0.85);
  const [begin, end] = [mebibytes * 20, mebibytes * 60];
  const guest = new Guest(
    [
      `guest: { memory: ${mebibytes + FIXED_MIB}MiB, cpus: 2, kernel: ${kernel}, thp: never, min-free-kbytes: ${mebibytes * 4}, files: { big: ${Math.floor(mebibytes * 0.7)}MiB } }`,
      "device: { features: [deflate-on-oom, stats-vq] }",
      "costs: tcg",
      "timeline:",
      "  - run: cat big --loop",
      `  - wait: ${begin}ms`,
      `  - balloon: ${target}MiB`,
      `  - wait: ${end - begin}ms`,
      "",
    ].join("\n"),
  );
  const inBalloon = (): number => guest.vmstat("balloon_inflate") - guest.vmstat("balloon_deflate");
  const sums = { balloon: 0, file: 0, samples: 0 };
  // A third of the time for the two to find their balance; then a hundred samples.
  let next = (begin + (end - begin) / 3) * 1e6;
  guest.run(() => {
    if (guest.machine.state.time < next) return;
    next += (end - begin) * 6666;
    sums.balloon += inBalloon();
    sums.file += guest.vmstat("nr_file_pages");
    sums.samples++;
  });
  const share = (pages: number): number => (pages * 100) / sums.samples / (mebibytes * 256);
  return {
    reached: inBalloon() === target * 256,
    balloon: share(sums.balloon),
    file: share(sums.file),
  };
}

// A failed allocation is slept on for 200 ms whatever the size: in a small guest that takes long.
test.each([
  ["v4.19", 200],
  ["v5.7", 300],
])("%s: twice the guest, file and target have the same shape", (kernel, mebibytes) => {
  const small = contest(kernel, mebibytes);
  const large = contest(kernel, 2 * mebibytes);
  expect(large.reached).toBe(small.reached);
  expect(small.reached).toBe(kernel === "v5.7");
  expect(Math.abs(large.balloon - small.balloon)).toBeLessThan(5);
  expect(Math.abs(large.file - small.file)).toBeLessThan(5);
});
