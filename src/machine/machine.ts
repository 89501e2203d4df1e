/**
 * Runs a compiled model: one dispatch at a time, each a bounded piece of one thread. Between two
 * dispatches all state is plain data in `state` and in the kernel's globals.
 */
import { assert, present } from "../base/assert.ts";
import {
  BODY_FAST,
  BODY_ROUTE,
  type BootedKernel,
  type DebugInfo,
  type Frame,
  type KernelHooks,
  type KernelImage,
} from "../base/kernel-image.ts";
import {
  cancelEvent,
  createEventQueue,
  earliest,
  popEvent,
  pushIrq,
  pushWake,
  type EventQueue,
} from "./event-queue.ts";
import { createPrng, randomBelow, type Prng } from "./prng.ts";
import type { Entry, MachineTask, ThreadOptions } from "./primitives.ts";
import {
  addHostProcessor,
  choose,
  createScheduler,
  dequeue,
  dispatchLimit,
  earliestProcessor,
  enqueue,
  refreshReady,
  type Scheduler,
} from "./scheduler.ts";
import { createSteal, resumesAt, setSteal, type Steal } from "./steal.ts";
import { createThread, type Thread } from "./thread.ts";

/** What the machine reports, and what it asks; nothing here may change its state. */
export interface MachineObserver {
  onPrintk(at: number, text: string): void;
  onTrace(at: number, name: string, a: number, b: number): void;
  onStep(at: number, index: number, outcome: string): void;
  condition(index: number): boolean;
}

export interface MachineOptions {
  readonly image: KernelImage;
  readonly nrCpus: number;
  readonly seed: number;
  /** Values for the model's `declare const`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Time from a wake-up until the woken thread can run, and of a change of threads, in ns. */
  readonly wakeupNs: number;
  readonly contextSwitchNs: number;
  readonly observer: MachineObserver;
}

export interface MachineState {
  readonly scheduler: Scheduler;
  readonly events: EventQueue;
  readonly prng: Prng;
  readonly threads: Thread[];
  /** Interrupt context of each vCPU. */
  readonly irq: Thread[];
  /** What the host takes from the vCPUs; null until it takes something. */
  steal: Steal | null;
  /** Time of the present dispatch's start: never goes back. */
  time: number;
  /** Completed dispatches. */
  dispatches: number;
  /** Thread of the last complete dispatch, or -1. */
  lastThread: number;
  /** A thread suspended by a stop in the middle of its dispatch. */
  stopped: Thread | null;
  /** Why the run cannot go on: an invariant of the model was broken. */
  bug: string;
}

/** `ran`: one dispatch is complete. `stopped`: an armed statement stopped it. `idle`: nothing will ever happen. */
export type Outcome = "ran" | "stopped" | "idle";

/** Twelve times what all loops of the longest dispatch make: the start of a guest of 64 GiB. */
const MAX_ROUNDS = 1 << 22;

/** A thread neither waits nor lets others run, however long it is left to. */
export class EndlessDispatch extends Error {
  constructor({ task, id }: Thread, time: number) {
    const at = (time / 1e9).toFixed(6);
    super(`${task.comm} (thread ${id}) is in a loop without end, at ${at} s.`);
  }
}

export class Machine {
  readonly debug: DebugInfo;
  readonly kernel: BootedKernel;
  readonly hooks: KernelHooks;
  readonly state: MachineState;
  /** Whoever chooses the bodies has seen to it that all of them tell of what they write in arrays. */
  tellsWrites = false;
  /** Something was written, or may have been, without that; whoever cares takes note and clears it. */
  wroteUntold = false;
  /** Called now and then while a loop goes round within a dispatch; may throw, to give that up. */
  onRounds: () => void = () => {};
  readonly #options: MachineOptions;
  readonly #siteFunction: Int32Array;
  /** 1 for statement sites, where a thread is suspended by a stop and not by a primitive. */
  readonly #isStatement: Uint8Array;
  readonly #suspendsInFast: Uint8Array;
  #running: Thread | null = null;

  constructor(options: MachineOptions) {
    const { debug, boot } = options.image;
    this.#options = options;
    this.debug = debug;
    this.hooks = {
      armed: new Uint8Array(debug.sites.length),
      heed: Uint8Array.of(1),
      visits: new Uint32Array(debug.sites.length),
      bodyOf: new Uint8Array(debug.functions.length),
      watched: new Uint8Array(debug.accesses.key.length),
      touched: () => {},
      written: () => {},
      conditions: debug.sites.map(() => null),
      unwound: [],
      // [0] the running clock, [1] the end of the dispatch
      clock: new Float64Array(2),
      rounds: (count) => {
        if (count >= MAX_ROUNDS) throw new EndlessDispatch(this.#current(), this.now());
        this.onRounds();
      },
      externals: this.#primitives(),
      inputs: options.inputs,
    };
    this.#siteFunction = Int32Array.from(debug.sites, (site) => site?.fn ?? -1);
    this.#isStatement = Uint8Array.from(debug.sites, (site) => +(site?.kind === "statement"));
    this.#suspendsInFast = Uint8Array.from(debug.sites, (site) => +(site?.suspendsInFast ?? false));
    this.state = {
      scheduler: createScheduler(options.nrCpus),
      events: createEventQueue(),
      prng: createPrng(options.seed),
      threads: [],
      irq: [],
      steal: null,
      time: 0,
      dispatches: 0,
      lastThread: -1,
      stopped: null,
      bug: "",
    };
    this.kernel = boot(this.hooks);
    for (let cpu = 0; cpu < options.nrCpus; cpu++) this.#addIrqContext(cpu);
  }

  /** Starts a thread at the function `name` of file `file`, before the first dispatch. */
  bootThread(file: string, name: string): void {
    const fn = present(
      this.debug.functions.find((f) => f.name === name && this.debug.files[f.file] === file),
      `the model has no function ${name} in ${file}`,
    );
    const task = { thread: 0, comm: "swapper/0" };
    this.#addThread(task, { kind: "task", cpu: 0, bound: true, line: -1 }, fn.id, undefined);
  }

  /**
   * Runs one dispatch, or what is left of one that a stop interrupted. Throws EndlessDispatch when
   * that does not end; the state is then worth nothing until a checkpoint is restored.
   */
  dispatch(): Outcome {
    if (!this.tellsWrites) this.wroteUntold = true;
    const thread = this.state.stopped ?? this.#pick();
    return thread === null ? "idle" : this.#run(thread);
  }

  /** From outside, between two statements: `fn(data)` is run as an interrupt, as soon as one can be. */
  inject(fn: number, data: unknown): void {
    const handler = present(
      this.kernel.fast[fn],
      `there is no function ${fn}`,
    ) as Entry<unknown>["handler"];
    pushIrq(this.state.events, this.now(), 0, { handler, data });
  }

  /** A dispatch threw: the state is half changed, and is only good for being put back to a checkpoint. */
  abandon(): void {
    this.kernel.clearSuspend();
    this.hooks.unwound.length = 0;
    this.#running = null;
  }

  get running(): Thread | null {
    return this.#running;
  }

  /** Time on the clock of the thread that runs, or of the last dispatch. */
  now(): number {
    return this.#running !== null || this.state.stopped !== null
      ? this.hooks.clock[0]!
      : this.state.time;
  }

  #pick(): Thread | null {
    const { scheduler, events } = this.state;
    const { clock } = this.hooks;
    for (;;) {
      const processor = earliestProcessor(scheduler);
      const readyAt = processor < 0 ? Infinity : scheduler.ready[processor]!;
      const eventAt = earliest(events);
      if (eventAt === Infinity && processor < 0) return null;
      if (eventAt <= readyAt) {
        const interrupt = this.#takeEvent(eventAt);
        if (interrupt !== null) return interrupt;
        continue;
      }
      const thread = choose(scheduler, processor);
      const limit = dispatchLimit(scheduler, processor, eventAt);
      this.#enter(processor, readyAt);
      if (scheduler.last[processor] !== thread) {
        scheduler.last[processor] = thread;
        clock[0]! += this.#options.contextSwitchNs;
      }
      clock[1] = limit;
      return thread;
    }
  }

  /** Ends a sleep and returns null, or returns the interrupt context that is to run. */
  #takeEvent(at: number): Thread | null {
    const { scheduler, events, threads, irq } = this.state;
    const slot = popEvent(events);
    const target = events.target[slot]!;
    const action = events.action[slot] ?? null;
    const stolenUntil = action === null ? 0 : (this.state.steal?.until[target] ?? 0);
    if (stolenUntil > at) {
      events.action[slot] = null;
      pushIrq(events, stolenUntil, target, action!);
      return null;
    }
    if (action === null) {
      const thread = threads[target]!;
      thread.value = 0;
      enqueue(scheduler, thread, at);
      return null;
    }
    events.action[slot] = null;
    const context = irq[target]!;
    context.entry = this.kernel.idOf(action.handler);
    context.data = action.data;
    this.#enter(target, Math.max(at, scheduler.clocks[target]!));
    this.hooks.clock[1] = Infinity;
    return context;
  }

  #enter(processor: number, at: number): void {
    this.state.scheduler.clocks[processor] = at;
    this.hooks.clock[0] = at;
    if (at > this.state.time) this.state.time = at;
  }

  #run(thread: Thread): Outcome {
    const { kernel, hooks, state } = this;
    const { bodyOf } = hooks;
    const { frames } = thread;
    let value = thread.value;
    thread.value = undefined;
    state.stopped = null;
    this.#running = thread;
    if (thread.entry >= 0) {
      const fn = thread.entry;
      const { data } = thread;
      thread.entry = -1;
      thread.data = undefined;
      const body =
        bodyOf[fn] === BODY_FAST
          ? kernel.fast
          : bodyOf[fn] === BODY_ROUTE
            ? kernel.route
            : kernel.step;
      value = body[fn]!(data);
    }
    while (!kernel.suspended() && frames.length > 0) {
      const frame = frames.pop()!;
      const site = frame[0] as number;
      const fn = this.#siteFunction[site]!;
      const finish =
        this.#suspendsInFast[site] === 1 && bodyOf[fn] === BODY_FAST
          ? (kernel.resumeFast[fn] ?? kernel.resume[fn]!)
          : kernel.resume[fn]!;
      value = finish(frame, value);
    }
    this.#running = null;
    if (kernel.suspended()) {
      kernel.clearSuspend();
      const { unwound } = hooks;
      const stop = this.#isStatement[unwound[0]![0] as number] === 1;
      // Taken one by one: an array that is emptied at once has to grow again.
      while (unwound.length > 0) frames.push(unwound.pop()!);
      if (stop) {
        state.stopped = thread;
        return "stopped";
      }
    } else {
      this.#finish(thread);
    }
    // Only now, so that what the dispatch itself reads does not depend on stops within it.
    const ran = hooks.clock[0]! - state.scheduler.clocks[thread.cpu]!;
    thread.vruntime += ran;
    state.scheduler.clocks[thread.cpu] = hooks.clock[0]!;
    if (state.steal !== null) this.#stealFrom(thread.cpu, ran, state.steal);
    refreshReady(state.scheduler, thread.cpu);
    state.dispatches++;
    state.lastThread = thread.id;
    return "ran";
  }

  /** Only a vCPU that wants to go on has something to lose. */
  #stealFrom(cpu: number, ran: number, steal: Steal): void {
    const { scheduler, prng } = this.state;
    if (cpu >= scheduler.nrCpus || scheduler.queues[cpu]!.length === 0) return;
    scheduler.clocks[cpu] = resumesAt(steal, prng, cpu, ran, scheduler.clocks[cpu]!);
  }

  #finish(thread: Thread): void {
    if (thread.kind === "irq") return;
    dequeue(this.state.scheduler, thread);
    thread.state = "exited";
  }

  #addIrqContext(cpu: number): void {
    const { threads, irq } = this.state;
    const task = { thread: threads.length, comm: `irq/${cpu}` };
    const context = createThread(threads.length, "irq", task, { cpu, bound: true, line: -1 });
    threads.push(context);
    irq.push(context);
  }

  #addThread(task: MachineTask, options: ThreadOptions, entry: number, data: unknown): void {
    const { scheduler, threads } = this.state;
    const now = this.now();
    const cpu = options.kind === "host" ? addHostProcessor(scheduler, now) : options.cpu;
    const placing = { cpu, bound: options.bound || options.kind === "host", line: options.line };
    const thread = createThread(threads.length, options.kind, task, placing);
    task.thread = thread.id;
    thread.entry = entry;
    thread.data = data;
    threads.push(thread);
    enqueue(scheduler, thread, now);
  }

  /** The thread that calls a primitive. */
  #current(): Thread {
    return present(this.#running, "a primitive was called while nothing runs");
  }

  #block(state: "blocked" | "sleeping", reason: string): Thread {
    const thread = this.#current();
    assert(thread.kind !== "irq", `an interrupt handler sleeps: ${reason}`);
    dequeue(this.state.scheduler, thread);
    thread.state = state;
    thread.reason = reason;
    this.kernel.suspend();
    return thread;
  }

  #primitives(): Record<string, (...args: never[]) => unknown> {
    const { observer } = this.#options;
    return {
      cond_resched: (): void => {
        if (this.hooks.clock[0]! >= this.hooks.clock[1]!) this.kernel.suspend();
      },
      schedule: (reason: string): void => {
        this.#block("blocked", reason);
      },
      schedule_timeout: (ns: number, reason: string): void => {
        const thread = this.#block("sleeping", reason);
        thread.deadline = this.hooks.clock[0]! + ns;
        thread.alarm = pushWake(this.state.events, thread.deadline, thread.id);
      },
      wake_up_process: (task: MachineTask): boolean => this.#wake(task),
      start_thread: (task: MachineTask, options: ThreadOptions, main: Entry<unknown>): void => {
        this.#addThread(task, options, this.kernel.idOf(main.handler), main.data);
      },
      current: (): MachineTask => this.#current().task,
      dispatch_count: (): number => this.state.dispatches,
      smp_processor_id: (): number => {
        const { cpu } = this.#current();
        return cpu < this.#options.nrCpus ? cpu : -1;
      },
      raise_irq: (cpu: number, delay: number, action: Entry<unknown>): void => {
        pushIrq(this.state.events, this.hooks.clock[0]! + delay, cpu, action);
      },
      steal_time: (cpu: number, share: number, slice: number): void => {
        const { nrCpus } = this.#options;
        this.state.steal ??= createSteal(nrCpus);
        for (let each = 0; each < nrCpus; each++) {
          if (cpu < 0 || cpu === each) {
            setSteal(this.state.steal, this.state.prng, each, share, slice);
          }
        }
      },
      random: (stream: number, bound: number): number =>
        randomBelow(this.state.prng, stream, bound),
      printk: (text: string): void => observer.onPrintk(this.hooks.clock[0]!, text),
      trace_event: (name: string, a: number, b: number): void =>
        observer.onTrace(this.hooks.clock[0]!, name, a, b),
      scenario_condition: (index: number): boolean => observer.condition(index),
      scenario_step: (index: number, outcome: string): void =>
        observer.onStep(this.hooks.clock[0]!, index, outcome),
      BUG: (message: string): void => {
        if (this.state.bug !== "") return;
        this.state.bug = message;
        observer.onPrintk(this.hooks.clock[0]!, `BUG: ${message}`);
        observer.onTrace(this.hooks.clock[0]!, "bug", 0, 0);
      },
    };
  }

  #wake(task: MachineTask): boolean {
    const { scheduler, threads } = this.state;
    const thread = threads[task.thread]!;
    if (thread.state !== "blocked" && thread.state !== "sleeping") return false;
    const now = this.hooks.clock[0]!;
    if (thread.state === "sleeping") {
      thread.value = Math.max(0, thread.deadline - now);
      cancelEvent(this.state.events, thread.alarm);
    }
    enqueue(scheduler, thread, now + this.#options.wakeupNs);
    return true;
  }
}

/** Frames of a thread, innermost first. */
export function framesOf(thread: Thread): readonly Frame[] {
  return thread.frames.toReversed();
}
