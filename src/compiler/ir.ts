/**
 * A function body in A-normal form: every call that may have to be suspended is a statement of its
 * own, control flow is explicit, names are resolved. All bodies are printed from this.
 */
import type { Code } from "./code.ts";
import type { Pending } from "./pending.ts";
import type { External, ModelFunction } from "./program.ts";
import type { Variable } from "./variable.ts";

export interface Lowered {
  readonly body: readonly Statement[];
  readonly firstSite: number;
  readonly sites: readonly Site[];
  /** Number of values that its largest frame holds after the site. */
  readonly slots: number;
  readonly pending: Pending;
}

export type Statement =
  | { readonly kind: "evaluate"; readonly code: Code }
  /** `value` null: declared without an initialiser. */
  | { readonly kind: "declare"; readonly variable: Variable; readonly value: Code | null }
  /** Declares a variable for the block that follows and gives it its first value. */
  | { readonly kind: "reserve"; readonly variable: Variable }
  | { readonly kind: "assign"; readonly variable: Variable; readonly value: Code }
  | { readonly kind: "probe"; readonly site: Site }
  | CallStatement
  | {
      readonly kind: "if";
      readonly test: Code;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[] | null;
    }
  | { readonly kind: "block"; readonly target: Target | null; readonly body: readonly Statement[] }
  | LoopStatement
  | {
      readonly kind: "switch";
      readonly target: Target;
      readonly subject: Code;
      readonly cases: readonly {
        readonly test: Code | null;
        readonly body: readonly Statement[];
      }[];
    }
  | { readonly kind: "break" | "continue"; readonly target: Target }
  | { readonly kind: "return"; readonly value: Code | null };

export interface CallStatement {
  readonly kind: "call";
  readonly site: Site;
  readonly call: ModelCall;
  /** Receives the value; `reserved` when a `reserve` statement already declares it. */
  readonly result: Variable | null;
  readonly reserved: boolean;
}

export interface LoopStatement {
  readonly kind: "loop";
  readonly target: Target;
  /** Run before each evaluation of `test`. */
  readonly beforeTest: readonly Statement[];
  /** Null: loops for ever. */
  readonly test: Code | null;
  readonly testAfterBody: boolean;
  readonly body: readonly Statement[];
  readonly update: readonly Statement[];
}

export type ModelCall =
  | { readonly kind: "function"; readonly callee: ModelFunction; readonly args: readonly Code[] }
  | { readonly kind: "external"; readonly external: External; readonly args: readonly Code[] }
  | {
      readonly kind: "member";
      /** The whole callee, `ops.probe`. */
      readonly callee: Code;
      /** The object alone when `member` is also a method of JavaScript's own objects, else null. */
      readonly receiver: Code | null;
      readonly args: readonly Code[];
    };

/** Where `break` and `continue` go. */
export interface Target {
  readonly id: number;
  readonly label: string | null;
  readonly kind: "loop" | "switch" | "block";
  broken: boolean;
  continued: boolean;
}

export interface Site {
  readonly id: number;
  readonly kind: "statement" | "call";
  readonly range: Range;
  readonly visible: readonly Variable[];
  /** Text of the callee; null for statements. */
  readonly callee: string | null;
  readonly suspendsInFast: boolean;
}

/** Zero-based, end exclusive. */
export interface Range {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}
