/**
 * Where a value lives, as data that means the same in every replay: objects are made anew when a
 * stretch is run again, paths lead to them wherever they are.
 */
import { present } from "../../base/assert.ts";
import type { Machine } from "../../machine/machine.ts";

export interface Location {
  readonly root:
    | { readonly kind: "global"; readonly index: number }
    /** A value of a suspended frame: position in `thread.frames`, and in the frame. */
    | {
        readonly kind: "local";
        readonly thread: number;
        readonly frame: number;
        readonly slot: number;
      };
  /** Fields and elements from there to the value. */
  readonly keys: readonly (string | number)[];
}

/** What is there now; undefined when the path leads nowhere at this moment. */
export function readLocation(machine: Machine, { root, keys }: Location): unknown {
  let value: unknown;
  if (root.kind === "global") value = machine.kernel.getGlobal(root.index);
  else value = machine.state.threads[root.thread]?.frames[root.frame]?.[root.slot];
  for (let i = 0; i < keys.length; i++) {
    if (typeof value !== "object" || value === null) return undefined;
    const key = keys[i]!;
    // Beyond its end a typed array has undefined anyway, and asking it costs more than reading.
    const isElement = typeof key === "number" && ArrayBuffer.isView(value);
    if (!isElement && !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

export function writeLocation(machine: Machine, location: Location, value: unknown): void {
  const { root, keys } = location;
  if (keys.length > 0) {
    const owner = readLocation(machine, { root, keys: keys.slice(0, -1) });
    present(owner as Record<string | number, unknown> | undefined, "an edit's path leads nowhere")[
      keys.at(-1)!
    ] = value;
  } else if (root.kind === "global") {
    machine.kernel.setGlobal(root.index, value);
  } else {
    const frame = machine.state.threads[root.thread]?.frames[root.frame];
    present(frame, "an edit's frame is gone")[root.slot] = value;
  }
}

export function within(location: Location | undefined, key: string | number): Location | undefined {
  return location === undefined ? undefined : { ...location, keys: [...location.keys, key] };
}
