/**
 * Which thread runs next. Every vCPU has a clock of its own, and so has every host thread; the
 * processor that is furthest behind goes on, so that no processor sees another's far future. On
 * one vCPU the thread with the least virtual run time goes first, as in Linux's CFS.
 */
import { assert } from "../base/assert.ts";
import type { Thread } from "./thread.ts";

/** Processors beyond the vCPUs: one for every host thread. */
export const MAX_HOST_THREADS = 8;

/**
 * How far a dispatch may run ahead of the next event and of the other processors. Smaller is
 * finer interleaving and more dispatches; a blocking primitive ends a dispatch anyway.
 */
export const SKEW_NS = 200_000;
/** The longest dispatch when nothing else is going on; a pause request waits no longer. */
export const QUANTUM_NS = 1_000_000;
/** A thread joins a vCPU at most this far from the one that is furthest behind there. */
const VRUNTIME_SPREAD_NS = 3_000_000;
/** A thread keeps its vCPU until another is this far behind it. */
const WAKEUP_GRANULARITY_NS = 1_000_000;
/** At a tick (HZ=250) an idle vCPU takes over a thread that has to wait on another. */
const TICK_NS = 4_000_000;

export interface Scheduler {
  readonly nrCpus: number;
  nrProcessors: number;
  readonly clocks: Float64Array<ArrayBuffer>;
  /** Earliest time at which each processor has something to run; Infinity when it has nothing. */
  readonly ready: Float64Array<ArrayBuffer>;
  /** Runnable threads by processor, in order of arrival. */
  readonly queues: Thread[][];
  /** The thread that ran last on each processor. */
  readonly last: (Thread | null)[];
  /** The first tick with more than one thread on each vCPU. */
  readonly balanceAt: Float64Array<ArrayBuffer>;
}

export function createScheduler(nrCpus: number): Scheduler {
  const capacity = nrCpus + MAX_HOST_THREADS;
  return {
    nrCpus,
    nrProcessors: nrCpus,
    clocks: new Float64Array(capacity),
    ready: new Float64Array(capacity).fill(Infinity),
    queues: Array.from({ length: capacity }, () => []),
    last: new Array<Thread | null>(capacity).fill(null),
    balanceAt: new Float64Array(nrCpus),
  };
}

/** A processor for a host thread; its clock starts at `now`. */
export function addHostProcessor(s: Scheduler, now: number): number {
  assert(s.nrProcessors < s.clocks.length, "too many host threads");
  const processor = s.nrProcessors++;
  s.clocks[processor] = now;
  return processor;
}

/** Makes `thread` runnable from `at` on, on the vCPU where it soonest finds room. */
export function enqueue(s: Scheduler, thread: Thread, at: number): void {
  if (!thread.bound && thread.kind === "task") thread.cpu = placeFor(s, thread.cpu);
  const queue = s.queues[thread.cpu]!;
  thread.state = "runnable";
  thread.reason = "";
  thread.readyAt = at;
  settle(s, thread);
  queue.push(thread);
  if (queue.length === 2 && thread.cpu < s.nrCpus) s.balanceAt[thread.cpu] = nextTick(at);
  refreshReady(s, thread.cpu);
}

/** Takes a thread that no longer wants its processor out of the queue; an idle vCPU looks for work. */
export function dequeue(s: Scheduler, thread: Thread): void {
  const queue = s.queues[thread.cpu]!;
  leave(queue, queue.indexOf(thread));
  if (queue.length === 0 && thread.cpu < s.nrCpus) pullWork(s, thread.cpu);
  refreshReady(s, thread.cpu);
}

/** As `splice`, which would make an array of what it takes out; mostly that is the last one. */
function leave(queue: Thread[], at: number): void {
  assert(at >= 0, "a thread leaves a queue that it is not in");
  for (let i = at + 1; i < queue.length; i++) queue[i - 1] = queue[i]!;
  queue.pop();
}

export function refreshReady(s: Scheduler, processor: number): void {
  const queue = s.queues[processor]!;
  let soonest = Infinity;
  for (let i = 0; i < queue.length; i++) {
    const at = queue[i]!.readyAt;
    if (at < soonest) soonest = at;
  }
  const clock = s.clocks[processor]!;
  s.ready[processor] = soonest < clock ? clock : soonest;
}

/** The processor with the earliest work, the lowest number first; -1 when all are idle. */
export function earliestProcessor(s: Scheduler): number {
  let best = -1;
  let bestTime = Infinity;
  for (let p = 0; p < s.nrProcessors; p++) {
    if (s.ready[p]! < bestTime) {
      bestTime = s.ready[p]!;
      best = p;
    }
  }
  return best;
}

/** Until when a dispatch on `processor` may go on, given the time of the next event. */
export function dispatchLimit(s: Scheduler, processor: number, nextEvent: number): number {
  const start = s.ready[processor]!;
  let horizon = nextEvent;
  for (let p = 0; p < s.nrProcessors; p++) {
    if (p !== processor && s.ready[p]! < horizon) horizon = s.ready[p]!;
  }
  return Math.min(start + QUANTUM_NS, Math.max(horizon, start) + SKEW_NS);
}

/** The thread that `processor` runs at its ready time. */
export function choose(s: Scheduler, processor: number): Thread {
  const queue = s.queues[processor]!;
  const at = s.ready[processor]!;
  // Nearly always there is one.
  if (queue.length === 1 && queue[0]!.readyAt <= at) return queue[0]!;
  const running = s.last[processor] ?? null;
  let best: Thread | null = null;
  let bestKey = Infinity;
  for (let i = 0; i < queue.length; i++) {
    const thread = queue[i]!;
    if (thread.readyAt > at) continue;
    const key = thread === running ? thread.vruntime - WAKEUP_GRANULARITY_NS : thread.vruntime;
    if (key < bestKey) {
      bestKey = key;
      best = thread;
    }
  }
  assert(best !== null, `processor ${processor} has nothing to run at ${at} ns`);
  if (processor < s.nrCpus && at >= s.balanceAt[processor]!) balance(s, processor, best);
  return best;
}

/** Lets the first idle vCPU take the latest arrival that waits while `chosen` runs. */
function balance(s: Scheduler, from: number, chosen: Thread): void {
  const at = s.ready[from]!;
  s.balanceAt[from] = nextTick(at);
  const idle = s.queues.findIndex((queue, p) => p < s.nrCpus && queue.length === 0);
  if (idle < 0) return;
  const queue = s.queues[from]!;
  for (let i = queue.length - 1; i >= 0; i--) {
    const thread = queue[i]!;
    if (thread.bound || thread === chosen) continue;
    leave(queue, i);
    thread.cpu = idle;
    if (thread.readyAt < at) thread.readyAt = at;
    settle(s, thread);
    s.queues[idle]!.push(thread);
    refreshReady(s, idle);
    return;
  }
}

function nextTick(at: number): number {
  return (Math.floor(at / TICK_NS) + 1) * TICK_NS;
}

function placeFor(s: Scheduler, previous: number): number {
  if (s.queues[previous]!.length === 0) return previous;
  for (let p = 0; p < s.nrCpus; p++) {
    if (s.queues[p]!.length === 0) return p;
  }
  return previous;
}

/** Virtual run times of different vCPUs do not compare: a newcomer is brought near the others. */
function settle(s: Scheduler, thread: Thread): void {
  const least = leastVruntime(s, thread.cpu);
  thread.vruntime = Math.min(
    Math.max(thread.vruntime, least - VRUNTIME_SPREAD_NS),
    least + VRUNTIME_SPREAD_NS,
  );
}

function leastVruntime(s: Scheduler, processor: number): number {
  const queue = s.queues[processor]!;
  let least = s.last[processor]?.vruntime ?? 0;
  for (let i = 0; i < queue.length; i++) {
    if (queue[i]!.vruntime < least) least = queue[i]!.vruntime;
  }
  return least;
}

/** Moves a waiting thread from the longest queue to a vCPU that has gone idle. */
function pullWork(s: Scheduler, idle: number): void {
  let from = -1;
  for (let p = 0; p < s.nrCpus; p++) {
    const length = s.queues[p]!.length;
    if (length > 1 && (from < 0 || length > s.queues[from]!.length)) from = p;
  }
  if (from < 0) return;
  const queue = s.queues[from]!;
  for (let i = queue.length - 1; i >= 0; i--) {
    const thread = queue[i]!;
    if (thread.bound || thread === s.last[from]) continue;
    leave(queue, i);
    thread.cpu = idle;
    settle(s, thread);
    s.queues[idle]!.push(thread);
    refreshReady(s, from);
    return;
  }
}
