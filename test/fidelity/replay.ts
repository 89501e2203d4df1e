/**
 * Runs a scenario of `scenarios/reference` and puts it into the form of the recorded runs. A step
 * with the comment `# phase: NAME` begins the phase of that name; the replay stops there as a user
 * would, with a breakpoint on the line, and looks.
 */
import { readFileSync } from "node:fs";
import { image } from "#model-image";
import { parseScenario } from "../../src/scenario/index.ts";
import { Session } from "../../src/session/session.ts";
import type { Place, Samples } from "../../src/session/types.ts";
import type { Facts, Phase, Recording, Series, Watermarks } from "./recording.ts";

export interface Replay {
  readonly recording: Recording;
  readonly series: Series;
  /** Of the whole machine at the end: the same on every machine. */
  readonly fingerprint: string;
  readonly kernel: string;
}

/** Counters whose sums or changes are compared; a kernel has one of the two names of refaults. */
const EVENTS = [
  "balloon_inflate",
  "balloon_deflate",
  "balloon_migrate",
  "pgscan_kswapd",
  "pgscan_direct",
  "pgsteal_kswapd",
  "pgsteal_direct",
  "pgpgin",
  "slabs_scanned",
  "pageoutrun",
  "oom_kill",
  "drop_pagecache",
  "drop_slab",
] as const;
const STALLS = ["allocstall_dma", "allocstall_dma32", "allocstall_normal", "allocstall_movable"];
const REFAULTS = ["workingset_refault", "workingset_refault_file"];
const GAUGES: Readonly<Record<string, string>> = {
  nr_free_pages: "nr_free_pages",
  nr_file_pages: "nr_file_pages",
  nr_anon_pages: "nr_anon_pages",
  mem_total_pages: "_totalram_pages",
  host_pages: "presentPages",
  dma_free: "vm_zone_stat[0]",
  dma32_free: "vm_zone_stat[5]",
  stat_free: "host.stats.free_memory / 4096",
  stat_total: "host.stats.total_memory / 4096",
  stat_available: "host.stats.available_memory / 4096",
  stat_caches: "host.stats.disk_caches / 4096",
};
const PHASE = /^ {2}- .*# phase: (.+)$/;

interface Moment {
  readonly time: number;
  readonly counters: Readonly<Record<string, number>>;
  readonly gauges: Readonly<Record<string, number>>;
}

export async function replay(path: string): Promise<Replay> {
  const text = readFileSync(path, "utf8");
  const { scenario, diagnostics } = parseScenario(text, path, {});
  if (scenario === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const session = Session.create(scenario, { image, historyBytes: 0 });
  const names = phaseNames(text);
  const file: Place["file"] = { kind: "scenario", path };
  session.setLineBreakpoints(
    file,
    names.map(({ line }) => ({
      at: { kind: "line", file, line },
      condition: null,
      hitCondition: null,
      logMessage: null,
    })),
  );
  session.setExceptionFilters(["invariant"]);
  const moments: Moment[] = [];
  for (;;) {
    const { reason } = await session.execute("continue");
    moments.push(look(session, scenario.config.nr_cpus));
    if (reason.kind === "end" || reason.kind === "exception") break;
  }
  const samples = session.samples(0);
  const output = session.takeOutput().map((line) => line.text);
  const watermarks = watermarksOf(session);
  const result = {
    recording: {
      ...recordingOf(names, moments, samples),
      facts: factsOf(samples, output, (name) => startOf(names, moments, name)),
      watermarks,
    },
    series: seriesOf(samples, moments[0]?.time ?? 0),
    fingerprint: session.fingerprint(),
    kernel: scenario.kernel,
  };
  session.dispose();
  return result;
}

function phaseNames(text: string): { name: string; line: number }[] {
  return text.split("\n").flatMap((content, line) => {
    const name = PHASE.exec(content)?.[1];
    return name === undefined ? [] : [{ name, line }];
  });
}

function look(session: Session, cpus: number): Moment {
  const counters: Record<string, number> = {};
  for (const name of EVENTS) counters[name] = read(session, name);
  counters["allocstall"] = STALLS.reduce((sum, name) => sum + read(session, name), 0);
  counters["workingset_refault"] = REFAULTS.reduce((sum, name) => sum + read(session, name), 0);
  const gauges: Record<string, number> = {};
  for (const [name, expression] of Object.entries(GAUGES)) gauges[name] = read(session, expression);
  gauges["dma32_pcp"] = listedPages(session, cpus);
  gauges["balloon_pages"] = (counters["balloon_inflate"] ?? 0) - (counters["balloon_deflate"] ?? 0);
  return { time: session.time(), counters, gauges };
}

/** On the per-CPU lists of ZONE_DMA32. */
function listedPages(session: Session, cpus: number): number {
  let sum = 0;
  for (let cpu = 0; cpu < cpus; cpu++) sum += read(session, `pcp_count[${cpu} * MAX_NR_ZONES + 1]`);
  return sum;
}

/**
 * A number by its name in the debugger; 0 for what this kernel does not have. `workingset_refault` is
 * a counter up to 5.8 and a function in all kernels.
 */
function read(session: Session, expression: string): number {
  const { value } = session.evaluate(expression, null);
  const number = value === null ? 0 : Number.parseInt(value.value, 10);
  return Number.isNaN(number) ? 0 : number;
}

function recordingOf(
  names: readonly { name: string }[],
  moments: readonly Moment[],
  samples: Samples,
): Pick<Recording, "phases" | "final"> {
  const phases: Record<string, Phase> = {};
  names.forEach(({ name }, i) => {
    const from = moments[i];
    const to = moments[i + 1];
    if (from !== undefined && to !== undefined) phases[name] = phaseOf(from, to, samples);
  });
  return { phases, final: moments.at(-1)?.counters ?? {} };
}

function phaseOf(from: Moment, to: Moment, samples: Samples): Phase {
  const delta: Record<string, number> = {};
  for (const [name, value] of Object.entries(to.counters)) {
    delta[name] = value - (from.counters[name] ?? 0);
  }
  const inside = indicesBetween(samples, from.time, to.time);
  const middle = (from.time + to.time) / 2;
  const late = inside.filter((i) => (samples.times[i] ?? 0) > middle);
  const column = (name: string, at: readonly number[]): number[] =>
    at.map((i) => samples.series[name]?.[i] ?? 0);
  return {
    seconds: (to.time - from.time) / 1e9,
    start: from.gauges,
    delta,
    late: {
      balloon_pages: mean(column("balloon_pages", late)),
      nr_free_pages: mean(column("nr_free_pages", late)),
      nr_file_pages: mean(column("nr_file_pages", late)),
    },
    max_balloon: Math.max(0, ...column("balloon_pages", inside)),
    min_free: Math.min(...column("nr_free_pages", inside)),
  };
}

function indicesBetween(samples: Samples, from: number, to: number): number[] {
  return samples.times.flatMap((time, i) => (time > from && time <= to ? [i] : []));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** When a phase began; the end of time for one that there is not. */
function startOf(
  names: readonly { name: string }[],
  moments: readonly Moment[],
  name: string,
): number {
  return moments[names.findIndex((each) => each.name === name)]?.time ?? Infinity;
}

function factsOf(
  samples: Samples,
  output: readonly string[],
  startOf: (phase: string) => number,
): Facts {
  const reclaims: number[] = [];
  const puffs: number[] = [];
  const leaked: Record<string, number> = {};
  let since = 0;
  let lastPuff = -1;
  for (const { name, time, a } of samples.events) {
    if (name === "direct_reclaim" && a === 0) since++;
    if (name === "oom_notify" || name === "oom_kill") {
      reclaims.push(since);
      since = 0;
    }
    if (name === "oom_notify") leaked[a] = (leaked[a] ?? 0) + 1;
    if (name === "out_of_puff") {
      if (lastPuff >= 0) puffs.push((time - lastPuff) / 1e6);
      lastPuff = time;
    }
  }
  const killed = output.flatMap((line) => /Killed process \d+ \((.+?)\)/.exec(line)?.[1] ?? []);
  return {
    killed,
    panics: samples.events.filter(({ name }) => name === "panic").length,
    out_of_puff: samples.events.filter(({ name }) => name === "out_of_puff").length,
    leaked_pages: leaked,
    ...(reclaims.length > 0 ? { direct_reclaims_before: percentiles(reclaims) } : {}),
    ...(puffs.length > 0 ? { puff_period_ms: percentiles(puffs) } : {}),
    ...reportsOf(samples, startOf("memhog_start"), startOf("memhog_end")),
  };
}

/** Free page reports before a process and after it; nothing where there were none. */
function reportsOf({ events }: Samples, begin: number, end: number): Partial<Facts> {
  const reports = events.filter(({ name }) => name === "free_page_report");
  if (reports.length === 0) return {};
  const rounds = reports.flatMap(({ time }, i) => {
    const gap = (time - (reports[i - 1]?.time ?? time)) / 1e6;
    return gap > 1000 && gap < 3000 ? [gap] : [];
  });
  const blocks = (from: number, to: number): number[] =>
    reports.filter(({ time }) => time >= from && time < to).map(({ a }) => a);
  return {
    reports_before: blocks(0, begin),
    reports_after: blocks(end, end + 1e10),
    ...(rounds.length > 0 ? { report_period_ms: percentiles(rounds).p50 } : {}),
  };
}

function percentiles(values: readonly number[]): { p10: number; p50: number; p90: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { p10: at(0.1), p50: at(0.5), p90: at(0.9) };
}

function watermarksOf(session: Session): Watermarks {
  const zone = (index: number): [number, number, number] => [
    read(session, `zones[${index}]._watermark[0]`),
    read(session, `zones[${index}]._watermark[1]`),
    read(session, `zones[${index}]._watermark[2]`),
  ];
  const dma = zone(0);
  const dma32 = zone(1);
  return {
    dma,
    dma32,
    protection: read(session, "zones[0].lowmem_reserve[1]"),
    min: dma[0] + dma32[0],
    low: dma[1] + dma32[1],
    high: dma[2] + dma32[2],
    managed: read(session, "zones[0].managed_pages") + read(session, "zones[1].managed_pages"),
  };
}

/** About as many points as the recorded series have. */
function seriesOf({ times, series }: Samples, from: number): Series {
  const start = times.findIndex((time) => time >= from);
  const step = Math.max(1, Math.floor((times.length - start) / 140));
  const at = times.map((_, i) => i).filter((i) => i >= start && (i - start) % step === 0);
  const column = (name: string): number[] => at.map((i) => series[name]?.[i] ?? 0);
  return {
    t: at.map((i) => ((times[i] ?? 0) - from) / 1e9),
    balloon: column("balloon_pages"),
    free: column("nr_free_pages"),
    file: column("nr_file_pages"),
  };
}
