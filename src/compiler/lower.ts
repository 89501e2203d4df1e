/** Lowers a function body to the intermediate form, statement by statement. */
import * as t from "@babel/types";
import { valueCode } from "./accesses.ts";
import { localCode, variableNode, type Code } from "./code.ts";
import { COUNT_ROUND, mayBeEndless } from "./endless.ts";
import { elementType, inferredType } from "./infer.ts";
import type { Lowered, Range, Statement, Target } from "./ir.ts";
import { branch, lowerCall, lowerEffect, lowerValue } from "./lower-expression.ts";
import {
  enterVariable,
  leaveTo,
  newLowering,
  newTemporary,
  pushTarget,
  rangeOf,
  statementSite,
  type Lowering,
} from "./lowering.ts";
import { findPending } from "./pending.ts";
import type { ModelFunction, Program } from "./program.ts";
import type { Variable } from "./variable.ts";
import { bare } from "./walk.ts";

/** `firstSite` is the site number at which this function's sites begin. */
export function lowerFunction(program: Program, fn: ModelFunction, firstSite: number): Lowered {
  const lowering = newLowering(program, fn, firstSite);
  for (const param of fn.params) enterVariable(lowering, param);
  const body: Statement[] = [];
  lowerAll(lowering, fn.node.body.body, body);
  if (endIsReachable(fn.node.body.body)) probe(lowering, closingBrace(fn.node.body), body);
  const { sites, slots } = lowering;
  return { body, firstSite, sites, slots, pending: findPending(body) };
}

function lowerAll(lowering: Lowering, nodes: readonly t.Statement[], out: Statement[]): void {
  for (const node of nodes) lowerStatement(lowering, node, out, null);
}

function lowerStatement(
  lowering: Lowering,
  node: t.Statement,
  out: Statement[],
  label: string | null,
): void {
  switch (node.type) {
    case "EmptyStatement":
      return;
    case "BlockStatement":
      out.push({ kind: "block", target: null, body: scoped(lowering, node) });
      return;
    case "VariableDeclaration":
      probe(lowering, rangeOf(node), out);
      return lowerDeclaration(lowering, node, out);
    case "ExpressionStatement":
      probe(lowering, rangeOf(node), out);
      return inBlock(lowering, out, (body) => lowerEffect(lowering, node.expression, body));
    case "IfStatement":
      return lowerIf(lowering, node, out);
    case "WhileStatement":
      return lowerLoop(lowering, out, label, {
        node,
        head: rangeOf(node, node.test),
        test: isTrue(node.test) ? null : node.test,
        body: node.body,
      });
    case "DoWhileStatement":
      return lowerLoop(lowering, out, label, {
        node,
        head: rangeOf(node.test),
        test: isTrue(node.test) ? null : node.test,
        body: node.body,
        testAfterBody: true,
      });
    case "ForStatement":
      return lowerFor(lowering, node, out, label);
    case "ForOfStatement":
      return lowerForOf(lowering, node, out, label);
    case "SwitchStatement":
      return lowerSwitch(lowering, node, out);
    case "LabeledStatement":
      return lowerLabelled(lowering, node, out);
    case "BreakStatement":
    case "ContinueStatement": {
      probe(lowering, rangeOf(node), out);
      const jump = node.type === "BreakStatement" ? "break" : "continue";
      out.push({ kind: jump, target: findTarget(lowering, jump, node.label?.name ?? null) });
      return;
    }
    case "ReturnStatement":
      return lowerReturn(lowering, node, out);
    default:
      throw new Error(`the subset check let ${node.type} pass`);
  }
}

function lowerDeclaration(lowering: Lowering, node: t.VariableDeclaration, out: Statement[]): void {
  for (const { id, init } of node.declarations) {
    const variable = lowering.program.references.get(id) as Variable;
    if (init) {
      variable.type ??= inferredType(lowering.program, lowering.fn.file, init);
      lowerInitialiser(lowering, variable, init, out);
    } else {
      enterVariable(lowering, variable);
      out.push({ kind: "declare", variable, value: null });
    }
  }
}

/** Temporaries of the initialiser go out of scope before the variable comes into it. */
function lowerInitialiser(
  lowering: Lowering,
  variable: Variable,
  init: t.Expression,
  out: Statement[],
): void {
  const mark = lowering.visible.length;
  const inner: Statement[] = [];
  const expression = bare(init) as t.Expression;
  const isCall = lowering.program.calls.has(expression);
  let finish: (reserved: boolean) => Statement;
  if (expression.type === "CallExpression" && isCall) {
    const { call, site } = lowerCall(lowering, expression, inner);
    finish = (reserved) => ({ kind: "call", site, call, result: variable, reserved });
  } else {
    const value = valueCode(lowering, lowerValue(lowering, expression, inner));
    finish = (reserved) => ({ kind: reserved ? "assign" : "declare", variable, value });
  }
  const needsBlock = inner.length > 0;
  leaveTo(lowering, mark);
  enterVariable(lowering, variable);
  if (needsBlock) {
    out.push({ kind: "reserve", variable });
    out.push({ kind: "block", target: null, body: [...inner, finish(true)] });
  } else {
    out.push(finish(false));
  }
}

function lowerIf(lowering: Lowering, node: t.IfStatement, out: Statement[]): void {
  probe(lowering, rangeOf(node, node.test), out);
  inBlock(lowering, out, (body) => {
    const test = valueCode(lowering, lowerValue(lowering, node.test, body));
    const then = scoped(lowering, node.consequent);
    const otherwise = node.alternate ? scoped(lowering, node.alternate) : null;
    body.push({ kind: "if", test, then, otherwise });
  });
}

interface LoopParts {
  readonly node: t.Loop;
  /** Where the probe before each test is shown. */
  readonly head: Range;
  readonly test: t.Expression | null;
  readonly body: t.Statement;
  readonly update?: t.Expression | null;
  readonly testAfterBody?: boolean;
}

function lowerLoop(
  lowering: Lowering,
  out: Statement[],
  label: string | null,
  parts: LoopParts,
): void {
  const target = pushTarget(lowering, "loop", label);
  const mark = lowering.visible.length;
  const beforeTest: Statement[] = [];
  let test: Code | null = null;
  let head = lowering.statement;
  const lowerTest = (): void => {
    probe(lowering, parts.head, beforeTest);
    head = lowering.statement;
    if (parts.test) test = valueCode(lowering, lowerValue(lowering, parts.test, beforeTest));
    leaveTo(lowering, mark);
  };
  const testAfterBody = parts.testAfterBody === true;
  if (!testAfterBody) lowerTest();
  const body = scoped(lowering, parts.body);
  if (mayBeEndless(lowering.program, parts.node)) {
    body.unshift({ kind: "evaluate", code: localCode(COUNT_ROUND) });
  }
  if (testAfterBody) lowerTest();
  lowering.statement = head;
  const { update: expression } = parts;
  const update = expression
    ? branch(lowering, (statements) => lowerEffect(lowering, expression, statements))
    : [];
  lowering.targets.pop();
  out.push({ kind: "loop", target, beforeTest, test, testAfterBody, body, update });
}

function lowerFor(
  lowering: Lowering,
  node: t.ForStatement,
  out: Statement[],
  label: string | null,
): void {
  const body = branch(lowering, (statements) => {
    const { init, test } = node;
    if (init) {
      probe(lowering, rangeOf(node, init), statements);
      if (init.type === "VariableDeclaration") lowerDeclaration(lowering, init, statements);
      else inBlock(lowering, statements, (inner) => lowerEffect(lowering, init, inner));
    }
    lowerLoop(lowering, statements, label, {
      node,
      head: test ? rangeOf(test) : headOf(node),
      test: test && !isTrue(test) ? test : null,
      body: node.body,
      update: node.update ?? null,
    });
  });
  out.push({ kind: "block", target: null, body });
}

/** An index loop: arrays are the only things that the subset iterates. */
function lowerForOf(
  lowering: Lowering,
  node: t.ForOfStatement,
  out: Statement[],
  label: string | null,
): void {
  const { program, fn } = lowering;
  const { id } = (node.left as t.VariableDeclaration).declarations[0]!;
  const variable = program.references.get(id) as Variable;
  const arrayType = inferredType(program, fn.file, node.right);
  variable.type ??= elementType(arrayType);
  const block = branch(lowering, (statements) => {
    probe(lowering, rangeOf(node, node.right), statements);
    const array = newTemporary(lowering, "", arrayType);
    lowerInitialiser(lowering, array, node.right, statements);
    const source = program.references.get(bare(node.right));
    if (source?.kind === "global") lowering.arrays.set(array.index, source);
    const index = newTemporary(lowering, "", "number", "let");
    enterVariable(lowering, index);
    statements.push({ kind: "declare", variable: index, value: localCode("0") });
    const target = pushTarget(lowering, "loop", label);
    const beforeTest: Statement[] = [];
    probe(lowering, rangeOf(node.left, node.right), beforeTest);
    const arrayNode = variableNode(array);
    const indexNode = variableNode(index);
    const body = branch(lowering, (inside) => {
      enterVariable(lowering, variable);
      const element = valueCode(lowering, t.memberExpression(arrayNode, indexNode, true));
      inside.push({ kind: "declare", variable, value: element });
      inside.push({ kind: "block", target: null, body: scoped(lowering, node.body) });
    });
    lowering.targets.pop();
    const update: Statement[] = [{ kind: "evaluate", code: localCode(`${indexNode.name}++`) }];
    const test = localCode(`${indexNode.name} < ${arrayNode.name}.length`);
    statements.push({
      kind: "loop",
      target,
      beforeTest,
      test,
      testAfterBody: false,
      body,
      update,
    });
  });
  out.push({ kind: "block", target: null, body: block });
}

function lowerSwitch(lowering: Lowering, node: t.SwitchStatement, out: Statement[]): void {
  probe(lowering, rangeOf(node, node.discriminant), out);
  inBlock(lowering, out, (body) => {
    const subject = valueCode(lowering, lowerValue(lowering, node.discriminant, body));
    const target = pushTarget(lowering, "switch", null);
    const cases = node.cases.map(({ test, consequent }) => ({
      test: test ? valueCode(lowering, lowerValue(lowering, test, body)) : null,
      body: branch(lowering, (inner) => lowerAll(lowering, consequent, inner)),
    }));
    lowering.targets.pop();
    body.push({ kind: "switch", target, subject, cases });
  });
}

function lowerLabelled(lowering: Lowering, node: t.LabeledStatement, out: Statement[]): void {
  const label = node.label.name;
  const { body } = node;
  if (isLoop(body)) return lowerStatement(lowering, body, out, label);
  const target = pushTarget(lowering, "block", label);
  const inner = scoped(lowering, body);
  lowering.targets.pop();
  out.push({ kind: "block", target, body: inner });
}

function lowerReturn(lowering: Lowering, node: t.ReturnStatement, out: Statement[]): void {
  probe(lowering, rangeOf(node), out);
  const { argument } = node;
  if (!argument) {
    out.push({ kind: "return", value: null });
    return;
  }
  inBlock(lowering, out, (body) => {
    body.push({ kind: "return", value: valueCode(lowering, lowerValue(lowering, argument, body)) });
  });
}

function findTarget(lowering: Lowering, jump: "break" | "continue", label: string | null): Target {
  const fits = (target: Target): boolean => {
    if (label !== null) return target.label === label;
    return jump === "continue" ? target.kind === "loop" : target.kind !== "block";
  };
  const target = lowering.targets.findLast(fits);
  if (target === undefined) throw new Error(`${jump} without a target`);
  if (jump === "break") target.broken = true;
  else target.continued = true;
  return target;
}

/** The statements of `node` in a scope of their own. */
function scoped(lowering: Lowering, node: t.Statement): Statement[] {
  const nodes = node.type === "BlockStatement" ? node.body : [node];
  return branch(lowering, (body) => lowerAll(lowering, nodes, body));
}

/** Statements made for one source statement: a block when they need temporaries. */
function inBlock(lowering: Lowering, out: Statement[], fill: (body: Statement[]) => void): void {
  const body = branch(lowering, fill);
  if (body.length > 1) out.push({ kind: "block", target: null, body });
  else out.push(...body);
}

function probe(lowering: Lowering, range: Range, out: Statement[]): void {
  out.push({ kind: "probe", site: statementSite(lowering, range) });
}

function isTrue(node: t.Expression): boolean {
  return node.type === "BooleanLiteral" && node.value;
}

function isLoop(node: t.Statement): boolean {
  return ["ForStatement", "ForOfStatement", "WhileStatement", "DoWhileStatement"].includes(
    node.type,
  );
}

/** `for` of a loop without a test. */
function headOf(node: t.Node): Range {
  const range = rangeOf(node);
  return { ...range, endLine: range.line, endColumn: range.column + "for".length };
}

/** The brace at which a function without a final `return` stops once more. */
function closingBrace(node: t.BlockStatement): Range {
  const { endLine, endColumn } = rangeOf(node);
  return { line: endLine, column: endColumn - 1, endLine, endColumn };
}

function endIsReachable(statements: readonly t.Statement[]): boolean {
  const last = statements.at(-1);
  if (last === undefined) return true;
  switch (last.type) {
    case "ReturnStatement":
      return false;
    case "BlockStatement":
      return endIsReachable(last.body);
    case "IfStatement":
      return (
        !last.alternate || endIsReachable([last.consequent]) || endIsReachable([last.alternate])
      );
    default:
      return true;
  }
}
