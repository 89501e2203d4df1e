/**
 * The only ways in which model code waits, passes time or reaches the outside. `Machine`
 * implements them; the model imports these declarations; the compiler knows which may suspend.
 * Times are integer nanoseconds of virtual time.
 */

/** What the machine needs of a `task_struct`; the model's own fields stand beside these. */
export interface MachineTask {
  /** Thread number, given by `start_thread`. */
  thread: number;
  comm: string;
}

/** A thread's main function with its argument, or an interrupt handler with its device. */
export interface Entry<T> {
  handler: (data: T) => void;
  data: T;
}

export interface ThreadOptions {
  /** `task`: shares vCPUs with other tasks. `host`: has a clock of its own, beside the guest. */
  kind: "task" | "host";
  /** vCPU on which it starts. */
  cpu: number;
  /** Never moves to another vCPU. */
  bound: boolean;
  /** Zero-based scenario line that started it, shown as its outermost frame; -1 for none. */
  line: number;
}

/** Adds work to the running vCPU's clock. Never suspends. Compiled in place. */
export declare function charge(ns: number): void;
/** Clock of the running vCPU. Compiled in place. */
export declare function now(): number;
/** May give up the vCPU: a dispatch ends only here and in the blocking primitives. Suspends. */
export declare function cond_resched(): void;
/** Blocks until `wake_up_process`. `reason` is shown in the threads view ("balloon_lock"). Suspends. */
export declare function schedule(reason: string): void;
/** Blocks until woken or `ns` have passed; returns what is left of `ns`, 0 after a time-out. Suspends. */
export declare function schedule_timeout(ns: number, reason: string): number;
/** Makes a blocked thread runnable now; false when it was not blocked. */
export declare function wake_up_process(task: MachineTask): boolean;
/** Starts a thread; it first runs no earlier than now. Sets `task.thread`. */
export declare function start_thread<T>(
  task: MachineTask,
  options: ThreadOptions,
  main: Entry<T>,
): void;
/** The running thread's task; in an interrupt, the interrupt context's own. */
export declare function current(): MachineTask;
/** Dispatches completed so far: the same in every replay, so it tells a moment to come back to. */
export declare function dispatch_count(): number;
/** Index of the running vCPU; the host context has none and gets -1. */
export declare function smp_processor_id(): number;
/** Runs `action.handler(action.data)` as an interrupt on `cpu` after `delay` ns. It may not sleep. */
export declare function raise_irq<T>(cpu: number, delay: number, action: Entry<T>): void;
/** Of 1000 slices of `slice` ns the host gives `share` to others than `cpu`; -1 for every vCPU. */
export declare function steal_time(cpu: number, share: number, slice: number): void;
/** Uniform integer in [0, bound); one independent stream per consumer (see `machine/prng.ts`). */
export declare function random(stream: number, bound: number): number;
/** A line of the kernel log. */
export declare function printk(text: string): void;
/** Marks a moment for charts, exception filters and `expect`, e.g. `("oom_notify", 256, 0)`. */
export declare function trace_event(name: string, a: number, b: number): void;
/** Value of the scenario's condition number `index` (wait-until), evaluated on the state as it is. */
export declare function scenario_condition(index: number): boolean;
/** Scenario step `index` starts (`outcome` ""), or ends with an outcome such as "done" or "timeout". */
export declare function scenario_step(index: number, outcome: string): void;
/** An invariant of the model is broken: ends the run with the message. */
export declare function BUG(message: string): void;
