import { expect, test } from "vitest";
import { expectationCount, outcomeReport } from "../../src/dap/outcome.ts";
import type { RunResult } from "../../src/session/types.ts";

test("an expectation in the timeline counts once", () => {
  const step = { line: 3, text: "expect: nr_free_pages > 5", start: 0, end: 0, outcome: "fail" };
  const failed = { line: 3, text: "nr_free_pages > 5", pass: false, actual: "nr_free_pages = 4" };
  const result: RunResult = {
    scenario: "counting",
    kernel: "v5.7",
    seed: 1,
    fingerprint: "0",
    virtualNs: 1e9,
    bug: "",
    counters: {},
    balloon: { targetPages: 0, actualPages: 0, timeToTargetNs: null, longestStallNs: 0 },
    timeline: [step],
    expect: [failed, { ...failed, line: 4, pass: true }],
  };
  expect(expectationCount(result)).toEqual({ total: 2, failed: 1 });
  expect(outcomeReport(result)).toContain("1 of 2 expectations fail");
});
