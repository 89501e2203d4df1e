/** What an edit does to the machine, as data: every replay does it again at the same mark. */
import { assert, present } from "../base/assert.ts";
import type { Machine } from "../machine/machine.ts";
import { writeLocation, type Location } from "./inspect/location.ts";

export type Change =
  | { readonly kind: "set"; readonly location: Location; readonly value: unknown }
  /** Runs a function of the model as an interrupt: with the task of a thread, a number, or a file's. */
  | {
      readonly kind: "call";
      readonly fn: number;
      readonly argument:
        | { readonly task: number }
        | { readonly value: number }
        | { readonly file: string; readonly value: number };
    }
  /** The stopped thread goes on at another statement of its innermost function. */
  | { readonly kind: "jump"; readonly frame: readonly [site: number, ...sources: number[]] };

export function applyChange(machine: Machine, change: Change): void {
  machine.wroteUntold = true;
  switch (change.kind) {
    case "set":
      return writeLocation(machine, change.location, change.value);
    case "call": {
      const { argument } = change;
      return machine.inject(change.fn, dataOf(machine, argument));
    }
    case "jump": {
      const { stopped } = machine.state;
      assert(stopped !== null, "a jump is made by a stopped thread");
      const old = stopped.frames.pop()!;
      const [site, ...sources] = change.frame;
      // A variable that is not visible at the old place has no value yet.
      stopped.frames.push([site, ...sources.map((slot) => (slot < 0 ? undefined : old[slot]))]);
    }
  }
}

function dataOf(
  machine: Machine,
  argument: Extract<Change, { readonly kind: "call" }>["argument"],
): unknown {
  // The guest gets an object of its own at every replay.
  if ("file" in argument) return { ...argument };
  if ("value" in argument) return argument.value;
  return present(machine.state.threads[argument.task], "an edit names no thread").task;
}
