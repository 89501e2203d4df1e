/**
 * Finds every call a debugger may have to stop in, what it may enter, and which functions may
 * sleep. Function values live only in struct members, so the members' names say who is called.
 */
import type * as t from "@babel/types";
import { METHODS } from "./builtins.ts";
import {
  mayTargetSleep,
  type CallTarget,
  type ModelFunction,
  type Program,
  type SourceFile,
} from "./program.ts";
import { bare, children, isWrapper, walk } from "./walk.ts";

export function analyseCalls(program: Program): void {
  const roots = codeRoots(program);
  const copies: [from: string, to: string][] = [];
  for (const root of roots) collectMembers(program, root, copies);
  spreadMembers(program, copies);
  for (const root of roots) {
    classifyCalls(program, root);
    checkFunctionValues(program, root);
    markHolders(program, root.node);
    checkPlacement(program, root);
  }
  collectCallees(program);
  findSleepers(program);
}

interface Root {
  readonly file: SourceFile;
  /** Null for the initialiser of a module-level variable. */
  readonly fn: ModelFunction | null;
  readonly node: t.Node;
}

function codeRoots(program: Program): Root[] {
  const functions = program.functions.map((fn): Root => ({ file: fn.file, fn, node: fn.node }));
  const initialisers = program.initialisers.map(({ file, node }): Root => ({
    file,
    fn: null,
    node,
  }));
  return [...initialisers, ...functions];
}

/** `{ member: fn }` and `x.member = fn`. */
function collectMembers(
  program: Program,
  { node }: Root,
  copies: [from: string, to: string][],
): void {
  walk(node, (child) => {
    const stored = storedMember(child);
    if (stored === null) return;
    const fn = referredFunction(program, stored.value);
    if (fn !== null) {
      const holders = program.members.get(stored.member) ?? new Set();
      program.members.set(stored.member, holders.add(fn));
    } else if (stored.value.type === "MemberExpression") {
      const from = memberName(stored.value);
      if (from !== null) copies.push([from, stored.member]);
    }
  });
}

/** A member that is copied to another one takes its functions along: `{ handler: work.func }`. */
function spreadMembers(program: Program, copies: readonly [from: string, to: string][]): void {
  for (let grew = true; grew;) {
    grew = false;
    for (const [from, to] of copies) {
      const source = program.members.get(from);
      if (source === undefined) continue;
      const holders = program.members.get(to) ?? new Set();
      const before = holders.size;
      for (const fn of source) holders.add(fn);
      program.members.set(to, holders);
      grew ||= holders.size > before;
    }
  }
}

function classifyCalls(program: Program, { file, fn, node }: Root): void {
  walk(node, (child) => {
    if (child.type !== "CallExpression") return;
    const target = callTarget(program, file, child);
    if (target === null) return;
    if (fn === null) {
      const message =
        "a global's initialiser cannot call the model or the machine: do it in a function called at boot";
      program.diagnostics.report(file, child, message);
      return;
    }
    if (target.kind === "external") {
      target.external.used = true;
      if (!target.external.definition.suspends) return;
    }
    program.calls.set(child, target);
  });
}

/** Null for a call of JavaScript's own, or after an error. */
function callTarget(program: Program, file: SourceFile, node: t.CallExpression): CallTarget | null {
  const callee = bare(node.callee);
  if (callee.type === "Identifier") {
    const target = program.references.get(callee);
    if (target === undefined) return null;
    if (target.kind === "function") return { kind: "function", callee: target };
    if (target.kind === "external") return { kind: "external", external: target };
    const message = `\`${callee.name}\` is not a function of the model: call through a struct member`;
    program.diagnostics.report(file, callee, message);
    return null;
  }
  const member = memberName(callee);
  if (member === null) {
    const message = "call a named function or a named struct member";
    program.diagnostics.report(file, callee, message);
    return null;
  }
  if (program.members.has(member)) return { kind: "member", member };
  if (!METHODS.has(member) && !isBuiltinObject(program, callee as t.MemberExpression)) {
    const message = `no function of the model is ever stored in a member called \`${member}\``;
    program.diagnostics.report(file, callee, message);
  }
  return null;
}

function isBuiltinObject(program: Program, callee: t.MemberExpression): boolean {
  return callee.object.type === "Identifier" && !program.references.has(callee.object);
}

/** A function may be called, stored in a named member, or compared; nothing else. */
function checkFunctionValues(program: Program, { file, node }: Root): void {
  const check = (child: t.Node, use: Use | null): void => {
    if (isWrapper(child)) return check(child.expression, use);
    if (use === null && child.type === "Identifier") {
      const target = program.references.get(child);
      if (target?.kind === "function" || target?.kind === "external") {
        const message = `the function \`${child.name}\` can only be called or stored in a named struct member`;
        program.diagnostics.report(file, child, message);
      }
    } else if (use === "store" && child.type === "Identifier") {
      if (program.references.get(child)?.kind === "external") {
        const message = `\`${child.name}\` belongs to the machine: store a model function that calls it`;
        program.diagnostics.report(file, child, message);
      }
    } else if (use === null && child.type === "MemberExpression") {
      const member = memberName(child);
      if (member !== null && program.members.has(member) && !METHODS.has(member)) {
        const message = `\`${member}\` holds functions: call it, compare it, or store it in a named member`;
        program.diagnostics.report(file, child, message);
      }
    }
    for (const grandchild of children(child)) {
      if (grandchild.type === "AssignmentExpression" && child.type !== "ExpressionStatement")
        checkStoredValue(grandchild);
      check(grandchild, functionUse(child, grandchild));
    }
  };
  /** `a.x = b.y = fn` would store a function where nobody looks for one. */
  const checkStoredValue = (assignment: t.AssignmentExpression): void => {
    const stored = storedMember(assignment);
    if (stored === null || !program.members.has(stored.member)) return;
    if (METHODS.has(stored.member)) return;
    const message = "store a function in a statement of its own";
    program.diagnostics.report(file, assignment, message);
  };
  check(node, null);
}

type Use = "call" | "store" | "compare";

/** How `parent` uses a function value that is its child; null when it must not. */
function functionUse(parent: t.Node, child: t.Node): Use | null {
  switch (parent.type) {
    case "CallExpression":
      return parent.callee === child ? "call" : null;
    case "FunctionDeclaration":
      return parent.id === child ? "call" : null;
    case "ObjectProperty":
    case "AssignmentExpression":
      return storedMember(parent) === null ? null : "store";
    case "BinaryExpression":
      return ["===", "!==", "==", "!="].includes(parent.operator) ? "compare" : null;
    case "UnaryExpression":
      return parent.operator === "!" ? "compare" : null;
    case "IfStatement":
    case "ConditionalExpression":
    case "WhileStatement":
    case "DoWhileStatement":
    case "ForStatement":
      return parent.test === child ? "compare" : null;
    case "LogicalExpression":
      return parent.left === child && parent.operator === "&&" ? "compare" : null;
    default:
      return null;
  }
}

function markHolders(program: Program, node: t.Node): boolean {
  let holds = program.calls.has(node);
  for (const child of children(node)) {
    if (markHolders(program, child)) holds = true;
  }
  if (holds) program.holdsCall.add(node);
  return holds;
}

/** Places where a call cannot be taken out into a statement of its own. */
function checkPlacement(program: Program, { file, fn, node }: Root): void {
  if (fn === null) return;
  const { holdsCall, diagnostics } = program;
  for (const param of fn.node.params) {
    if (holdsCall.has(param))
      diagnostics.report(file, param, "a default value cannot call the model");
  }
  walk(node, (child) => {
    if (!holdsCall.has(child)) return false;
    if (child.type === "SwitchCase" && child.test && holdsCall.has(child.test)) {
      const message = "a `case` label cannot call the model: use a variable";
      diagnostics.report(file, child.test, message);
    } else if (child.type === "AssignmentExpression" && isLogicalAssignment(child)) {
      const message = `\`${child.operator}\` with a call of the model: write an \`if\``;
      diagnostics.report(file, child, message);
    } else if (child.type === "OptionalMemberExpression") {
      const message = "`?.` with a call of the model inside: take the call out into a variable";
      diagnostics.report(file, child, message);
      return false;
    }
    return true;
  });
}

function isLogicalAssignment(node: t.AssignmentExpression): boolean {
  return ["&&=", "||=", "??="].includes(node.operator);
}

function collectCallees(program: Program): void {
  for (const fn of program.functions) {
    walk(fn.node, (child) => {
      const target = program.calls.get(child);
      if (target?.kind === "function") fn.callees.add(target.callee);
      if (target?.kind === "member") {
        for (const candidate of program.members.get(target.member)!) fn.callees.add(candidate);
      }
    });
  }
}

function findSleepers(program: Program): void {
  const targets = program.functions.map((fn) => {
    const found: CallTarget[] = [];
    walk(fn.node, (child) => {
      const target = program.calls.get(child);
      if (target !== undefined) found.push(target);
    });
    return { fn, found };
  });
  for (let grew = true; grew;) {
    grew = false;
    for (const { fn, found } of targets) {
      if (fn.maySleep || !found.some((target) => mayTargetSleep(program, target))) continue;
      fn.maySleep = true;
      grew = true;
    }
  }
}

function storedMember(node: t.Node): { member: string; value: t.Node } | null {
  if (node.type === "ObjectProperty" && !node.computed) {
    const member = node.key.type === "Identifier" ? node.key.name : null;
    return member === null ? null : { member, value: bare(node.value) };
  }
  if (node.type === "AssignmentExpression" && node.operator === "=") {
    const member = memberName(bare(node.left));
    return member === null ? null : { member, value: bare(node.right) };
  }
  return null;
}

function memberName(node: t.Node): string | null {
  if (node.type !== "MemberExpression" || node.computed) return null;
  return node.property.type === "Identifier" ? node.property.name : null;
}

function referredFunction(program: Program, node: t.Node): ModelFunction | null {
  const target = node.type === "Identifier" ? program.references.get(node) : undefined;
  return target?.kind === "function" ? target : null;
}
