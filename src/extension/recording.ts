/**
 * A recorded /proc/vmstat of a real guest, in one of two forms. As text it is the file again and
 * again, each time after a line with the time in seconds, as /proc/uptime has it:
 *
 *     while sleep 1; do cat /proc/uptime /proc/vmstat; done > guest.vmstat
 *
 * As CSV it has a line of names and one line a sample: time is a column `guest_s`, `virtual_s`,
 * `time_s` or `host_s`, all others are counters by their kernel names, and what is not a number is
 * left out. A sample that is not later than the one before it, as after a reboot, is left out too.
 */
import { SampleColumns, type SampleSnapshot } from "../base/sample-columns.ts";
import { NS_PER_SECOND } from "../base/units.ts";
import { CHART_ROWS } from "../webview/protocol.ts";

const TIME_COLUMNS = ["guest_s", "virtual_s", "time_s", "host_s"];

export type Recording =
  | { readonly ok: true; readonly samples: SampleSnapshot }
  | { readonly ok: false; readonly problem: "no-time" | "no-rows" };

/** Samples in the order of the file: seconds, and the counters' columns. */
interface Table {
  readonly seconds: readonly number[];
  readonly series: Readonly<Record<string, readonly number[]>>;
}

export function parseRecording(text: string): Recording {
  const lines = text.split(/\r?\n/);
  const table = lines[0]?.includes(",") === true ? csvTable(lines) : textTable(lines);
  if (table === null) return { ok: false, problem: "no-time" };
  if (table.seconds.length === 0 || Object.keys(table.series).length === 0)
    return { ok: false, problem: "no-rows" };
  const columns = new SampleColumns({ series: "all", events: [], limit: CHART_ROWS });
  const { seconds, series } = inOrder(table);
  const begin = seconds[0] ?? 0;
  columns.append({
    first: 0,
    truncate: false,
    times: seconds.map((each) => Math.round((each - begin) * NS_PER_SECOND)),
    series: withBalloon(series),
    events: [],
  });
  return { ok: true, samples: columns.snapshot() };
}

/** Null without a column of times. */
function csvTable([head = "", ...lines]: readonly string[]): Table | null {
  const names = head.split(",").map((name) => name.trim());
  const timeName = TIME_COLUMNS.find((name) => names.includes(name));
  if (timeName === undefined) return null;
  const timeAt = names.indexOf(timeName);
  const rows = lines
    .filter((line) => line.trim() !== "")
    .map((line) => line.split(",").map(numberOf))
    .filter((row) => Number.isFinite(row[timeAt]));
  const counters = names.filter((name) => name !== "" && !TIME_COLUMNS.includes(name));
  return {
    seconds: rows.map((row) => row[timeAt] ?? 0),
    series: Object.fromEntries(
      counters.map((name) => [name, rows.map((row) => row[names.indexOf(name)] ?? NaN)]),
    ),
  };
}

/** Null when no time stands before the first counter. */
function textTable(lines: readonly string[]): Table | null {
  const seconds: number[] = [];
  const series: Record<string, number[]> = {};
  for (const line of lines) {
    const time = TIME_LINE.exec(line);
    if (time !== null) {
      seconds.push(Number(time[1]));
      continue;
    }
    const [, name, value] = COUNTER_LINE.exec(line) ?? [];
    if (name === undefined) continue;
    if (seconds.length === 0) return null;
    const column = (series[name] ??= []);
    while (column.length < seconds.length - 1) column.push(NaN);
    column[seconds.length - 1] = Number(value);
  }
  for (const column of Object.values(series))
    while (column.length < seconds.length) column.push(NaN);
  return seconds.length === 0 ? null : { seconds, series };
}

/** The time, and in /proc/uptime after it the idle time. */
const TIME_LINE = /^\s*(\d+(?:\.\d+)?)(?:\s+\d+(?:\.\d+)?)?\s*$/;
const COUNTER_LINE = /^\s*([a-z]\w*)\s+(\d+)\s*$/;

function inOrder({ seconds, series }: Table): Table {
  let last = -Infinity;
  const later = seconds.map((time) => {
    if (time <= last) return false;
    last = time;
    return true;
  });
  const kept = (column: readonly number[]): number[] => column.filter((_value, row) => later[row]);
  return {
    seconds: kept(seconds),
    series: Object.fromEntries(
      Object.entries(series).map(([name, column]) => [name, kept(column)]),
    ),
  };
}

/** A guest counts what went in and out of its balloon, and not what is in it. */
function withBalloon(
  series: Readonly<Record<string, readonly number[]>>,
): Readonly<Record<string, readonly number[]>> {
  const { balloon_inflate: inflate, balloon_deflate: deflate, balloon_pages: pages } = series;
  if (pages !== undefined || inflate === undefined || deflate === undefined) return series;
  return { ...series, balloon_pages: inflate.map((value, row) => value - (deflate[row] ?? NaN)) };
}

/** Distance in ns by which `other` must move so that its balloon begins to grow when `own` does. */
export function shiftToFirstInflation(own: SampleSnapshot, other: SampleSnapshot): number {
  const mine = firstInflation(own);
  const theirs = firstInflation(other);
  return mine === null || theirs === null ? 0 : mine - theirs;
}

function firstInflation({ times, series }: SampleSnapshot): number | null {
  const column = series["balloon_inflate"] ?? [];
  const row = column.findIndex((value) => value > (column[0] ?? 0));
  return row < 1 ? null : (times[row - 1] ?? null);
}

function numberOf(text: string): number {
  const trimmed = text.trim();
  return trimmed === "" ? NaN : Number(trimmed);
}
