/** What the panel that compares runs and the extension say to each other. */
import type { ResultBody } from "../dap/protocol.ts";

/** What a run is started with: a variant of the scenario, or the scenario on another kernel. */
export interface ComparedLaunch {
  readonly program: string;
  readonly variant?: string;
  readonly kernel?: string;
}

export interface ComparedRun {
  /** The variant's, or the kernel's. */
  readonly name: string;
  readonly launch: ComparedLaunch;
  readonly state: "waiting" | "running" | "done" | "failed";
  /** Why it failed, or "". */
  readonly problem: string;
  readonly result: ResultBody | null;
  /** Virtual ns, and the values of the series that is shown; thinned, empty until it is done. */
  readonly times: readonly number[];
  readonly values: readonly number[];
}

export interface Comparison {
  /** Of the scenario. */
  readonly title: string;
  readonly series: string;
  /** What can be shown, once a run is done. */
  readonly available: readonly string[];
  readonly runs: readonly ComparedRun[];
}

/** Null: nothing was compared since the extension started; the panel shows what it remembers. */
export type ToComparison = {
  readonly kind: "comparison";
  readonly comparison: Comparison | null;
};

export type FromComparison =
  | { readonly kind: "ready" }
  /** Show another series. */
  | { readonly kind: "series"; readonly series: string }
  | { readonly kind: "debug"; readonly name: string; readonly launch: ComparedLaunch }
  | { readonly kind: "failed"; readonly message: string };

/** Texts of the panel, translated by the extension; `{0}` stands for a value. */
export interface ComparisonTexts {
  readonly nothing: string;
  readonly progress: string;
  readonly done: string;
  readonly remembered: string;
  readonly waiting: string;
  readonly running: string;
  readonly failed: string;
  readonly brokeOff: string;
  readonly series: string;
  readonly chart: string;
  readonly table: string;
  readonly debug: string;
  readonly outcome: string;
  readonly holds: string;
  readonly noExpectations: string;
  readonly balloon: string;
  readonly toTarget: string;
  readonly never: string;
  readonly stall: string;
  readonly deflated: string;
  readonly kills: string;
  readonly atEnd: string;
}
