import type { RunResult } from "../session/types.ts";

/** What a run cost this computer. */
export interface RunCost {
  readonly cpuSeconds: number;
  readonly maxRssMb: number;
}

/** The object of `balloon run --json`: seconds, 4 KiB pages, lines that count from 1. */
export function runJson(result: RunResult, cost: RunCost): object {
  const { balloon } = result;
  return {
    scenario: result.scenario,
    kernel: result.kernel,
    seed: result.seed,
    fingerprint: result.fingerprint,
    virtual_s: seconds(result.virtualNs),
    ...(result.bug === "" ? {} : { bug: result.bug }),
    cpu_s: Math.round(cost.cpuSeconds * 1000) / 1000,
    max_rss_mb: Math.round(cost.maxRssMb * 10) / 10,
    counters: result.counters,
    balloon: {
      target_pages: balloon.targetPages,
      actual_pages: balloon.actualPages,
      time_to_target_s: balloon.timeToTargetNs === null ? null : seconds(balloon.timeToTargetNs),
      longest_stall_s: seconds(balloon.longestStallNs),
    },
    timeline: result.timeline.map((step) => ({
      line: step.line + 1,
      step: step.text,
      start_s: seconds(step.start),
      end_s: step.end === null ? null : seconds(step.end),
      outcome: step.outcome,
    })),
    expect: result.expect.map(({ line, text, pass, actual }) => ({
      line: line + 1,
      text,
      pass,
      actual,
    })),
  };
}

/** Exact to the nanosecond as far as a double is: a result may be compared with another. */
function seconds(ns: number): number {
  return ns / 1e9;
}
