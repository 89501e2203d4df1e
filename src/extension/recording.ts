/**
 * A recorded /proc/vmstat of a real guest: CSV with a line of names and one line a sample. Time is
 * a column `guest_s`, `virtual_s`, `time_s` or `host_s` in seconds; all others are counters by
 * their kernel names. What is not a number is left out.
 */
import { SampleColumns, type SampleSnapshot } from "../base/sample-columns.ts";
import { NS_PER_SECOND } from "../base/units.ts";
import { CHART_ROWS } from "../webview/protocol.ts";

const TIME_COLUMNS = ["guest_s", "virtual_s", "time_s", "host_s"];

export type Recording =
  | { readonly ok: true; readonly samples: SampleSnapshot }
  | { readonly ok: false; readonly problem: "no-time" | "no-rows" };

export function parseRecording(text: string): Recording {
  const [head = "", ...lines] = text.split(/\r?\n/);
  const names = head.split(",").map((name) => name.trim());
  const timeName = TIME_COLUMNS.find((name) => names.includes(name));
  if (timeName === undefined) return { ok: false, problem: "no-time" };
  const timeAt = names.indexOf(timeName);
  const rows = lines
    .filter((line) => line.trim() !== "")
    .map((line) => line.split(",").map(numberOf))
    .filter((row) => Number.isFinite(row[timeAt]));
  const counters = names.filter((name) => name !== "" && !TIME_COLUMNS.includes(name));
  if (rows.length === 0 || counters.length === 0) return { ok: false, problem: "no-rows" };
  const columns = new SampleColumns({ series: "all", events: [], limit: CHART_ROWS });
  const begin = rows[0]?.[timeAt] ?? 0;
  columns.append({
    first: 0,
    truncate: false,
    times: rows.map((row) => Math.round(((row[timeAt] ?? 0) - begin) * NS_PER_SECOND)),
    series: withBalloon(
      Object.fromEntries(
        counters.map((name) => [name, rows.map((row) => row[names.indexOf(name)] ?? NaN)]),
      ),
    ),
    events: [],
  });
  return { ok: true, samples: columns.snapshot() };
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
