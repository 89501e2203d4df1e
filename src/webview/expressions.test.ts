import { describe, expect, test } from "vitest";
import {
  countersFor,
  isAvailable,
  paneOf,
  readSeries,
  seriesKind,
  withExpressions,
} from "./expressions.ts";

const AVAILABLE = ["nr_free_pages", "nr_file_pages", "pgscan_kswapd", "pgsteal_kswapd"];

describe("what the user writes", () => {
  test.each([
    [" nr_free_pages  +\tnr_file_pages ", "nr_free_pages + nr_file_pages"],
    ["pgsteal_kswapd * 100 / pgscan_kswapd", "pgsteal_kswapd * 100 / pgscan_kswapd"],
    ["nr_free_pages", "nr_free_pages"],
  ])("%s is a series", (text, name) => {
    expect(readSeries(text, AVAILABLE)).toEqual({ ok: true, name });
  });

  test.each([
    ["nr_free_pages + nr_fil_pages", "did you mean `nr_file_pages`?"],
    ["vb->num_pages + 1", "There is no `vb.num_pages` here"],
    ["nr_free_pages +", "ends too early"],
    ["2 + 2", "There is no `2 + 2` here"],
    ["", "An expression is missing"],
  ])("%s is none", (text, problem) => {
    const reading = readSeries(text, AVAILABLE);
    expect(reading.ok ? "" : reading.problem).toContain(problem);
  });
});

test.each([
  ["nr_free_pages + nr_file_pages", "level", "pages", "memory"],
  ["(nr_free_pages - 1000) / 2", "level", "pages", "memory"],
  ["nr_free_pages < 4096 ? 0 : nr_file_pages", "level", "pages", "memory"],
  ["max(nr_free_pages, nr_file_pages)", "level", "pages", "memory"],
  ["pgsteal_kswapd + pgsteal_direct", "total", "pages", "activity"],
  ["balloon_inflate - balloon_deflate", "total", "pages", "activity"],
  ["balloon_inflate - balloon_pages", "level", "pages", "memory"],
  ["pgsteal_kswapd * 100 / pgscan_kswapd", "level", "number", "activity"],
  ["nr_free_pages > 1000", "level", "number", "activity"],
  ["nr_kernel_stack + nr_free_pages", "level", "number", "activity"],
  ["oom_kill", "total", "number", "activity"],
])("%s is a %s of %s, in the plot of %s", (name, kind, quantity, pane) => {
  expect(seriesKind(name)).toEqual({ kind, quantity });
  expect(paneOf(name)).toBe(pane);
});

test("a series needs the counters it is made of", () => {
  const names = ["nr_free_pages + nr_file_pages", "nr_free_pages", "pgfault"];
  expect(countersFor(names)).toEqual(["nr_free_pages", "nr_file_pages", "pgfault"]);
  expect(names.map((name) => isAvailable(name, AVAILABLE))).toEqual([true, true, false]);
});

test("values are whole numbers, and gaps where there is no result", () => {
  const free = [10, 20, NaN, null as unknown as number];
  const batch = { times: [0, 1, 2, 3], series: { nr_free_pages: free, oom_kill: [0, 3, 1, 1] } };
  const ratio = "nr_free_pages * 10 / oom_kill";
  const made = withExpressions(["oom_kill", ratio, "nr_free_pages - 15", "gone + 1"], batch);
  expect(made[ratio]).toEqual([NaN, 66, NaN, NaN]);
  expect(made["nr_free_pages - 15"]).toEqual([-5, 5, NaN, NaN]);
  expect(made["gone + 1"]).toEqual([NaN, NaN, NaN, NaN]);
  expect(made["oom_kill"]).toBe(batch.series.oom_kill);
});
