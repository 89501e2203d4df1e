/**
 * What must hold of the guest between any two dispatches, whatever is going on in it. LAW_SEED
 * chooses the scenarios, LAW_RUNS how many there are; `npm run soak` runs a great many.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Guest } from "../model/guest.ts";
import { planText, plans, type Plan } from "./model-scenarios.ts";
import { lawSeed } from "./support.ts";

const numRuns = Number(process.env["LAW_RUNS"] ?? 100);
/** Memory is looked at as a whole at every so many-th dispatch, virtqueues and counters at each. */
const MEMORY_PERIOD = Number(process.env["LAW_PERIOD"] ?? 5);

interface Lock {
  readonly name: string;
  readonly owner: { readonly comm: string; readonly thread: number } | null;
}

test("pages, rings, counters and locks are sane between any two dispatches", () => {
  fc.assert(
    fc.property(plans, (plan) => {
      holds(plan);
    }),
    { seed: lawSeed, numRuns },
  );
}, 3_600_000);

/** A plan is over by then, or it is one of those that have no end; see `Enough`. */
const MAX_DISPATCHES = 5000;

/**
 * Some plans never end, and rightly so: up to v5.17 drop_caches goes on while it frees something, and
 * that can be pages that the balloon has just taken.
 */
class Enough extends Error {}

/** Runs a plan; a panic of the guest is an outcome like any other. */
function holds(plan: Plan): void {
  const text = planText(plan);
  const guest = new Guest(text);
  const watch = new Watch(guest);
  try {
    guest.run(() => {
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

class Watch {
  readonly #guest: Guest;
  readonly #events: readonly number[];
  #before: Float64Array | null = null;
  #dispatches = 0;

  constructor(guest: Guest) {
    this.#guest = guest;
    const names = guest.global<string[]>("mm/vmstat.ts", "vmstat_text");
    this.#events = names.flatMap((name, i) => (name.startsWith("nr_") ? [] : [i]));
  }

  look(): void {
    this.#dispatches++;
    if (this.#dispatches > MAX_DISPATCHES) throw new Enough();
    this.#counters();
    this.#lock();
    this.#ask("virtio/debug.ts", "check_virtio");
    if (this.#dispatches % MEMORY_PERIOD === 0) this.#ask("mm/debug.ts", "check_invariants");
  }

  #ask(file: string, name: string): void {
    const broken = this.#guest.call(file, name);
    if (broken !== "") throw new Error(`${name}: ${String(broken)}`);
  }

  /** Events only ever happen once more; gauges are never negative. */
  #counters(): void {
    const now = this.#guest.global<Float64Array>("mm/vmstat.ts", "vmstat");
    const before = this.#before ?? new Float64Array(now.length);
    for (const i of this.#events) {
      if (now[i]! < before[i]!) throw new Error(`counter ${i} went from ${before[i]} to ${now[i]}`);
    }
    const negative = now.findIndex((value) => value < 0);
    if (negative >= 0) throw new Error(`gauge ${negative} is ${now[negative]}`);
    before.set(now);
    this.#before = before;
  }

  /** Who holds the OOM lock is alive, and it is the task that is in out_of_memory. */
  #lock(): void {
    const { owner, name } = this.#guest.global<Lock>("mm/oom_kill.ts", "oom_lock");
    if (owner === null) return;
    const thread = this.#guest.machine.state.threads[owner.thread];
    if (thread?.state === "exited") throw new Error(`${owner.comm} has ended and holds ${name}`);
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

test.each(["v4.19", "v5.7"])(
  "%s: twice the guest, file and target have the same shape",
  (kernel) => {
    const small = contest(kernel, 200);
    const large = contest(kernel, 400);
    expect(large.reached).toBe(small.reached);
    expect(small.reached).toBe(kernel === "v5.7");
    expect(Math.abs(large.balloon - small.balloon)).toBeLessThan(5);
    expect(Math.abs(large.file - small.file)).toBeLessThan(5);
  },
);
