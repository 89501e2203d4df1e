import type { RunResult } from "../session/types.ts";
import { plain, table, type Paint } from "./table.ts";

/** What the scenario's steps and expectations came to, as text for a console, 80 columns wide. */
export function outcomeReport(result: RunResult, paint: Paint = plain): string {
  const failed = result.expect.filter((each) => !each.pass).length;
  const verdict =
    result.expect.length === 0
      ? "no expectations"
      : failed === 0
        ? paint.good(`all ${result.expect.length} expectations hold`)
        : paint.bad(`${failed} of ${result.expect.length} expectations fail`);
  return [
    `${paint.bold(result.scenario)}  kernel ${result.kernel}, seed ${result.seed}, ${seconds(result.virtualNs)} virtual: ${verdict}`,
    ...steps(result, paint),
    ...expectations(result, paint),
    "",
  ].join("\n");
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
    step.outcome,
  ]);
  return [
    "",
    ...table({
      head: ["line", "step", "from", "to", "outcome"],
      align: ["right", "left", "right", "right", "left"],
      flexible: 1,
      rows,
      paint,
    }),
  ];
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
      flexible: 2,
      rows,
      paint,
    }),
  ];
}
