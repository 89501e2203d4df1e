/**
 * A scenario file, checked: what `parseScenario` returns. Lines and columns count from zero.
 * Sizes are 4 KiB pages, times integer nanoseconds.
 */
import type { guest_config } from "../model/config.ts";
import type { Expression } from "./expression.ts";

export interface Range {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** Stable, for tests and quick fixes: "unknown-key", "size-syntax", ... */
  readonly code: string;
  /** What is wrong and what to write instead, one or two sentences. */
  readonly message: string;
  readonly range: Range;
  /** Replacement text for `range`, where one is known ("did you mean"). */
  readonly suggestion: string | null;
}

export type Kernel = "v4.14" | "v4.19" | "v5.5" | "v5.7" | "v6.1" | "v6.8" | "v6.19";

/** Generations of the balloon driver, each called after the first kernel that has it. */
export type Driver = "v4.14" | "v4.19" | "v5.5" | "v5.7" | "v6.8" | "v6.19";

export interface Expectation {
  readonly text: string;
  readonly range: Range;
  readonly expression: Expression;
}

export interface Condition {
  readonly text: string;
  readonly range: Range;
  readonly expression: Expression;
}

export interface Scenario {
  readonly name: string;
  /** What it shows, in a sentence or two; "" when it does not say. */
  readonly about: string;
  /** Path or URI as given; shown in stacks and results. */
  readonly path: string;
  readonly kernel: Kernel;
  /** Generation of the balloon driver: the kernel's own unless the scenario says otherwise. */
  readonly driver: Driver;
  readonly seed: number;
  /** What the kernel is booted with; `timeline[i]` belongs to `steps[i]`. */
  readonly config: guest_config;
  /** Source text and range of each timeline step. */
  readonly steps: readonly { readonly text: string; readonly range: Range }[];
  /** `wait-until` conditions, by index. */
  readonly conditions: readonly Condition[];
  readonly expect: readonly Expectation[];
}

export interface ParseResult {
  /** Null when there is an error. */
  readonly scenario: Scenario | null;
  readonly diagnostics: readonly Diagnostic[];
}
