/** Copies expressions and functions without their types, with names as the generated code has them. */
import * as t from "@babel/types";
import { print, rawNode, variableNode } from "./code.ts";
import { COUNT_ROUND, mayBeEndless } from "./endless.ts";
import type { External, Program } from "./program.ts";
import { bare, children, isWrapper } from "./walk.ts";

export interface EraseOptions {
  /** Replace calls such as `charge(ns)` by their text, and constants by their values. */
  readonly inline: boolean;
}

/** A copy of `node` that can be printed; locals are markers. */
export function erase<T extends t.Node>(
  program: Program,
  node: T,
  options: EraseOptions = { inline: true },
): T {
  return copy(program, options, node) as T;
}

/** A JavaScript number as an operand. */
export function numberNode(value: number): t.Expression {
  const text = String(Math.abs(value));
  const negative = value < 0 || Object.is(value, -0);
  return rawNode(negative ? `(-${text})` : text);
}

/** Text that stands for a call, and what it was made from. */
export interface InlinedCall extends t.Identifier {
  readonly inlined: { readonly external: External; readonly args: readonly t.Expression[] };
}

/** Text in place of a call of an inlined external; the arguments must hold no other calls. */
export function inlinedCall(external: External, args: readonly t.Expression[]): InlinedCall {
  const text = `(${external.definition.inline!(args.map((arg) => print(arg)))})`;
  return { ...rawNode(text), inlined: { external, args } };
}

const DROPPED = new Set([
  "comments",
  "declare",
  "definite",
  "end",
  "innerComments",
  "leadingComments",
  "loc",
  "optional",
  "range",
  "returnType",
  "start",
  "trailingComments",
  "typeAnnotation",
  "typeArguments",
  "typeParameters",
]);

function copy(program: Program, options: EraseOptions, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => copy(program, options, item));
  if (typeof value !== "object" || value === null || !("type" in value)) return value;
  const node = value as t.Node;
  if (isWrapper(node)) return copy(program, options, node.expression);
  const replacement = replace(program, options, node);
  if (replacement !== null) return replacement;
  const result: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(node)) {
    // `optional` says `?` of a parameter, and `?.` of a member.
    if (DROPPED.has(key) && !(key === "optional" && node.type === "OptionalMemberExpression"))
      continue;
    result[key] = copy(program, isOfMember(node, key) ? byName(options, child) : options, child);
  }
  if (node.type === "ObjectProperty") result["shorthand"] = false;
  if (options.inline && mayBeEndless(program, node)) {
    const round = t.expressionStatement(rawNode(COUNT_ROUND));
    result["body"] = t.blockStatement([round, result["body"] as t.Statement]);
  }
  return result;
}

function isOfMember({ type }: t.Node, key: string): boolean {
  return key === "object" && (type === "MemberExpression" || type === "OptionalMemberExpression");
}

/** A constant stands there by its name: `7.flags` would be no JavaScript. */
function byName(options: EraseOptions, object: unknown): EraseOptions {
  return bare(object as t.Node).type === "Identifier" ? { inline: false } : options;
}

function replace(program: Program, options: EraseOptions, node: t.Node): t.Node | null {
  if (node.type === "Identifier") {
    const target = program.references.get(node);
    if (target === undefined) return null;
    if (target.kind === "variable") return variableNode(target);
    if (options.inline && target.kind === "global" && target.constant !== null)
      return numberNode(target.constant);
    return rawNode(target.output);
  }
  if (node.type !== "CallExpression" || !options.inline) return null;
  const external = inlinable(program, node);
  if (external === null) return null;
  return inlinedCall(external, copy(program, options, node.arguments) as t.Expression[]);
}

/**
 * The external whose text may replace this call. An argument that itself calls something must be
 * evaluated before the text reads anything, so such a call goes through a function instead.
 */
function inlinable(program: Program, node: t.CallExpression): External | null {
  const target = program.references.get(node.callee);
  if (target?.kind !== "external" || target.definition.inline === undefined) return null;
  return node.arguments.some((arg) => callsModel(program, arg)) ? null : target;
}

function callsModel(program: Program, node: t.Node): boolean {
  if (program.holdsCall.has(node)) return true;
  const callee = node.type === "CallExpression" ? program.references.get(node.callee) : undefined;
  return callee?.kind === "external" || children(node).some((child) => callsModel(program, child));
}
