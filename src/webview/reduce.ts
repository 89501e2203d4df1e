/** Columns ready to draw: one x for all; null is a gap, undefined says nothing about this x. */
export interface Reduced {
  readonly x: readonly number[];
  readonly columns: readonly (readonly (number | null | undefined)[])[];
}

/**
 * Rows `from .. to - 1` of some columns, reduced to at most two rows per bucket of equal time, a
 * bucket being a pixel. The two stand at the bucket's first and last time and hold each column's
 * lowest and highest value in the order they came, so that no spike is lost and lines keep their
 * direction.
 */
export function reduceRows(
  times: readonly number[],
  columns: readonly (readonly number[])[],
  range: { readonly from: number; readonly to: number; readonly buckets: number },
): Reduced {
  const { from, to, buckets } = range;
  if (to - from <= 2 * buckets) {
    const slice = (column: readonly number[]): (number | null)[] =>
      column.slice(from, to).map(orGap);
    return { x: times.slice(from, to), columns: columns.map(slice) };
  }
  const starts = bucketStarts(times, range);
  const x: number[] = [];
  for (let i = 0; i + 1 < starts.length; i++) {
    const first = starts[i] ?? 0;
    const last = (starts[i + 1] ?? 0) - 1;
    x.push(times[first] ?? NaN);
    if (last > first) x.push(times[last] ?? NaN);
  }
  return { x, columns: columns.map((column) => reduceColumn(column, starts)) };
}

/** Two sets of columns with one x: those of `one`, then those of `other`. */
export function mergeReduced(one: Reduced, other: Reduced): Reduced {
  const x: number[] = [];
  const rows: (readonly [number, number])[] = [];
  let i = 0;
  let j = 0;
  while (i < one.x.length || j < other.x.length) {
    const a = one.x[i] ?? Infinity;
    const b = other.x[j] ?? Infinity;
    x.push(Math.min(a, b));
    rows.push([a <= b ? i++ : -1, b <= a ? j++ : -1]);
  }
  return {
    x,
    columns: [
      ...one.columns.map((column) => rows.map(([row]) => column[row])),
      ...other.columns.map((column) => rows.map(([, row]) => column[row])),
    ],
  };
}

/** First row of every bucket that has one, and `to` at the end. */
function bucketStarts(
  times: readonly number[],
  { from, to, buckets }: { readonly from: number; readonly to: number; readonly buckets: number },
): number[] {
  const start = times[from] ?? 0;
  const width = ((times[to - 1] ?? 0) - start) / buckets || 1;
  const starts: number[] = [];
  let current = -1;
  for (let row = from; row < to; row++) {
    const bucket = Math.min(Math.floor(((times[row] ?? 0) - start) / width), buckets - 1);
    if (bucket > current) {
      starts.push(row);
      current = bucket;
    }
  }
  return [...starts, to];
}

function reduceColumn(column: readonly number[], starts: readonly number[]): (number | null)[] {
  const reduced: (number | null)[] = [];
  for (let i = 0; i + 1 < starts.length; i++) {
    const first = starts[i] ?? 0;
    const end = starts[i + 1] ?? 0;
    let low = -1;
    let high = -1;
    for (let row = first; row < end; row++) {
      const value = column[row] ?? NaN;
      if (Number.isNaN(value)) continue;
      if (low < 0 || value < (column[low] ?? NaN)) low = row;
      if (high < 0 || value > (column[high] ?? NaN)) high = row;
    }
    const [one, other] = low < high ? [low, high] : [high, low];
    reduced.push(orGap(column[one] ?? NaN));
    if (end - first > 1) reduced.push(orGap(column[other] ?? NaN));
  }
  return reduced;
}

function orGap(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
