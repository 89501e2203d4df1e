/**
 * Loops that an edited state could make endless, such as a walk along a list that leads back into
 * itself. They count their rounds and tell the machine of every 4096th, so that it can give a dispatch
 * up. A loop that counts a variable of its own up or down to a bound in every round ends by itself,
 * and stays as it is.
 *
 * The count is a local of the activation and no part of its frame: it is about one dispatch. It
 * costs less than a place in memory would, 3 instructions in each round.
 */
import type * as t from "@babel/types";
import { ROUNDS_TOLD } from "../base/kernel-image.ts";
import type { ModelFunction, Program } from "./program.ts";
import type { Variable } from "./variable.ts";
import { bare, walk } from "./walk.ts";

/** Stands at the beginning of each round. */
export const COUNT_ROUND = `(++$rounds & ${ROUNDS_TOLD - 1}) === 0 && $tellRounds($rounds)`;
/** The declaration of the count, where a function needs one. */
export const ROUNDS = "$rounds = 0";

export function countsRounds(program: Program, { node }: ModelFunction): boolean {
  return holds(node, (inner) => mayBeEndless(program, inner));
}

export function mayBeEndless(program: Program, node: t.Node): boolean {
  switch (node.type) {
    case "ForStatement":
      return !countsToBound(program, node, node.update ? [node.update] : []);
    case "WhileStatement":
      return !countsToBound(program, node, stepsOf(node.body));
    case "DoWhileStatement":
      return true;
    default:
      return false;
  }
}

/** Expressions that are evaluated in every round to whose end it comes. */
function stepsOf(body: t.Statement): readonly t.Expression[] {
  if (body.type !== "BlockStatement" || holds(body, ({ type }) => type === "ContinueStatement")) {
    return [];
  }
  return body.body.flatMap((each) =>
    each.type === "ExpressionStatement" ? [each.expression] : [],
  );
}

function countsToBound(
  program: Program,
  { test, body }: t.ForStatement | t.WhileStatement,
  steps: readonly t.Expression[],
): boolean {
  if (test?.type !== "BinaryExpression") return false;
  const counter = program.references.get(bare(test.left as t.Expression));
  if (counter?.kind !== "variable") return false;
  const wanted = test.operator[0] === "<" ? 1 : test.operator[0] === ">" ? -1 : 0;
  const step = steps.find((each) => wanted !== 0 && direction(program, each, counter) === wanted);
  const assigned = (node: t.Node): boolean => node !== step && assigns(program, node, counter);
  return step !== undefined && !holds(body, assigned) && !holds(test, assigned);
}

/** 1 when this counts `counter` up by a constant, -1 when down, else 0. */
function direction(program: Program, step: t.Expression, counter: Variable): number {
  if (step.type === "UpdateExpression" && program.references.get(step.argument) === counter) {
    return step.operator === "++" ? 1 : -1;
  }
  if (step.type !== "AssignmentExpression" || program.references.get(step.left) !== counter) {
    return 0;
  }
  const amount = constantOf(program, step.right);
  if (step.operator === "+=") return Math.sign(amount);
  return step.operator === "-=" ? -Math.sign(amount) : 0;
}

function constantOf(program: Program, node: t.Expression): number {
  if (node.type === "NumericLiteral") return node.value;
  const target = program.references.get(node);
  return target?.kind === "global" ? (target.constant ?? 0) : 0;
}

function assigns(program: Program, node: t.Node, variable: Variable): boolean {
  if (node.type === "AssignmentExpression") return program.references.get(node.left) === variable;
  if (node.type !== "UpdateExpression") return false;
  return program.references.get(node.argument) === variable;
}

function holds(node: t.Node, wanted: (node: t.Node) => boolean): boolean {
  let found = false;
  walk(node, (inner) => {
    found ||= wanted(inner);
    return !found;
  });
  return found;
}
