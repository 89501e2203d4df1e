/**
 * The one door to a run: start, stop, step, go back, look inside. Everything above it (debug
 * adapter, command line, tests, panels) sees only `SessionApi`; everything below knows nothing of
 * users.
 */
import { PAGE_SIZE } from "../base/units.ts";
import { assert, present } from "../base/assert.ts";
import type { KernelImage } from "../base/kernel-image.ts";
import { stateBytes } from "../machine/checkpoint.ts";
import { fingerprint } from "../machine/fingerprint.ts";
import { Machine } from "../machine/machine.ts";
import type { Thread } from "../machine/thread.ts";
import type { Scenario } from "../scenario/types.ts";
import { Branches } from "./branches.ts";
import { Breakpoints } from "./breakpoints.ts";
import { Accesses } from "./accesses.ts";
import { DataBreakpoints } from "./data-breakpoints.ts";
import { Edits } from "./edits.ts";
import { AFTER_OOPS, isForward } from "./fault.ts";
import { DEFAULT_HISTORY_BYTES, History } from "./history.ts";
import { formatValue } from "./inspect/format.ts";
import { Inspector } from "./inspect/inspector.ts";
import { readLocation } from "./inspect/location.ts";
import { KernelState } from "./inspect/state.ts";
import { Memory } from "./inspect/memory.ts";
import { pageMap } from "./inspect/page-map.ts";
import { ringViews } from "./inspect/ring-view.ts";
import { ModelView } from "./inspect/model-view.ts";
import { modulesOf } from "./modules.ts";
import { showFrames } from "./past-calls.ts";
import { Recorder } from "./recorder.ts";
import { runResult } from "./result.ts";
import { Runner } from "./runner.ts";
import { SeekError } from "./seek-error.ts";
import { Seeking } from "./seeking.ts";
import { Statements } from "./statements.ts";
import { STEP_FUNCTION } from "./steps.ts";
import { Stops } from "./stops.ts";
import { gotoTargetsOf, jumpTo, stepInTargetsOf } from "./targets.ts";
import { nextTurn } from "./slices.ts";
import { workClock } from "./work-clock.ts";
import { Watches } from "./watches.ts";
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

export interface SessionOptions {
  readonly image: KernelImage;
  /** Lets a pause request in, between slices of work; a macrotask. */
  readonly yield?: () => Promise<void>;
  /** Bytes of checkpoints kept for going back; 0: the run can only go forward, and is fastest. */
  readonly historyBytes?: number;
}

const SCENARIO_THREAD = "scenario";

export class Session implements SessionApi {
  readonly #scenario: Scenario;
  readonly #image: KernelImage;
  readonly #machine: Machine;
  readonly #state: KernelState;
  readonly #model: ModelView;
  readonly #memory: Memory;
  readonly #statements: Statements;
  readonly #recorder: Recorder;
  readonly #inspector: Inspector;
  readonly #breakpoints: Breakpoints;
  readonly #stops: Stops;
  readonly #watches: Watches;
  readonly #data: DataBreakpoints;
  readonly #branches: Branches;
  readonly #edits: Edits;
  readonly #seeking: Seeking;
  readonly #runner: Runner;
  #running = false;
  /** Its number is the same in every replay; -1 until it is known. */
  #scenarioThread = -1;
  #stop: Stop | null;

  /** Boots the scenario's kernel, up to its first dispatch. */
  static create(scenario: Scenario, options: SessionOptions): Session {
    return new Session(scenario, options);
  }

  private constructor(scenario: Scenario, options: SessionOptions) {
    const { image } = options;
    const { config } = scenario;
    this.#scenario = scenario;
    this.#image = image;
    this.#recorder = new Recorder({
      dispatches: () => this.#machine.state.dispatches,
      condition: (index) => this.#model.holds(scenario.conditions[index]!.expression),
      steps: scenario.steps.map(({ text, range }) => ({ line: range.line, text })),
      expectation: (step) => {
        const { kind, condition } = config.timeline[step]!;
        return kind === "expect" ? this.#model.outcome(scenario.conditions[condition]!) : null;
      },
      onEvent: (name, a) => this.#stops.onEvent(name, a),
    });
    this.#machine = new Machine({
      image,
      nrCpus: config.nr_cpus,
      seed: scenario.seed,
      inputs: { config },
      wakeupNs: config.costs.wakeup,
      contextSwitchNs: config.costs.context_switch,
      observer: this.#recorder,
    });
    const state = new KernelState(this.#machine);
    this.#state = state;
    this.#model = new ModelView(state, this.#machine, this.#recorder);
    this.#memory = new Memory(state);
    this.#statements = new Statements(image);
    this.#inspector = new Inspector({
      state,
      machine: this.#machine,
      model: this.#model,
      scenario,
      statements: this.#statements,
    });
    this.#breakpoints = new Breakpoints(image.debug, {
      path: scenario.path,
      lines: scenario.steps.map(({ range }) => ({ first: range.line, last: range.endLine })),
      beginFunction: STEP_FUNCTION,
      statement: (index) => this.#statements.siteAt(index),
      checkCondition: (text, site) => this.#inspector.checkCondition(text, site),
    });
    const show = (value: unknown): string => formatValue({ value, type: null }, state, this.#model);
    const accesses = new Accesses(image.debug);
    const newWatches = (): Watches => new Watches(this.#machine, accesses, show);
    this.#watches = newWatches();
    this.#data = new DataBreakpoints(
      {
        debug: image.debug,
        checkCondition: (text) => this.#inspector.checkGlobalCondition(text),
        locate: (name, ...keys) => state.locate(name, ...keys),
        read: (location) => readLocation(this.#machine, location),
        reader: (text) => this.#inspector.globalReader(text),
        inputs: (text) => this.#inspector.inputsOf(text),
        nrPages: () => state.value<Int32Array>("page_index").length,
        counter: (index) =>
          state.value<readonly string[]>("vmstat_text")[index] ?? `vmstat[${index}]`,
      },
      this.#breakpoints.nextId,
    );
    this.#stops = new Stops({
      debug: image.debug,
      breakpoints: this.#breakpoints,
      data: this.#data,
      watches: this.#watches,
      running: () => this.#machine.running?.id ?? this.#machine.state.lastThread,
      place: (site) => this.#inspector.placeOf(site),
      comm: (thread) => this.#machine.state.threads[thread]!.task.comm,
      inspector: this.#inspector,
      recorder: this.#recorder,
      begun: () => this.#timeline() !== undefined,
      finished: () => this.#finished(),
      onProgress: () => this.#sample(),
      bug: () => this.#machine.state.bug,
    });
    this.#machine.bootThread("init/main.ts", "start_kernel");
    const clock = (): number => performance.now();
    const history = new History(this.#machine, {
      budgetBytes: options.historyBytes ?? DEFAULT_HISTORY_BYTES,
      clock,
      workClock,
    });
    this.#runner = new Runner({
      machine: this.#machine,
      history,
      recorder: this.#recorder,
      policy: this.#stops,
      clock,
      yield: options.yield ?? nextTurn,
      say: (line) => this.#recorder.say("console", line),
      oops: (thread, message) => this.#inspector.oops(thread, message),
    });
    this.#branches = new Branches({
      runner: this.#runner,
      recorder: this.#recorder,
      name: scenario.name,
      now: () => this.#machine.now(),
    });
    this.#edits = new Edits({
      machine: this.#machine,
      state,
      model: this.#model,
      inspector: this.#inspector,
      branches: this.#branches,
      scenario,
    });
    this.#seeking = new Seeking({
      machine: this.#machine,
      runner: this.#runner,
      stops: this.#stops,
      data: this.#data,
      breakpoints: this.#breakpoints,
      inspector: this.#inspector,
      branches: this.#branches,
      watches: newWatches,
    });
    this.#stop = {
      reason: { kind: "entry" },
      thread: this.#machine.state.threads.length - 1,
      time: 0,
    };
  }

  get running(): boolean {
    return this.#running;
  }

  get stop(): Stop | null {
    return this.#stop;
  }

  async execute(command: Command, thread?: number, options: RunOptions = {}): Promise<Stop> {
    const chosen = thread ?? this.#stop?.thread ?? 0;
    this.#stops.restrictTo(options.singleThread === true ? chosen : -1);
    const { granularity = "statement", onProgress, target } = options;
    if (this.#stop?.reason.kind === "oops" && isForward(command)) throw new SeekError(AFTER_OOPS);
    return this.#exclusively(() => {
      switch (command) {
        case "continue":
          return this.#runner.continue();
        case "reverseContinue":
          return this.#runner.reverseContinue(onProgress);
        case "stepBack":
        case "reverseStepIn":
        case "reverseStepOut":
          return this.#runner.stepBack(chosen, command, granularity, onProgress);
        default: {
          const step = target === undefined ? { granularity } : { granularity, target };
          return this.#runner.step(command, chosen, step);
        }
      }
    });
  }

  pause(): void {
    this.#runner.pause();
  }

  async prepare(): Promise<void> {
    const { reason, thread } = present(this.#stop, "nothing can be prepared while the guest runs");
    // Before the first statement nothing lies, and to run again what failed is work for somebody who waits.
    if (reason.kind === "entry" || reason.kind === "oops" || reason.kind === "endless") return;
    await this.#alone(() => this.#runner.prepare(thread));
  }

  async mark(): Promise<Mark> {
    return this.#alone(() => this.#runner.mark());
  }

  async seek(target: Mark | SeekTarget, options: RunOptions = {}): Promise<Stop> {
    this.#stops.restrictTo(-1);
    return this.#exclusively(() => this.#seeking.seek(target, options.onProgress));
  }

  stepInTargets(frame: number): readonly TargetView[] {
    const place = this.#inspector.activation(frame);
    return place === null ? [] : stepInTargetsOf(this.#image.debug, place.frame);
  }

  gotoTargets(thread: number, file: Place["file"], line: number): readonly TargetView[] {
    const stopped = this.#stoppedThread(thread);
    if (stopped === null || file.kind !== "model") return [];
    return gotoTargetsOf(this.#image.debug, stopped, file.path, line);
  }

  async goto(thread: number, target: number): Promise<Stop> {
    return this.#exclusively(async () => {
      const stopped = this.#stoppedThread(thread);
      const change = stopped && jumpTo(this.#image.debug, stopped, target);
      if (change === null) throw new SeekError("One cannot jump there from here.");
      const { line } = this.#image.debug.sites[target]!;
      await this.#branches.edit(change, `jump to line ${line + 1}`);
      return this.#runner.stopHere({ kind: "goto", text: "" });
    });
  }

  async restartFrame(frame: number): Promise<Stop> {
    // Frames are forgotten once something runs.
    const place = this.#inspector.activation(frame);
    return this.#exclusively(async () => {
      const stop = place && (await this.#runner.toActivation(place.thread, place.index));
      if (stop === null) throw new SeekError("The beginning of this frame is not in the run.");
      return stop;
    });
  }

  dataBreakpointInfo(
    target:
      | { readonly ref: number; readonly name: string }
      | { readonly expression: string; readonly frame: number | null },
  ): DataBreakpointInfo {
    const found = this.#inspector.watchable(target);
    if (typeof found !== "string") return this.#data.info(found);
    return { dataId: null, description: found, access: [], canPersist: false };
  }

  seekProblem(target: SeekTarget): string | null {
    return this.#seeking.problem(target);
  }

  setDataBreakpoints(
    requests: readonly DataBreakpointRequest[],
    group = "data",
  ): readonly BreakpointView[] {
    const views = this.#data.set(group, requests);
    this.#watches.use(this.#data.watches());
    this.#watches.listen();
    return views;
  }

  async setVariable(ref: number, name: string, text: string): Promise<EditOutcome> {
    return this.#edit(() => this.#edits.set({ ref, name }, text));
  }

  async setExpression(
    expression: string,
    text: string,
    frame: number | null,
  ): Promise<EditOutcome> {
    return this.#edit(() => this.#edits.set({ expression, frame }, text));
  }

  async killTask(thread: number): Promise<EditOutcome> {
    return this.#edit(() => this.#edits.kill(thread));
  }

  killProblem(thread: number): string | null {
    return this.#edits.killProblem(thread);
  }

  knobs(): readonly KnobView[] {
    return this.#edits.knobs();
  }

  async setKnob(name: string, text: string): Promise<EditOutcome> {
    return this.#edit(() => this.#edits.setKnob(name, text));
  }

  branches(): readonly BranchView[] {
    return this.#branches.views();
  }

  get branch(): number {
    return this.#branches.current;
  }

  pageMap(resolution: number, options?: PageMapOptions): PageMap {
    return pageMap(this.#state, resolution, options);
  }

  rings(): readonly RingView[] {
    return ringViews(this.#state);
  }

  time(): number {
    return this.#machine.now();
  }

  setFunctionBreakpoints(requests: readonly BreakpointRequest[]): readonly BreakpointView[] {
    return this.#breakpoints.set("functions", requests);
  }

  setLineBreakpoints(
    file: Place["file"],
    requests: readonly BreakpointRequest[],
  ): readonly BreakpointView[] {
    return this.#breakpoints.set(`${file.kind}:${file.path}`, requests);
  }

  setStatementBreakpoints(requests: readonly BreakpointRequest[]): readonly BreakpointView[] {
    return this.#breakpoints.set("statements", requests);
  }

  setExceptionFilters(
    filters: readonly (ExceptionFilter | FilterRequest)[],
  ): readonly (string | null)[] {
    return this.#stops.setFilters(
      filters.map((filter) => (typeof filter === "string" ? { filter, condition: null } : filter)),
    );
  }

  threads(): readonly ThreadView[] {
    return this.#inspector.threads();
  }

  stack(
    thread: number,
    start: number,
    count: number,
  ): { readonly frames: readonly FrameView[]; readonly total: number } {
    return this.#inspector.stack(thread, start, count);
  }

  scopes(frame: number): readonly ScopeView[] {
    return this.#inspector.scopes(frame);
  }

  children(ref: number, start: number, count: number): readonly ValueView[] {
    return this.#inspector.children(ref, start, count);
  }

  expand(ref: number): Promise<string | null> | null {
    const call = this.#inspector.pastCall(ref);
    const parts = { machine: this.#machine, runner: this.#runner, inspector: this.#inspector };
    return call === null ? null : this.#alone(() => showFrames(parts, ref, call));
  }

  names(frame: number | null): readonly NameView[] {
    return this.#inspector.names(frame);
  }

  evaluate(text: string, frame: number | null): Evaluation {
    return this.#inspector.evaluate(text, frame);
  }

  readMemory(address: string, offset: number, count: number): MemoryView {
    return this.#memory.read(BigInt(address) + BigInt(offset), count);
  }

  memoryCells(address: string, offset: number, count: number): readonly string[] {
    return this.#memory.cells(BigInt(address) + BigInt(offset), count);
  }

  async writeMemory(address: string, offset: number, bytes: Uint8Array): Promise<EditOutcome> {
    const edits = this.#memory.edits(BigInt(address) + BigInt(offset), bytes);
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
    return modulesOf(this.#image, this.#scenario);
  }

  statements(start: number, count: number): readonly StatementView[] {
    return this.#statements.views(start, count);
  }

  statementAt(address: string): number | null {
    return this.#statements.indexAt(BigInt(address));
  }

  sources(): readonly string[] {
    return this.#image.debug.files;
  }

  sourceText(path: string): string | null {
    return this.#image.sources[path] ?? null;
  }

  samples(since: number, branch = this.branch): Samples {
    return this.#branches.samples(branch, since);
  }

  takeOutput(): readonly OutputLine[] {
    return this.#recorder.takeOutput();
  }

  /** Bytes in the typed arrays of the machine and its kernel: what grows with the guest. */
  stateBytes(): number {
    return stateBytes(this.#machine);
  }

  fingerprint(): string {
    return fingerprint(this.#machine);
  }

  get outline(): ScenarioOutline {
    const { steps, config } = this.#scenario;
    const pageBytes = 1 << config.page_shift;
    const guestPages = (config.nr_pages * pageBytes) / PAGE_SIZE;
    return { steps: steps.map((step) => step.text), guestPages, pageBytes };
  }

  result(): RunResult {
    return runResult({
      scenario: this.#scenario,
      machine: this.#machine,
      model: this.#model,
      recorder: this.#recorder,
    });
  }

  dispose(): void {
    this.#runner.pause();
    this.#inspector.forget();
  }

  /** Only where it stopped at a statement can a thread be made to go on elsewhere. */
  #stoppedThread(id: number): Thread | null {
    const { stopped } = this.#machine.state;
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
    this.#inspector.forget();
    try {
      const stop = await run();
      this.#inspector.forget();
      this.#sampleAt(stop.time);
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

  /** The timeline is over, or the model has found itself broken. */
  #finished(): boolean {
    return this.#machine.state.bug !== "" || this.#timeline()?.state === "exited";
  }

  /** The thread that makes the scenario's steps; there is none while the guest boots. */
  #timeline(): Thread | undefined {
    const { threads } = this.#machine.state;
    // On another branch it may have another number: an edit can start a thread before it.
    if (threads[this.#scenarioThread]?.task.comm !== SCENARIO_THREAD) {
      this.#scenarioThread = threads.findIndex(({ task }) => task.comm === SCENARIO_THREAD);
    }
    return threads[this.#scenarioThread];
  }

  #sample(): void {
    const { time } = this.#machine.state;
    if (this.#recorder.wantsSample(time)) this.#sampleAt(time);
  }

  /** Samples the present, unless that was done or passed already. */
  #sampleAt(time: number): void {
    const last = this.#recorder.times.at(-1) ?? -1;
    if (time > last) {
      this.#recorder.sample(time, this.#model.sampleNames(), this.#model.sample());
    }
  }
}
