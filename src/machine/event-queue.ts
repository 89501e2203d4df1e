/**
 * What happens at a later time, as data: the end of a sleep, or an interrupt. A binary heap of
 * slot numbers over columns, so that queueing allocates nothing; equal times run in order of
 * queueing.
 */
import { assert } from "../base/assert.ts";
import type { Entry } from "./primitives.ts";

/** More events than this at once mean a mistake in the model: a queue without a bound hides it. */
const CAPACITY = 4096;

export type EventKind = "wake" | "irq";

export interface MachineEvent {
  readonly at: number;
  readonly kind: EventKind;
  /** wake: thread number. irq: vCPU. */
  readonly target: number;
  /** irq: what to run. */
  readonly action: Entry<unknown> | null;
}

/** Plain data, so that a checkpoint copies it like everything else. */
export interface EventQueue {
  size: number;
  nextSeq: number;
  readonly heap: Int32Array<ArrayBuffer>;
  readonly at: Float64Array<ArrayBuffer>;
  readonly seq: Float64Array<ArrayBuffer>;
  readonly target: Int32Array<ArrayBuffer>;
  /** Where in the heap each slot stands. */
  readonly place: Int32Array<ArrayBuffer>;
  /** Null for a wake. */
  readonly action: (Entry<unknown> | null)[];
}

export function createEventQueue(): EventQueue {
  const heap = new Int32Array(CAPACITY);
  const place = new Int32Array(CAPACITY);
  for (let slot = 0; slot < CAPACITY; slot++) heap[slot] = place[slot] = slot;
  return {
    size: 0,
    nextSeq: 0,
    heap,
    at: new Float64Array(CAPACITY),
    seq: new Float64Array(CAPACITY),
    target: new Int32Array(CAPACITY),
    place,
    action: new Array<Entry<unknown> | null>(CAPACITY).fill(null),
  };
}

/** Time of the earliest event, or Infinity. */
export function earliest(queue: EventQueue): number {
  return queue.size === 0 ? Infinity : queue.at[queue.heap[0]!]!;
}

/** Returns a handle for `cancelEvent`, good until the event happens. */
export function pushWake(queue: EventQueue, at: number, thread: number): number {
  return push(queue, at, thread, null);
}

export function pushIrq(queue: EventQueue, at: number, cpu: number, action: Entry<unknown>): void {
  push(queue, at, cpu, action);
}

/** Takes the earliest event; returns its slot, whose columns stay readable until the next push. */
export function popEvent(queue: EventQueue): number {
  assert(queue.size > 0, "the event queue is empty");
  const slot = queue.heap[0]!;
  cancelEvent(queue, slot);
  return slot;
}

/** Takes an event out before its time. */
export function cancelEvent(queue: EventQueue, slot: number): void {
  const { heap, place } = queue;
  const at = place[slot]!;
  assert(at < queue.size, `event ${slot} is not pending`);
  const last = --queue.size;
  const moved = heap[last]!;
  heap[at] = moved;
  place[moved] = at;
  // Free slots live behind the heap, so that push finds one without searching.
  heap[last] = slot;
  place[slot] = last;
  if (at === last) return;
  rise(queue, at);
  sink(queue, place[moved]!);
}

/** The events in the order in which they will happen; for display and for the fingerprint. */
export function pendingEvents(queue: EventQueue): MachineEvent[] {
  return Array.from(queue.heap.subarray(0, queue.size))
    .sort((a, b) => queue.at[a]! - queue.at[b]! || queue.seq[a]! - queue.seq[b]!)
    .map((slot) => ({
      at: queue.at[slot]!,
      kind: queue.action[slot] === null ? "wake" : "irq",
      target: queue.target[slot]!,
      action: queue.action[slot] ?? null,
    }));
}

function push(
  queue: EventQueue,
  at: number,
  target: number,
  action: Entry<unknown> | null,
): number {
  assert(queue.size < CAPACITY, `more than ${CAPACITY} events are pending at ${at} ns`);
  const slot = queue.heap[queue.size]!;
  queue.at[slot] = at;
  queue.seq[slot] = queue.nextSeq++;
  queue.target[slot] = target;
  queue.action[slot] = action;
  rise(queue, queue.size++);
  return slot;
}

function before(queue: EventQueue, a: number, b: number): boolean {
  const difference = queue.at[a]! - queue.at[b]!;
  return difference !== 0 ? difference < 0 : queue.seq[a]! < queue.seq[b]!;
}

function rise(queue: EventQueue, from: number): void {
  const { heap } = queue;
  const slot = heap[from]!;
  let at = from;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(queue, slot, heap[parent]!)) break;
    settle(queue, at, heap[parent]!);
    at = parent;
  }
  settle(queue, at, slot);
}

function sink(queue: EventQueue, from: number): void {
  const { heap, size } = queue;
  const slot = heap[from]!;
  let at = from;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && before(queue, heap[child + 1]!, heap[child]!)) child++;
    if (!before(queue, heap[child]!, slot)) break;
    settle(queue, at, heap[child]!);
    at = child;
  }
  settle(queue, at, slot);
}

function settle(queue: EventQueue, at: number, slot: number): void {
  queue.heap[at] = slot;
  queue.place[slot] = at;
}
