/** Expressions over the state: locals first, then what scenarios know by name, then kernel globals. */
import { compile, isTrue, type Resolver } from "../../scenario/evaluate.ts";
import { parseExpression } from "../../scenario/expression.ts";
import { childrenOf, located, memberOf, type StructPages } from "./children.ts";
import type { NamedValue } from "./handles.ts";
import type { Location } from "./location.ts";
import { bareType, type KernelState, type Typed } from "./state.ts";

export type Outcome =
  | (Typed & Pick<NamedValue, "text" | "children">)
  | { readonly error: { readonly message: string; readonly offset: number } };

/** Names that scenarios use: counters, `balloon`, `time`. */
export interface ScenarioNames extends StructPages {
  scenarioName(id: string): Typed | undefined;
  scenarioNames(): Iterable<string>;
}

export interface Locals {
  local(name: string): NamedValue | undefined;
  localNames(): readonly string[];
}

export interface Scope {
  readonly locals: Locals;
  /** The task whose code it is, which kernel code calls `current`; null where it is nobody's. */
  readonly current: object | null;
  readonly state: KernelState;
  readonly model: ScenarioNames;
}

/** Parsing costs more than evaluating, and a condition is evaluated at every hit. */
const parsed = new Map<string, ReturnType<typeof parse>>();
const MAX_PARSED = 256;

export function evaluateIn(text: string, scope: Scope): Outcome {
  const run = parseOnce(text);
  if ("error" in run) return run;
  const result = run.evaluate(resolverOf(scope));
  if (!result.ok) return { error: result.error };
  return isTyped(result.value) ? result.value : { value: result.value, type: null };
}

/** C's truth of what `evaluateIn` returned. */
export function holds({ value }: Typed, scope: Scope): boolean {
  return isTrue(value, resolverOf(scope));
}

function parseOnce(text: string): ReturnType<typeof parse> {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  if (parsed.size >= MAX_PARSED) parsed.clear();
  const result = parse(text);
  parsed.set(text, result);
  return result;
}

function parse(
  text: string,
): { evaluate: ReturnType<typeof compile> } | { error: { message: string; offset: number } } {
  const result = parseExpression(text);
  return result.ok ? { evaluate: compile(result.expression) } : { error: result.error };
}

/** Values travel with their declared type, so that a result is shown as what it is. */
class Located implements Typed {
  readonly value: unknown;
  readonly type: string | null;
  readonly location?: Location;
  readonly text?: string;
  readonly children?: NonNullable<NamedValue["children"]>;
  constructor(typed: Typed & Pick<NamedValue, "text" | "children">) {
    this.value = typed.value;
    this.type = typed.type;
    if (typed.location !== undefined) this.location = typed.location;
    if (typed.text !== undefined) this.text = typed.text;
    if (typed.children !== undefined) this.children = typed.children;
  }
}

/** Null stays null, which the evaluator knows to complain about. */
function locatedValue(typed: Typed): Located | null {
  return typed.value === null ? null : new Located(typed);
}

function isTyped(value: unknown): value is Located {
  return value instanceof Located;
}

/** What kernel code calls the task that runs. */
export const CURRENT = "current";

export function resolverOf({ locals, current, state, model }: Scope): Resolver {
  const childOf = (value: unknown, name: string): unknown => {
    if (!isTyped(value)) return undefined;
    const child = namedChild(asNamed(value), name, state, model);
    return child === undefined ? undefined : locatedValue(child);
  };
  return {
    name(id) {
      const task =
        id === CURRENT && current !== null ? { value: current, type: "task_struct" } : undefined;
      const typed =
        locals.local(id) ??
        task ??
        model.scenarioName(id) ??
        state.global(id) ??
        state.functionNamed(id);
      return typed === undefined ? undefined : locatedValue(typed);
    },
    member: childOf,
    index: (value, index) => childOf(value, typeof index === "number" ? `[${index}]` : index),
    primitive(value) {
      const plain = isTyped(value) ? value.value : value;
      switch (typeof plain) {
        case "number":
        case "bigint":
        case "boolean":
        case "string":
          return plain;
        default:
          return plain === null ? null : undefined;
      }
    },
    identity(value) {
      const behind = isTyped(value) ? value.value : value;
      // Several files may have a function of one name: generations of a driver, for one.
      return typeof behind === "function" ? state.functionName(behind) : behind;
    },
    candidates(value) {
      if (value === undefined) {
        return [...locals.localNames(), ...model.scenarioNames(), ...state.names()];
      }
      if (!isTyped(value) || Array.isArray(value.value)) return [];
      return childrenOf(asNamed(value), 0, 64, state, model).map(({ name }) => name);
    },
  };
}

function asNamed({ value, type, location }: Located): NamedValue {
  return { name: "", value, type, evaluateName: null, ...located(location) };
}

/** A field by its name or an element by `[n]`; only what the children of the value show. */
function namedChild(
  target: NamedValue,
  name: string,
  state: KernelState,
  model: ScenarioNames,
): NamedValue | undefined {
  const index = /^\[(\d+)\]$/.exec(name);
  if (index !== null && typeof target.value === "number") {
    return pageAfter(target, Number(index[1]), state);
  }
  if (index !== null) {
    const [element] = childrenOf(target, Number(index[1]), 1, state, model);
    return element?.name === name ? element : undefined;
  }
  const { value, type } = target;
  if (typeof value === "number") {
    if (bareType(type) !== "Page" || value < 0) return undefined;
    return model.fieldsOfPage(value).find((field) => field.name === name);
  }
  if (
    typeof value !== "object" ||
    value === null ||
    Array.isArray(value) ||
    ArrayBuffer.isView(value)
  ) {
    return undefined;
  }
  if (!Object.hasOwn(value, name)) return undefined;
  // One member only: a condition is evaluated at every visit of its place.
  return memberOf(target, name, state, model);
}

/** `page[n]`, as in C: the n-th `struct page` from this one on. */
function pageAfter(
  { value, type }: NamedValue,
  n: number,
  state: KernelState,
): NamedValue | undefined {
  const pfn = Number(value) + n;
  const isPage = bareType(type) === "Page" && Number(value) >= 0;
  if (!isPage || pfn >= state.value<Int32Array>("page_index").length) return undefined;
  return { name: `[${n}]`, value: pfn, type: "Page", evaluateName: null };
}
