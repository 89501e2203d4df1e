/**
 * The model compiler: restricted TypeScript in, functions out that can be suspended at any
 * statement. See `docs/architecture.md` for the bodies it makes of each function and why.
 */
import { AccessTable } from "./access-table.ts";
import { analyseCalls } from "./calls.ts";
import { evaluateConstants } from "./constants.ts";
import { debugInfo, inferGlobalTypes } from "./debug-info.ts";
import { Diagnostics } from "./diagnostics.ts";
import { emitBoot, emitPlain } from "./emit.ts";
import { lowerFunction } from "./lower.ts";
import { linkModules } from "./modules.ts";
import type { CompiledModel, CompileOptions, CompileResult } from "./options.ts";
import { findShared } from "./shared-arrays.ts";
import { parseFiles } from "./parse.ts";
import type { Program } from "./program.ts";
import { resolveFunction, resolveInitialiser } from "./resolve.ts";
import { checkSubset } from "./subset.ts";

export { machineExternals, machineInputs } from "./externals.ts";
export type {
  CompileDiagnostic,
  CompiledModel,
  CompileOptions,
  CompileResult,
  ExternalFunction,
} from "./options.ts";

/**
 * Compiles the files in `sources`, whose keys are paths relative to the source root
 * (`model/mm/vmscan.ts`, `machine/primitives.ts`). Never throws for a fault in the sources: each
 * becomes a diagnostic, and there is a model only when there is none.
 */
export function compileModel(
  sources: Readonly<Record<string, string>>,
  options: CompileOptions,
): CompileResult {
  const { program, model } = compileProgram(sources, options);
  return { model, diagnostics: program.diagnostics.sorted() };
}

/** As `compileModel`, with the filled program for tests that look inside. */
export function compileProgram(
  sources: Readonly<Record<string, string>>,
  options: CompileOptions,
): { program: Program; model: CompiledModel | null } {
  const diagnostics = new Diagnostics();
  const program: Program = {
    options,
    diagnostics,
    files: parseFiles(sources, diagnostics),
    functions: [],
    globals: [],
    initialisers: [],
    outputNames: new Set(),
    references: new Map(),
    calls: new Map(),
    holdsCall: new Set(),
    members: new Map(),
    interfaces: new Map(),
    accesses: new AccessTable(),
  };
  const phases = [checkFiles, resolveNames, analyseCalls, evaluateConstants];
  for (const phase of phases) {
    if (diagnostics.empty) phase(program);
  }
  if (!diagnostics.empty) return { program, model: null };
  lowerAll(program);
  return { program, model: emit(program) };
}

function checkFiles(program: Program): void {
  linkModules(program);
  for (const fn of program.functions) checkSubset(fn.file, fn.node, program.diagnostics);
}

function resolveNames(program: Program): void {
  for (const fn of program.functions) resolveFunction(program, fn);
  for (const { file, node } of program.initialisers) resolveInitialiser(program, file, node);
}

function lowerAll(program: Program): void {
  inferGlobalTypes(program);
  findShared(program);
  // Site 0 is unused, so that a site number is never falsy.
  let nextSite = 1;
  for (const fn of program.functions) {
    fn.lowered = lowerFunction(program, fn, nextSite);
    nextSite += fn.lowered.sites.length;
  }
}

function emit(program: Program): CompiledModel {
  const bootSource = emitBoot(program);
  const model = {
    code: `export const boot = ${bootSource};\n`,
    bootSource,
    debug: debugInfo(program),
  };
  return program.options.plain === true ? { ...model, plain: emitPlain(program) } : model;
}
