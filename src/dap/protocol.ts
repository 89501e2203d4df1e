import type {
  BranchView,
  KnobView,
  Mark,
  RunResult,
  RingView,
  ScenarioOutline,
} from "../session/types.ts";

/**
 * Our additions to the Debug Adapter Protocol: usable by any client, used by the extension.
 *
 * Requests `balloon/reverseStepIn` and `balloon/reverseStepOut` have the arguments of `stepBack`
 * and are answered as it is. `docs/dap.md` describes everything here.
 */

/**
 * Event `balloon/samples` is sent while running, at most every 50 ms, and after every stop;
 * its body is `SamplesBody`. Request `balloon/samples` (arguments `{ since: number }`) returns the
 * same from any sample on, so that a panel opened late can be filled. Going back in time sends
 * `balloon/samples` with `truncate`.
 */
export interface SamplesBody {
  /** Number of the first sample here. */
  readonly first: number;
  /** The client drops what it has from sample number `first` on before adding these. */
  readonly truncate: boolean;
  /** Virtual nanoseconds. */
  readonly times: readonly number[];
  /** Columns by series name; vmstat names, and `balloon_pages`, `balloon_target`. */
  readonly series: Readonly<Record<string, readonly number[]>>;
  readonly events: readonly {
    readonly time: number;
    readonly name: string;
    readonly a: number;
    readonly b: number;
  }[];
}

export interface SamplesArguments {
  readonly since: number;
  /** Another branch than the present one. */
  readonly branch?: number;
}

/**
 * Arguments of `balloon/seek`: exactly one of the targets. The answer comes at once, then a
 * `stopped` event, with the reason `goto` when the guest has arrived.
 */
export interface SeekArguments {
  /** A point of a branch, by default the present one. */
  readonly mark?: Mark;
  /** Alone: the end of that branch, as far as it was run. */
  readonly branch?: number;
  /** Virtual nanoseconds: the first moment at or after it. */
  readonly time?: number;
  /** The nearest moment at which this expression over global names becomes true. */
  readonly condition?: string;
  /** The nearest call of this function. */
  readonly function?: string;
  /** For `function`: an expression over its frame that has to hold. */
  readonly when?: string;
  /** The nearest change of a value, by its `dataId` from `dataBreakpointInfo`. */
  readonly dataId?: string;
  /** The moment that a variable tells of, such as the last call of a shrinker. */
  readonly variable?: { readonly variablesReference: number; readonly name: string };
  /** For `condition`, `function` and `dataId`; `forward` when absent. */
  readonly direction?: "forward" | "back";
}

/**
 * Arguments of `balloon/setThresholds`, which replaces them; the answer is that of
 * `setDataBreakpoints`. They are data breakpoints that an editor's own do not replace.
 */
export interface SetThresholdsArguments {
  readonly thresholds: readonly {
    /** A series of `balloon/samples`, or any expression over global names. */
    readonly name: string;
    /** `>= 100000`: the guest stops where that becomes true. */
    readonly condition: string;
    /** Printed instead of stopping. */
    readonly logMessage?: string;
  }[];
}

/** Body of the event `balloon/scenario`, sent before `initialized` and after each restart. */
export type ScenarioBody = ScenarioOutline;

/** Body of the answer to `balloon/mark`. */
export interface MarkBody {
  readonly mark: Mark;
  readonly branch: number;
  /** Virtual nanoseconds. */
  readonly time: number;
}

/** Body of the answer to `balloon/fingerprint`: equal states have equal fingerprints. */
export interface FingerprintBody extends MarkBody {
  readonly fingerprint: string;
}

export interface PageMapArguments {
  /** At most so many tiles. */
  readonly resolution: number;
  /** Only `count` pages from `first` on; without `count`, all. */
  readonly first?: number;
  readonly count?: number;
  /** Looks at so many pages of each tile only: then `counts` are estimates. */
  readonly perTile?: number;
}

/** Body of the answer to `balloon/pageMap`. */
export interface PageMapBody {
  /** The pages that it shows. */
  readonly first: number;
  readonly pages: number;
  readonly pagesPerTile: number;
  /** Size of the guest's pages. */
  readonly pageBytes: number;
  readonly states: readonly string[];
  /** How many of the pages are in each state. */
  readonly counts: readonly number[];
  /** One byte a tile, in base64: an index into `states`. */
  readonly tiles: string;
}

/** Body of the answer to `balloon/rings`. */
export interface RingsBody {
  readonly queues: readonly RingView[];
}

/**
 * Arguments of `balloon/history`. The answer comes at once, then the event `balloon/history` with
 * `HistoryBody`, then `stopped`: the guest is where it was.
 */
export interface HistoryArguments {
  /** What to look for, from `dataBreakpointInfo`. */
  readonly dataId: string;
  /** At most so many changes; 10 when absent. */
  readonly limit?: number;
}

export interface HistoryBody {
  readonly dataId: string;
  /** Newest first. */
  readonly changes: readonly Change[];
}

/** One change of a value, and where to go to see it. */
export interface Change {
  readonly mark: Mark;
  /** Virtual nanoseconds. */
  readonly time: number;
  /** `page 0x1a2b flags: 0x800 -> 0x1000` */
  readonly text: string;
  readonly thread: string;
  /** Functions of the model, innermost first. */
  readonly stack: readonly string[];
}

/** Body of the answer to `balloon/branches`, and of the event of that name. */
export interface BranchesBody {
  readonly current: number;
  readonly branches: readonly BranchView[];
}

/** Body of the answer to `balloon/knobs`. */
export interface KnobsBody {
  readonly knobs: readonly KnobView[];
}

/** Arguments of `balloon/setKnob`, an edit; the answer's body is `KnobsBody`. */
export interface SetKnobArguments {
  readonly name: string;
  readonly value: string;
}

/** What a variable has beside the protocol's own members. */
export interface BalloonVariable {
  /** The moment that it tells of: `balloon/seek` goes there. */
  readonly balloonMark?: Mark;
}

/**
 * Body of the event `balloon/result`, sent once when a scenario has reached its end: what the steps
 * of its timeline and its expectations came to, and the counters. Lines count from zero.
 */
export type ResultBody = RunResult;

/** Arguments of the `launch` request. */
export interface LaunchArguments {
  /** Scenario file: a path, or a URI where the client has no file system. */
  readonly program: string;
  /** Text of the scenario, for clients whose adapter cannot read `program` itself (web). */
  readonly text?: string;
  /** Overrides `guest.kernel`. */
  readonly kernel?: string;
  readonly seed?: number;
  /** Which run of a scenario with a `matrix`; by default the first. */
  readonly variant?: string;
  readonly stopOnEntry?: boolean;
  /** A checkout of Linux: sources of the model name the files there that they stand for. */
  readonly linuxTree?: string;
  readonly noDebug?: boolean;
}

/** What the body of our `stopped` events has beside the protocol's own members. */
export interface BalloonStopped {
  /** Virtual nanoseconds since the guest's boot. */
  readonly virtualTime: number;
}
