/**
 * Expressions as a C programmer writes them: `vb->num_pages * 4 KiB > 1 GiB`. The same language
 * serves `expect:` and `wait-until:` in a scenario and watches, conditions and log points in the
 * debugger; what a name means is the business of the `Resolver` (`evaluate.ts`).
 *
 * Everything is an exact integer, a string, a boolean, null or an opaque value. There are no
 * fractions (`1.5 GiB` is a whole number of bytes, so it is fine) and `/` rounds towards zero, as in
 * the kernel, which has no floating point either.
 */
import type { Unit } from "../base/units.ts";
import { expressionErrors } from "./expression-errors.ts";
import { parseTree, type JsepNode } from "./jsep-parser.ts";
import type { Integer } from "./integer.ts";

/** A parsed expression: plain data, to be run with `compile` or `evaluate`. */
export interface Expression {
  readonly source: string;
  readonly root: ExpressionNode;
  /** Not wrong, but probably not meant: `a & 1 == 1`. */
  readonly hints: readonly ExpressionError[];
}

export interface ExpressionError {
  readonly message: string;
  /** Where in the source, in UTF-16 units. */
  readonly offset: number;
}

export type ExpressionResult =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly error: ExpressionError };

/** `offset` is where a message about the node should point. */
export type ExpressionNode =
  | {
      readonly kind: "number";
      readonly value: Integer;
      readonly unit: Unit;
      readonly offset: number;
    }
  | { readonly kind: "literal"; readonly value: string | boolean | null; readonly offset: number }
  | { readonly kind: "name"; readonly id: string; readonly offset: number }
  | {
      readonly kind: "member";
      readonly object: ExpressionNode;
      readonly key: string;
      readonly offset: number;
    }
  | {
      readonly kind: "index";
      readonly object: ExpressionNode;
      readonly index: ExpressionNode;
      readonly offset: number;
    }
  | {
      readonly kind: "unary";
      readonly operator: UnaryOperator;
      readonly operand: ExpressionNode;
      readonly offset: number;
    }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: ExpressionNode;
      readonly right: ExpressionNode;
      readonly offset: number;
    }
  | {
      readonly kind: "logical";
      readonly operator: "&&" | "||";
      readonly left: ExpressionNode;
      readonly right: ExpressionNode;
      readonly offset: number;
    }
  | {
      readonly kind: "conditional";
      readonly test: ExpressionNode;
      readonly consequent: ExpressionNode;
      readonly alternate: ExpressionNode;
      readonly offset: number;
    }
  | {
      readonly kind: "call";
      readonly callee: FunctionName;
      readonly args: readonly ExpressionNode[];
      readonly offset: number;
    };

export type UnaryOperator = "-" | "+" | "!" | "~";
export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "<<"
  | ">>"
  | "&"
  | "|"
  | "^"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">=";
/** `pages(size)` is the number of whole 4 KiB pages in a size, as the balloon counts them. */
export type FunctionName = "min" | "max" | "abs" | "pages";

/** The functions that an expression may call, with the number of arguments they take. */
export const FUNCTIONS: ReadonlyMap<string, { readonly least: number; readonly most: number }> =
  new Map([
    ["min", { least: 1, most: 16 }],
    ["max", { least: 1, most: 16 }],
    ["abs", { least: 1, most: 1 }],
    ["pages", { least: 1, most: 1 }],
  ]);

export const MAX_EXPRESSION_LENGTH = 1000;
export const MAX_EXPRESSION_DEPTH = 200;

/** Reads an expression. Never throws; the error says what to write instead. */
export function parseExpression(source: string): ExpressionResult {
  if (source.length > MAX_EXPRESSION_LENGTH) {
    return failed(expressionErrors.tooLong(MAX_EXPRESSION_LENGTH), MAX_EXPRESSION_LENGTH);
  }
  const tree = parseTree(source);
  if (!tree.ok) return failed(tree.message, Math.min(tree.offset, source.length));
  const builder = new Builder();
  try {
    const root = builder.build(tree.node, 0);
    return { ok: true, expression: { source, root, hints: builder.hints } };
  } catch (error) {
    if (error instanceof Refused) return failed(error.message, error.offset);
    throw error;
  }
}

/** A name in an expression with its members as far as they are constant: `balloon.actual`. */
export interface NameUse {
  readonly path: readonly string[];
  readonly offset: number;
}

/** Every name used, in order of appearance, each path once. */
export function namesIn(expression: Expression): readonly NameUse[] {
  const found = new Map<string, NameUse>();
  walk(expression.root, (node) => {
    const path = pathOf(node);
    if (path === null) return "deeper";
    const key = path.join(".");
    if (!found.has(key)) found.set(key, { path, offset: startOf(node) });
    return "done";
  });
  return [...found.values()];
}

/** Nodes from the outside in, left to right; `visit` says whether to look inside. */
export function walk(
  node: ExpressionNode,
  visit: (node: ExpressionNode) => "deeper" | "done",
): void {
  if (visit(node) === "done") return;
  for (const child of childrenOf(node)) walk(child, visit);
}

function childrenOf(node: ExpressionNode): readonly ExpressionNode[] {
  switch (node.kind) {
    case "number":
    case "literal":
    case "name":
      return [];
    case "member":
      return [node.object];
    case "index":
      return [node.object, node.index];
    case "unary":
      return [node.operand];
    case "binary":
    case "logical":
      return [node.left, node.right];
    case "conditional":
      return [node.test, node.consequent, node.alternate];
    case "call":
      return node.args;
  }
}

/** `["a", "b"]` for `a.b`; null for anything but a name and its members. */
function pathOf(node: ExpressionNode): string[] | null {
  if (node.kind === "name") return [node.id];
  if (node.kind !== "member") return null;
  const path = pathOf(node.object);
  path?.push(node.key);
  return path;
}

function startOf(node: ExpressionNode): number {
  return node.kind === "member" ? startOf(node.object) : node.offset;
}

const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ["KiB", 2 ** 10],
  ["MiB", 2 ** 20],
  ["GiB", 2 ** 30],
  ["TiB", 2 ** 40],
]);

const UNARY: ReadonlySet<string> = new Set(["-", "+", "!", "~"]);
const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);
const BITWISE: ReadonlySet<string> = new Set(["&", "|", "^"]);
const BINARY: ReadonlySet<string> = new Set([
  ...COMPARISONS,
  ...BITWISE,
  "+",
  "-",
  "*",
  "/",
  "%",
  "<<",
  ">>",
]);

/** Unwinds the building of a tree; never leaves this file. */
class Refused extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Turns jsep's tree into ours, and so is the list of what is allowed. */
class Builder {
  readonly hints: ExpressionError[] = [];

  build(node: JsepNode, depth: number): ExpressionNode {
    const offset = node.start;
    if (depth > MAX_EXPRESSION_DEPTH) throw new Refused(expressionErrors.tooDeep(), offset);
    const inner = (child: JsepNode): ExpressionNode => this.build(child, depth + 1);
    switch (node.type) {
      case "Number":
        return { kind: "number", value: node.value, unit: node.unit, offset };
      case "Literal":
        return { kind: "literal", value: node.value, offset };
      case "Identifier":
        return this.#name(node.name, offset);
      case "MemberExpression":
        if (node.computed)
          return { kind: "index", object: inner(node.object), index: inner(node.property), offset };
        if (node.property.type !== "Identifier" || node.optional) break;
        return {
          kind: "member",
          object: inner(node.object),
          key: node.property.name,
          offset: node.property.start,
        };
      case "UnaryExpression":
        if (!isUnary(node.operator)) break;
        return { kind: "unary", operator: node.operator, operand: inner(node.argument), offset };
      case "BinaryExpression":
        return this.#binary(node, inner);
      case "ConditionalExpression":
        return {
          kind: "conditional",
          test: inner(node.test),
          consequent: inner(node.consequent),
          alternate: inner(node.alternate),
          offset,
        };
      case "CallExpression":
        return this.#call(node, inner);
      case "Other":
        throw new Refused(expressionErrors.notAllowed(node.what), offset);
    }
    throw new Refused(expressionErrors.notAllowed(node.type), offset);
  }

  #name(id: string, offset: number): ExpressionNode {
    if (id === "NULL") return { kind: "literal", value: null, offset };
    const constant = CONSTANTS.get(id);
    return constant === undefined
      ? { kind: "name", id, offset }
      : { kind: "number", value: constant, unit: "bytes", offset };
  }

  #binary(
    node: JsepNode & { type: "BinaryExpression" },
    inner: (child: JsepNode) => ExpressionNode,
  ): ExpressionNode {
    const { operator, left, right } = node;
    const offset = node.start;
    if (operator === "&&" || operator === "||") {
      return { kind: "logical", operator, left: inner(left), right: inner(right), offset };
    }
    if (!isBinary(operator)) throw new Refused(expressionErrors.operator(operator), offset);
    for (const side of [left, right]) {
      if (
        BITWISE.has(operator) &&
        !side.grouped &&
        side.type === "BinaryExpression" &&
        COMPARISONS.has(side.operator)
      ) {
        this.hints.push({
          message: expressionErrors.precedence(operator, side.operator),
          offset: side.start,
        });
      }
    }
    return { kind: "binary", operator, left: inner(left), right: inner(right), offset };
  }

  #call(
    node: JsepNode & { type: "CallExpression" },
    inner: (child: JsepNode) => ExpressionNode,
  ): ExpressionNode {
    const offset = node.start;
    const name = node.callee.type === "Identifier" ? node.callee.name : null;
    const arity = name === null ? undefined : FUNCTIONS.get(name);
    if (arity === undefined || !isFunction(name))
      throw new Refused(expressionErrors.call(name), offset);
    const count = node.arguments.length;
    if (count < arity.least || count > arity.most)
      throw new Refused(expressionErrors.arity(name, arity, count), offset);
    return { kind: "call", callee: name, args: node.arguments.map(inner), offset };
  }
}

function isUnary(operator: string): operator is UnaryOperator {
  return UNARY.has(operator);
}

function isBinary(operator: string): operator is BinaryOperator {
  return BINARY.has(operator);
}

function isFunction(name: string | null): name is FunctionName {
  return name !== null && FUNCTIONS.has(name);
}

function failed(message: string, offset: number): ExpressionResult {
  return { ok: false, error: { message, offset } };
}
