/**
 * Finds out what every name means. Locals become `Variable`s with names that are unique in their
 * function, so that lowering may flatten blocks and move declarations without capturing anything.
 */
import type * as t from "@babel/types";
import { CONSTRUCTORS, FORBIDDEN, FUNCTIONS, isBuiltin, STATICS, VALUES } from "./builtins.ts";
import { typeText } from "./declared-types.ts";
import type { Binding, ModelFunction, Program, SourceFile } from "./program.ts";
import type { Variable } from "./variable.ts";
import { bare, children } from "./walk.ts";

export function resolveFunction(program: Program, fn: ModelFunction): void {
  const resolver = newResolver(program, fn.file, fn);
  openScope(resolver, []);
  for (const param of fn.node.params) {
    if (param.type === "AssignmentPattern") visit(resolver, param.right);
    const id = param.type === "AssignmentPattern" ? param.left : param;
    if (id.type === "Identifier") fn.params.push(declare(resolver, id, "let"));
  }
  visit(resolver, fn.node.body);
}

/** Names in the initialiser of a module-level variable. */
export function resolveInitialiser(program: Program, file: SourceFile, node: t.Node): void {
  visit(newResolver(program, file, null), node);
}

interface Scope {
  readonly bound: Map<string, Variable>;
  /** Declared further down in the same block. */
  readonly pending: Set<string>;
}

interface Resolver {
  readonly program: Program;
  readonly file: SourceFile;
  readonly fn: ModelFunction | null;
  readonly scopes: Scope[];
  readonly outputs: Set<string>;
}

function newResolver(program: Program, file: SourceFile, fn: ModelFunction | null): Resolver {
  return { program, file, fn, scopes: [], outputs: new Set() };
}

function visit(resolver: Resolver, node: t.Node): void {
  switch (node.type) {
    case "Identifier":
      return refer(resolver, node);
    case "BlockStatement":
      openScope(resolver, node.body);
      visitAll(resolver, node.body);
      return closeScope(resolver);
    case "ForStatement":
      openScope(resolver, node.init ? [node.init] : []);
      visitAll(resolver, children(node));
      return closeScope(resolver);
    case "ForOfStatement":
      openScope(resolver, [node.left]);
      visit(resolver, node.right);
      visit(resolver, node.left);
      visit(resolver, node.body);
      return closeScope(resolver);
    case "VariableDeclaration":
      for (const { id, init } of node.declarations) {
        if (init) visit(resolver, init);
        if (id.type !== "Identifier") continue;
        if (resolver.fn === null) own(resolver, id);
        else declare(resolver, id, node.kind === "const" ? "const" : "let");
      }
      return;
    case "MemberExpression":
    case "OptionalMemberExpression":
      return visitMember(resolver, node);
    case "ObjectProperty":
      return visit(resolver, node.value);
    case "NewExpression":
      return visitNew(resolver, node);
    case "CallExpression":
      return visitCall(resolver, node);
    case "LabeledStatement":
      return visit(resolver, node.body);
    case "BreakStatement":
    case "ContinueStatement":
      return;
    case "AssignmentExpression":
      visitAll(resolver, children(node));
      return checkWritable(resolver, bare(node.left));
    case "UpdateExpression":
      visit(resolver, node.argument);
      return checkWritable(resolver, bare(node.argument));
    default:
      return visitAll(resolver, children(node));
  }
}

function visitAll(resolver: Resolver, nodes: readonly t.Node[]): void {
  for (const node of nodes) visit(resolver, node);
}

function visitMember(
  resolver: Resolver,
  node: t.MemberExpression | t.OptionalMemberExpression,
): void {
  if (node.computed) visit(resolver, node.property);
  const name = globalName(resolver, node.object);
  if (name === null) return visit(resolver, node.object);
  const allowed = Object.hasOwn(STATICS, name) ? STATICS[name]! : new Set<string>();
  if (node.property.type === "Identifier" && !node.computed && allowed.has(node.property.name))
    return;
  const member = node.property.type === "Identifier" ? node.property.name : "…";
  report(
    resolver,
    node,
    allowed.size === 0
      ? forbidden(name)
      : `\`${name}.${member}\` is not available to model code: only ${[...allowed].join(", ")}`,
  );
}

function visitNew(resolver: Resolver, node: t.NewExpression): void {
  const name = globalName(resolver, node.callee);
  if (name === null || !CONSTRUCTORS.has(name)) {
    const message =
      name !== null && Object.hasOwn(FORBIDDEN, name)
        ? forbidden(name)
        : "`new` makes only arrays and typed arrays: write an object literal for a struct";
    report(resolver, node, message);
  }
  visitAll(resolver, node.arguments);
}

function visitCall(resolver: Resolver, node: t.CallExpression): void {
  const name = globalName(resolver, node.callee);
  if (name === null || !FUNCTIONS.has(name)) visit(resolver, node.callee);
  visitAll(resolver, node.arguments);
}

/** Name of JavaScript's own that `node` refers to, or null. */
function globalName(resolver: Resolver, node: t.Node): string | null {
  if (node.type !== "Identifier" || lookUp(resolver, node.name) !== null) return null;
  return isBuiltin(node.name) || Object.hasOwn(FORBIDDEN, node.name) ? node.name : null;
}

function refer(resolver: Resolver, node: t.Identifier): void {
  const found = lookUp(resolver, node.name);
  if (found === "pending") {
    const message = `\`${node.name}\` is used before its declaration in this block: move the declaration up, or rename it`;
    return report(resolver, node, message);
  }
  if (found !== null) return void resolver.program.references.set(node, found);
  if (VALUES.has(node.name)) return;
  if (Object.hasOwn(FORBIDDEN, node.name)) return report(resolver, node, forbidden(node.name));
  if (isBuiltin(node.name))
    return report(resolver, node, `\`${node.name}\` cannot be used as a value`);
  report(resolver, node, `there is nothing called \`${node.name}\`: declare or import it`);
}

function lookUp(resolver: Resolver, name: string): Binding | Variable | "pending" | null {
  for (let i = resolver.scopes.length - 1; i >= 0; i--) {
    const scope = resolver.scopes[i]!;
    const variable = scope.bound.get(name);
    if (variable !== undefined) return variable;
    if (scope.pending.has(name)) return "pending";
  }
  return resolver.file.scope.get(name) ?? null;
}

function openScope(resolver: Resolver, statements: readonly t.Node[]): void {
  const pending = new Set<string>();
  for (const statement of statements) {
    if (statement.type !== "VariableDeclaration") continue;
    for (const { id } of statement.declarations) {
      if (id.type === "Identifier") pending.add(id.name);
    }
  }
  resolver.scopes.push({ bound: new Map(), pending });
}

function closeScope(resolver: Resolver): void {
  resolver.scopes.pop();
}

function declare(resolver: Resolver, id: t.Identifier, keyword: "let" | "const"): Variable {
  const { program, fn } = resolver;
  let output = id.name;
  for (let i = 1; program.outputNames.has(output) || resolver.outputs.has(output); i++) {
    output = `${id.name}$${i}`;
  }
  resolver.outputs.add(output);
  const variable: Variable = {
    kind: "variable",
    index: fn!.variables.length,
    name: id.name,
    output,
    keyword,
    temporary: false,
    type: typeText(resolver.file, id.typeAnnotation),
    slot: 0,
  };
  fn!.variables.push(variable);
  const scope = resolver.scopes.at(-1)!;
  scope.pending.delete(id.name);
  scope.bound.set(id.name, variable);
  program.references.set(id, variable);
  return variable;
}

/** The declaration of a module-level variable refers to that variable. */
function own(resolver: Resolver, id: t.Identifier): void {
  const binding = resolver.file.scope.get(id.name);
  if (binding !== undefined) resolver.program.references.set(id, binding);
}

function checkWritable(resolver: Resolver, place: t.Node): void {
  if (place.type !== "Identifier") return;
  const target = resolver.program.references.get(place);
  if (target === undefined) {
    if (isBuiltin(place.name)) report(resolver, place, `\`${place.name}\` cannot be assigned`);
    return;
  }
  if (target.kind === "variable" || target.kind === "global") {
    if (target.keyword === "const")
      return report(resolver, place, `\`${place.name}\` is a constant: declare it with \`let\``);
    if (target.kind === "global" && target.file !== resolver.file) {
      const message = `\`${place.name}\` can be assigned only in ${target.file.key}: call a function there`;
      report(resolver, place, message);
    }
    return;
  }
  report(resolver, place, `\`${place.name}\` cannot be assigned`);
}

function forbidden(name: string): string {
  const advice = Object.hasOwn(FORBIDDEN, name) ? `: ${FORBIDDEN[name]}` : "";
  return `\`${name}\` is not available to model code${advice}`;
}

function report(resolver: Resolver, node: t.Node, message: string): void {
  resolver.program.diagnostics.report(resolver.file, node, message);
}
