/**
 * What the model compiler produces and the machine runs: one function that boots a kernel, and
 * what a debugger knows about it. Both sides import this file, neither imports the other.
 */

/** A suspended activation: `[site, ...values of the locals visible there]`, in `visible` order. */
export type Frame = unknown[];

/** Which body of a function a call takes; the value of `bodyOf[functionId]`. */
export const BODY_FAST = 0;
export const BODY_ROUTE = 1;
export const BODY_STEP = 2;

/** Why a statement is armed; the value of `armed[site]`. */
export const ARMED_WHEN_TOLD = 1;
export const ARMED = 2;

/**
 * Decides whether an armed statement stops. Gets the site and the locals visible there; returns
 * true to stop. `null` in the table means: always stop.
 */
export type StopCondition = (site: number, ...locals: unknown[]) => boolean;

/** Bits of `KernelHooks.watched`: whom step and resume bodies tell of an access. */
export const TELLS_TOUCHED = 1;
export const TELLS_WRITTEN = 2;

/** A power of two. */
export const ROUNDS_TOLD = 4096;

/** What a booted kernel is given. The generated code reads these, the machine writes them. */
export interface KernelHooks {
  /** Per statement site: 0 passes; more than `heed[0]` asks `conditions`. */
  readonly armed: Uint8Array;
  /** `heed[0]` is 0 where an access was told of that nobody has been asked about yet, else 1. */
  readonly heed: Uint8Array;
  /** How often each armed site was reached, asked or not; others reset it. */
  readonly visits: Uint32Array;
  /** Per function: BODY_FAST, BODY_ROUTE or BODY_STEP. Change it only while nothing runs. */
  readonly bodyOf: Uint8Array;
  /** Per access, by TELLS_ bits: who is told. Step and resume bodies tell, the others never do. */
  readonly watched: Uint8Array;
  /** Told of an access, just before it: whose member or element, and which element. */
  touched: (access: number, owner?: unknown, index?: unknown) => void;
  /** Told of a write, just before it, to an element of an array, or to any of them without an index. */
  written: (array: unknown, index?: unknown) => void;
  /** Per site. */
  readonly conditions: (StopCondition | null)[];
  /** Where suspending functions push their frames, innermost first. */
  readonly unwound: Frame[];
  /** `clock[0]` is the clock of the vCPU that runs, in nanoseconds; `charge(ns)` adds to it. */
  readonly clock: Float64Array;
  /** Told how many rounds a loop has made, each time it is another ROUNDS_TOLD; may throw. */
  readonly rounds: (count: number) => void;
  /** Implementations of the functions that the model declares with `declare function`. */
  readonly externals: Readonly<Record<string, (...args: never[]) => unknown>>;
  /** Values of the constants that the model declares with `declare const`. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

export type Body = (...args: unknown[]) => unknown;
/** Finishes the activation of `frame`; `value` is what the call at its site returned. */
export type ResumeBody = (frame: Frame, value: unknown) => unknown;

/** One kernel: its functions in every body, indexed by function id, and its global state. */
export interface BootedKernel {
  /** Raised by an external to suspend the thread that called it; generated code unwinds on it. */
  suspend(): void;
  suspended(): boolean;
  clearSuspend(): void;
  readonly fast: readonly Body[];
  readonly route: readonly Body[];
  readonly step: readonly Body[];
  /** Enters at any site, with probes. */
  readonly resume: readonly ResumeBody[];
  /** Enters only at call sites with `suspendsInFast`, without probes; null where there is none. */
  readonly resumeFast: readonly (ResumeBody | null)[];
  /** Function id of a function value taken from the kernel's state (`work.func`), or -1. */
  idOf(fn: unknown): number;
  getGlobal(index: number): unknown;
  /** Only for globals of kind `let`. */
  setGlobal(index: number, value: unknown): void;
}

export type BootKernel = (hooks: KernelHooks) => BootedKernel;

export interface KernelImage {
  readonly boot: BootKernel;
  readonly debug: DebugInfo;
  /** Text of every model source, by its path in `debug.files`. */
  readonly sources: Readonly<Record<string, string>>;
}

/** Everything is indexed by the small integers that the generated code uses. Lines and columns count from zero. */
export interface DebugInfo {
  /** Paths relative to the model root, e.g. `mm/vmscan.ts`. */
  readonly files: readonly string[];
  readonly functions: readonly FunctionInfo[];
  /** Index 0 is unused, so that a site number is never falsy. */
  readonly sites: readonly (SiteInfo | null)[];
  readonly globals: readonly GlobalInfo[];
  readonly accesses: AccessInfo;
  /** Declared `interface`s and their members with declared types, for showing values. */
  readonly structs: Readonly<Record<string, readonly FieldInfo[]>>;
}

export interface FunctionInfo {
  readonly id: number;
  /** As written in the source; two files may each have one of the same name. */
  readonly name: string;
  readonly file: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly maySleep: boolean;
  readonly params: readonly VariableInfo[];
  readonly returns: string | null;
  /** First paragraph of the doc comment, or "". */
  readonly doc: string;
  /** Sites of this function are `firstSite .. firstSite + siteCount - 1`. */
  readonly firstSite: number;
  readonly siteCount: number;
  /** Ids of functions a call in this one may enter, through struct members included. */
  readonly callees: readonly number[];
}

/** Bits of `AccessInfo.kind`. */
export const ACCESS_READS = 1;
export const ACCESS_WRITES = 2;
/** Through a method of an array, which may be about any of its elements. */
export const ACCESS_METHOD = 4;

/** Reads and writes of what outlives an activation, by their numbers; see `AccessTable`. */
export interface AccessInfo {
  /** What may be accessed: `.num_pages`, `12`, `12[5]`, `12[]`, `[]`. */
  readonly keys: string[];
  /** Index in `keys`. */
  readonly key: number[];
  readonly kind: number[];
  /** The statement that it belongs to. */
  readonly site: number[];
  /**
   * By call site: accesses since the statement began, and, as negative numbers, call sites that have
   * returned since then. What is not there has none.
   */
  readonly pendingAtCall: Record<number, readonly number[]>;
  /** The same by function, for when it returns. */
  readonly pendingAtReturn: Record<number, readonly number[]>;
}

export interface SiteInfo {
  readonly id: number;
  readonly fn: number;
  /** `statement`: a probe may stop before it. `call`: a callee may suspend below it. */
  readonly kind: "statement" | "call";
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** The frame's values after the site number, outermost scope first. */
  readonly visible: readonly VariableInfo[];
  /** For calls: what is called, as written (`vb.vdev.config.get`). */
  readonly callee: string | null;
  /** For calls: true when the fast body tests for suspension here. */
  readonly suspendsInFast: boolean;
}

export interface VariableInfo {
  readonly name: string;
  /** Declared type as written, or inferred for literals and calls of typed functions; else null. */
  readonly type: string | null;
  /** Made by the compiler; `name` is then `f()` for the value returned by a call, or "". */
  readonly temporary: boolean;
}

export interface GlobalInfo {
  readonly name: string;
  readonly file: number;
  readonly line: number;
  readonly kind: "let" | "const";
  readonly type: string | null;
  /** An array whose elements may also be accessed under another name. */
  readonly shared: boolean;
}

export interface FieldInfo {
  readonly name: string;
  readonly type: string;
}
