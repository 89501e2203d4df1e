/** State shared by the lowering of one function: variables, what is visible, sites, jump targets. */
import type * as t from "@babel/types";
import { variableNode, type Code } from "./code.ts";
import type { Range, Site, Statement, Target } from "./ir.ts";
import {
  mayTargetSleep,
  type CallTarget,
  type GlobalVariable,
  type ModelFunction,
  type Program,
} from "./program.ts";
import type { Variable } from "./variable.ts";

export interface Lowering {
  readonly program: Program;
  readonly fn: ModelFunction;
  /** Variables in scope, outermost first; a variable's slot is its place here. */
  readonly visible: Variable[];
  readonly firstSite: number;
  readonly sites: Site[];
  readonly targets: Target[];
  /** Module-level arrays that temporaries stand for, by the index of the variable. */
  readonly arrays: Map<number, GlobalVariable>;
  /** Site of the source statement that is being lowered. */
  statement: number;
  targetCount: number;
  temporaryCount: number;
  slots: number;
}

export function newLowering(program: Program, fn: ModelFunction, firstSite: number): Lowering {
  return {
    program,
    fn,
    visible: [],
    firstSite,
    sites: [],
    targets: [],
    arrays: new Map(),
    statement: firstSite,
    targetCount: 0,
    temporaryCount: 0,
    slots: 0,
  };
}

/** Puts a variable into scope. */
export function enterVariable(lowering: Lowering, variable: Variable): void {
  lowering.visible.push(variable);
  variable.slot = lowering.visible.length;
  lowering.slots = Math.max(lowering.slots, variable.slot);
}

/** Takes everything out of scope that came after `mark`, a former `visible.length`. */
export function leaveTo(lowering: Lowering, mark: number): void {
  lowering.visible.length = mark;
}

/** A new variable of the compiler's own, not in scope yet. */
export function newTemporary(
  lowering: Lowering,
  name: string,
  type: string | null,
  keyword: "let" | "const" = "const",
): Variable {
  const variable: Variable = {
    kind: "variable",
    index: lowering.fn.variables.length,
    name,
    output: `$t${++lowering.temporaryCount}`,
    keyword,
    temporary: true,
    type,
    slot: 0,
  };
  lowering.fn.variables.push(variable);
  return variable;
}

/** Declares a temporary that holds `value`, and returns a reference to it. */
export function holdIn(lowering: Lowering, out: Statement[], value: Code): t.Identifier {
  const variable = newTemporary(lowering, "", null);
  enterVariable(lowering, variable);
  out.push({ kind: "declare", variable, value });
  return variableNode(variable);
}

export function statementSite(lowering: Lowering, range: Range): Site {
  const site = addSite(lowering, "statement", range, null, false);
  lowering.statement = site.id;
  return site;
}

export function callSite(lowering: Lowering, node: t.CallExpression, target: CallTarget): Site {
  const { text } = lowering.fn.file;
  const callee = text.slice(node.callee.start ?? 0, node.callee.end ?? 0).replace(/\s+/g, " ");
  const sleeps = mayTargetSleep(lowering.program, target);
  return addSite(lowering, "call", rangeOf(node), callee, sleeps);
}

function addSite(
  lowering: Lowering,
  kind: Site["kind"],
  range: Range,
  callee: string | null,
  suspendsInFast: boolean,
): Site {
  const site: Site = {
    id: lowering.firstSite + lowering.sites.length,
    kind,
    range,
    visible: [...lowering.visible],
    callee,
    suspendsInFast,
  };
  lowering.sites.push(site);
  return site;
}

/** From the start of `node` to the end of `last`, counted from zero. */
export function rangeOf(node: t.Node, last: t.Node = node): Range {
  const { start } = node.loc!;
  const { end } = last.loc!;
  return {
    line: start.line - 1,
    column: start.column,
    endLine: end.line - 1,
    endColumn: end.column,
  };
}

export function pushTarget(lowering: Lowering, kind: Target["kind"], label: string | null): Target {
  const target: Target = {
    id: lowering.targetCount++,
    label,
    kind,
    broken: false,
    continued: false,
  };
  lowering.targets.push(target);
  return target;
}
