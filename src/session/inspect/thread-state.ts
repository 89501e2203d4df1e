/** A thread's state in a few words, as the threads view shows it. */
import type { Machine } from "../../machine/machine.ts";
import type { Thread } from "../../machine/thread.ts";

/** The model's function in which a task waits for a mutex. */
const MUTEX_WAIT = "__mutex_lock_slowpath";

export function describeState(thread: Thread, machine: Machine): string {
  const { stopped, time, scheduler, steal } = machine.state;
  const running = thread.kind === "task" ? `running on cpu ${thread.cpu}` : "running";
  if (thread === stopped) return running;
  switch (thread.state) {
    case "runnable": {
      const stolen = (steal?.until[thread.cpu] ?? 0) - time;
      if (stolen > 0) return `cpu ${thread.cpu} stolen by the host, ${formatSpan(stolen)} more`;
      return scheduler.last[thread.cpu] === thread ? running : "runnable";
    }
    case "blocked":
      return `blocked: ${thread.reason}${holder(thread, machine)}`;
    case "sleeping":
      return `sleeping ${formatSpan(thread.deadline - time)}${thread.reason === "" ? "" : ` in ${thread.reason}`}`;
    default:
      return thread.state;
  }
}

/** Who has the mutex that a thread waits for: its frames know which one that is. */
function holder({ frames }: Thread, { debug }: Machine): string {
  for (const frame of frames) {
    const site = debug.sites[frame[0] as number]!;
    if (debug.functions[site.fn]!.name !== MUTEX_WAIT) continue;
    const slot = site.visible.findIndex(({ name }) => name === "lock");
    const lock = frame[slot + 1] as { readonly owner: { readonly comm: string } | null };
    return lock.owner === null ? "" : `, held by ${lock.owner.comm}`;
  }
  return "";
}

/** In the largest unit that leaves at least one: `143 ms`, `2.5 s`. */
function formatSpan(ns: number): string {
  if (ns >= 1e9) return `${Number((ns / 1e9).toFixed(1))} s`;
  if (ns >= 1e6) return `${Math.round(ns / 1e6)} ms`;
  return `${Math.round(ns / 1e3)} µs`;
}
