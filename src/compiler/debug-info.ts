import type {
  DebugInfo,
  FieldInfo,
  FunctionInfo,
  SiteInfo,
  VariableInfo,
} from "../base/kernel-image.ts";
import { compareText } from "./diagnostics.ts";
import { fieldsOf, inferredType } from "./infer.ts";
import type { ModelFunction, Program } from "./program.ts";
import type { Variable } from "./variable.ts";

/** What the debugger knows about the compiled model; all positions count from zero. */
export function debugInfo(program: Program): DebugInfo {
  const listed = program.files.filter((file) => file.index >= 0);
  return {
    files: listed.map((file) => file.path),
    functions: program.functions.map(functionInfo),
    sites: [null, ...program.functions.flatMap(siteInfos)],
    globals: program.globals.map(({ name, file, declarator, keyword, type, shared }) => ({
      name,
      file: file.index,
      line: (declarator.loc?.start.line ?? 1) - 1,
      kind: keyword,
      type,
      shared,
    })),
    accesses: {
      ...program.accesses.info,
      pendingAtCall: Object.fromEntries(
        program.functions.flatMap(({ lowered }) => [...lowered!.pending.atCall]),
      ),
      pendingAtReturn: Object.fromEntries(
        program.functions.flatMap(({ id, lowered }) => {
          const { atReturn } = lowered!.pending;
          return atReturn.length === 0 ? [] : [[id, atReturn]];
        }),
      ),
    },
    structs: structs(program),
  };
}

/** Types of globals that do not declare one, in the order in which they are initialised. */
export function inferGlobalTypes(program: Program): void {
  for (const { file, node } of program.initialisers) {
    for (const { id, init } of node.declarations) {
      const target = program.references.get(id);
      if (target?.kind === "global" && init) target.type ??= inferredType(program, file, init);
    }
  }
}

function functionInfo(fn: ModelFunction): FunctionInfo {
  const { start, end } = fn.node.loc!;
  const { firstSite, sites } = fn.lowered!;
  return {
    id: fn.id,
    name: fn.name,
    file: fn.file.index,
    line: start.line - 1,
    column: start.column,
    endLine: end.line - 1,
    maySleep: fn.maySleep,
    params: fn.params.map(variableInfo),
    returns: fn.returns,
    doc: fn.doc,
    firstSite,
    siteCount: sites.length,
    callees: [...fn.callees].map((callee) => callee.id).sort((a, b) => a - b),
  };
}

function siteInfos(fn: ModelFunction): SiteInfo[] {
  return fn.lowered!.sites.map(({ id, kind, range, visible, callee, suspendsInFast }) => ({
    id,
    fn: fn.id,
    kind,
    ...range,
    visible: visible.map(variableInfo),
    callee,
    suspendsInFast,
  }));
}

const infos = new WeakMap<Variable, VariableInfo>();

/** One object per variable, however many sites see it. */
function variableInfo(variable: Variable): VariableInfo {
  let info = infos.get(variable);
  if (info === undefined) {
    info = { name: variable.name, type: variable.type, temporary: variable.temporary };
    infos.set(variable, info);
  }
  return info;
}

function structs(program: Program): Record<string, FieldInfo[]> {
  const found: Record<string, FieldInfo[]> = {};
  const byName = [...program.interfaces.values()].sort((a, b) => compareText(a.name, b.name));
  for (const struct of byName) found[struct.name] = fieldsOf(program, struct);
  return found;
}
