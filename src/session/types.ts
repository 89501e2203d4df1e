/**
 * What goes in and out of `Session`: plain, serialisable values. Lines and columns count from
 * zero; times are integer nanoseconds of virtual time.
 */

/** An exact point of a run: totally ordered, the same on every replay. */
export interface Mark {
  /** Scheduler dispatches completed before this point. */
  readonly dispatch: number;
  /** Statements of the current dispatch executed before this point. */
  readonly statement: number;
}

/** A place in a model source (`mm/vmscan.ts`) or in the scenario file. */
export interface Place {
  readonly file: { readonly kind: "model" | "scenario"; readonly path: string };
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export type StopReason =
  | { readonly kind: "entry" }
  | { readonly kind: "breakpoint"; readonly ids: readonly number[] }
  | { readonly kind: "step" }
  | { readonly kind: "pause" }
  /**
   * A watched value was changed by the statement before this one, `vb->num_pages: 256 → 512`, or read;
   * `by` says where and in which thread, "" when that is not known.
   */
  | {
      readonly kind: "data";
      readonly ids: readonly number[];
      readonly text: string;
      readonly by: string;
    }
  /** A seek, a jump or the restart of a frame has arrived; `text` says where, or why not further. */
  | { readonly kind: "goto"; readonly text: string }
  /** An exception filter matched; `text` is one line, `details` the OOM report or the like. */
  | {
      readonly kind: "exception";
      readonly filter: ExceptionFilter;
      readonly text: string;
      readonly details: string;
    }
  /** The guest's code cannot go on from here, after an edit: a NULL pointer, for one. As above. */
  | Oops
  /** The dispatch in which this stands has no end; `text` says whose it is. */
  | { readonly kind: "endless"; readonly text: string }
  /** Going back met the beginning of the run. */
  | { readonly kind: "start" }
  /** The scenario has ended; the state can still be inspected and gone back from. */
  | { readonly kind: "end" };

export interface Oops {
  readonly kind: "oops";
  readonly text: string;
  readonly details: string;
}

export interface Stop {
  readonly reason: StopReason;
  /** Thread that stopped, or the one most worth looking at. */
  readonly thread: number;
  readonly time: number;
}

export type ExceptionFilter =
  | "oom-notify"
  | "oom-kill"
  | "out-of-puff"
  | "no-progress"
  | "alloc-failure"
  | "direct-reclaim"
  | "balloon-shrink"
  | "invariant"
  | "expectation";

export interface ThreadView {
  readonly id: number;
  /** `kswapd0`, `kworker/0:1`, `memhog`, `irq/0`, `qemu`, `scenario`. */
  readonly name: string;
  /** e.g. `running on cpu 1`, `blocked: balloon_lock`, `sleeping 143 ms`, `exited`. */
  readonly state: string;
}

export interface FrameView {
  /** Valid until the session runs again. */
  readonly id: number;
  readonly name: string;
  readonly place: Place;
  /** False for frames that only mark where a task came from (the scenario line). */
  readonly isModel: boolean;
  /** Row of its present statement in `statements`; -1 or absent when it has none. */
  readonly statement?: number;
  /** Names of the function's parameters; their values are among its locals. */
  readonly parameters?: readonly string[];
}

export interface ScopeView {
  readonly name: string;
  readonly ref: number;
  /** Number of children when they are many: then ask for them in ranges. */
  readonly indexed: number;
  readonly expensive: boolean;
}

export interface ValueView {
  readonly name: string;
  readonly value: string;
  readonly type: string | null;
  /** 0: no children. Valid until the session runs again. */
  readonly ref: number;
  readonly indexed: number;
  /** Expression that yields the same value (`vb->num_pages`), for watch and copy. */
  readonly evaluateName: string | null;
  /** Where it lies, for `readMemory`: `0xffffea0000068ac0`. */
  readonly address?: string;
  /** `setVariable` can change it. */
  readonly writable?: boolean;
  /** The moment that this entry tells of: `seek` goes there. */
  readonly mark?: Mark;
}

export interface BreakpointRequest {
  /** By function name, or by place in a model source or the scenario. */
  readonly at:
    | { readonly kind: "function"; readonly name: string }
    | {
        readonly kind: "line";
        readonly file: Place["file"];
        readonly line: number;
        /** Which of several statements on the line; the first when absent. */
        readonly column?: number;
      }
    /** A row of `statements`. */
    | { readonly kind: "statement"; readonly index: number };
  /** Stop only when this expression is not 0; null always. */
  readonly condition: string | null;
  /** Stop only at the n-th hit (`5`), from it (`>= 5`) or at every n-th (`% 5`); null at each. */
  readonly hitCondition: string | null;
  /** Print this instead of stopping; `{expr}` is evaluated. */
  readonly logMessage: string | null;
}

/** A filter, and an expression that has to hold where it would stop; null: always. */
export interface FilterRequest {
  readonly filter: ExceptionFilter;
  readonly condition: string | null;
}

export interface BreakpointView {
  readonly id: number;
  readonly verified: boolean;
  /** Why it is not verified, or what is worth knowing ("moved to the next statement"). */
  readonly message: string | null;
  readonly place: Place | null;
}

/** Samples in columns: `series[name][i]` was read at `times[i]`. */
export interface Samples {
  /** Number of the first sample here; samples are numbered from 0 along the run. */
  readonly first: number;
  readonly times: readonly number[];
  readonly series: Readonly<Record<string, readonly number[]>>;
  /** Moments worth marking: `{ time, name: "oom_notify", a, b }`. */
  readonly events: readonly {
    readonly time: number;
    readonly name: string;
    readonly a: number;
    readonly b: number;
  }[];
}

export interface OutputLine {
  readonly category: "console" | "stdout" | "important";
  readonly text: string;
}

export interface StepOutcome {
  /** Zero-based line in the scenario. */
  readonly line: number;
  readonly text: string;
  readonly start: number;
  /** Null while it goes on, or when it never ran. */
  readonly end: number | null;
  readonly outcome: string;
}

export interface ExpectOutcome {
  readonly line: number;
  readonly text: string;
  readonly pass: boolean;
  /** The values of the names in the expression: `balloon_deflate = 0`. */
  readonly actual: string;
}

/** What views show of a scenario beside what its run tells. */
export interface ScenarioOutline {
  /** Texts of the steps of the timeline; events of kind `step` have their number. */
  readonly steps: readonly string[];
  /** RAM of the guest, in pages of 4 KiB, which samples count in. */
  readonly guestPages: number;
  /** Size of the guest's own pages, which its page frame numbers count. */
  readonly pageBytes: number;
}

export interface RunResult {
  readonly scenario: string;
  readonly kernel: string;
  readonly seed: number;
  readonly fingerprint: string;
  readonly virtualNs: number;
  /** Why the run could not go on to its end: a kernel panic, or a broken invariant; else "". */
  readonly bug: string;
  readonly counters: Readonly<Record<string, number>>;
  readonly balloon: {
    readonly targetPages: number;
    readonly actualPages: number;
    /** From the first non-zero target until it was reached; null when it never was. */
    readonly timeToTargetNs: number | null;
    /** Longest time below a target without a new maximum of the balloon. */
    readonly longestStallNs: number;
  };
  readonly timeline: readonly StepOutcome[];
  /** Those of the timeline, as they stood at their moment, then those asked at the end. */
  readonly expect: readonly ExpectOutcome[];
}

/** Something that an expression may begin with; `scenario` are the names that scenarios use, too. */
export interface NameView {
  readonly name: string;
  readonly kind: "local" | "scenario" | "global" | "function";
  readonly type: string | null;
}

export interface Evaluation {
  readonly value: ValueView | null;
  /** Message with the offset in the expression where it went wrong. */
  readonly error: { readonly message: string; readonly offset: number } | null;
}

export type Command =
  | "continue"
  | "next"
  | "stepIn"
  | "stepOut"
  | "stepBack"
  | "reverseContinue"
  /** To the statement executed before this one, into functions that it called. */
  | "reverseStepIn"
  /** To the call that entered this function. */
  | "reverseStepOut";

/**
 * What one step is. `instruction` is one page operation: the next entry of a function that takes,
 * gives or moves a single page (`pageOperations` names them).
 */
export type Granularity = "statement" | "line" | "instruction";

export interface RunOptions {
  readonly granularity?: Granularity;
  /** Stops of other threads are passed over: only `thread` can end this run. The others do run. */
  readonly singleThread?: boolean;
  /** For `stepIn`: id of the function to stop in, from `stepInTargets`. */
  readonly target?: number;
  /** Part of the way done, 0 to 1, for what can take long. `pause()` gives it up and returns to where it began. */
  readonly onProgress?: (fraction: number) => void;
}

/** Where `seek` goes. Forwards and back, exact to the statement, except `time`: to the dispatch. */
export type SeekTarget =
  /** A mark of `branch`, by default the present one; switching branches is such a seek. */
  | { readonly kind: "mark"; readonly mark: Mark; readonly branch?: number }
  /** The first dispatch boundary at or after this virtual time. */
  | { readonly kind: "time"; readonly time: number }
  /** The nearest moment at which the expression, over global names, becomes true (`balloon_inflate >= 1000`). */
  | {
      readonly kind: "condition";
      readonly expression: string;
      readonly direction: "forward" | "back";
    }
  /** The nearest call of a function for which the condition, if any, holds. */
  | {
      readonly kind: "call";
      readonly name: string;
      readonly condition: string | null;
      readonly direction: "forward" | "back";
    }
  /** The nearest change of a watched value, from `dataBreakpointInfo`. "Who touched this last": back. */
  | { readonly kind: "change"; readonly dataId: string; readonly direction: "forward" | "back" };

/** What became of setting a variable, killing a task, turning a knob. */
export interface EditOutcome {
  /** The value as it is now; null when the edit has no single value to show, or failed. */
  readonly value: ValueView | null;
  readonly error: { readonly message: string; readonly offset: number } | null;
  /** The branch that the run is on now: a new one when the edit was made in the past. */
  readonly branch: number;
}

/** A run that shares its past with its parent up to `fork`, and then differs by an edit. */
export interface BranchView {
  readonly id: number;
  /** Null for the run as the scenario has it. */
  readonly parent: number | null;
  readonly fork: Mark;
  readonly forkTime: number;
  /** The edit that began it: `set vb->num_pages = 0`; for the first, the scenario's name. */
  readonly description: string;
  readonly edits: readonly { readonly mark: Mark; readonly time: number; readonly text: string }[];
  /** How far this branch has been run. */
  readonly end: Mark;
  readonly endTime: number;
  readonly current: boolean;
}

/** Changed from outside while running: `vm.min_free_kbytes`, `balloon.target`. */
export interface KnobView {
  readonly name: string;
  readonly value: string;
  readonly description: string;
}

/**
 * `write` stops after each statement that stored the value, `change` only if that made it another,
 * `read` after each that took it, `readWrite` after any of these.
 */
export type DataAccess = "read" | "write" | "readWrite" | "change";

export interface DataBreakpointInfo {
  /** Null: it cannot be watched, and `description` says why. */
  readonly dataId: string | null;
  readonly description: string;
  readonly access: readonly DataAccess[];
  /** Whether the id means the same in another session: true for everything but locals. */
  readonly canPersist: boolean;
}

export interface DataBreakpointRequest {
  readonly dataId: string;
  readonly access: DataAccess;
  /** An expression that has to hold, or a threshold: `>= 100000` stops where that becomes true. */
  readonly condition: string | null;
  readonly hitCondition: string | null;
  readonly logMessage: string | null;
}

export interface TargetView {
  readonly id: number;
  readonly label: string;
  readonly place: Place;
}

/** A Linux file that the model stands for, or a model source that stands for none. */
export interface ModuleView {
  /** `mm/vmscan.c`, or the path of the model source. */
  readonly id: string;
  /** Model sources, paths for `Place`. */
  readonly sources: readonly string[];
  /** The Linux version that is modelled; of the balloon driver, the one that is booted. */
  readonly generation: string;
  readonly functions: number;
}

/** A statement of the model as a row of one table: what stands in for machine code. */
export interface StatementView {
  readonly index: number;
  /** `0xffffffff81000000`: rows are 16 bytes apart. */
  readonly address: string;
  readonly function: string;
  /** Bytes from the function's first statement. */
  readonly offset: number;
  readonly text: string;
  readonly place: Place;
}

/** Bytes of the guest's memory from an address on. */
export interface MemoryView {
  readonly address: string;
  readonly bytes: Uint8Array;
  /** How many of the bytes asked for lie behind the end of what is modelled. */
  readonly unreadable: number;
}

export interface PageMapOptions {
  /** Only `count` pages from `first` on. */
  readonly range?: { readonly first: number; readonly count: number };
  /** Looks at so many pages of each tile, evenly spaced, and estimates `counts` from them. */
  readonly perTile?: number;
}

/** What each range of pages is mostly used for. */
export interface PageMap {
  /** The pages that it shows. */
  readonly first: number;
  readonly pages: number;
  /** Pages a tile; the last one may have fewer. */
  readonly pagesPerTile: number;
  readonly pageBytes: number;
  /** By tile: index into `states`. */
  readonly tiles: Uint8Array;
  readonly states: readonly string[];
  /** By state: how many of the pages are in it; an estimate when not all were looked at. */
  readonly counts: readonly number[];
}

/**
 * Whose a descriptor is: the driver's to fill, offered to the device and not taken yet, in the
 * device's hands, or given back and not yet seen by the driver.
 */
export type DescriptorState = "free" | "available" | "device" | "used";

export interface Descriptor {
  readonly state: DescriptorState;
  /** Head, or in a packed ring id, of the buffer that it is a part of; -1 for none. */
  readonly buffer: number;
  readonly address: string;
  readonly length: number;
  readonly flags: readonly string[];
  /** The descriptor that follows it in its buffer. */
  readonly next?: number;
}

/** An entry of the available or the used ring. */
export interface RingSlot {
  readonly id: number;
  /** Of a used one: bytes that the device has written. */
  readonly length?: number;
  /** The other side has not come by yet. */
  readonly live: boolean;
}

/** A virtqueue as it stands. */
export interface RingView {
  /** `virtio0` */
  readonly device: string;
  readonly queue: string;
  readonly packed: boolean;
  readonly size: number;
  readonly free: number;
  readonly descriptors: readonly Descriptor[];
  /** Of a split queue; a packed one has only descriptors. */
  readonly available: readonly RingSlot[];
  readonly used: readonly RingSlot[];
  /** Where the driver and the device stand: in a split queue they run freely through 16 bits. */
  readonly indices: readonly { readonly name: string; readonly value: number }[];
}

/** The one door. Everything but `execute` is synchronous and may be called while stopped or running between slices. */
export interface SessionApi {
  readonly outline: ScenarioOutline;
  /**
   * Runs until a stop, in slices of about 8 ms between which `options.yield` is awaited, so that
   * `pause()` is heard. Resolves with the stop. Throws when something runs already.
   */
  execute(command: Command, thread?: number, options?: RunOptions): Promise<Stop>;
  /** Asks a running `execute` to stop at the next dispatch boundary. */
  pause(): void;
  readonly running: boolean;
  /** The present stop; null while running. */
  readonly stop: Stop | null;
  /**
   * For while nobody asks: does what a step back from here begins with. Invisible but for the time it
   * takes; the session is `running` until it resolves, and `pause()` gives it up.
   */
  prepare(): Promise<void>;
  /** The exact present point. May replay the present dispatch to number its statements. */
  mark(): Promise<Mark>;
  /** Goes to any point of the run, forwards or back. A stop of kind `end` or `start`: there is none. */
  seek(target: Mark | SeekTarget, options?: RunOptions): Promise<Stop>;
  time(): number;
  /** Functions that `stepIn` can be told to stop in: what the frame's present statement may call. */
  stepInTargets(frame: number): readonly TargetView[];
  /** Statements of the thread's innermost function on this line, or the nearest below. */
  gotoTargets(thread: number, file: Place["file"], line: number): readonly TargetView[];
  /** An edit: the thread goes on at that statement; what lies between is not executed. */
  goto(thread: number, target: number): Promise<Stop>;
  /** Goes back to the first statement of this activation: exact, and no edit. */
  restartFrame(frame: number): Promise<Stop>;
  /** Replaces all breakpoints of one kind (functions, or the lines of one file). */
  setFunctionBreakpoints(requests: readonly BreakpointRequest[]): readonly BreakpointView[];
  setLineBreakpoints(
    file: Place["file"],
    requests: readonly BreakpointRequest[],
  ): readonly BreakpointView[];
  /** Replaces the filters; what is wrong with each of them, or null. */
  setExceptionFilters(
    filters: readonly (ExceptionFilter | FilterRequest)[],
  ): readonly (string | null)[];
  /** By the name of a child of `ref`, or by expression. */
  dataBreakpointInfo(
    target:
      | { readonly ref: number; readonly name: string }
      | { readonly expression: string; readonly frame: number | null },
  ): DataBreakpointInfo;
  /** Why such a place cannot be looked for at all; null: it can, whether there is one or not. */
  seekProblem(target: SeekTarget): string | null;
  /** Replaces those of one group. */
  setDataBreakpoints(
    requests: readonly DataBreakpointRequest[],
    group?: string,
  ): readonly BreakpointView[];
  setStatementBreakpoints(requests: readonly BreakpointRequest[]): readonly BreakpointView[];
  threads(): readonly ThreadView[];
  /** Innermost first. */
  stack(
    thread: number,
    start: number,
    count: number,
  ): { readonly frames: readonly FrameView[]; readonly total: number };
  scopes(frame: number): readonly ScopeView[];
  children(ref: number, start: number, count: number): readonly ValueView[];
  /**
   * Null: the children of `ref` are at hand. Else they are the stack of a call that is over, found by
   * running its dispatch again; resolves with why there is none, or null. `pause()` gives it up. The
   * present is left exactly as it is.
   */
  expand(ref: number): Promise<string | null> | null;
  /** What an expression may begin with, the nearest first; without a frame no locals. */
  names(frame: number | null): readonly NameView[];
  /** Without a frame only global names are known. */
  evaluate(text: string, frame: number | null): Evaluation;
  /** Edits. Each is recorded at its mark and made again by every replay; references stay valid. */
  setVariable(ref: number, name: string, text: string): Promise<EditOutcome>;
  setExpression(expression: string, text: string, frame: number | null): Promise<EditOutcome>;
  /** SIGKILL, as the OOM killer sends it. */
  killTask(thread: number): Promise<EditOutcome>;
  /** Why this thread cannot be killed; null: it can. */
  killProblem(thread: number): string | null;
  knobs(): readonly KnobView[];
  setKnob(name: string, text: string): Promise<EditOutcome>;
  branches(): readonly BranchView[];
  /** Id of the present branch; the run as the scenario has it is 0. */
  readonly branch: number;
  /** Bytes from `address` (`0x…`, as in `ValueView`) and `offset` on. */
  readMemory(address: string, offset: number, count: number): MemoryView;
  /** Expressions of the values that lie in these bytes, for watching them. */
  memoryCells(address: string, offset: number, count: number): readonly string[];
  /** An edit, or several: each cell that changes is set. */
  writeMemory(address: string, offset: number, bytes: Uint8Array): Promise<EditOutcome>;
  modules(): readonly ModuleView[];
  /** Rows of the statement table; fewer than `count` at its ends. */
  statements(start: number, count: number): readonly StatementView[];
  /** Row at an address, or at the nearest below; it may lie outside the table. Null: far outside. */
  statementAt(address: string): number | null;
  /** Model sources: paths for `Place`, and their text. */
  sources(): readonly string[];
  sourceText(path: string): string | null;
  /** Of the present branch, or of any other. */
  samples(since: number, branch?: number): Samples;
  /** At most `resolution` tiles over all of the guest's memory, or over a part of it. */
  pageMap(resolution: number, options?: PageMapOptions): PageMap;
  /** The virtqueues of all devices. */
  rings(): readonly RingView[];
  /** Output lines since the last call: kernel log, log points, step outcomes. */
  takeOutput(): readonly OutputLine[];
  fingerprint(): string;
  /** Complete only after the stop of kind `end`; before that, as it stands. */
  result(): RunResult;
  dispose(): void;
}
