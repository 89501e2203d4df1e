/** The children of a value: fields of a struct, elements of an array, or what a scope lists. */
import { bareType, elementType, type KernelState } from "./state.ts";
import type { LazyList, NamedValue } from "./handles.ts";
import { within, type Location } from "./location.ts";

/** From this many elements on a list is paged. */
export const PAGED_FROM = 64;

export interface StructPages {
  /** Fields of a `struct page`, for values of type `Page`. */
  fieldsOfPage(pfn: number): readonly NamedValue[];
  /** A list of `count` pages or blocks from `head` on. */
  list(name: string, head: number, count: number, text?: string): NamedValue;
}

/** Numbers that are heads of lists of pages, by struct and field; and the field with the list's length. */
const LIST_HEADS: Readonly<Record<string, readonly [head: string, length: string]>> = {
  balloon_dev_info: ["pages", "nrPages"],
  mm_struct: ["pgtables", "nr_ptes"],
};

/** Number of elements when the value is a long list, else 0. */
export function indexedCount(target: NamedValue): number {
  const { children, value } = target;
  const count = children !== undefined ? lengthOf(children) : lengthOfValue(value);
  return count >= PAGED_FROM ? count : 0;
}

export function hasChildren(target: NamedValue): boolean {
  const { children, value, type } = target;
  if (children !== undefined) return lengthOf(children) > 0;
  if (target.call !== undefined) return true;
  if (typeof value === "number") return bareType(type) === "Page" && value >= 0;
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) || ArrayBuffer.isView(value)
    ? lengthOfValue(value) > 0
    : Object.keys(value).length > 0;
}

/** `start` and `count` select elements of a list; a struct gives all its fields. */
export function childrenOf(
  target: NamedValue,
  start: number,
  count: number,
  state: KernelState,
  pages: StructPages,
): readonly NamedValue[] {
  const { children, value, type, evaluateName, location } = target;
  if (children !== undefined) {
    if (typeof children === "function") return children().slice(start, start + count);
    if (isLazy(children)) {
      const from = Math.min(start, children.count);
      return children.elements(from, Math.min(count, children.count - from));
    }
    return children.slice(start, start + count);
  }
  if (typeof value === "number") return pages.fieldsOfPage(value);
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const list = value as ArrayLike<unknown>;
    const element = elementType(bareType(type));
    const end = Math.min(start + count, list.length);
    return Array.from({ length: Math.max(0, end - start) }, (_, i) => ({
      name: `[${start + i}]`,
      value: list[start + i],
      type: state.typeOf(list[start + i], element),
      evaluateName: evaluateName === null ? null : `${evaluateName}[${start + i}]`,
      ...located(within(location, start + i)),
    }));
  }
  return Object.keys(value)
    .slice(start, start + count)
    .map((name) => memberOf(target, name, state, pages));
}

/** A member that the struct has. */
export function memberOf(
  { value, type, evaluateName, location }: NamedValue,
  name: string,
  state: KernelState,
  pages: StructPages,
): NamedValue {
  const struct = bareType(type);
  const object = value as Record<string, unknown>;
  const declared = state.fields(struct)?.find((field) => field.name === name)?.type ?? null;
  const [head, length] = LIST_HEADS[struct ?? ""] ?? [];
  const listed =
    name === head && length !== undefined
      ? pages.list(name, Number(object[name]), Number(object[length]))
      : null;
  return {
    name,
    value: object[name],
    type: state.typeOf(object[name], declared),
    ...(listed === null ? {} : { text: `list of ${listed.text!}`, children: listed.children! }),
    evaluateName: evaluateName === null ? null : `${evaluateName}->${name}`,
    ...located(within(location, name)),
  };
}

/** The child of this name. */
export function childNamed(
  target: NamedValue,
  name: string,
  state: KernelState,
  pages: StructPages,
): NamedValue | undefined {
  const index = /^\[(\d{1,15})\]$/.exec(name);
  if (index !== null) {
    const [element] = childrenOf(target, Number(index[1]), 1, state, pages);
    if (element?.name === name) return element;
  }
  if (indexedCount(target) > 0) return undefined;
  return childrenOf(target, 0, Infinity, state, pages).find((child) => child.name === name);
}

/** An absent place is left out, since optional members are not undefined. */
export function located(location: Location | undefined): { readonly location?: Location } {
  return location === undefined ? {} : { location };
}

type Children = NonNullable<NamedValue["children"]>;

function isLazy(children: Children): children is LazyList {
  return typeof children === "object" && !Array.isArray(children);
}

/** Of a few children that are made when asked for, there is taken to be one at least. */
function lengthOf(children: Children): number {
  if (typeof children === "function") return 1;
  return isLazy(children) ? children.count : children.length;
}

function lengthOfValue(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return ArrayBuffer.isView(value) ? (value as Uint8Array).length : 0;
}
