/**
 * Printed JavaScript in which local variables are markers. The same expression goes into five
 * bodies: structured ones spell a variable by its name, state machines by its place in the frame.
 * A marker is the variable's index between two U+0001, which no source file may contain.
 */
import { generate } from "@babel/generator";
import type * as t from "@babel/types";
import type { Variable } from "./variable.ts";

/** Text in both forms: for most bodies, and for step and resume bodies, which tell of accesses. */
export interface Code {
  readonly plain: string;
  readonly watched: string;
  /** Those that it tells of. */
  readonly accesses: readonly number[];
}

/** Spells a variable in one body. */
export type Spelling = (variable: Variable) => string;

/** Character that model sources must not contain. */
export const MARK = "\u0001";
const MARKERS = /\u0001(\d+)\u0001/g;

/** An expression that stands for a local variable until `spell`. */
export function variableNode(variable: Variable): t.Identifier {
  return rawNode(`${MARK}${variable.index}${MARK}`);
}

/** An expression with the given text, which must be one operand: a name or parenthesised. */
export function rawNode(text: string): t.Identifier {
  return { type: "Identifier", name: text } as t.Identifier;
}

/** The variable behind `variableNode`, or null. */
export function markedIndex(node: t.Node): number | null {
  if (node.type !== "Identifier" || !node.name.startsWith(MARK)) return null;
  return Number(node.name.slice(1, -1));
}

/** Code that reads and writes nothing but locals. */
export function localCode(text: string): Code {
  return { plain: text, watched: text, accesses: [] };
}

/** Text for a place that takes one operand of a list: an argument or an initialiser. */
export function print(expression: t.Expression): string {
  const text = printNode(expression);
  return expression.type === "SequenceExpression" ? `(${text})` : text;
}

/** Text for an expression statement, without the semicolon. */
export function printStatement(expression: t.Expression): string {
  const statement = { type: "ExpressionStatement", expression } as t.ExpressionStatement;
  return printNode(statement).replace(/;$/, "");
}

export function printNode(node: t.Node): string {
  return generate(node, { comments: false }).code;
}

export function spell(code: string, variables: readonly Variable[], spelling: Spelling): string {
  return code.replace(MARKERS, (_, index: string) => spelling(variables[Number(index)]!));
}
