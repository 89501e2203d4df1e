/**
 * CPU time that the host gives to others. A vCPU runs in slices of the host's scheduler: when one
 * is used up, a lot decides who gets the next, and while others do the vCPU stands still and time
 * goes on. So of the time that it wants, a vCPU loses its share in the long run, for 1 / (1 - share)
 * slices in a row on the average. Who wants nothing loses nothing. Differs: a vCPU that wakes up
 * does not have to wait for its turn, and the host's own threads never do.
 */
import { randomBelow, type Prng } from "./prng.ts";

const STEAL_STREAM = 0;
const WHOLE = 1000;
/** No lot is lost more often in a row: at a share of 0.95 one in 10^22 would be. */
const MAX_LOST = 1000;

/** By vCPU, in ns where it is a time. */
export interface Steal {
  /** Of a slice: how long the host lets a vCPU run before it decides again. */
  slice: number;
  /** Of 1000 slices so many go to others. */
  readonly share: Int32Array<ArrayBuffer>;
  /** What is left of the slice. */
  readonly left: Float64Array<ArrayBuffer>;
  /** Up to this time it stands still. */
  readonly until: Float64Array<ArrayBuffer>;
  /** Lost so far, as `steal` in /proc/stat. */
  readonly lost: Float64Array<ArrayBuffer>;
}

export function createSteal(nrCpus: number): Steal {
  return {
    slice: 1,
    share: new Int32Array(nrCpus),
    left: new Float64Array(nrCpus),
    until: new Float64Array(nrCpus),
    lost: new Float64Array(nrCpus),
  };
}

/** From now on others get `share` of 1000 slices of the vCPU; its first one has already begun. */
export function setSteal(s: Steal, prng: Prng, cpu: number, share: number, slice: number): void {
  s.slice = slice;
  s.share[cpu] = share;
  if (share > 0) s.left[cpu] = 1 + randomBelow(prng, STEAL_STREAM, slice);
}

/** The vCPU has run for `ns` and wants to go on at `at`: returns when it can. */
export function resumesAt(s: Steal, prng: Prng, cpu: number, ns: number, at: number): number {
  const share = s.share[cpu]!;
  let left = s.left[cpu]! - ns;
  let lost = 0;
  let inARow = 0;
  while (left <= 0) {
    if (inARow < MAX_LOST && randomBelow(prng, STEAL_STREAM, WHOLE) < share) {
      lost++;
      inARow++;
    } else {
      left += s.slice;
      inARow = 0;
    }
  }
  s.left[cpu] = left;
  if (lost === 0) return at;
  s.lost[cpu]! += lost * s.slice;
  s.until[cpu] = at + lost * s.slice;
  return s.until[cpu]!;
}
