/**
 * The one door to a run: start, stop, step, go back, look inside. Everything above it (debug
 * adapter, command line, tests, panels) sees only `SessionApi`; everything below knows nothing of
 * users.
 */
import { PAGE_SIZE } from "../base/units.ts";
import { assert, present } from "../base/assert.ts";
import { stateBytes } from "../machine/checkpoint.ts";
import { fingerprint } from "../machine/fingerprint.ts";
import type { Thread } from "../machine/thread.ts";
import type { Scenario } from "../scenario/types.ts";
import { AFTER_OOPS, isForward } from "./fault.ts";
import { pageMap } from "./inspect/page-map.ts";
import { ringViews } from "./inspect/ring-view.ts";
import { modulesOf } from "./modules.ts";
import { assemble, type Parts, type SessionOptions } from "./parts.ts";
import { showFrames } from "./past-calls.ts";
import { runResult } from "./result.ts";
import { SeekError } from "./seek-error.ts";
import { gotoTargetsOf, jumpTo, stepInTargetsOf } from "./targets.ts";
import type {
  BreakpointRequest,
  BreakpointView,
  BranchView,
  Command,
  DataBreakpointInfo,
  DataBreakpointRequest,
  EditOutcome,
  Evaluation,
  ExceptionFilter,
  FilterRequest,
  FrameView,
  KnobView,
  Mark,
  MemoryView,
  NameView,
  ModuleView,
  OutputLine,
  PageMap,
  PageMapOptions,
  Place,
  RingView,
  RunOptions,
  RunResult,
  ScenarioOutline,
  Samples,
  ScopeView,
  SeekTarget,
  SessionApi,
  StatementView,
  Stop,
  TargetView,
  ThreadView,
  ValueView,
} from "./types.ts";

export class Session implements SessionApi {
  readonly #parts: Parts;
  #running = false;
  #stop: Stop | null;

  /** Boots the scenario's kernel, up to its first dispatch. */
  static create(scenario: Scenario, options: SessionOptions): Session {
    return new Session(assemble(scenario, options));
  }

  private constructor(parts: Parts) {
    this.#parts = parts;
    const thread = parts.machine.state.threads.length - 1;
    this.#stop = { reason: { kind: "entry" }, thread, time: 0 };
  }

  get running(): boolean {
    return this.#running;
  }

  get stop(): Stop | null {
    return this.#stop;
  }

  async execute(command: Command, thread?: number, options: RunOptions = {}): Promise<Stop> {
    const chosen = thread ?? this.#stop?.thread ?? 0;
    this.#parts.stops.restrictTo(options.singleThread === true ? chosen : -1);
    const { granularity = "statement", onProgress, target } = options;
    if (this.#stop?.reason.kind === "oops" && isForward(command)) throw new SeekError(AFTER_OOPS);
    return this.#exclusively(() => {
      switch (command) {
        case "continue":
          return this.#parts.runner.continue();
        case "reverseContinue":
          return this.#parts.runner.reverseContinue(onProgress);
        case "stepBack":
        case "reverseStepIn":
        case "reverseStepOut":
          return this.#parts.runner.stepBack(chosen, command, granularity, onProgress);
        default: {
          const step = target === undefined ? { granularity } : { granularity, target };
          return this.#parts.runner.step(command, chosen, step);
        }
      }
    });
  }

  pause(): void {
    this.#parts.runner.pause();
  }

  async prepare(): Promise<void> {
    const { reason, thread } = present(this.#stop, "nothing can be prepared while the guest runs");
    // Before the first statement nothing lies, and to run again what failed is work for somebody who waits.
    if (reason.kind === "entry" || reason.kind === "oops" || reason.kind === "endless") return;
    await this.#alone(() => this.#parts.runner.prepare(thread));
  }

  async mark(): Promise<Mark> {
    return this.#alone(() => this.#parts.runner.mark());
  }

  async seek(target: Mark | SeekTarget, options: RunOptions = {}): Promise<Stop> {
    this.#parts.stops.restrictTo(-1);
    return this.#exclusively(() => this.#parts.seeking.seek(target, options.onProgress));
  }

  stepInTargets(frame: number): readonly TargetView[] {
    const place = this.#parts.inspector.activation(frame);
    return place === null ? [] : stepInTargetsOf(this.#parts.image.debug, place.frame);
  }

  gotoTargets(thread: number, file: Place["file"], line: number): readonly TargetView[] {
    const stopped = this.#stoppedThread(thread);
    if (stopped === null || file.kind !== "model") return [];
    return gotoTargetsOf(this.#parts.image.debug, stopped, file.path, line);
  }

  async goto(thread: number, target: number): Promise<Stop> {
    return this.#exclusively(async () => {
      const stopped = this.#stoppedThread(thread);
      const change = stopped && jumpTo(this.#parts.image.debug, stopped, target);
      if (change === null) throw new SeekError("One cannot jump there from here.");
      const { line } = this.#parts.image.debug.sites[target]!;
      await this.#parts.branches.edit(change, `jump to line ${line + 1}`);
      return this.#parts.runner.stopHere({ kind: "goto", text: "" });
    });
  }

  async restartFrame(frame: number): Promise<Stop> {
    // Frames are forgotten once something runs.
    const place = this.#parts.inspector.activation(frame);
    return this.#exclusively(async () => {
      const stop = place && (await this.#parts.runner.toActivation(place.thread, place.index));
      if (stop === null) throw new SeekError("The beginning of this frame is not in the run.");
      return stop;
    });
  }

  dataBreakpointInfo(
    target:
      | { readonly ref: number; readonly name: string }
      | { readonly expression: string; readonly frame: number | null },
  ): DataBreakpointInfo {
    const found = this.#parts.inspector.watchable(target);
    if (typeof found !== "string") return this.#parts.data.info(found);
    return { dataId: null, description: found, access: [], canPersist: false };
  }

  seekProblem(target: SeekTarget): string | null {
    return this.#parts.seeking.problem(target);
  }

  setDataBreakpoints(
    requests: readonly DataBreakpointRequest[],
    group = "data",
  ): readonly BreakpointView[] {
    const views = this.#parts.data.set(group, requests);
    this.#parts.watches.use(this.#parts.data.watches());
    this.#parts.stops.listen();
    return views;
  }

  async setVariable(ref: number, name: string, text: string): Promise<EditOutcome> {
    return this.#edit(() => this.#parts.edits.set({ ref, name }, text));
  }

  async setExpression(
    expression: string,
    text: string,
    frame: number | null,
  ): Promise<EditOutcome> {
    return this.#edit(() => this.#parts.edits.set({ expression, frame }, text));
  }

  async killTask(thread: number): Promise<EditOutcome> {
    return this.#edit(() => this.#parts.edits.kill(thread));
  }

  killProblem(thread: number): string | null {
    return this.#parts.edits.killProblem(thread);
  }

  knobs(): readonly KnobView[] {
    return this.#parts.edits.knobs();
  }

  async setKnob(name: string, text: string): Promise<EditOutcome> {
    return this.#edit(() => this.#parts.edits.setKnob(name, text));
  }

  branches(): readonly BranchView[] {
    return this.#parts.branches.views();
  }

  get branch(): number {
    return this.#parts.branches.current;
  }

  pageMap(resolution: number, options?: PageMapOptions): PageMap {
    return pageMap(this.#parts.state, resolution, options);
  }

  rings(): readonly RingView[] {
    return ringViews(this.#parts.state);
  }

  time(): number {
    return this.#parts.machine.now();
  }

  setFunctionBreakpoints(requests: readonly BreakpointRequest[]): readonly BreakpointView[] {
    return this.#parts.breakpoints.set("functions", requests);
  }

  setLineBreakpoints(
    file: Place["file"],
    requests: readonly BreakpointRequest[],
  ): readonly BreakpointView[] {
    return this.#parts.breakpoints.set(`${file.kind}:${file.path}`, requests);
  }

  setStatementBreakpoints(requests: readonly BreakpointRequest[]): readonly BreakpointView[] {
    return this.#parts.breakpoints.set("statements", requests);
  }

  setExceptionFilters(
    filters: readonly (ExceptionFilter | FilterRequest)[],
  ): readonly (string | null)[] {
    return this.#parts.stops.setFilters(
      filters.map((filter) => (typeof filter === "string" ? { filter, condition: null } : filter)),
    );
  }

  threads(): readonly ThreadView[] {
    return this.#parts.inspector.threads();
  }

  stack(
    thread: number,
    start: number,
    count: number,
  ): { readonly frames: readonly FrameView[]; readonly total: number } {
    return this.#parts.inspector.stack(thread, start, count);
  }

  scopes(frame: number): readonly ScopeView[] {
    return this.#parts.inspector.scopes(frame);
  }

  children(ref: number, start: number, count: number): readonly ValueView[] {
    return this.#parts.inspector.children(ref, start, count);
  }

  expand(ref: number): Promise<string | null> | null {
    const call = this.#parts.inspector.pastCall(ref);
    const parts = {
      machine: this.#parts.machine,
      runner: this.#parts.runner,
      inspector: this.#parts.inspector,
    };
    return call === null ? null : this.#alone(() => showFrames(parts, ref, call));
  }

  names(frame: number | null): readonly NameView[] {
    return this.#parts.inspector.names(frame);
  }

  evaluate(text: string, frame: number | null): Evaluation {
    return this.#parts.inspector.evaluate(text, frame);
  }

  readMemory(address: string, offset: number, count: number): MemoryView {
    return this.#parts.memory.read(BigInt(address) + BigInt(offset), count);
  }

  memoryCells(address: string, offset: number, count: number): readonly string[] {
    return this.#parts.memory.cells(BigInt(address) + BigInt(offset), count);
  }

  async writeMemory(address: string, offset: number, bytes: Uint8Array): Promise<EditOutcome> {
    const edits = this.#parts.memory.edits(BigInt(address) + BigInt(offset), bytes);
    if (typeof edits === "string") {
      return { value: null, error: { message: edits, offset: 0 }, branch: this.branch };
    }
    let outcome: EditOutcome = { value: null, error: null, branch: this.branch };
    for (const { expression, text } of edits) {
      outcome = await this.setExpression(expression, text, null);
      if (outcome.error !== null) break;
    }
    return outcome;
  }

  modules(): readonly ModuleView[] {
    return modulesOf(this.#parts.image, this.#parts.scenario);
  }

  statements(start: number, count: number): readonly StatementView[] {
    return this.#parts.statements.views(start, count);
  }

  statementAt(address: string): number | null {
    return this.#parts.statements.indexAt(BigInt(address));
  }

  sources(): readonly string[] {
    return this.#parts.image.debug.files;
  }

  sourceText(path: string): string | null {
    return this.#parts.image.sources[path] ?? null;
  }

  samples(since: number, branch = this.branch): Samples {
    return this.#parts.branches.samples(branch, since);
  }

  takeOutput(): readonly OutputLine[] {
    return this.#parts.recorder.takeOutput();
  }

  /** Bytes in the typed arrays of the machine and its kernel: what grows with the guest. */
  stateBytes(): number {
    return stateBytes(this.#parts.machine);
  }

  fingerprint(): string {
    return fingerprint(this.#parts.machine);
  }

  get outline(): ScenarioOutline {
    const { steps, config } = this.#parts.scenario;
    const pageBytes = 1 << config.page_shift;
    const guestPages = (config.nr_pages * pageBytes) / PAGE_SIZE;
    return { steps: steps.map((step) => step.text), guestPages, pageBytes };
  }

  result(): RunResult {
    return runResult({
      scenario: this.#parts.scenario,
      machine: this.#parts.machine,
      model: this.#parts.model,
      recorder: this.#parts.recorder,
    });
  }

  dispose(): void {
    this.#parts.runner.pause();
    this.#parts.inspector.forget();
  }

  /** Only where it stopped at a statement can a thread be made to go on elsewhere. */
  #stoppedThread(id: number): Thread | null {
    const { stopped } = this.#parts.machine.state;
    return stopped?.id === id ? stopped : null;
  }

  /** After an edit, what could not go on may be able to. */
  async #edit(make: () => Promise<EditOutcome>): Promise<EditOutcome> {
    const outcome = await this.#alone(make);
    const mayGoOn = this.#stop?.reason.kind === "oops" && outcome.error === null;
    if (mayGoOn) this.#stop = { ...this.#stop!, reason: { kind: "pause" } };
    return outcome;
  }

  /** What is asked for while an edit is made, or the past is looked at, would see another state. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    assert(!this.#running, "the session is running");
    this.#running = true;
    try {
      return await work();
    } finally {
      this.#running = false;
    }
  }

  async #exclusively(run: () => Promise<Stop>): Promise<Stop> {
    assert(!this.#running, "the session is running already");
    const before = this.#stop;
    this.#running = true;
    this.#stop = null;
    this.#parts.inspector.forget();
    try {
      const stop = await run();
      this.#parts.inspector.forget();
      this.#parts.timeline.sampleAt(stop.time);
      this.#stop = stop;
      return stop;
    } catch (cause) {
      // What cannot be met leaves the run where it was.
      if (cause instanceof SeekError) this.#stop = before;
      throw cause;
    } finally {
      this.#running = false;
    }
  }
}
