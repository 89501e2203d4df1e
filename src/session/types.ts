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
  /** An exception filter matched; `text` is one line, `details` the OOM report or the like. */
  | { readonly kind: "exception"; readonly filter: ExceptionFilter; readonly text: string; readonly details: string }
  /** Going back met the beginning of the run. */
  | { readonly kind: "start" }
  /** The scenario has ended; the state can still be inspected and gone back from. */
  | { readonly kind: "end" };

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
}

export interface BreakpointRequest {
  /** By function name, or by place in a model source or the scenario. */
  readonly at:
    | { readonly kind: "function"; readonly name: string }
    | { readonly kind: "line"; readonly file: Place["file"]; readonly line: number };
  /** Stop only when this expression is not 0; null always. */
  readonly condition: string | null;
  /** Stop only at the n-th hit (`5`), from it (`>= 5`) or at every n-th (`% 5`); null at each. */
  readonly hitCondition: string | null;
  /** Print this instead of stopping; `{expr}` is evaluated. */
  readonly logMessage: string | null;
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
  readonly events: readonly { readonly time: number; readonly name: string; readonly a: number; readonly b: number }[];
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

export interface RunResult {
  readonly scenario: string;
  readonly kernel: string;
  readonly seed: number;
  readonly fingerprint: string;
  readonly virtualNs: number;
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

export interface Evaluation {
  readonly value: ValueView | null;
  /** Message with the offset in the expression where it went wrong. */
  readonly error: { readonly message: string; readonly offset: number } | null;
}

export type Command = "continue" | "next" | "stepIn" | "stepOut" | "stepBack" | "reverseContinue";

/** The one door. Everything but `execute` is synchronous and may be called while stopped or running between slices. */
export interface SessionApi {
  /**
   * Runs until a stop, in slices of about 8 ms between which `options.yield` is awaited, so that
   * `pause()` is heard. Resolves with the stop. Throws when something runs already.
   */
  execute(command: Command, thread?: number): Promise<Stop>;
  /** Asks a running `execute` to stop at the next dispatch boundary. */
  pause(): void;
  readonly running: boolean;
  /** The present stop; null while running. */
  readonly stop: Stop | null;
  /** The exact present point. May replay the present dispatch to number its statements. */
  mark(): Promise<Mark>;
  /** Goes to any point of the run so far, exactly. */
  seek(mark: Mark): Promise<Stop>;
  time(): number;
  /** Replaces all breakpoints of one kind (functions, or the lines of one file). */
  setFunctionBreakpoints(requests: readonly BreakpointRequest[]): readonly BreakpointView[];
  setLineBreakpoints(file: Place["file"], requests: readonly BreakpointRequest[]): readonly BreakpointView[];
  setExceptionFilters(filters: readonly ExceptionFilter[]): void;
  threads(): readonly ThreadView[];
  /** Innermost first. */
  stack(thread: number, start: number, count: number): { readonly frames: readonly FrameView[]; readonly total: number };
  scopes(frame: number): readonly ScopeView[];
  children(ref: number, start: number, count: number): readonly ValueView[];
  /** Without a frame only global names are known. */
  evaluate(text: string, frame: number | null): Evaluation;
  /** Model sources: paths for `Place`, and their text. */
  sources(): readonly string[];
  sourceText(path: string): string | null;
  samples(since: number): Samples;
  /** Output lines since the last call: kernel log, log points, step outcomes. */
  takeOutput(): readonly OutputLine[];
  fingerprint(): string;
  /** Complete only after the stop of kind `end`; before that, as it stands. */
  result(): RunResult;
  dispose(): void;
}
