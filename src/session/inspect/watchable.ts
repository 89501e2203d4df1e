/** What of a shown value can be watched, and where it is found again in every replay. */
import type { Machine } from "../../machine/machine.ts";
import type { DataTarget } from "../data-breakpoints.ts";
import type { NamedValue } from "./handles.ts";
import { readLocation, type Location } from "./location.ts";
import { bareType } from "./state.ts";

/** The target, or why there is none. */
export function watchableOf(machine: Machine, value: NamedValue): DataTarget | string {
  const name = value.evaluateName ?? value.name;
  if (bareType(value.type) === "Page" && typeof value.value === "number") {
    if (value.value < 0) return `${name} is NULL: there is no page to watch.`;
    return { kind: "page", pfn: value.value };
  }
  const { location } = value;
  if (location === undefined) {
    return `${name} is computed from other values: watch one of those.`;
  }
  if (typeof value.value === "object" && value.value !== null) {
    return `${name} is a structure: watch one of its fields.`;
  }
  const { root, keys } = location;
  if (root.kind === "global") return { kind: "cell", location, name };
  if (keys.length === 0) {
    const frame = machine.state.threads[root.thread]?.frames[root.frame];
    const site = frame === undefined ? null : machine.debug.sites[frame[0] as number];
    if (!site) return `${name} is gone.`;
    return { kind: "local", thread: root.thread, fn: site.fn, depth: root.frame + 1, name };
  }
  const owner = readLocation(machine, { root, keys: keys.slice(0, -1) });
  const path = typeof owner === "object" && owner !== null ? pathTo(machine, owner) : null;
  if (path === null) {
    return `${name} is in a structure on a stack: it is gone when its function returns.`;
  }
  return { kind: "cell", location: { ...path, keys: [...path.keys, keys.at(-1)!] }, name };
}

/** The shortest way from a global to an object; null when there is none. */
export function pathTo(machine: Machine, wanted: object): Location | null {
  const seen = new Set<object>();
  let layer: { readonly value: object; readonly location: Location }[] = [];
  const meet = (value: unknown, location: Location): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    layer.push({ value, location });
  };
  machine.debug.globals.forEach((_, index) =>
    meet(machine.kernel.getGlobal(index), { root: { kind: "global", index }, keys: [] }),
  );
  while (layer.length > 0) {
    const found = layer.find(({ value }) => value === wanted);
    if (found !== undefined) return found.location;
    const present = layer;
    layer = [];
    for (const { value, location } of present) {
      if (ArrayBuffer.isView(value)) continue;
      const { root, keys } = location;
      if (Array.isArray(value)) {
        value.forEach((element, i) => meet(element, { root, keys: [...keys, i] }));
      } else {
        for (const key of Object.keys(value)) {
          meet((value as Record<string, unknown>)[key], { root, keys: [...keys, key] });
        }
      }
    }
  }
  return null;
}
