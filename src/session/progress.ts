/** How the balloon came along: read off the events and samples of a run. */
import type { RecordedEvent } from "./recorder.ts";

export interface BalloonProgress {
  /** From the first target above zero until the device was told that it is reached; null: never. */
  readonly timeToTargetNs: number | null;
  /** Longest time below a target without a new maximum of the balloon, to the sample. */
  readonly longestStallNs: number;
}

export interface BalloonSamples {
  readonly times: readonly number[];
  /** Pages in the balloon, and pages asked for, at each time. */
  readonly sizes: readonly number[];
  readonly targets: readonly number[];
}

export function balloonProgress(
  events: readonly RecordedEvent[],
  samples: BalloonSamples,
): BalloonProgress {
  const asked = events.find(({ name, a }) => name === "target" && a > 0);
  const reached =
    asked === undefined
      ? undefined
      : events.find(({ name, a, time }) => name === "reached" && a > 0 && time >= asked.time);
  return {
    timeToTargetNs: asked === undefined || reached === undefined ? null : reached.time - asked.time,
    longestStallNs: longestStall(samples),
  };
}

function longestStall({ times, sizes, targets }: BalloonSamples): number {
  let longest = 0;
  let best = 0;
  let bestAt = 0;
  let target = 0;
  times.forEach((time, i) => {
    const size = sizes[i]!;
    if (targets[i] !== target || size > best || size >= targets[i]!) {
      target = targets[i]!;
      best = size;
      bestAt = time;
    }
    longest = Math.max(longest, time - bestAt);
  });
  return longest;
}
