/**
 * A run as it is compared: what stood at the beginning of each phase, what each phase changed, and
 * what was seen on the way. Real runs come from `test/fixtures/recorded`, replays from `replay.ts`;
 * both have this one form, so every quantity is computed by the same function on both.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

export interface Phase {
  readonly seconds: number;
  /** Gauges at its beginning, in pages. Real samples lag by up to 200 ms. */
  readonly start: Readonly<Record<string, number>>;
  /** What /proc/vmstat counted in it; what did not move is absent. */
  readonly delta: Readonly<Record<string, number>>;
  /** Means over its second half, when the beginning is forgotten. */
  readonly late: Readonly<Record<string, number>>;
  readonly max_balloon: number;
  readonly min_free: number;
}

export interface Facts {
  /** Names of killed processes, in order. */
  readonly killed: readonly string[];
  readonly panics: number;
  /** Failed allocations of the balloon's worker; of real runs a lower bound, from the log. */
  readonly out_of_puff: number;
  /** What the host's process shrank by in the ten seconds after a process's end, in MiB. */
  readonly host_memory_returned_mib?: number;
  /** Whether the balloon was full while the reader ran; null: nobody read. */
  readonly reached_with_reader?: boolean | null;
  /** Direct reclaims of a task before each `out_of_memory`. */
  readonly direct_reclaims_before?: Readonly<Record<"p10" | "p50" | "p90", number>>;
  /** Time from one failed inflation to the next. */
  readonly puff_period_ms?: Readonly<Record<"p10" | "p50" | "p90", number>>;
  /** Blocks in each report of free pages: before the process began, and up to 10 s after its end. */
  readonly reports_before?: readonly number[];
  readonly reports_after?: readonly number[];
  /** From one round of reports to the next, in the middle. */
  readonly report_period_ms?: number;
  /** Calls of the notifier by the pages that each deflated. */
  readonly leaked_pages?: Readonly<Record<string, number>>;
}

/** min, low, high: pages; protection: the lowmem reserve of ZONE_DMA against ZONE_DMA32. */
export interface Watermarks {
  readonly dma?: readonly [min: number, low: number, high: number];
  readonly dma32?: readonly [min: number, low: number, high: number];
  readonly protection?: number;
  /** Sums over the zones, for runs that recorded no more. */
  readonly min?: number;
  readonly low?: number;
  readonly high?: number;
  readonly managed?: number;
}

export interface Recording {
  readonly phases: Readonly<Record<string, Phase>>;
  readonly final: Readonly<Record<string, number>>;
  readonly facts: Facts;
  readonly watermarks?: Watermarks;
}

/** Pages over time, from the beginning of the first phase; `t` in seconds. */
export interface Series {
  readonly t: readonly number[];
  readonly balloon: readonly number[];
  readonly free: readonly number[];
  readonly file: readonly number[];
}

export interface ShrinkerCall {
  readonly run: string;
  readonly priority: number;
  readonly nr_deferred: number;
  readonly cache_items: number;
  readonly delta: number;
  readonly total_scan: number;
  readonly pages_freed: number;
  readonly new_nr_deferred: number;
}

const FIXTURES = new URL("../fixtures/recorded/", import.meta.url);

export function recordedRuns(): Readonly<Record<string, Recording>> {
  return JSON.parse(readFileSync(fixture("runs.json"), "utf8")) as Record<string, Recording>;
}

export function recordedSeries(): Readonly<Record<string, Series>> {
  return JSON.parse(readFileSync(fixture("series.json"), "utf8")) as Record<string, Series>;
}

export function recordedShrinkerCalls(): readonly ShrinkerCall[] {
  const text = gunzipSync(readFileSync(fixture("shrinker-calls.csv.gz"))).toString("utf8");
  const [header = "", ...lines] = text.trimEnd().split("\n");
  const [, ...columns] = header.split(",");
  return lines.map((line) => {
    const [run, ...values] = line.split(",");
    const numbers = Object.fromEntries(columns.map((name, i) => [name, Number(values[i])]));
    return { run, ...numbers } as unknown as ShrinkerCall;
  });
}

/** `build/fidelity.mjs` runs from the root, the tests from here. */
function fixture(name: string): URL | string {
  return import.meta.url.endsWith(".ts")
    ? new URL(name, FIXTURES)
    : `test/fixtures/recorded/${name}`;
}
