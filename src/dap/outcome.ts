import { formatCount, formatSize } from "../base/format.ts";
import { PAGE_SIZE } from "../base/units.ts";
import type { RunResult } from "../session/types.ts";
import { plain, table, type Paint } from "./table.ts";

/** What the scenario's steps and expectations came to, as text for a console, 80 columns wide. */
export function outcomeReport(result: RunResult, paint: Paint = plain): string {
  const { total, failed } = expectationCount(result);
  const verdict =
    total === 0
      ? "no expectations"
      : failed === 0
        ? paint.good(`all ${total} expectations hold`)
        : paint.bad(`${failed} of ${total} expectations fail`);
  const run = `kernel ${result.kernel}, seed ${result.seed}, ${seconds(result.virtualNs)} of virtual time`;
  return [
    paint.bold(result.scenario),
    `${run}: ${verdict}`,
    ...(result.bug === "" ? [] : [paint.bad(`The run broke off: ${result.bug}`)]),
    ...steps(result, paint),
    ...balloon(result, paint),
    ...counters(result, paint),
    ...expectations(result, paint),
    "",
  ].join("\n");
}

/** Of the expectations at the end of a run and those that its timeline came to. */
export function expectationCount(result: RunResult): {
  readonly total: number;
  readonly failed: number;
} {
  const failed = result.expect.filter((each) => !each.pass).length;
  return { total: result.expect.length, failed };
}

/** Virtual time with the digits that matter: `63.2 s`. */
export function seconds(ns: number): string {
  return `${(ns / 1e9).toFixed(ns < 100e9 ? 2 : 1)} s`;
}

function steps(result: RunResult, paint: Paint): string[] {
  if (result.timeline.length === 0) return [];
  const rows = result.timeline.map((step) => [
    String(step.line + 1),
    step.text,
    seconds(step.start),
    step.end === null ? "-" : seconds(step.end),
    outcome(step.outcome, paint),
  ]);
  return [
    "",
    ...table({
      head: ["line", "step", "from", "to", "outcome"],
      align: ["right", "left", "right", "right", "left"],
      flexible: [1],
      rows,
      paint,
    }),
  ];
}

function outcome(text: string, paint: Paint): string {
  if (text === "pass") return paint.good("✓ pass");
  return text === "fail" ? paint.bad("✗ fail") : text;
}

function balloon(
  { balloon: { targetPages, actualPages, ...rest } }: RunResult,
  paint: Paint,
): string[] {
  const { timeToTargetNs, longestStallNs } = rest;
  const size = (pages: number): string => formatSize(pages * PAGE_SIZE);
  const reached = timeToTargetNs === null ? "never" : `after ${seconds(timeToTargetNs)}`;
  return [
    "",
    paint.dim("balloon"),
    `target ${size(targetPages)}, actual ${size(actualPages)}`,
    `target reached: ${reached}; longest stall below it: ${seconds(longestStallNs)}`,
  ];
}

/** Those that tell what a run was about; the rest is in the JSON result and in the debugger. */
const alwaysShown = ["balloon_inflate", "balloon_deflate", "oom_kill"];
const shownUnlessZero = [
  "balloon_migrate",
  "allocstall",
  "pgscan_kswapd",
  "pgscan_direct",
  "pgsteal_kswapd",
  "pgsteal_direct",
  "workingset_refault_file",
  "slabs_scanned",
  "pgfault",
  "pgpgin",
  "nr_free_pages",
  "nr_file_pages",
  "nr_anon_pages",
];

/** Two to a line. */
function counters(result: RunResult, paint: Paint): string[] {
  const values = new Map(Object.entries(result.counters));
  // The kernel counts stalls per zone; what matters is how many there were.
  const stalls = [...values].filter(([name]) => name.startsWith("allocstall"));
  values.set(
    "allocstall",
    stalls.reduce((sum, [, count]) => sum + count, 0),
  );
  const shown = [
    ...alwaysShown.filter((name) => values.has(name)),
    ...shownUnlessZero.filter((name) => (values.get(name) ?? 0) !== 0),
  ];
  const cells = shown.map((name) => [name, formatCount(values.get(name)!)]);
  const half = Math.ceil(cells.length / 2);
  const rows = cells
    .slice(0, half)
    .map((cell, index) => [...cell, "", ...(cells[half + index] ?? ["", ""])]);
  const head = ["counter", "", "", "", ""];
  const align = ["left", "right", "left", "left", "right"] as const;
  return ["", ...table({ head, align, rows, flexible: [], paint })];
}

function expectations(result: RunResult, paint: Paint): string[] {
  if (result.expect.length === 0) return [];
  const rows = result.expect.map((each) => [
    each.pass ? paint.good("✓") : paint.bad("✗"),
    String(each.line + 1),
    each.text,
    each.actual,
  ]);
  return [
    "",
    ...table({
      head: ["", "line", "expect", "actual"],
      align: ["left", "right", "left", "left"],
      flexible: [2, 3],
      rows,
      paint,
    }),
  ];
}
