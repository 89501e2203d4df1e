/**
 * Series that the user writes: `nr_free_pages + nr_file_pages`, in the language of watches and of a
 * scenario's `expect:`. To the chart the text is a name like any counter's; its values are made here,
 * from the counters that the extension sends for it.
 */
import type { SampleSnapshot } from "../base/sample-columns.ts";
import { didYouMean } from "../base/did-you-mean.ts";
import { compile, type Resolver } from "../scenario/evaluate.ts";
import { expressionErrors } from "../scenario/expression-errors.ts";
import {
  namesIn,
  parseExpression,
  type Expression,
  type ExpressionNode,
} from "../scenario/expression.ts";
import { counterOf, type Counter } from "./counters.ts";

export type Reading =
  { readonly ok: true; readonly name: string } | { readonly ok: false; readonly problem: string };

/** What the user wrote as the name of a series, or what is wrong with it. */
export function readSeries(text: string, available: readonly string[]): Reading {
  const name = text.trim().replace(/\s+/g, " ");
  const parsed = parseExpression(name);
  if (!parsed.ok) return { ok: false, problem: parsed.error.message };
  const names = namesIn(parsed.expression).map(({ path }) => path.join("."));
  const unknown = names.find((each) => !available.includes(each));
  if (unknown !== undefined) {
    const near = didYouMean(unknown, available);
    return { ok: false, problem: expressionErrors.unknownName(unknown, near) };
  }
  return names.length === 0
    ? { ok: false, problem: expressionErrors.unknownName(name, null) }
    : { ok: true, name };
}

export function isExpression(name: string): boolean {
  return !/^\w+$/.test(name);
}

/** The counters that series are made of; a counter is made of itself. */
export function countersFor(names: readonly string[]): readonly string[] {
  const all = names.flatMap((name) => {
    const expression = expressionOf(name);
    return expression === null ? [name] : namesIn(expression).map(({ path }) => path.join("."));
  });
  return [...new Set(all)];
}

/** Whether a run that has these series has all that `name` is made of. */
export function isAvailable(name: string, available: readonly string[]): boolean {
  return (
    available.includes(name) || countersFor([name]).every((counter) => available.includes(counter))
  );
}

/** The series of a batch or snapshot and, among them, those expressions of `names` that it lacks. */
export function withExpressions(
  names: readonly string[],
  { times, series }: Pick<SampleSnapshot, "times" | "series">,
): SampleSnapshot["series"] {
  const made = names.flatMap((name) => {
    const expression = expressionOf(name);
    if (expression === null || Object.hasOwn(series, name)) return [];
    return [[name, valuesOf(expression, times.length, series)] as const];
  });
  return { ...series, ...Object.fromEntries(made) };
}

/** What kind of number a series is, be it a counter or an expression. */
export function seriesKind(name: string): Counter {
  const expression = expressionOf(name);
  if (expression === null) return counterOf(name);
  return kindOf(expression.root) ?? PLAIN;
}

/** Which of the two plots a series belongs to: sizes above, everything else below. */
export function paneOf(name: string): "memory" | "activity" {
  const { kind, quantity } = seriesKind(name);
  return kind === "level" && quantity !== "number" ? "memory" : "activity";
}

function expressionOf(name: string): Expression | null {
  if (!isExpression(name)) return null;
  const parsed = parseExpression(name);
  return parsed.ok ? parsed.expression : null;
}

/** NaN where a counter is missing, and where there is no result, as when it divides by zero. */
function valuesOf(
  expression: Expression,
  rows: number,
  series: SampleSnapshot["series"],
): readonly number[] {
  let row = 0;
  const resolver: Resolver = {
    name: (id) => (Object.hasOwn(series, id) ? knownOf(series[id]?.[row]) : undefined),
    member: () => undefined,
    index: () => undefined,
    primitive: () => undefined,
  };
  const run = compile(expression);
  const values: number[] = [];
  for (; row < rows; row++) {
    const result = run(resolver);
    values.push(result.ok ? asNumber(result.value) : NaN);
  }
  return values;
}

/** A value that did not come, or came through JSON as null, is no value. */
function knownOf(value: number | null | undefined): number | undefined {
  return value === null || Number.isNaN(value) ? undefined : value;
}

function asNumber(value: unknown): number {
  const known = typeof value === "number" || typeof value === "bigint";
  return known || typeof value === "boolean" ? Number(value) : NaN;
}

const PLAIN: Counter = { kind: "level", quantity: "number" };

/** Null for a bare number, which takes on whatever it is added to. */
function kindOf(node: ExpressionNode): Counter | null {
  switch (node.kind) {
    case "number":
      return null;
    case "name":
      return counterOf(node.id);
    case "unary":
      return node.operator === "!" ? PLAIN : kindOf(node.operand);
    case "binary":
      return binaryKind(node);
    case "conditional":
      return common([kindOf(node.consequent), kindOf(node.alternate)]);
    case "call":
      return common(node.args.map(kindOf));
    default:
      return PLAIN;
  }
}

function binaryKind({
  operator,
  left,
  right,
}: ExpressionNode & { kind: "binary" }): Counter | null {
  const [one, other] = [kindOf(left), kindOf(right)];
  switch (operator) {
    case "+":
    case "-":
    case "%":
    case "&":
    case "|":
    case "^":
      return common([one, other]);
    case "*":
      return one === null || other === null ? (one ?? other) : PLAIN;
    case "/":
    case "<<":
    case ">>":
      return other === null ? one : PLAIN;
    default:
      return PLAIN;
  }
}

/** Pages with pages are pages; what only grows, with what goes up and down, goes up and down. */
function common(kinds: readonly (Counter | null)[]): Counter | null {
  const known = kinds.filter((each) => each !== null);
  const [first] = known;
  if (first === undefined) return null;
  return {
    kind: known.every(({ kind }) => kind === first.kind) ? first.kind : "level",
    quantity: known.every(({ quantity }) => quantity === first.quantity)
      ? first.quantity
      : "number",
  };
}
