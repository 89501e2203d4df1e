/**
 * Takes calls of the model out of expressions, into statements of their own, so that nothing is
 * evaluated twice, skipped or moved: what stood before a call is kept in a temporary when the call
 * could change it.
 */
import * as t from "@babel/types";
import { METHODS } from "./builtins.ts";
import { effectCode, valueCode } from "./accesses.ts";
import { markedIndex, rawNode, variableNode } from "./code.ts";
import { erase } from "./erase.ts";
import { inferredType } from "./infer.ts";
import type { ModelCall, Site, Statement } from "./ir.ts";
import {
  callSite,
  enterVariable,
  holdIn,
  leaveTo,
  newTemporary,
  type Lowering,
} from "./lowering.ts";
import type { CallTarget } from "./program.ts";
import { bare, walk } from "./walk.ts";

/** An expression for the value of `node`, to be used once and at once; its calls go to `out`. */
export function lowerValue(lowering: Lowering, node: t.Node, out: Statement[]): t.Expression {
  const expression = bare(node) as t.Expression;
  if (!lowering.program.holdsCall.has(expression)) return erase(lowering.program, expression);
  switch (expression.type) {
    case "CallExpression":
      return lowerCallValue(lowering, expression, out);
    case "NewExpression":
      return t.newExpression(
        erase(lowering.program, expression.callee),
        operands(lowering, expression.arguments, out),
      );
    case "BinaryExpression": {
      const [left, right] = operands(lowering, [expression.left, expression.right], out);
      return t.binaryExpression(expression.operator, left!, right!);
    }
    case "LogicalExpression":
      return lowerLogical(lowering, expression, out);
    case "ConditionalExpression":
      return lowerConditional(lowering, expression, out);
    case "MemberExpression":
      return lowerMember(lowering, expression, [], out);
    case "UnaryExpression":
      return t.unaryExpression(expression.operator, lowerValue(lowering, expression.argument, out));
    case "UpdateExpression": {
      const place = lowerPlace(lowering, expression.argument, [], out);
      return t.updateExpression(expression.operator, place, expression.prefix);
    }
    case "SequenceExpression": {
      const last = expression.expressions.length - 1;
      for (const part of expression.expressions.slice(0, last)) lowerEffect(lowering, part, out);
      return lowerValue(lowering, expression.expressions[last]!, out);
    }
    case "TemplateLiteral": {
      const quasis = expression.quasis.map((quasi) => t.templateElement(quasi.value, quasi.tail));
      return t.templateLiteral(quasis, operands(lowering, expression.expressions, out));
    }
    case "ArrayExpression":
      return t.arrayExpression(operands(lowering, expression.elements as t.Expression[], out));
    case "ObjectExpression":
      return lowerObject(lowering, expression, out);
    case "AssignmentExpression":
      return lowerAssignment(lowering, expression, out);
    default:
      throw new Error(`the subset check let ${expression.type} pass`);
  }
}

/** Evaluates `node` for what it does; its value is not used. */
export function lowerEffect(lowering: Lowering, node: t.Node, out: Statement[]): void {
  const expression = bare(node) as t.Expression;
  const { calls, holdsCall } = lowering.program;
  if (expression.type === "CallExpression" && calls.has(expression)) {
    const { call, site } = lowerCall(lowering, expression, out);
    out.push({ kind: "call", site, call, result: null, reserved: false });
    return;
  }
  if (expression.type === "LogicalExpression" && holdsCall.has(expression.right)) {
    const test = testOf(expression.operator, lowerValue(lowering, expression.left, out));
    const then = branch(lowering, (body) => lowerEffect(lowering, expression.right, body));
    out.push({ kind: "if", test: valueCode(lowering, test), then, otherwise: null });
    return;
  }
  const value = lowerValue(lowering, expression, out);
  if (markedIndex(value) === null)
    out.push({ kind: "evaluate", code: effectCode(lowering, value) });
}

/** A call of the model and its site; the caller decides what becomes of the value. */
export function lowerCall(
  lowering: Lowering,
  node: t.CallExpression,
  out: Statement[],
): { call: ModelCall; site: Site } {
  const target = lowering.program.calls.get(node)!;
  const call = prepareCall(lowering, node, target, out);
  return { call, site: callSite(lowering, node, target) };
}

/** Name of the temporary that holds what `node` returns. */
function resultName(lowering: Lowering, node: t.CallExpression): string {
  const callee = bare(node.callee);
  if (callee.type === "Identifier") return `${callee.name}()`;
  const { text } = lowering.fn.file;
  return `${text.slice(callee.start ?? 0, callee.end ?? 0).replace(/\s+/g, " ")}()`;
}

function prepareCall(
  lowering: Lowering,
  node: t.CallExpression,
  target: CallTarget,
  out: Statement[],
): ModelCall {
  if (target.kind !== "member") {
    const args = operands(lowering, node.arguments, out).map((arg) => valueCode(lowering, arg));
    return target.kind === "function"
      ? { kind: "function", callee: target.callee, args }
      : { kind: "external", external: target.external, args };
  }
  const callee = bare(node.callee) as t.MemberExpression;
  // A member of this name may also be a method of an array, which must keep its receiver.
  const ambiguous = METHODS.has(target.member);
  let object = ambiguous
    ? keep(lowering, callee.object, node.arguments, out)
    : lowerValue(lowering, callee.object, out);
  if (ambiguous && object.type !== "Identifier")
    object = holdIn(lowering, out, valueCode(lowering, object));
  let member: t.Expression = t.memberExpression(object, rawNode(target.member));
  // The function is looked up before the arguments, which may store another one there.
  if (node.arguments.some((arg) => lowering.program.holdsCall.has(arg)))
    member = holdIn(lowering, out, valueCode(lowering, member));
  const args = operands(lowering, node.arguments, out).map((arg) => valueCode(lowering, arg));
  const receiver = ambiguous ? valueCode(lowering, object) : null;
  return { kind: "member", callee: valueCode(lowering, member), receiver, args };
}

function lowerCallValue(
  lowering: Lowering,
  node: t.CallExpression,
  out: Statement[],
): t.Expression {
  if (lowering.program.calls.has(node)) {
    const { call, site } = lowerCall(lowering, node, out);
    const type = inferredType(lowering.program, lowering.fn.file, node);
    const result = newTemporary(lowering, resultName(lowering, node), type);
    enterVariable(lowering, result);
    out.push({ kind: "call", site, call, result, reserved: false });
    return variableNode(result);
  }
  const callee = bare(node.callee) as t.Expression;
  if (callee.type !== "MemberExpression" || isBuiltinObject(lowering, callee.object)) {
    const args = operands(lowering, node.arguments, out);
    return t.callExpression(erase(lowering.program, callee), args);
  }
  const object = keep(lowering, callee.object, node.arguments, out);
  const method = t.memberExpression(object, memberNode(lowering, callee));
  return t.callExpression(method, operands(lowering, node.arguments, out));
}

function isBuiltinObject(lowering: Lowering, node: t.Node): boolean {
  return node.type === "Identifier" && !lowering.program.references.has(node);
}

function memberNode(lowering: Lowering, node: t.MemberExpression): t.Identifier {
  return erase(lowering.program, node.property) as t.Identifier;
}

/*
 * The result of `a && f()` comes into scope only when it has a value: what a frame holds must not
 * depend on the body that saved it, or fingerprints would differ between running and stepping.
 */

function lowerLogical(
  lowering: Lowering,
  node: t.LogicalExpression,
  out: Statement[],
): t.Expression {
  if (!lowering.program.holdsCall.has(node.right)) {
    const left = lowerValue(lowering, node.left, out);
    return t.logicalExpression(node.operator, left, erase(lowering.program, node.right));
  }
  const result = newTemporary(lowering, "", null, "let");
  const body = branch(lowering, (inner) => {
    const left = valueCode(lowering, lowerValue(lowering, node.left, inner));
    inner.push({ kind: "assign", variable: result, value: left });
  });
  enterVariable(lowering, result);
  const test = valueCode(lowering, testOf(node.operator, variableNode(result)));
  const then = branch(lowering, (inner) => {
    const right = valueCode(lowering, lowerValue(lowering, node.right, inner));
    inner.push({ kind: "assign", variable: result, value: right });
  });
  body.push({ kind: "if", test, then, otherwise: null });
  out.push({ kind: "reserve", variable: result }, { kind: "block", target: null, body });
  return variableNode(result);
}

function lowerConditional(
  lowering: Lowering,
  node: t.ConditionalExpression,
  out: Statement[],
): t.Expression {
  const { holdsCall } = lowering.program;
  if (!holdsCall.has(node.consequent) && !holdsCall.has(node.alternate)) {
    return t.conditionalExpression(
      lowerValue(lowering, node.test, out),
      erase(lowering.program, node.consequent),
      erase(lowering.program, node.alternate),
    );
  }
  const result = newTemporary(lowering, "", null, "let");
  const arm = (value: t.Expression): Statement[] =>
    branch(lowering, (inner) => {
      const code = valueCode(lowering, lowerValue(lowering, value, inner));
      inner.push({ kind: "assign", variable: result, value: code });
    });
  const body = branch(lowering, (inner) => {
    const test = valueCode(lowering, lowerValue(lowering, node.test, inner));
    inner.push({ kind: "if", test, then: arm(node.consequent), otherwise: arm(node.alternate) });
  });
  enterVariable(lowering, result);
  out.push({ kind: "reserve", variable: result }, { kind: "block", target: null, body });
  return variableNode(result);
}

/** When the right side of a logical expression is evaluated. */
function testOf(operator: t.LogicalExpression["operator"], left: t.Expression): t.Expression {
  if (operator === "&&") return left;
  if (operator === "||") return t.unaryExpression("!", left);
  return t.binaryExpression("==", left, t.nullLiteral());
}

function lowerMember(
  lowering: Lowering,
  node: t.MemberExpression,
  later: readonly t.Node[],
  out: Statement[],
): t.MemberExpression {
  if (!node.computed) {
    const object = keep(lowering, node.object, later, out);
    return t.memberExpression(object, memberNode(lowering, node));
  }
  const object = keep(lowering, node.object, [node.property, ...later], out);
  const property = keep(lowering, node.property, later, out);
  return t.memberExpression(object, property, true);
}

/** A variable or member to be written after `later` has been evaluated. */
function lowerPlace(
  lowering: Lowering,
  node: t.Node,
  later: readonly t.Node[],
  out: Statement[],
): t.Identifier | t.MemberExpression {
  const place = bare(node);
  if (place.type === "MemberExpression") return lowerMember(lowering, place, later, out);
  return erase(lowering.program, place) as t.Identifier;
}

function lowerObject(lowering: Lowering, node: t.ObjectExpression, out: Statement[]): t.Expression {
  const properties = node.properties as t.ObjectProperty[];
  const values = operands(
    lowering,
    properties.map((property) => property.value),
    out,
  );
  return t.objectExpression(
    properties.map((property, i) =>
      t.objectProperty(erase(lowering.program, property.key), values[i]!),
    ),
  );
}

function lowerAssignment(
  lowering: Lowering,
  node: t.AssignmentExpression,
  out: Statement[],
): t.Expression {
  const { program } = lowering;
  const place = lowerPlace(lowering, node.left, [node.right], out);
  if (node.operator === "=" || !program.holdsCall.has(node.right)) {
    // With no call on the right the place is still evaluated only once, by the assignment itself.
    return t.assignmentExpression(node.operator, place, lowerValue(lowering, node.right, out));
  }
  // `x += f()` adds to the value that x had before f ran.
  const left = bare(node.left) as t.Expression;
  const before = isStable(lowering, left, [node.right])
    ? place
    : holdIn(lowering, out, valueCode(lowering, place));
  const right = lowerValue(lowering, node.right, out);
  const operator = node.operator.slice(0, -1) as t.BinaryExpression["operator"];
  return t.assignmentExpression("=", place, t.binaryExpression(operator, before, right));
}

/** Values of `nodes`, evaluated in order. */
function operands(lowering: Lowering, nodes: readonly t.Node[], out: Statement[]): t.Expression[] {
  return nodes.map((node, i) => keep(lowering, node, nodes.slice(i + 1), out));
}

/** Value of `node`, safe to be used after `later` has been evaluated. */
function keep(
  lowering: Lowering,
  node: t.Node,
  later: readonly t.Node[],
  out: Statement[],
): t.Expression {
  const value = lowerValue(lowering, node, out);
  const index = markedIndex(value);
  const { holdsCall } = lowering.program;
  if (!later.some((other) => holdsCall.has(other))) return value;
  if (isStable(lowering, bare(node) as t.Expression, later)) return value;
  if (index !== null && lowering.fn.variables[index]!.temporary) return value;
  return holdIn(lowering, out, valueCode(lowering, value));
}

/** Can nothing in `later`, calls included, change the value of `node`? Locals are out of reach. */
function isStable(lowering: Lowering, node: t.Expression, later: readonly t.Node[]): boolean {
  switch (node.type) {
    case "NumericLiteral":
    case "StringLiteral":
    case "BooleanLiteral":
    case "NullLiteral":
      return true;
    case "Identifier": {
      const target = lowering.program.references.get(node);
      if (target?.kind === "variable") {
        return target.keyword === "const" || !later.some((other) => assigns(lowering, other, node));
      }
      return target?.kind !== "global" || target.keyword === "const";
    }
    default:
      return false;
  }
}

function assigns(lowering: Lowering, node: t.Node, variable: t.Identifier): boolean {
  const { references } = lowering.program;
  const wanted = references.get(variable);
  let found = false;
  walk(node, (child) => {
    const place =
      child.type === "AssignmentExpression"
        ? child.left
        : child.type === "UpdateExpression"
          ? child.argument
          : null;
    if (place !== null && references.get(bare(place)) === wanted) found = true;
    return !found;
  });
  return found;
}

/** Statements in a scope of their own. */
export function branch(lowering: Lowering, fill: (body: Statement[]) => void): Statement[] {
  const mark = lowering.visible.length;
  const body: Statement[] = [];
  fill(body);
  leaveTo(lowering, mark);
  return body;
}
