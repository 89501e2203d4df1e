/** Samples that look like the headline case, for looking at the chart; no model made them. */
import type { SamplesBody } from "../../src/dap/protocol.ts";

const SECOND = 1_000_000_000;
const PAGES = 262_144;
const TARGET = 217_088;

/** One sample each 100 ms of virtual time, from sample `first` on. */
export function madeUpBatch(
  first: number,
  count: number,
  options: { readonly truncate?: boolean } = {},
): SamplesBody {
  const numbers = Array.from({ length: count }, (_none, i) => first + i);
  const rows = numbers.map((number) => madeUpRow(number * (SECOND / 10)));
  const from = (first - 1) * (SECOND / 10);
  const to = (first + count - 1) * (SECOND / 10);
  return {
    first,
    truncate: options.truncate ?? false,
    times: numbers.map((number) => number * (SECOND / 10)),
    series: {
      balloon_pages: rows.map(({ balloon }) => balloon),
      balloon_target: rows.map(({ target }) => target),
      nr_free_pages: rows.map(({ free }) => free),
      nr_file_pages: rows.map(({ cache }) => cache),
      balloon_inflate: rows.map(({ inflate }) => inflate),
      balloon_deflate: rows.map(({ deflate }) => deflate),
      pgfault: rows.map(() => 1),
    },
    events: madeUpEvents().filter(({ time }) => time > from && time <= to),
  };
}

function madeUpEvents(): SamplesBody["events"] {
  const notifications = Array.from({ length: 40 }, (_none, i) => ({
    time: 62 * SECOND + Math.round(i * i * 0.01 * SECOND),
    name: "oom_notify",
    a: 256,
    b: 0,
  }));
  const events = [
    { time: 0, name: "step", a: 0, b: 0 },
    { time: 15 * SECOND, name: "step", a: 2, b: 0 },
    { time: 15 * SECOND, name: "target", a: TARGET, b: 0 },
    { time: 31 * SECOND, name: "out_of_puff", a: 0, b: 0 },
    { time: 33 * SECOND, name: "out_of_puff", a: 0, b: 0 },
    { time: 70 * SECOND, name: "direct_reclaim", a: 32, b: 12 },
    ...notifications,
    { time: 79 * SECOND, name: "oom_kill", a: 312, b: 4096 },
    { time: 90 * SECOND, name: "target", a: 0, b: 0 },
  ];
  return events.sort((one, other) => one.time - other.time);
}

function madeUpRow(
  time: number,
): Record<"balloon" | "target" | "free" | "cache" | "inflate" | "deflate", number> {
  const seconds = time / SECOND;
  const target = seconds < 15 || seconds >= 90 ? 0 : TARGET;
  const filled = Math.min(1, Math.max(0, (seconds - 15) / 20));
  const wobble = Math.round(4000 * Math.sin(seconds * 1.7) * Math.sin(seconds * 0.31));
  const left = Math.max(0, 1 - Math.max(0, seconds - 90) / 4);
  const balloon = Math.max(
    0,
    Math.round((TARGET * 0.62 * filled + (filled === 1 ? wobble : 0)) * left),
  );
  const cache = Math.round(
    Math.min(PAGES * 0.9 * Math.min(1, seconds / 12), PAGES * 0.95 - balloon),
  );
  const free = Math.max(2500, PAGES - balloon - cache - 9000);
  const inflate = Math.round(
    balloon * (left === 1 ? 1 : 0) +
      Math.max(0, seconds - 35) * 21_000 +
      (left < 1 ? TARGET * 0.62 : 0),
  );
  const deflate = Math.round(
    Math.max(0, seconds - 35) * 21_000 + (left < 1 ? TARGET * 0.62 * (1 - left) : 0),
  );
  return { balloon, target, free, cache, inflate, deflate };
}
