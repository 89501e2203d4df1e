/** Finds what somebody probably meant to write. */

/**
 * The candidate nearest to `word`, or null when none is near: at most a third of the word's
 * letters may differ (insert, delete, replace or swap neighbours), so none in a word of two. Case
 * costs nothing, nor does `_` for `-`. Of several equally near the first is taken.
 */
export function didYouMean(word: string, candidates: Iterable<string>): string | null {
  const wanted = normalise(word);
  const limit = Math.floor(wanted.length / 3);
  let best: string | null = null;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const normal = normalise(candidate);
    // The distance is at least the difference in length: most candidates end here.
    if (Math.abs(normal.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, normal);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Optimal string alignment distance: rows of the usual table, the last two kept for swaps. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(row, j - 1) + 1, at(last, j) + 1, at(last, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}

/** Long words cannot be near anything here, so they are cut rather than compared. */
function normalise(word: string): string {
  return word.slice(0, 64).toLowerCase().replaceAll("_", "-");
}
