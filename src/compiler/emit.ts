/** Puts the boot function together: hooks, global state, and every function in all its bodies. */
import * as t from "@babel/types";
import { TELLS_TOUCHED, TELLS_WRITTEN } from "../base/kernel-image.ts";
import { printNode, print, rawNode, spell, type Spelling } from "./code.ts";
import { countsRounds, ROUNDS } from "./endless.ts";
import { erase, inlinedCall, type EraseOptions } from "./erase.ts";
import { hasRoute, type Mode } from "./print-body.ts";
import { printStateMachine } from "./print-state-machine.ts";
import { printStructured } from "./print-structured.ts";
import type { Binding, ModelFunction, Program } from "./program.ts";

/** The function expression that boots a kernel with suspendable functions. */
export function emitBoot(program: Program): string {
  const { functions } = program;
  return [
    "function bootKernel($hooks) {",
    '"use strict";',
    "const $armed = $hooks.armed, $bodyOf = $hooks.bodyOf, $conditions = $hooks.conditions;",
    "const $w = $hooks.watched, $heed = $hooks.heed, $visits = $hooks.visits;",
    "const $unwound = $hooks.unwound, $clock = $hooks.clock, $tellRounds = $hooks.rounds;",
    "let $u = 0;",
    "function $asks(site) { $visits[site]++; return $armed[site] > $heed[0]; }",
    "function $save(frame) { $unwound.push(frame); }",
    ...stopFunctions(program),
    SELECT_BODY,
    TOUCH,
    ...bindings(program),
    ...globals(program, { inline: true }),
    "",
    ...functions.map((fn) => printBodies(program, fn)),
    table("$fast", functions, (fn) => fn.output),
    table("$route", functions, routeName),
    table("$step", functions, (fn) => `${fn.output}$step`),
    table("$resume", functions, (fn) => `${fn.output}$resume`),
    table("$resumeFast", functions, (fn) => (fn.maySleep ? `${fn.output}$resumeFast` : "null")),
    "for (let i = 0; i < $fast.length; i++) {",
    "  $fast[i].$id = i;",
    "  $fast[i].$route = $route[i];",
    "  $fast[i].$step = $step[i];",
    "}",
    "return {",
    "  suspend() { $u = 1; },",
    "  suspended() { return $u !== 0; },",
    "  clearSuspend() { $u = 0; },",
    "  fast: $fast, route: $route, step: $step, resume: $resume, resumeFast: $resumeFast,",
    ...accessors(program),
    "};",
    "}",
  ].join("\n");
}

/** The same program with its types removed: what every body must agree with. */
export function emitPlain(program: Program): string {
  const { functions } = program;
  return [
    "function bootPlain($hooks) {",
    '"use strict";',
    "const $clock = $hooks.clock;",
    ...bindings(program),
    ...globals(program, { inline: false }),
    ...functions.map((fn) => printErased(program, fn, { inline: false })),
    table("$fast", functions, (fn) => fn.output),
    "for (let i = 0; i < $fast.length; i++) $fast[i].$id = i;",
    "return {",
    "  fast: $fast,",
    ...accessors(program),
    "};",
    "}",
  ].join("\n");
}

/** Every body of one function, as the golden tests show them. */
export function printBodies(program: Program, fn: ModelFunction): string {
  const { output } = fn;
  const bodies = [printFast(program, fn)];
  if (hasRoute(fn)) bodies.push(printBody(program, fn, "route", `${output}$route`));
  bodies.push(printBody(program, fn, "step", `${output}$step`));
  const counts = countsRounds(program, fn);
  bodies.push(printStateMachine(fn, "step", `${output}$resume`, counts));
  if (fn.maySleep) bodies.push(printStateMachine(fn, "fast", `${output}$resumeFast`, counts));
  return bodies.join("");
}

/** A function that cannot sleep stays as it was written. */
function printFast(program: Program, fn: ModelFunction): string {
  if (fn.maySleep) return printBody(program, fn, "fast", fn.output);
  return printErased(program, fn, { inline: true });
}

function printBody(program: Program, fn: ModelFunction, mode: Mode, name: string): string {
  const params = fn.node.params.map((param, i) => {
    const variable = fn.params[i]!.output;
    if (param.type !== "AssignmentPattern") return variable;
    const value = print(erase<t.Expression>(program, param.right));
    return `${variable} = ${spell(value, fn.variables, byName)}`;
  });
  const context = { fn, mode, spelling: byName, declares: true };
  const body = printStructured(context, fn.lowered!.body, 1);
  const rounds = countsRounds(program, fn) ? `  let ${ROUNDS};\n` : "";
  return `function ${name}(${params.join(", ")}) {\n${rounds}${body}}\n`;
}

function printErased(program: Program, fn: ModelFunction, options: EraseOptions): string {
  const copy = erase(program, fn.node, options);
  copy.id = rawNode(fn.output);
  if (options.inline && countsRounds(program, fn)) {
    copy.body.body.unshift(t.expressionStatement(rawNode(`let ${ROUNDS}`)));
  }
  return `${spell(printNode(copy), fn.variables, byName)}\n`;
}

const byName: Spelling = (variable) => variable.output;

function routeName(fn: ModelFunction): string {
  return hasRoute(fn) ? `${fn.output}$route` : fn.output;
}

function table(
  name: string,
  functions: readonly ModelFunction[],
  entry: (fn: ModelFunction) => string,
): string {
  return `const ${name} = [${functions.map(entry).join(", ")}];`;
}

/** Which body to call of a function value; methods of arrays are not ours and stay as they are. */
const SELECT_BODY = `function $body(f) {
  const id = f.$id;
  if (id === undefined) return f;
  const body = $bodyOf[id];
  return body === 0 ? f : body === 1 ? f.$route : f.$step;
}`;

/**
 * Telling of accesses; where an index is evaluated only once, the array waits for it. Who watches is
 * known only after the boot.
 */
const TOUCH = `function $touch(access, owner, index) {
  const tells = $w[access];
  if ((tells & ${TELLS_TOUCHED}) !== 0) $hooks.touched(access, owner, index);
  if ((tells & ${TELLS_WRITTEN}) !== 0) $hooks.written(owner, index);
}
function $object(access, owner) {
  if ($w[access] !== 0) $touch(access, owner, undefined);
  return owner;
}
const $waiting = [];
function $array(access, owner) { $waiting.push(access, owner); return owner; }
function $index(index) {
  const owner = $waiting.pop(), access = $waiting.pop();
  if ($w[access] !== 0) $touch(access, owner, index);
  return index;
}`;

/** One function per number of visible locals: a false condition then costs no array. */
function stopFunctions(program: Program): string[] {
  const arities = new Set<number>();
  for (const fn of program.functions) {
    for (const site of fn.lowered!.sites) arities.add(site.visible.length);
  }
  return [...arities].sort((a, b) => a - b).map(stopFunction);
}

function stopFunction(arity: number): string {
  const values = ["s", ...Array.from({ length: arity }, (_, i) => `v${i}`)].join(", ");
  return [
    `function $stop${arity}(${values}) {`,
    "  const c = $conditions[s];",
    `  if (c !== null && !c(${values})) return false;`,
    "  $u = 1;",
    `  $unwound.push([${values}]);`,
    "  return true;",
    "}",
  ].join("\n");
}

function bindings(program: Program): string[] {
  const found = new Map<string, Binding>();
  for (const file of program.files) {
    for (const binding of file.scope.values()) {
      if (binding.kind === "input" || (binding.kind === "external" && binding.used))
        found.set(binding.output, binding);
    }
  }
  return [...found.values()].map((binding) => bindingText(binding));
}

function bindingText(binding: Binding): string {
  const { name, output } = binding;
  if (binding.kind !== "external") return `const ${output} = $hooks.inputs.${name};`;
  if (binding.definition.inline === undefined) return `const ${output} = $hooks.externals.${name};`;
  const params = Array.from({ length: binding.parameterCount }, (_, i) => `a${i}`);
  const value = printNode(inlinedCall(binding, params.map(rawNode)));
  // For calls whose arguments call something themselves; the others are replaced in place.
  return `const ${output} = (${params.join(", ")}) => ${value};`;
}

function globals(program: Program, options: EraseOptions): string[] {
  return program.initialisers.flatMap(({ node }) =>
    node.declarations.map(({ id, init }) => {
      const target = program.references.get(id) as { readonly output: string };
      const value = init ? ` = ${print(erase<t.Expression>(program, init, options))}` : "";
      return `${node.kind} ${target.output}${value};`;
    }),
  );
}

function accessors(program: Program): string[] {
  const all = program.globals;
  const lets = all.filter(({ keyword }) => keyword === "let");
  return [
    '  idOf(f) { return typeof f === "function" && $fast[f.$id] === f ? f.$id : -1; },',
    "  getGlobal($index) {",
    "    switch ($index) {",
    ...all.map(({ index, output }) => `      case ${index}: return ${output};`),
    "    }",
    '    throw new RangeError("no such global");',
    "  },",
    "  setGlobal($index, $value) {",
    "    switch ($index) {",
    ...lets.map(({ index, output }) => `      case ${index}: ${output} = $value; return;`),
    "    }",
    '    throw new RangeError("no such variable");',
    "  },",
  ];
}
