/** How long the past is that a speed is taken over. */
const WINDOW_MS = 1000;
/** Shorter ones say nothing. */
const LEAST_MS = 100;

/** Virtual time against real time, over the last second of running. */
export class SpeedMeter {
  readonly #points: { readonly virtualNs: number; readonly realMs: number }[] = [];

  /** The run begins, or begins again elsewhere. */
  reset(): void {
    this.#points.length = 0;
  }

  /** Virtual seconds a second; null until it has run for long enough. */
  at(virtualNs: number, realMs: number): number | null {
    const points = this.#points;
    // It went back: what was measured before is about another stretch.
    if (virtualNs < (points.at(-1)?.virtualNs ?? 0)) this.reset();
    points.push({ virtualNs, realMs });
    while ((points[1]?.realMs ?? Infinity) <= realMs - WINDOW_MS) points.shift();
    const first = points[0];
    if (first === undefined || realMs - first.realMs < LEAST_MS) return null;
    return (virtualNs - first.virtualNs) / 1e6 / (realMs - first.realMs);
  }
}

/** Three digits: `0.42`, `8.31`, `83.1`, `831`. */
export function formatSpeed(speed: number): string {
  if (speed >= 100) return speed.toFixed(0);
  return speed >= 10 ? speed.toFixed(1) : speed.toFixed(2);
}
