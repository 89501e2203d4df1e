/**
 * Milliseconds of work so far. On a busy machine time runs ahead of a process that waits for its
 * processor; where the system tells how much it had of one, that counts. Elsewhere time does.
 */
interface Process {
  cpuUsage?(): { readonly user: number; readonly system: number };
}

const { process } = globalThis as { readonly process?: Process };

export function workClock(): number {
  const usage = process?.cpuUsage?.();
  return usage === undefined ? performance.now() : (usage.user + usage.system) / 1000;
}
