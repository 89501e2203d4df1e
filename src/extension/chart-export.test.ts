import { expect, test } from "vitest";
import type { SampleSnapshot } from "../base/sample-columns.ts";
import { csvOf, perfettoOf } from "./chart-export.ts";

const run: SampleSnapshot = {
  stride: 1,
  numbers: [0, 1, 2],
  times: [0, 20_000_000, 40_000_001],
  series: { nr_free_pages: [10, 10, 8], late: [NaN, 1, 2] },
  events: [
    { time: 5_000, name: "step", a: 0, b: 0 },
    { time: 25_000, name: "step_end", a: 0, b: 0 },
    { time: 30_000, name: "step", a: 1, b: 0 },
    { time: 35_500, name: "oom_notify", a: 256, b: 0 },
  ],
};

test("CSV", () => {
  expect(csvOf(run)).toBe(
    "virtual_s,nr_free_pages,late\n" +
      "0.000000000,10,\n" +
      "0.020000000,10,1\n" +
      "0.040000001,8,2\n",
  );
});

test("Perfetto", () => {
  const { traceEvents } = JSON.parse(perfettoOf(run, "b1", ["balloon: 848MiB"])) as {
    traceEvents: readonly { readonly ph: string }[];
  };
  expect(traceEvents.filter(({ ph }) => ph !== "M")).toEqual([
    { ph: "X", name: "balloon: 848MiB", pid: 1, tid: 1, ts: 5, dur: 20 },
    { ph: "X", name: "step 2", pid: 1, tid: 1, ts: 30, dur: 39_970.001 },
    { ph: "i", name: "oom_notify", pid: 1, tid: 1, ts: 35.5, s: "g", args: { a: 256, b: 0 } },
    { ph: "C", name: "nr_free_pages", pid: 1, ts: 0, args: { value: 10 } },
    { ph: "C", name: "nr_free_pages", pid: 1, ts: 40_000.001, args: { value: 8 } },
    { ph: "C", name: "late", pid: 1, ts: 20_000, args: { value: 1 } },
    { ph: "C", name: "late", pid: 1, ts: 40_000.001, args: { value: 2 } },
  ]);
});
