/** Balloon figures of a run, read off its samples. */
export function balloonProgress(
  times: readonly number[],
  sizes: readonly number[],
  targets: readonly number[],
): { timeToTargetNs: number | null; longestStallNs: number } {
  let asked: number | null = null;
  let reached: number | null = null;
  let best = 0;
  let bestAt = 0;
  let longestStall = 0;
  let lastTarget = 0;
  for (let i = 0; i < times.length; i++) {
    const time = times[i]!;
    const size = sizes[i]!;
    const target = targets[i]!;
    if (target > 0 && asked === null) asked = time;
    if (target !== lastTarget) {
      lastTarget = target;
      best = size;
      bestAt = time;
    }
    if (asked !== null && reached === null && target > 0 && size >= target) reached = time;
    if (size > best) {
      best = size;
      bestAt = time;
    }
    if (size < target) longestStall = Math.max(longestStall, time - bestAt);
    else bestAt = time;
  }
  return {
    timeToTargetNs: asked !== null && reached !== null ? reached - asked : null,
    longestStallNs: longestStall,
  };
}
