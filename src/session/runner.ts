/**
 * Moves a machine through its run, forwards and back, until something asks for a stop. What is
 * forward is in `forward.ts`, what is back in `reverse.ts`; `playback.ts` puts the machine to a mark.
 */
import { present } from "../base/assert.ts";
import { EndlessDispatch, type Machine } from "../machine/machine.ts";
import type { Thread } from "../machine/thread.ts";
import { planBack, type BackKind } from "./back-plan.ts";
import type { Change } from "./changes.ts";
import { Fault } from "./fault.ts";
import { runForward, type ForwardOptions } from "./forward.ts";
import { compareMarks, Journal, type Edit } from "./journal.ts";
import { isKnown } from "./last-statement.ts";
import { Cancelled, Playback, type PlaybackOptions } from "./playback.ts";
import type { StopPolicy } from "./policy.ts";
import { activationStart, previousStatement, previousStop } from "./reverse.ts";
import { planStep, type StepKind } from "./stepping.ts";
import type { Granularity, Mark, Oops, Stop, StopReason } from "./types.ts";

export interface RunnerOptions extends Omit<PlaybackOptions, "journal"> {
  /** What log points say on the way back, last first; and what an oops prints. */
  readonly say?: (line: string) => void;
  /** What there is to tell of a statement at which the model threw. */
  readonly oops: (thread: number, message: string) => Oops;
}

export interface StepOptions {
  readonly granularity?: Granularity;
  readonly target?: number;
}

/** A branch as something to run along: its edits, and how far it has been run. */
export interface Track {
  readonly edits: readonly Edit[];
  readonly end: Mark;
}

/** A way that leads to another branch. */
export interface Route {
  readonly track: Track;
  /** Called when the branch becomes the present one, and when the way was given up. */
  readonly begin: () => void;
  readonly undo: () => void;
}

/** Where a step back of a thread would end, found before anybody asked. */
interface Prepared {
  readonly here: Mark;
  readonly thread: number;
  readonly edits: readonly Edit[];
  /** Null: there is nothing before. */
  readonly target: Mark | null;
}

/** Part of the way done, from 0 to 1. */
export type Report = (fraction: number) => void;

export class Runner {
  readonly #machine: Machine;
  readonly #policy: StopPolicy;
  readonly #playback: Playback;
  readonly #say: (line: string) => void;
  readonly #oops: RunnerOptions["oops"];
  #prepared: Prepared | null = null;

  constructor(options: RunnerOptions) {
    this.#machine = options.machine;
    this.#policy = options.policy;
    this.#playback = new Playback({ ...options, journal: new Journal() });
    this.#say = options.say ?? ((): void => {});
    this.#oops = options.oops;
  }

  get journal(): Journal {
    return this.#playback.journal;
  }

  get keepsHistory(): boolean {
    return this.#playback.keepsHistory;
  }

  pause(): void {
    this.#playback.requestPause();
  }

  async continue(): Promise<Stop> {
    return this.#forward({ step: null });
  }

  async step(kind: StepKind, thread: number, options: StepOptions = {}): Promise<Stop> {
    const { granularity = "statement", target = -1 } = options;
    const request = { kind, granularity, target };
    return this.#forward({ step: planStep(this.#machine.debug, this.#thread(thread), request) });
  }

  /** Until the first start of a dispatch at or after `time`. */
  async forwardTo(time: number): Promise<Stop> {
    const { state } = this.#machine;
    return this.#forward({
      step: null,
      between: () => (state.time >= time ? { kind: "goto", text: "" } : null),
    });
  }

  /** The exact present point; leaves every object as it is. */
  async mark(): Promise<Mark> {
    return this.#playback.mark();
  }

  /**
   * To any point of the branch, or of the one that `route` makes present; null when it has no such
   * point: the machine is then where it was.
   */
  async seek(mark: Mark, report?: Report, route?: Route): Promise<Stop | null> {
    return this.#cancellable(
      async () => {
        const arrived = await this.#playback.goTo(mark);
        return arrived ? this.#stopHere({ kind: "goto", text: "" }) : null;
      },
      report,
      mark,
      route,
    );
  }

  /** To the last start of a dispatch before which `time` had not been reached. */
  async backTo(time: number, report?: Report): Promise<Stop> {
    const stop = await this.#cancellable(async () => {
      const { state } = this.#machine;
      this.#playback.rewindBefore(time);
      this.#playback.play({ kind: "counts" });
      while (state.time < time) await this.#playback.replayUntil(state.dispatches + 1);
      return this.#stopHere({ kind: "goto", text: "" });
    }, report);
    return present(stop, "a time that was passed is not met again");
  }

  /**
   * Shows `look` the first point of a past dispatch at which `isThere` holds; the machine is then
   * where it was, and so is every object. False: there is no such point, or it was given up.
   */
  async peek(
    dispatch: number,
    isThere: (site: number) => boolean,
    look: (statement: number) => void,
  ): Promise<boolean> {
    const playback = this.#playback;
    const found = await this.#aside(async () => {
      if (!(await playback.replayTo(dispatch))) return false;
      playback.play({ kind: "counts" });
      let statement = 0;
      const outcome = playback.count((number, _, site) => {
        statement = number;
        return isThere(site);
      });
      if (outcome === "stopped") look(statement);
      return outcome === "stopped";
    });
    return found ?? false;
  }

  /**
   * Does what a step back from here begins with: leaves checkpoints on the way, and finds where it
   * ends. The machine is then where it was, and so is every object.
   */
  async prepare(thread: number): Promise<void> {
    const playback = this.#playback;
    if (!playback.keepsHistory) return;
    const plan = planBack(this.#machine.debug, this.#thread(thread), "stepBack", "statement");
    const isDone = (here: Mark): boolean =>
      this.#isPrepared(thread, here) || isKnown(playback, plan, here);
    if (playback.numbered && isDone(await playback.locate())) return;
    const found = await this.#aside(async () => {
      const here = await playback.locate();
      await playback.keepReturn(here);
      return { here, target: await previousStatement(playback, plan, here) };
    });
    if (found === null) return;
    playback.number(found.here);
    this.#prepared = { ...found, thread, edits: playback.journal.edits };
  }

  /** To a statement executed before this one. */
  async stepBack(
    thread: number,
    kind: BackKind = "stepBack",
    granularity: Granularity = "statement",
    report?: Report,
  ): Promise<Stop> {
    const stop = await this.#cancellable(async (here) => {
      const plan = planBack(this.#machine.debug, this.#thread(thread), kind, granularity);
      const known = kind === "stepBack" && granularity === "statement";
      const target =
        known && this.#isPrepared(thread, here)
          ? this.#prepared!.target
          : await previousStatement(this.#playback, plan, here);
      if (target === null) return this.#backToStart();
      await this.#playback.goTo(target);
      return this.#stopHere({ kind: "step" }, thread);
    }, report);
    return present(stop, "a statement that was found is not there");
  }

  /** To the first statement of the activation at `index` of a thread's frames. */
  async toActivation(thread: number, index: number): Promise<Stop | null> {
    return this.#cancellable(async (here) => {
      const start = await activationStart(this.#playback, thread, index, here);
      if (start === null || !(await this.#playback.goTo(start))) return null;
      return this.#stopHere({ kind: "goto", text: "" }, thread);
    });
  }

  /** To the last stop before this one that a run forward would have made. */
  async reverseContinue(report?: Report): Promise<Stop> {
    const stop = await this.#cancellable(async (here) => {
      const { reason, said } = await previousStop(this.#playback, this.#policy, here);
      said.forEach((line) => this.#say(line));
      return reason === null ? this.#backToStart() : this.#stopHere(reason);
    }, report);
    return present(stop, "a stop that was found is not there");
  }

  /**
   * Makes a change here and records it. Where the branch has been run further it begins another
   * one; the old one's edits and end are returned.
   */
  async edit(change: Change, text: string): Promise<Track | null> {
    const playback = this.#playback;
    const { journal } = playback;
    const mark = await playback.mark();
    let left: Track | null = null;
    if (playback.isPast(mark)) {
      left = { edits: journal.edits, end: present(playback.frontier, "the past has an end") };
      journal.use(journal.edits.slice(0, journal.applied));
      playback.frontier = null;
    }
    playback.edit(change, mark, text);
    return left;
  }

  /** The present branch's edits, and how far it has been run. */
  async track(): Promise<Track> {
    const { journal, frontier } = this.#playback;
    return { edits: journal.edits, end: frontier ?? (await this.#playback.mark()) };
  }

  /** The same while it may be running: then its end is known to the dispatch. */
  get reached(): Mark {
    const { frontier, machine, numberedHere } = this.#playback;
    const { dispatches: dispatch } = machine.state;
    return frontier ?? { dispatch, statement: numberedHere };
  }

  stopHere(reason: StopReason): Stop {
    return this.#stopHere(reason);
  }

  #thread(id: number): Thread {
    return present(this.#machine.state.threads[id], `there is no thread ${id}`);
  }

  #isPrepared(thread: number, here: Mark): boolean {
    const prepared = this.#prepared;
    if (prepared?.thread !== thread || prepared.edits !== this.journal.edits) return false;
    return compareMarks(prepared.here, here) === 0;
  }

  /** Goes elsewhere and comes back to the same objects; null when that was given up. */
  async #aside<T>(go: () => Promise<T>): Promise<T | null> {
    const playback = this.#playback;
    playback.clearPause();
    const place = playback.remember();
    const { frontier } = playback;
    playback.mayCancel = true;
    try {
      return await go();
    } catch (error) {
      if (error instanceof Cancelled) return null;
      throw error;
    } finally {
      playback.mayCancel = false;
      playback.returnTo(place);
      playback.frontier = frontier;
    }
  }

  async #forward(options: ForwardOptions): Promise<Stop> {
    this.#playback.clearPause();
    try {
      return this.#stopHere(await runForward(this.#playback, this.#policy, options));
    } catch (error) {
      if (error instanceof EndlessDispatch) return this.#intoEndless(error);
      if (!(error instanceof Fault)) throw error;
      await this.#playback.goToFault(error);
      const thread = this.#machine.state.stopped?.id ?? error.thread;
      const oops = this.#oops(thread, error.message);
      this.#say(oops.details);
      return this.#stopHere(oops, thread);
    }
  }

  async #intoEndless(error: EndlessDispatch): Promise<Stop> {
    if (!(await this.#playback.goIntoEndless())) throw error;
    return this.#stopHere({ kind: "endless", text: error.message });
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
    this.#playback.rewind(0);
    return this.#stopHere({ kind: "start" });
  }

  /** Runs `go`; when the user gives it up, or there is no such place, returns to where it began. */
  async #cancellable(
    go: (here: Mark) => Promise<Stop | null>,
    report?: Report,
    target?: Mark,
    route?: Route,
  ): Promise<Stop | null> {
    const playback = this.#playback;
    playback.clearPause();
    const here = await playback.locate();
    // A checkpoint at this dispatch makes coming back a matter of milliseconds.
    await playback.keepReturn(here);
    if (playback.frontier === null || compareMarks(here, playback.frontier) > 0) {
      playback.frontier = here;
    }
    const { frontier, journal } = playback;
    const { edits } = journal;
    const comeBack = async (): Promise<void> => {
      playback.mayCancel = false;
      if (route !== undefined) {
        journal.use(edits);
        route.undo();
      }
      await playback.goTo(here);
      playback.frontier = frontier;
    };
    if (route !== undefined) {
      journal.use(route.track.edits);
      playback.frontier = route.track.end;
      route.begin();
    }
    playback.mayCancel = true;
    playback.onProgress = report === undefined ? null : fractions(here, report, target);
    try {
      const stop = await go(here);
      if (stop !== null) return stop;
      await comeBack();
      return null;
    } catch (error) {
      const isEnd = error instanceof Fault || error instanceof EndlessDispatch;
      if (!isEnd && !(error instanceof Cancelled)) throw error;
      await comeBack();
      // Behind a fault, or an endless loop, there is no further moment.
      return isEnd ? null : this.#stopHere({ kind: "pause" });
    } finally {
      playback.mayCancel = false;
      playback.onProgress = null;
    }
  }
}

/**
 * Looking back goes from here to the start, in stretches that are run forward; to a known mark the
 * way is one stretch.
 */
function fractions(here: Mark, report: Report, target?: Mark): (dispatch: number) => void {
  let least = here.dispatch;
  let first = -1;
  return (dispatch) => {
    if (first < 0) first = dispatch;
    least = Math.min(least, dispatch);
    const done =
      target === undefined
        ? 1 - least / Math.max(1, here.dispatch)
        : (dispatch - first) / Math.max(1, target.dispatch - first);
    report(Math.min(1, Math.max(0, done)));
  };
}
