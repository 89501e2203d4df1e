/**
 * A condition of a data breakpoint that begins with a comparison, such as `>= 100000`: it is about
 * the watched value itself, and stops only where it becomes true. That is a line in a chart.
 */

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  ">=": (value, limit) => value >= limit,
  "<=": (value, limit) => value <= limit,
  "==": (value, limit) => value === limit,
  "!=": (value, limit) => value !== limit,
  ">": (value, limit) => value > limit,
  "<": (value, limit) => value < limit,
};

export interface Threshold {
  /** Expression over global names for what the value is compared with. */
  readonly limit: string;
  /** Its value, when it is a plain number: most changes of a value cross no line. */
  readonly constant: number | null;
  readonly holds: (value: number, limit: number) => boolean;
}

/** Null: this is a condition like any other. */
export function parseThreshold(condition: string): Threshold | null {
  const [, operator, limit] = /^\s*([<>=!]=|[<>])\s*(.*)$/s.exec(condition) ?? [];
  const holds = operator === undefined ? undefined : COMPARISONS[operator];
  if (holds === undefined) return null;
  return { limit: limit!, constant: /^\d{1,15}$/.test(limit!) ? Number(limit) : null, holds };
}

/** Whether a value that changed from `old` to `now` has met the threshold by that. */
export function crosses({ holds }: Threshold, old: unknown, now: unknown, limit: number): boolean {
  return holds(asNumber(now), limit) && !holds(asNumber(old), limit);
}

/** What is not there yet, and what is no number, is above and below nothing. */
export function asNumber(value: unknown): number {
  switch (typeof value) {
    case "number":
      return value;
    case "bigint":
    case "boolean":
      return Number(value);
    default:
      return NaN;
  }
}
