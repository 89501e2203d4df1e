import type { Command, SessionApi, Stop } from "../session/types.ts";
import type { Breakpoints } from "./breakpoints.ts";
import { messageOf } from "./errors.ts";
import { expectationCount, outcomeReport } from "./outcome.ts";
import { GoingBackProgress } from "./progress.ts";
import { SamplesFeed } from "./samples-feed.ts";
import { stoppedBody } from "./stopped.ts";

/** Between two `balloon/samples` events while running. */
const samplesEveryMs = 50;

export type Emit = (event: string, body?: unknown) => void;

export interface DebuggeeOptions {
  readonly session: SessionApi;
  readonly breakpoints: Breakpoints;
  readonly emit: Emit;
  readonly noDebug: boolean;
  /** The client draws progress, so a long way back may show some. */
  readonly showProgress: boolean;
  /** The session will run no more: nothing is left to do, or it failed. */
  readonly onEnd: (exitCode: number | null) => void;
}

/** Runs one session on the client's behalf and tells it what happens. */
export class Debuggee {
  private readonly options: DebuggeeOptions;
  private readonly session: SessionApi;
  private readonly feed: SamplesFeed;
  private done: Promise<void> = Promise.resolve();
  private disposed = false;
  private reported = false;
  private forward = false;
  private pauseRequested = false;
  private interrupted = false;
  private samplesDue = 0;
  private progress: GoingBackProgress | null = null;

  constructor(options: DebuggeeOptions) {
    this.options = options;
    this.session = options.session;
    this.feed = new SamplesFeed(options.session);
  }

  /** Begins to run; what comes of it is told in events. */
  start(command: Command, thread?: number): void {
    if (command === "continue" && this.session.stop?.reason.kind === "end") {
      this.finish();
      return;
    }
    const threadId = thread ?? this.session.stop?.thread ?? 0;
    this.options.emit("continued", { threadId, allThreadsContinued: true });
    this.done = this.execute(command, thread);
  }

  /** Tells the client that the guest waits at its first statement. */
  stopAtEntry(): void {
    this.done = this.settle(
      async () => this.entered({ reason: { kind: "entry" }, thread: 0, time: 0 }),
      false,
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
    if (!this.session.running || !this.forward) return;
    this.interrupted = true;
    this.session.pause();
  }

  /** To be called between slices. */
  pump(): void {
    if (this.disposed) return;
    this.sendOutput();
    const now = performance.now();
    if (now < this.samplesDue) return;
    this.samplesDue = now + samplesEveryMs;
    this.sendSamples();
  }

  samplesSince(first: number): ReturnType<SamplesFeed["since"]> {
    return this.feed.since(first);
  }

  cancelProgress(id: string): void {
    if (this.progress?.id === id) this.session.pause();
  }

  /** Resolves when nothing runs any more. No event is sent after the call. */
  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    if (this.session.running) this.session.pause();
    await this.done;
    this.session.dispose();
  }

  private execute(command: Command, thread: number | undefined): Promise<void> {
    const back = command === "stepBack" || command === "reverseContinue";
    if (back && this.options.showProgress) {
      this.progress = new GoingBackProgress(this.options.emit);
    }
    this.forward = command === "continue";
    this.pauseRequested = false;
    return this.settle(async () => {
      let stop: Stop;
      do {
        this.interrupted = false;
        stop = await this.session.execute(command, thread);
      } while (this.goesOn(stop));
      return stop.reason.kind === "start" ? this.entered(stop) : stop;
    }, back);
  }

  /** Tells the client what came of a run. */
  private async settle(run: () => Promise<Stop>, back: boolean): Promise<void> {
    try {
      const stop = await run();
      if (!this.disposed) this.arrived(stop, back);
    } catch (cause) {
      if (!this.disposed) this.failed(cause);
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

  private arrived(stop: Stop, back: boolean): void {
    this.progress?.end();
    this.sendOutput();
    if (back) {
      const body = this.feed.rewind();
      if (body !== null) this.options.emit("balloon/samples", body);
    }
    this.sendSamples();
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

  private stopped(stop: Stop): void {
    const threads = this.session.threads();
    // A thread that the client cannot ask about would leave it with nothing to show.
    const known = threads.find((each) => each.id === stop.thread) ?? threads[0];
    const shown = known === undefined ? stop : { ...stop, thread: known.id };
    this.options.emit("stopped", stoppedBody(shown, this.options.breakpoints));
  }

  private finish(): void {
    this.options.onEnd(expectationCount(this.session.result()).failed === 0 ? 0 : 1);
  }

  private report(): void {
    if (this.reported) return;
    this.reported = true;
    this.options.emit("output", {
      category: "stdout",
      output: outcomeReport(this.session.result()),
    });
  }

  /** An assertion of the machine or the model failed: the state cannot be trusted any more. */
  private failed(cause: unknown): void {
    const output = `The run failed inside the debugger: ${messageOf(cause)}\n`;
    this.options.emit("output", { category: "stderr", output });
    this.options.onEnd(null);
  }

  private sendSamples(): void {
    const body = this.feed.next();
    if (body !== null) this.options.emit("balloon/samples", body);
  }

  /** One event for neighbouring lines of a category: a burst of kernel log is one message. */
  private sendOutput(): void {
    let category = "";
    let output = "";
    for (const line of this.session.takeOutput()) {
      if (line.category !== category && output !== "") {
        this.options.emit("output", { category, output });
        output = "";
      }
      category = line.category;
      output += line.text.endsWith("\n") ? line.text : `${line.text}\n`;
    }
    if (output !== "") this.options.emit("output", { category, output });
  }
}
