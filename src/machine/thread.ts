/** A thread of the simulated machine: plain data, suspended frames included. */
import type { Frame } from "../base/kernel-image.ts";
import type { MachineTask } from "./primitives.ts";

export type ThreadKind = "task" | "host" | "irq";

export type ThreadState =
  /** Waits for its processor, or for `readyAt`. */
  | "runnable"
  /** Waits for `wake_up_process`. */
  | "blocked"
  /** As blocked, but no later than `deadline`. */
  | "sleeping"
  /** Interrupt context between two interrupts. */
  | "idle"
  | "exited";

export interface Thread {
  readonly id: number;
  readonly kind: ThreadKind;
  readonly task: MachineTask;
  /** Zero-based scenario line that started it, or -1. */
  readonly line: number;
  /** Never moves to another processor. */
  readonly bound: boolean;
  /** Processor: a vCPU, or the clock of a host thread. */
  cpu: number;
  state: ThreadState;
  /** What it waits for, in words. */
  reason: string;
  /** Runnable: not before this time. */
  readyAt: number;
  deadline: number;
  /** Slot of the event that ends its sleep. */
  alarm: number;
  /** Time it has had; the lowest on a processor runs first. */
  vruntime: number;
  /** Function to enter at the next dispatch with `data`; -1 when `frames` are to be resumed. */
  entry: number;
  data: unknown;
  /** Suspended activations, outermost first. */
  frames: Frame[];
  /** What the call at the innermost frame's site returns. */
  value: unknown;
}

export function createThread(
  id: number,
  kind: ThreadKind,
  task: MachineTask,
  placing: { cpu: number; bound: boolean; line: number },
): Thread {
  return {
    id,
    kind,
    task,
    line: placing.line,
    bound: placing.bound,
    cpu: placing.cpu,
    state: kind === "irq" ? "idle" : "runnable",
    reason: "",
    readyAt: 0,
    deadline: 0,
    alarm: -1,
    vruntime: 0,
    entry: -1,
    data: undefined,
    frames: [],
    value: undefined,
  };
}
