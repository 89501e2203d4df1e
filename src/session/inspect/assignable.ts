/** What of a shown value can be set, and which values it takes. */
import type { Machine } from "../../machine/machine.ts";
import type { NamedValue } from "./handles.ts";
import { readLocation, type Location } from "./location.ts";
import { bareType } from "./state.ts";

/** Where a value is that can be set; or why it cannot. */
export function assignable(machine: Machine, value: NamedValue): Location | string {
  const { location } = value;
  const name = value.evaluateName ?? value.name;
  if (location === undefined) return `${name} is computed from other values: set one of those.`;
  const { root, keys } = location;
  switch (typeof value.value) {
    case "number":
    case "boolean":
    case "string":
      break;
    case "object":
      if (value.value === null) return `${name} is NULL: what it could point to is not known.`;
      return `${name} is a structure or a list: set one of its members.`;
    default:
      return `${name} is neither a number nor a text.`;
  }
  const isConstant =
    root.kind === "global" &&
    keys.length === 0 &&
    machine.debug.globals[root.index]!.kind !== "let";
  return isConstant ? `${name} is a constant.` : location;
}

/** `wanted` as a value of the kind that is there now. */
export function converted(
  machine: Machine,
  target: NamedValue & { readonly location: Location },
  wanted: unknown,
): { readonly value: unknown } | { readonly error: string } {
  const { value: now, location } = target;
  const name = target.evaluateName ?? target.name;
  if (typeof now === "string") {
    return typeof wanted === "string"
      ? { value: wanted }
      : { error: `${name} is a text: write one in quotes.` };
  }
  if (typeof wanted !== "number" && typeof wanted !== "boolean" && typeof wanted !== "bigint") {
    return { error: `${name} is a ${typeof now}, and this is none.` };
  }
  if (typeof now === "boolean") return { value: Boolean(wanted) };
  const number = Number(wanted);
  if (!Number.isSafeInteger(number)) return { error: `${wanted} is too large for the model.` };
  const keys = location.keys.slice(0, -1);
  const owner = location.keys.length === 0 ? null : readLocation(machine, { ...location, keys });
  if (ArrayBuffer.isView(owner) && !fits(owner as Int32Array, number)) {
    return { error: `${number} does not fit into an element of ${owner.constructor.name}.` };
  }
  const isPage = bareType(target.type) === "Page";
  if (isPage && (number < -1 || number >= pagesOf(machine))) {
    return { error: `There is no page ${number}.` };
  }
  return { value: number };
}

function fits(array: Int32Array, value: number): boolean {
  const one = new (array.constructor as Int32ArrayConstructor)(1);
  one[0] = value;
  return one[0] === value;
}

function pagesOf(machine: Machine): number {
  const index = machine.debug.globals.findIndex(({ name }) => name === "page_index");
  return (machine.kernel.getGlobal(index) as Int32Array).length;
}
