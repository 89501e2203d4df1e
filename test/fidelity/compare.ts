/** One line of the comparison: a run, a quantity, reality and the model. */
import type { Quantity, Tolerance } from "./quantities.ts";
import type { Recording } from "./recording.ts";

export type Value = number | string;

export interface Row {
  readonly run: string;
  readonly quantity: string;
  readonly real: Value;
  /** What the repeats of the same run gave. */
  readonly scatter: readonly Value[];
  readonly model: Value;
  /** Share of the real value; null when one of the two is no number, or the real one is 0. */
  readonly residual: number | null;
  readonly tolerance: Tolerance;
  readonly pass: boolean;
}

export function compare(
  run: string,
  quantities: readonly Quantity[],
  { real, repeats, model }: { real: Recording; repeats: readonly Recording[]; model: Recording },
): Row[] {
  return quantities.flatMap(({ name, tolerance, of }) => {
    const expected = of(real);
    const found = of(model);
    // Not recorded: traced runs know more than others.
    if (expected === null) return [];
    const scatter = repeats.flatMap((repeat) => of(repeat) ?? []);
    const value = found ?? "none";
    return [
      {
        run,
        quantity: name,
        real: expected,
        scatter,
        model: value,
        residual: residual(expected, value),
        tolerance,
        pass: isWithin(value, [expected, ...scatter], tolerance),
      },
    ];
  });
}

function residual(real: Value, model: Value): number | null {
  if (typeof real !== "number" || typeof model !== "number" || real === 0) return null;
  return (model - real) / real;
}

/** Within the tolerance of some real run: where repeats scatter, the model may lie between them. */
function isWithin(model: Value, real: readonly Value[], tolerance: Tolerance): boolean {
  if (typeof model !== "number" || real.some((value) => typeof value !== "number")) {
    return real.includes(model);
  }
  const numbers = real as readonly number[];
  const least = Math.min(...numbers.map((value) => value - Math.abs(value) * tolerance));
  const most = Math.max(...numbers.map((value) => value + Math.abs(value) * tolerance));
  return model >= least && model <= most;
}
