/** Where the steps of one thread end: which statements are armed, and at which depth they count. */
import type { DebugInfo } from "../base/kernel-image.ts";
import type { Thread } from "../machine/thread.ts";
import { firstStatement, statementsOf } from "./breakpoints.ts";

export type StepKind = "next" | "stepIn" | "stepOut";

export interface StepPlan {
  readonly thread: number;
  readonly sites: ReadonlySet<number>;
  /** Largest number of frames at which a statement ends the step. */
  readonly maxDepth: number;
}

export function planStep(debug: DebugInfo, thread: Thread, kind: StepKind): StepPlan {
  const functions = thread.frames.map((frame) => debug.sites[frame[0] as number]!.fn);
  // A thread that has not begun yet steps to its first statement.
  if (thread.entry >= 0) functions.push(thread.entry);
  const depth = functions.length;
  const sites = new Set<number>();
  const stopIn = kind === "stepOut" ? functions.slice(0, -1) : functions;
  for (const fn of new Set(stopIn)) {
    for (const site of statementsOf(debug, debug.functions[fn]!)) sites.add(site.id);
  }
  if (kind === "stepIn") {
    // A statement that is already half done in a caller may still call others.
    const callees = new Set(functions.flatMap((fn) => debug.functions[fn]!.callees));
    for (const fn of callees) {
      const first = firstStatement(debug, debug.functions[fn]!);
      if (first !== undefined) sites.add(first.id);
    }
  }
  const maxDepth = kind === "stepIn" ? Infinity : kind === "next" ? depth : depth - 1;
  return { thread: thread.id, sites, maxDepth };
}
