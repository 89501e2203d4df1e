/**
 * Runs expressions. Names, members and elements come from a `Resolver` and nowhere else: no value
 * is ever looked into with JavaScript's own property access, so a prototype cannot be reached
 * whatever the text says. Nothing loops, so the work is bounded by the length of the text.
 */
import { PAGE_SIZE } from "../base/units.ts";
import { didYouMean } from "../base/did-you-mean.ts";
import { expressionErrors } from "./expression-errors.ts";
import {
  namesIn,
  type Expression,
  type ExpressionError,
  type ExpressionNode,
} from "./expression.ts";
import * as integer from "./integer.ts";
import type { Integer } from "./integer.ts";

/**
 * What names mean. Values may be anything; the evaluator understands integers, booleans, strings
 * and null, and asks `primitive` for one of these when it needs to compute with something else.
 */
export interface Resolver {
  /** The value of a name, or undefined when there is none. */
  name(id: string): unknown;
  /** `value.key`, or undefined. */
  member(value: unknown, key: string): unknown;
  /** `value[index]`, or undefined. */
  index(value: unknown, index: number | string): unknown;
  /** What an opaque value counts as in arithmetic and comparisons, or undefined for nothing. */
  primitive(value: unknown): number | bigint | boolean | string | null | undefined;
  /** What stands behind an opaque value: two that share it are equal, as pointers to one struct. */
  identity?(value: object): unknown;
  /** Names for "did you mean": of the members of `value`, or of all there are for undefined. */
  candidates?(value: unknown): Iterable<string>;
}

export type Evaluated =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ExpressionError };

/** Evaluates once. Use `compile` for what runs often. */
export function evaluate(expression: Expression, resolver: Resolver): Evaluated {
  return compile(expression)(resolver);
}

/** Makes a function that evaluates the expression on the state its resolver sees. Never throws. */
export function compile(expression: Expression): (resolver: Resolver) => Evaluated {
  const run = closure(expression.root);
  return (resolver) => {
    try {
      return { ok: true, value: run(resolver) };
    } catch (error) {
      if (error instanceof Fault)
        return { ok: false, error: { message: error.message, offset: error.offset } };
      throw error;
    }
  };
}

/** C's idea of true: anything but 0, null, the empty string and false. */
export function isTrue(value: unknown, resolver: Resolver): boolean {
  const plain = plainOf(value, resolver);
  return plain !== 0 && plain !== false && plain !== null && plain !== "" && plain !== undefined;
}

/** The names of an expression with their present values: `balloon_deflate = 0, balloon.actual = 5`. */
export function actualValues(expression: Expression, resolver: Resolver): string {
  return namesIn(expression)
    .map(({ path }) => `${path.join(".")} = ${show(valueAt(path, resolver), resolver)}`)
    .join(", ");
}

type Run = (resolver: Resolver) => unknown;

/** Ends an evaluation; never leaves this file. */
class Fault extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

function closure(node: ExpressionNode): Run {
  switch (node.kind) {
    case "number":
    case "literal": {
      const { value } = node;
      return () => value;
    }
    case "name":
      return (resolver) => {
        const value = resolver.name(node.id);
        if (value === undefined) throw unknownName(node.id, undefined, node.offset, resolver);
        return value;
      };
    case "member": {
      const object = closure(node.object);
      return (resolver) => memberOf(object(resolver), node.key, node.offset, resolver);
    }
    case "index": {
      const object = closure(node.object);
      const index = closure(node.index);
      return (resolver) => elementOf(object(resolver), index(resolver), node, resolver);
    }
    case "unary":
      return unary(node);
    case "binary":
      return binary(node);
    case "logical": {
      const left = closure(node.left);
      const right = closure(node.right);
      return node.operator === "&&"
        ? (resolver) => isTrue(left(resolver), resolver) && isTrue(right(resolver), resolver)
        : (resolver) => isTrue(left(resolver), resolver) || isTrue(right(resolver), resolver);
    }
    case "conditional": {
      const test = closure(node.test);
      const consequent = closure(node.consequent);
      const alternate = closure(node.alternate);
      return (resolver) =>
        isTrue(test(resolver), resolver) ? consequent(resolver) : alternate(resolver);
    }
    case "call":
      return call(node);
  }
}

function memberOf(object: unknown, key: string, offset: number, resolver: Resolver): unknown {
  if (object === null) throw new Fault(expressionErrors.nullMember(key), offset);
  const value = resolver.member(object, key);
  if (value === undefined) throw unknownName(key, object, offset, resolver);
  return value;
}

function elementOf(
  object: unknown,
  index: unknown,
  node: ExpressionNode & { kind: "index" },
  resolver: Resolver,
): unknown {
  if (object === null) throw new Fault(expressionErrors.nullMember("[]"), node.offset);
  const plain = plainOf(index, resolver);
  const key = typeof plain === "string" ? plain : integerOf(index, node.index.offset, resolver);
  const value = typeof key === "bigint" ? undefined : resolver.index(object, key);
  if (value === undefined)
    throw new Fault(expressionErrors.noElement(String(key)), node.index.offset);
  return value;
}

function unary(node: ExpressionNode & { kind: "unary" }): Run {
  const operand = closure(node.operand);
  const { offset } = node;
  switch (node.operator) {
    case "!":
      return (resolver) => !isTrue(operand(resolver), resolver);
    case "+":
      return (resolver) => integerOf(operand(resolver), offset, resolver);
    case "-":
      return (resolver) =>
        fits(integer.subtract(0, integerOf(operand(resolver), offset, resolver)), offset);
    case "~":
      return (resolver) =>
        fits(integer.subtract(-1, integerOf(operand(resolver), offset, resolver)), offset);
  }
}

type Arithmetic = (a: Integer, b: Integer) => Integer | null;

const ARITHMETIC: ReadonlyMap<string, Arithmetic> = new Map([
  ["+", integer.add],
  ["-", integer.subtract],
  ["*", integer.multiply],
  ["/", integer.divide],
  ["%", integer.remainder],
  ["&", integer.and],
  ["|", integer.or],
  ["^", integer.xor],
]);

function binary(node: ExpressionNode & { kind: "binary" }): Run {
  const left = closure(node.left);
  const right = closure(node.right);
  const { operator, offset } = node;
  const rightOffset = node.right.offset;
  switch (operator) {
    case "==":
      return (resolver) => equal(left(resolver), right(resolver), resolver);
    case "!=":
      return (resolver) => !equal(left(resolver), right(resolver), resolver);
    case "<":
    case "<=":
    case ">":
    case ">=": {
      const holds = ORDERINGS[operator];
      return (resolver) =>
        holds(
          integerOf(left(resolver), offset, resolver),
          integerOf(right(resolver), rightOffset, resolver),
        );
    }
    case "<<":
    case ">>": {
      const shift = operator === "<<" ? integer.shiftLeft : integer.shiftRight;
      return (resolver) => {
        const value = integerOf(left(resolver), offset, resolver);
        const by = integerOf(right(resolver), rightOffset, resolver);
        if (typeof by === "bigint" || by < 0 || by > 127)
          throw new Fault(expressionErrors.shift(), rightOffset);
        return fits(shift(value, by), offset);
      };
    }
    default: {
      const compute = ARITHMETIC.get(operator) ?? integer.add;
      const divides = operator === "/" || operator === "%";
      return (resolver) => {
        const a = integerOf(left(resolver), offset, resolver);
        const b = integerOf(right(resolver), rightOffset, resolver);
        if (divides && b === 0) throw new Fault(expressionErrors.divisionByZero(), rightOffset);
        return fits(compute(a, b), offset);
      };
    }
  }
}

const ORDERINGS = {
  "<": (a: Integer, b: Integer): boolean => a < b,
  "<=": (a: Integer, b: Integer): boolean => a <= b,
  ">": (a: Integer, b: Integer): boolean => a > b,
  ">=": (a: Integer, b: Integer): boolean => a >= b,
};

function call(node: ExpressionNode & { kind: "call" }): Run {
  const args = node.args.map((arg) => ({ run: closure(arg), offset: arg.offset }));
  const values = (resolver: Resolver): Integer[] =>
    args.map(({ run, offset }) => integerOf(run(resolver), offset, resolver));
  const { offset } = node;
  switch (node.callee) {
    case "min":
      return (resolver) => values(resolver).reduce((a, b) => (b < a ? b : a));
    case "max":
      return (resolver) => values(resolver).reduce((a, b) => (b > a ? b : a));
    case "abs":
      return (resolver) => {
        const [value = 0] = values(resolver);
        return value < 0 ? fits(integer.subtract(0, value), offset) : value;
      };
    case "pages":
      return (resolver) => fits(integer.divide(values(resolver)[0] ?? 0, PAGE_SIZE), offset);
  }
}

/** Primitives by value, anything else by identity. */
function equal(a: unknown, b: unknown, resolver: Resolver): boolean {
  return identityOf(a, resolver) === identityOf(b, resolver);
}

function identityOf(value: unknown, resolver: Resolver): unknown {
  const plain = plainOf(value, resolver);
  if (typeof plain !== "object" || plain === null) return numeric(plain);
  return resolver.identity === undefined ? plain : resolver.identity(plain);
}

function numeric(value: unknown): unknown {
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "bigint" ? (integer.normal(value) ?? value) : value;
}

function plainOf(value: unknown, resolver: Resolver): unknown {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return value;
  const primitive = resolver.primitive(value);
  return primitive === undefined ? value : primitive;
}

function integerOf(value: unknown, offset: number, resolver: Resolver): Integer {
  const plain = typeof value === "number" ? value : plainOf(value, resolver);
  if (typeof plain === "number" && Number.isSafeInteger(plain)) return plain;
  if (typeof plain === "boolean") return plain ? 1 : 0;
  if (typeof plain === "bigint") return fits(integer.normal(plain), offset);
  throw new Fault(expressionErrors.notInteger(describe(plain)), offset);
}

function fits(value: Integer | null, offset: number): Integer {
  if (value === null) throw new Fault(expressionErrors.tooLarge(), offset);
  return value;
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "string") return `the string ${JSON.stringify(value.slice(0, 40))}`;
  return typeof value === "number" ? String(value) : "a structure";
}

function unknownName(name: string, object: unknown, offset: number, resolver: Resolver): Fault {
  const near = didYouMean(name, resolver.candidates?.(object) ?? []);
  const message =
    object === undefined
      ? expressionErrors.unknownName(name, near)
      : expressionErrors.unknownMember(name, near);
  return new Fault(message, offset);
}

function valueAt(path: readonly string[], resolver: Resolver): unknown {
  const [first = "", ...keys] = path;
  let value = resolver.name(first);
  for (const key of keys) {
    if (value === undefined || value === null) return undefined;
    value = resolver.member(value, key);
  }
  return value;
}

function show(value: unknown, resolver: Resolver): string {
  const plain = plainOf(value, resolver);
  if (plain === undefined) return "(unknown)";
  if (typeof plain === "string") return JSON.stringify(plain);
  if (plain !== null && (typeof plain === "object" || typeof plain === "function")) return "{...}";
  return String(plain as number | bigint | boolean | null);
}
