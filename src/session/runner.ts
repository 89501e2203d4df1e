/**
 * Moves a machine through its run, forwards and back, until something asks for a stop. Going back
 * is restoring a checkpoint and running forward again; since a run is a function of its scenario,
 * that is exact.
 */
import { assert, present } from "../base/assert.ts";
import type { Machine } from "../machine/machine.ts";
import type { Thread } from "../machine/thread.ts";
import { Arming, type Waypoint } from "./arming.ts";
import type { History } from "./history.ts";
import type { Recorder } from "./recorder.ts";
import { Slices, type SliceOptions } from "./slices.ts";
import { planStep, type StepKind, type StepPlan } from "./stepping.ts";
import type { Mark, Stop, StopReason } from "./types.ts";

/** Decides about stops; `Session` knows breakpoints, filters and expressions. */
export interface StopPolicy {
  /** Sites at which `reasonAt` wants to be asked. */
  armedSites(): Iterable<number>;
  /** A thread stands before an armed statement. `quiet`: count and print nothing. */
  reasonAt(site: number, thread: Thread, quiet: boolean): StopReason | null;
  /** What happened during the dispatch that has just ended; asked once for each. */
  takeEventReason(): StopReason | null;
  /** The run is over. */
  finished(): boolean;
  /** Between two dispatches of a run forward. */
  onProgress(): void;
}

export interface RunnerOptions extends SliceOptions {
  readonly machine: Machine;
  readonly history: History;
  readonly recorder: Recorder;
  readonly policy: StopPolicy;
}

/** Thrown through a long way back when the user cancels it. */
class Cancelled extends Error {}

export class Runner {
  readonly #machine: Machine;
  readonly #history: History;
  readonly #recorder: Recorder;
  readonly #policy: StopPolicy;
  readonly #options: RunnerOptions;
  readonly #arming: Arming;
  #pauseRequested = false;
  /** A replay may be given up half way: somebody will bring the machine back to a known point. */
  #mayCancel = false;
  /** Number of the statement at which this dispatch was last known to be; 0 at its start. */
  #statement = 0;
  /** Stops since then, which together say where the machine is. */
  #waypoints: Waypoint[] = [];

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#machine = options.machine;
    this.#history = options.history;
    this.#recorder = options.recorder;
    this.#policy = options.policy;
    this.#arming = new Arming(options.machine);
  }

  pause(): void {
    this.#pauseRequested = true;
  }

  async continue(): Promise<Stop> {
    return this.#forward(null);
  }

  async step(kind: StepKind, thread: number): Promise<Stop> {
    return this.#forward(planStep(this.#machine.debug, this.#thread(thread), kind));
  }

  /** The exact present point; replays the present dispatch when its statements were not counted. */
  async mark(): Promise<Mark> {
    const dispatch = this.#machine.state.dispatches;
    if (this.#machine.state.stopped === null) return { dispatch, statement: 0 };
    if (this.#waypoints.length === 0) return { dispatch, statement: this.#statement };
    const from = this.#statement;
    const way = this.#waypoints;
    await this.#replayTo(dispatch);
    let statement = 0;
    let next = 0;
    let visits = 0;
    this.#arming.armEverything((site) => {
      if (++statement <= from || site !== way[next]!.site) return false;
      if (++visits < way[next]!.count) return false;
      visits = 0;
      return ++next === way.length;
    });
    const outcome = this.#machine.dispatch();
    assert(outcome === "stopped", `replaying dispatch ${dispatch} did not meet the stop`);
    this.#settle(statement);
    return { dispatch, statement };
  }

  async seek(mark: Mark): Promise<Stop> {
    await this.#goTo(mark);
    return this.#stopHere({ kind: "step" });
  }

  /** To the statement that `thread` executed before this one, in the same function or a caller. */
  async stepBack(thread: number): Promise<Stop> {
    return this.#cancellable(async (here) => {
      const depth = this.#thread(thread).frames.length;
      const target = await this.#previousStatement(thread, depth, here);
      if (target === null) return this.#backToStart();
      await this.#goTo(target);
      return this.#stopHere({ kind: "step" }, thread);
    });
  }

  /** To the last stop before this one that a run forward would have made. */
  async reverseContinue(): Promise<Stop> {
    return this.#cancellable(async (here) => {
      const within = await this.#lastHitWithin(here);
      if (within !== null) {
        await this.#goTo(within.mark);
        return this.#stopHere(within.reason);
      }
      for (let end = here.dispatch; end > 0; ) {
        const from = this.#rewind(end - 1);
        const hits = await this.#runToHit(end, Infinity);
        if (hits.count > 0) {
          this.#rewind(from);
          const { reason } = await this.#runToHit(end, hits.count);
          return this.#stopHere(present(reason, "a replayed hit was not met again"));
        }
        end = from;
      }
      return this.#backToStart();
    });
  }

  #thread(id: number): Thread {
    return present(this.#machine.state.threads[id], `there is no thread ${id}`);
  }

  async #forward(step: StepPlan | null): Promise<Stop> {
    this.#pauseRequested = false;
    this.#policy.takeEventReason();
    this.#arm(step);
    const slices = new Slices(this.#options);
    for (;;) {
      if (this.#machine.state.stopped === null && this.#policy.finished()) {
        return this.#stopHere({ kind: "end" });
      }
      const outcome = this.#machine.dispatch();
      if (outcome === "stopped") {
        const reason = this.#reasonHere(step, false);
        if (reason !== null) return this.#stopHere(reason);
        continue;
      }
      this.#dispatchEnded();
      this.#policy.onProgress();
      this.#history.maybeTake();
      if (outcome === "idle") return this.#stopHere({ kind: "end" });
      const reason = this.#policy.takeEventReason();
      if (reason !== null) return this.#stopHere(reason);
      if (step !== null && this.#hasLeft(step)) return this.#stopHere({ kind: "step" });
      if (slices.due()) await slices.rest();
      if (this.#pauseRequested) return this.#stopHere({ kind: "pause" });
    }
  }

  #arm(step: StepPlan | null): void {
    this.#arming.arm(this.#policy.armedSites(), step?.sites ?? [], step?.thread ?? -1);
  }

  #reasonHere(step: StepPlan | null, quiet: boolean): StopReason | null {
    const thread = present(this.#machine.state.stopped, "nothing has stopped");
    const site = thread.frames.at(-1)![0] as number;
    const reason = this.#policy.reasonAt(site, thread, quiet);
    if (reason !== null) {
      this.#waypoints.push({ site, count: this.#arming.count(site) });
      this.#arming.newEpoch();
      return reason;
    }
    if (step === null || thread.id !== step.thread || !step.sites.has(site)) return null;
    if (thread.frames.length > step.maxDepth) return null;
    this.#waypoints.push({ site, count: this.#arming.count(site) });
    this.#arming.newEpoch();
    return { kind: "step" };
  }

  /** The stepping thread has nothing left to step through. */
  #hasLeft(step: StepPlan): boolean {
    const thread = this.#thread(step.thread);
    return thread.state === "exited" || (thread.kind === "irq" && thread.frames.length === 0);
  }

  #dispatchEnded(): void {
    this.#statement = 0;
    this.#waypoints = [];
    this.#arming.newEpoch();
  }

  /** The machine stands before statement number `statement` of the present dispatch. */
  #settle(statement: number): void {
    this.#statement = statement;
    this.#waypoints = [];
  }

  #stopHere(reason: StopReason, thread = this.#focus()): Stop {
    return { reason, thread, time: this.#machine.now() };
  }

  /** The thread that stopped; between dispatches the one that a user would look at first. */
  #focus(): number {
    const { stopped, threads, lastThread } = this.#machine.state;
    if (stopped !== null) return stopped.id;
    const withStack = threads.filter((thread) => thread.frames.length > 0);
    const worth = (thread: Thread): number =>
      (thread.id === lastThread ? 8 : 0) +
      (thread.state === "runnable" ? 4 : 0) +
      // A task that the scenario started, before the kernel's own threads.
      (thread.line >= 0 ? 2 : 0) +
      (thread.kind === "task" ? 1 : 0);
    return withStack.sort((a, b) => worth(b) - worth(a) || a.id - b.id)[0]?.id ?? 0;
  }

  #backToStart(): Stop {
    this.#rewind(0);
    return this.#stopHere({ kind: "start" });
  }

  /** Runs `go`; when the user cancels it, returns to where it began. */
  async #cancellable(go: (here: Mark) => Promise<Stop>): Promise<Stop> {
    this.#pauseRequested = false;
    const here = await this.mark();
    this.#mayCancel = true;
    try {
      return await go(here);
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
      this.#mayCancel = false;
      await this.#goTo(here);
      return this.#stopHere({ kind: "pause" });
    } finally {
      this.#mayCancel = false;
    }
  }

  async #goTo(mark: Mark): Promise<void> {
    await this.#replayTo(mark.dispatch);
    if (mark.statement === 0) return;
    let statement = 0;
    this.#arming.armEverything(() => ++statement === mark.statement);
    const outcome = this.#machine.dispatch();
    assert(
      outcome === "stopped",
      `dispatch ${mark.dispatch} has no statement ${mark.statement}`,
    );
    this.#settle(mark.statement);
  }

  /** Restores the nearest checkpoint at or before `dispatch`; returns where that is. */
  #rewind(dispatch: number): number {
    const from = this.#history.restoreAtOrBefore(dispatch);
    this.#recorder.rewound();
    this.#dispatchEnded();
    return from;
  }

  /** To the start of `dispatch`, and leaves a checkpoint there: more steps back may follow. */
  async #replayTo(dispatch: number): Promise<void> {
    this.#rewind(dispatch);
    this.#arming.disarm();
    await this.#replayUntil(dispatch, () => {});
    this.#history.take();
  }

  async #replayUntil(dispatch: number, onDispatch: (dispatch: number) => void): Promise<void> {
    const { state } = this.#machine;
    const slices = new Slices(this.#options);
    while (state.dispatches < dispatch) {
      const number = state.dispatches;
      const outcome = this.#machine.dispatch();
      assert(outcome === "ran", `replaying dispatch ${number} ${outcome}`);
      onDispatch(number);
      if (slices.due()) await slices.rest();
      if (this.#pauseRequested && this.#mayCancel) throw new Cancelled();
    }
    this.#policy.takeEventReason();
  }

  async #previousStatement(thread: number, depth: number, here: Mark): Promise<Mark | null> {
    if (this.#machine.state.stopped?.id === thread) {
      const statement = await this.#lastStatementWithin(here.dispatch, here.statement, depth);
      if (statement > 0) return { dispatch: here.dispatch, statement };
    }
    for (let end = here.dispatch; end > 0; ) {
      const from = this.#rewind(end - 1);
      this.#arming.disarm();
      const ran: number[] = [];
      await this.#replayUntil(end, (dispatch) => {
        if (this.#machine.state.lastThread === thread) ran.push(dispatch);
      });
      for (const dispatch of ran.reverse()) {
        const statement = await this.#lastStatementWithin(dispatch, Infinity, depth);
        if (statement > 0) return { dispatch, statement };
      }
      end = from;
    }
    return null;
  }

  /** Number of the last statement of `dispatch` before number `end` with at most `depth` frames; 0 for none. */
  async #lastStatementWithin(dispatch: number, end: number, depth: number): Promise<number> {
    await this.#replayTo(dispatch);
    this.#arming.armEverything(() => true);
    let last = 0;
    for (let statement = 1; statement < end; statement++) {
      if (this.#machine.dispatch() !== "stopped") break;
      if (this.#machine.state.stopped!.frames.length <= depth) last = statement;
    }
    return last;
  }

  /** The last statement of the present dispatch before `here` at which the policy stops. */
  async #lastHitWithin(here: Mark): Promise<{ mark: Mark; reason: StopReason } | null> {
    if (here.statement === 0) return null;
    await this.#replayTo(here.dispatch);
    const wanted = new Set(this.#policy.armedSites());
    this.#arming.armEverything(() => true);
    let last: { mark: Mark; reason: StopReason } | null = null;
    for (let statement = 1; statement < here.statement; statement++) {
      const outcome = this.#machine.dispatch();
      assert(outcome === "stopped", "a dispatch ended before the place it was stopped at");
      const thread = this.#machine.state.stopped!;
      const site = thread.frames.at(-1)![0] as number;
      const reason = wanted.has(site) ? this.#policy.reasonAt(site, thread, true) : null;
      if (reason !== null) last = { mark: { dispatch: here.dispatch, statement }, reason };
    }
    return last;
  }

  /** Runs forward to the hit number `nth`, or to the start of dispatch `end`; counts the hits. */
  async #runToHit(
    end: number,
    nth: number,
  ): Promise<{ count: number; reason: StopReason | null }> {
    const { state } = this.#machine;
    const slices = new Slices(this.#options);
    this.#arm(null);
    this.#policy.takeEventReason();
    let count = 0;
    while (state.stopped !== null || state.dispatches < end) {
      const outcome = this.#machine.dispatch();
      let reason: StopReason | null;
      if (outcome === "stopped") {
        reason = this.#reasonHere(null, true);
      } else {
        this.#dispatchEnded();
        // An event of the dispatch that ends here is where we came from, not a place before it.
        reason = state.dispatches < end ? this.#policy.takeEventReason() : null;
      }
      if (reason !== null && ++count === nth) return { count, reason };
      if (slices.due()) await slices.rest();
      if (this.#pauseRequested && this.#mayCancel) throw new Cancelled();
    }
    return { count, reason: null };
  }
}
