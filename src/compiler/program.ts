/**
 * The model as the compiler sees it: files, their module-level bindings, functions. One `Program`
 * is filled by the phases in turn: parse, link, check, resolve, calls, lower.
 */
import type * as t from "@babel/types";
import type { AccessTable } from "./access-table.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { Lowered } from "./ir.ts";
import type { CompileOptions, ExternalFunction } from "./options.ts";
import type { Variable } from "./variable.ts";

export interface Program {
  readonly options: CompileOptions;
  readonly diagnostics: Diagnostics;
  /** In order of their keys, so that the order of a directory listing cannot matter. */
  readonly files: SourceFile[];
  readonly functions: ModelFunction[];
  readonly globals: GlobalVariable[];
  /** Top-level variable declarations in the order in which ES modules would run them. */
  readonly initialisers: { readonly file: SourceFile; readonly node: t.VariableDeclaration }[];
  /** Names taken in the scope of the boot function. */
  readonly outputNames: Set<string>;
  /** What each identifier in the model's own code means; names of JavaScript are absent. */
  readonly references: Map<t.Node, Binding | Variable>;
  /** Every call that a debugger may have to stop in. */
  readonly calls: Map<t.Node, CallTarget>;
  /** Nodes that have such a call somewhere inside. */
  readonly holdsCall: Set<t.Node>;
  /** For each struct member that holds model functions: which ones. */
  readonly members: Map<string, Set<ModelFunction>>;
  readonly interfaces: Map<string, StructDeclaration>;
  /** What its statements read and write. */
  readonly accesses: AccessTable;
}

export interface SourceFile {
  /** Key in the sources, e.g. `model/mm/vmscan.ts`. */
  readonly key: string;
  /** Path for the debugger, e.g. `mm/vmscan.ts`. */
  readonly path: string;
  /** Index in `debug.files`, -1 when the debugger does not list the file. */
  index: number;
  readonly text: string;
  readonly ast: t.File;
  /** Names usable in this file: its own and those it imports. */
  readonly scope: Map<string, Binding>;
  /** Exported name to local name, or to a name of another file (`export { x } from`). */
  readonly exports: Map<string, { readonly local: string; readonly from: string | null }>;
  readonly imports: ImportedName[];
  /** Keys of the files it imports from, in order. */
  readonly dependencies: string[];
  readonly types: Set<string>;
}

export interface ImportedName {
  readonly node: t.Node;
  readonly from: string;
  readonly imported: string;
  readonly local: string;
}

export type Binding = ModelFunction | GlobalVariable | External | Input;

export interface ModelFunction {
  readonly kind: "function";
  readonly id: number;
  readonly name: string;
  /** Name in the generated code. */
  readonly output: string;
  readonly file: SourceFile;
  readonly node: t.FunctionDeclaration;
  readonly doc: string;
  readonly returns: string | null;
  readonly params: Variable[];
  /** Every variable of the body; `Variable.index` counts in it. */
  readonly variables: Variable[];
  /** Functions that a call in this one may enter. */
  readonly callees: Set<ModelFunction>;
  maySleep: boolean;
  lowered: Lowered | null;
}

export interface GlobalVariable {
  readonly kind: "global";
  readonly index: number;
  readonly name: string;
  readonly output: string;
  readonly keyword: "let" | "const";
  readonly file: SourceFile;
  readonly declarator: t.VariableDeclarator;
  type: string | null;
  /** An array that may also be come by under another name. */
  shared: boolean;
  /** Value of a numeric constant, known at compile time and printed where it is used. */
  constant: number | null;
}

export interface External {
  readonly kind: "external";
  readonly name: string;
  readonly output: string;
  readonly definition: ExternalFunction;
  readonly parameterCount: number;
  readonly returns: string | null;
  /** Calls exist, so the boot function binds it. */
  used: boolean;
}

export interface Input {
  readonly kind: "input";
  readonly name: string;
  readonly output: string;
  readonly type: string | null;
}

export type CallTarget =
  | { readonly kind: "function"; readonly callee: ModelFunction }
  | { readonly kind: "member"; readonly member: string }
  | { readonly kind: "external"; readonly external: External };

export interface StructDeclaration {
  readonly name: string;
  readonly bases: readonly string[];
  readonly fields: readonly { readonly name: string; readonly type: string }[];
}

/** May a thread be suspended below a call of this kind while it runs fast bodies? */
export function mayTargetSleep(program: Program, target: CallTarget): boolean {
  if (target.kind === "external") return target.external.definition.suspends;
  if (target.kind === "function") return target.callee.maySleep;
  for (const candidate of program.members.get(target.member) ?? []) {
    if (candidate.maySleep) return true;
  }
  return false;
}
