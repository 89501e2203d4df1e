/** A stretch of virtual time in ns. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

/** Below a microsecond there is nothing to see. */
const SHORTEST = 1000;

/** Shorter or longer by `factor`, `around` staying where it is on the screen; within `whole`. */
export function zoomed(
  range: TimeRange,
  factor: number,
  around: number,
  whole: TimeRange,
): TimeRange | null {
  const length = Math.max((range.end - range.start) * factor, SHORTEST);
  if (length >= whole.end - whole.start) return null;
  const share = (around - range.start) / (range.end - range.start);
  const start = clamp(around - share * length, whole.start, whole.end - length);
  return { start, end: start + length };
}

/** A range drawn with the mouse, from either side; null for one too short to be meant. */
export function selected(from: number, to: number, whole: TimeRange): TimeRange | null {
  const start = Math.max(Math.min(from, to), whole.start);
  const end = Math.min(Math.max(from, to), whole.end);
  return end - start < SHORTEST ? null : { start, end };
}

/** Moved by some ns, length kept, within `whole`. */
export function moved({ start, end }: TimeRange, by: number, whole: TimeRange): TimeRange {
  const from = clamp(start + by, whole.start, Math.max(whole.end - (end - start), whole.start));
  return { start: from, end: from + end - start };
}

/** Moved, length kept, so that `time` is inside. */
export function revealing(range: TimeRange, time: number): TimeRange {
  const shift = Math.min(time - range.start, 0) + Math.max(time - range.end, 0);
  return shift === 0 ? range : { start: range.start + shift, end: range.end + shift };
}

/** Rows within the range and one more on either side, so that lines reach the edges. */
export function rowsWithin(
  times: readonly number[],
  range: TimeRange,
): { from: number; to: number } {
  const from = firstAtOrAfter(times, range.start);
  let to = firstAtOrAfter(times, range.end);
  while (to < times.length && times[to] === range.end) to++;
  return { from: Math.max(from - 1, 0), to: Math.min(to + 1, times.length) };
}

/** The row in force at `time`: the last one not after it; -1 before the first. */
export function rowAt(times: readonly number[], time: number): number {
  const row = firstAtOrAfter(times, time);
  return times[row] === time ? row : row - 1;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

function firstAtOrAfter(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Infinity) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
