import { formatCount, formatSize } from "../base/format.ts";
import { PAGE_SIZE } from "../base/units.ts";
import { expectationCount, seconds } from "../dap/outcome.ts";
import { table, type Paint } from "../dap/table.ts";
import type { RunResult } from "../session/types.ts";

/** One variant of a scenario, and what came of it. */
export interface VariantRun {
  readonly variant: string;
  readonly result: RunResult;
}

/** The runs of a matrix beside each other: a line a run, as text for a console. */
export function comparisonTable(runs: readonly VariantRun[], paint: Paint): string {
  const rows = runs.map(({ variant, result }) => {
    const { total, failed } = expectationCount(result);
    const { actualPages, timeToTargetNs, longestStallNs } = result.balloon;
    const counter = (name: string): string => formatCount(result.counters[name] ?? 0);
    return [
      total === 0 ? "" : failed === 0 ? paint.good("✓") : paint.bad("✗"),
      variant,
      `${total - failed}/${total}`,
      formatSize(actualPages * PAGE_SIZE),
      timeToTargetNs === null ? "never" : seconds(timeToTargetNs),
      seconds(longestStallNs),
      counter("balloon_deflate"),
      counter("oom_kill"),
    ];
  });
  return table({
    head: ["", "variant", "hold", "balloon", "to target", "stall", "deflated", "kills"],
    align: ["left", "left", "right", "right", "right", "right", "right", "right"],
    flexible: [1],
    rows,
    paint,
  }).join("\n");
}
