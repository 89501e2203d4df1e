import { SeekError } from "../session/seek-error.ts";
import type { Command, EditOutcome, RunOptions, SessionApi, Stop } from "../session/types.ts";
import { branchesBody } from "./branches.ts";
import type { Breakpoints, Direction } from "./breakpoints.ts";
import type { Client } from "./client.ts";
import { errors, messageOf } from "./errors.ts";
import { Idle } from "./idle.ts";
import { expectationCount, outcomeReport, seconds } from "./outcome.ts";
import { RunProgress } from "./progress.ts";
import { SamplesFeed } from "./samples-feed.ts";
import { stoppedBody } from "./stopped.ts";
import { styled } from "./styling.ts";
import { coloured } from "./table.ts";

/** Between two `balloon/samples` events while running. */
const samplesEveryMs = 50;

export type Emit = (event: string, body?: unknown) => void;

export interface DebuggeeOptions {
  readonly session: SessionApi;
  readonly breakpoints: Breakpoints;
  readonly client: Client;
  readonly emit: Emit;
  readonly noDebug: boolean;
  /** The session will run no more: nothing is left to do, or it failed. */
  readonly onEnd: (exitCode: number | null) => void;
  /** The state has changed, by running or by an edit; before the client is told. */
  readonly onChange: () => void;
}

/** A run that a request starts. */
interface Run {
  readonly direction: Direction;
  readonly title: string;
  /** It only goes on from stop to stop, so it may be interrupted and begun again. */
  readonly resumable?: boolean;
  /** One that is several of the session's asks in between whether it was `givenUp`. */
  readonly go: (options: RunOptions, givenUp: () => boolean) => Promise<Stop>;
}

/** Runs one session on the client's behalf and tells it what happens. */
export class Debuggee {
  private readonly options: DebuggeeOptions;
  private readonly session: SessionApi;
  private readonly feed: SamplesFeed;
  private readonly idle: Idle;
  private done: Promise<unknown> = Promise.resolve();
  private busy = false;
  private disposed = false;
  private reported = false;
  private resumable = false;
  private pauseRequested = false;
  private interrupted = false;
  private samplesDue = 0;
  private progress: RunProgress | null = null;
  private fraction: number | null = null;

  constructor(options: DebuggeeOptions) {
    this.options = options;
    this.session = options.session;
    this.feed = new SamplesFeed(options.session);
    this.idle = new Idle({
      mayWork: () => !this.running && !this.disposed && this.session.stop !== null,
      // What fails here fails again where somebody asks for it, and is told there.
      work: () => this.session.prepare().catch(() => {}),
      giveUp: () => this.session.pause(),
    });
  }

  /** Until the client has been told of a stop. A run may be several of the session's, one after another. */
  get running(): boolean {
    return this.busy || this.session.running;
  }

  /** A request has come. Resolves when the session shows the stop again; null: it does already. */
  rouse(): Promise<void> | null {
    return this.disposed ? null : this.idle.rouse();
  }

  /** Begins to run; what comes of it is told in events. */
  start(command: Command, thread?: number, runOptions: RunOptions = {}): void {
    if (command === "continue" && this.session.stop?.reason.kind === "end") {
      this.finish();
      return;
    }
    const back = command === "reverseContinue" || /^(?:stepBack|reverseStep)/.test(command);
    this.run(
      {
        direction: back ? "back" : "forward",
        title: back ? "Going back in time" : "Running the guest",
        resumable: command === "continue",
        go: (options) => this.session.execute(command, thread, { ...runOptions, ...options }),
      },
      thread,
    );
  }

  /** Begins a run of any kind, as `start` does. */
  run(run: Run, thread?: number): void {
    const threadId = thread ?? this.session.stop?.thread ?? 0;
    this.options.emit("continued", { threadId, allThreadsContinued: true });
    this.done = this.execute(run);
  }

  /** Tells the client that the guest waits at its first statement, or where it was left. */
  stopAtEntry(): void {
    const stop = this.session.stop;
    this.done = this.settle(async () =>
      stop === null || stop.reason.kind === "entry"
        ? this.entered({ reason: { kind: "entry" }, thread: 0, time: 0 })
        : stop,
    );
  }

  /** The client wants the guest to stop. */
  pause(): void {
    this.pauseRequested = true;
    this.session.pause();
  }

  /**
   * Breakpoints were changed. A session arms them when it begins to run, so one that runs forward
   * is stopped and goes on at once, which the client does not get to see. A step is not: it would
   * forget where it wanted to stop, and is short.
   */
  breakpointsChanged(): void {
    if (!this.session.running || !this.resumable) return;
    this.interrupted = true;
    this.session.pause();
  }

  /** Changes the state. Rejects with a `RequestError` that says why it could not be changed. */
  async edit(change: () => Promise<EditOutcome>): Promise<EditOutcome> {
    const known = this.session.branches().length;
    const changing = change();
    this.done = changing.catch(() => {});
    const outcome = await changing;
    if (this.disposed) throw errors.cancelled();
    if (outcome.error !== null) throw errors.edit(outcome.error.message);
    this.options.onChange();
    this.sendSamples();
    if (this.session.branches().length !== known) this.sendBranches();
    return outcome;
  }

  /** Waits for what is looked up in the past. Rejects with a `RequestError` when it was not found. */
  async lookBack(looking: Promise<string | null>): Promise<void> {
    this.done = looking.catch(() => {});
    const problem = await looking;
    if (this.disposed) throw errors.cancelled();
    if (problem !== null) throw errors.notFound(problem);
  }

  /** What the client shows may be out of date. */
  invalidate(areas: readonly ("threads" | "stacks" | "variables")[]): void {
    if (this.options.client.takesInvalidated) this.options.emit("invalidated", { areas });
  }

  /** To be called between slices. */
  pump(): void {
    if (this.disposed) return;
    this.sendOutput();
    const time = this.session.time();
    this.progress?.update(this.fraction, () => `${seconds(time)} of virtual time`);
    const now = performance.now();
    if (now < this.samplesDue) return;
    this.samplesDue = now + samplesEveryMs;
    this.sendSamples();
  }

  samplesSince(first: number, branch?: number): ReturnType<SamplesFeed["since"]> {
    return this.feed.since(first, branch);
  }

  cancelProgress(id: string): boolean {
    if (this.progress?.id !== id) return false;
    this.pause();
    return true;
  }

  /** Stops without a word to the client. Resolves when nothing runs any more. */
  async leave(): Promise<void> {
    this.disposed = true;
    const atRest = this.idle.end();
    if (this.session.running) this.session.pause();
    await atRest;
    await this.done;
  }

  /** As `leave`, and lets go of the session. */
  async dispose(): Promise<void> {
    if (this.disposed) return;
    await this.leave();
    this.session.dispose();
  }

  private execute({ direction, title, resumable = false, go }: Run): Promise<void> {
    const { client, emit, breakpoints, noDebug } = this.options;
    if (client.showsProgress) this.progress = new RunProgress({ direction, title, emit });
    this.resumable = resumable;
    this.pauseRequested = false;
    this.fraction = null;
    const givenUp = (): boolean => this.pauseRequested || this.disposed;
    const onProgress = (fraction: number): void => void (this.fraction = fraction);
    return this.settle(async () => {
      let stop: Stop;
      do {
        this.interrupted = false;
        if (!noDebug) breakpoints.arm(this.session, direction);
        stop = await go({ onProgress }, givenUp);
      } while (this.goesOn(stop));
      return stop.reason.kind === "start" ? this.entered(stop) : stop;
    });
  }

  /** Tells the client what came of a run. */
  private async settle(run: () => Promise<Stop>): Promise<void> {
    const { branch } = this.session;
    this.busy = true;
    try {
      const stop = await run();
      this.busy = false;
      if (!this.disposed) this.arrived(stop, branch);
    } catch (cause) {
      this.busy = false;
      if (this.disposed) return;
      if (cause instanceof SeekError) this.stayed(cause.message);
      else this.failed(cause);
    } finally {
      this.progress?.end();
      this.progress = null;
    }
  }

  /** Before its first dispatch the guest has no stack that could be shown: enters its first function. */
  private async entered(stop: Stop): Promise<Stop> {
    const first = this.session.threads()[0]?.id;
    if (first === undefined || this.session.stack(first, 0, 1).total > 0) {
      return { ...stop, thread: first ?? stop.thread };
    }
    const inside = await this.session.execute("stepIn", first);
    return { ...inside, reason: stop.reason };
  }

  private goesOn(stop: Stop): boolean {
    const nobodyAsked = !this.pauseRequested && !this.disposed;
    return this.interrupted && stop.reason.kind === "pause" && nobodyAsked;
  }

  private arrived(stop: Stop, branchBefore: number): void {
    this.progress?.end();
    this.options.onChange();
    this.sendOutput();
    const switched = this.session.branch !== branchBefore;
    const body = switched ? this.feed.restart() : this.feed.rewind();
    if (body !== null) this.options.emit("balloon/samples", body);
    this.sendSamples();
    if (switched) this.sendBranches();
    if (stop.reason.kind === "end") {
      this.report();
      if (this.options.noDebug) return this.finish();
    }
    if (
      this.options.noDebug &&
      stop.reason.kind === "exception" &&
      stop.reason.filter === "invariant"
    ) {
      this.options.emit("output", {
        category: "stderr",
        output: `${stop.reason.text}\n${stop.reason.details}\n`,
      });
      return this.options.onEnd(1);
    }
    this.stopped(stop);
  }

  /** There is no such moment: the guest is where it was, and the client hears why. */
  private stayed(why: string): void {
    this.progress?.end();
    this.options.emit("output", { category: "important", output: `${why}\n` });
    const { stop } = this.session;
    if (stop !== null) this.stopped({ ...stop, reason: { kind: "goto", text: why } });
  }

  private stopped(stop: Stop): void {
    const threads = this.session.threads();
    // A thread that the client cannot ask about would leave it with nothing to show.
    const known = threads.find((each) => each.id === stop.thread) ?? threads[0];
    const shown = known === undefined ? stop : { ...stop, thread: known.id };
    this.options.emit("stopped", stoppedBody(shown, this.options.breakpoints));
    void this.idle.rouse();
  }

  private finish(): void {
    this.options.onEnd(expectationCount(this.session.result()).failed === 0 ? 0 : 1);
  }

  private report(): void {
    if (this.reported) return;
    this.reported = true;
    const { client, emit } = this.options;
    const result = this.session.result();
    emit("balloon/result", result);
    const output = outcomeReport(result, client.drawsAnsi ? coloured : undefined);
    emit("output", { category: "stdout", output });
  }

  /** The state cannot be trusted any more: an assertion failed. */
  private failed(cause: unknown): void {
    const output = `The run failed inside the debugger: ${messageOf(cause)}\n`;
    this.options.emit("output", { category: "stderr", output });
    this.options.onEnd(null);
  }

  private sendSamples(): void {
    const body = this.feed.next();
    if (body !== null) this.options.emit("balloon/samples", body);
  }

  private sendBranches(): void {
    this.options.emit("balloon/branches", branchesBody(this.session));
  }

  /** One event for neighbouring lines of a category: a burst of kernel log is one message. */
  private sendOutput(): void {
    const { client, emit } = this.options;
    let category = "";
    let output = "";
    for (const line of this.session.takeOutput()) {
      if (line.category !== category && output !== "") {
        emit("output", { category, output });
        output = "";
      }
      category = line.category;
      const text = line.text.replace(/\n$/, "");
      output += `${client.drawsAnsi ? styled({ ...line, text }) : text}\n`;
    }
    if (output !== "") emit("output", { category, output });
  }
}
