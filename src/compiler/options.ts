/** What the compiler is told and what it hands back. */
import type { DebugInfo } from "../base/kernel-image.ts";

/** A function that the model declares with `declare function` and the machine implements. */
export interface ExternalFunction {
  /** True when it may suspend the thread that calls it. */
  readonly suspends: boolean;
  /** Text that replaces a call; `args` are printed expressions without calls into the model. */
  readonly inline?: (args: string[]) => string;
}

export interface CompileOptions {
  readonly externals: Readonly<Record<string, ExternalFunction>>;
  /** Names that the model may declare with `declare const`. */
  readonly inputs: readonly string[];
  /** Also emit the program with its types removed and nothing else changed. */
  readonly plain?: boolean;
}

/** Line and column count from zero; `file` is a key of the sources. */
export interface CompileDiagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface CompiledModel {
  /** Text of an ES module that exports `boot`. */
  readonly code: string;
  /** Text of the function expression that `boot` is bound to. */
  readonly bootSource: string;
  readonly debug: DebugInfo;
  /** Function expression with the same hooks that runs everything directly. */
  readonly plain?: string;
}

export interface CompileResult {
  /** Null when there are diagnostics. */
  readonly model: CompiledModel | null;
  readonly diagnostics: readonly CompileDiagnostic[];
}
