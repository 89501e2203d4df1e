/** A run's counters and events as files for other programs. */
import type { SampleEvent, SampleSnapshot } from "../base/sample-columns.ts";
import { NS_PER_SECOND } from "../base/units.ts";

/** One line a sample: virtual seconds, then every counter; a value that is missing is empty. */
export function csvOf({ times, series }: SampleSnapshot): string {
  const names = Object.keys(series);
  const lines = times.map((time, row) =>
    [
      (time / NS_PER_SECOND).toFixed(9),
      ...names.map((name) => {
        const value = series[name]?.[row] ?? NaN;
        return Number.isNaN(value) ? "" : String(value);
      }),
    ].join(","),
  );
  return `${["virtual_s", ...names].join(",")}\n${lines.map((line) => `${line}\n`).join("")}`;
}

interface TraceEvent {
  readonly ph: "M" | "C" | "X" | "i";
  readonly name: string;
  readonly pid: number;
  readonly tid?: number;
  /** Microseconds. */
  readonly ts?: number;
  readonly dur?: number;
  readonly s?: "g";
  readonly args?: Readonly<Record<string, string | number>>;
}

/** Kinds of events that are tracks of their own, and not moments. */
const STEPS = new Set(["step", "step_end"]);

/**
 * Chrome's trace format, which ui.perfetto.dev opens: counters as counter tracks, steps of the
 * scenario as slices, other events as moments. A counter is written when it changes, since a trace
 * viewer holds a value until the next one.
 */
export function perfettoOf(
  { times, series, events }: SampleSnapshot,
  name: string,
  steps: readonly string[],
): string {
  const traced: TraceEvent[] = [
    { ph: "M", name: "process_name", pid: 1, args: { name } },
    { ph: "M", name: "thread_name", pid: 1, tid: 1, args: { name: "scenario" } },
    ...stepSlices(events, steps, times.at(-1) ?? 0),
    ...events
      .filter((event) => !STEPS.has(event.name))
      .map(({ time, name: event, a, b }): TraceEvent => {
        return { ph: "i", name: event, pid: 1, tid: 1, ts: time / 1000, s: "g", args: { a, b } };
      }),
  ];
  for (const [counter, column] of Object.entries(series)) {
    let last = NaN;
    column.forEach((value, row) => {
      if (Number.isNaN(value) || value === last) return;
      last = value;
      const ts = (times[row] ?? 0) / 1000;
      traced.push({ ph: "C", name: counter, pid: 1, ts, args: { value } });
    });
  }
  return `${JSON.stringify({ displayTimeUnit: "ms", traceEvents: traced })}\n`;
}

/** A step that has not ended lasts to the end of what is known. */
function stepSlices(
  events: readonly SampleEvent[],
  steps: readonly string[],
  end: number,
): TraceEvent[] {
  return events.flatMap((event) => {
    if (event.name !== "step") return [];
    const over = events.find(
      ({ name, a, time }) => name === "step_end" && a === event.a && time >= event.time,
    );
    return [
      {
        ph: "X",
        name: steps[event.a] ?? `step ${event.a + 1}`,
        pid: 1,
        tid: 1,
        ts: event.time / 1000,
        dur: ((over?.time ?? Math.max(end, event.time)) - event.time) / 1000,
      } satisfies TraceEvent,
    ];
  });
}
