/** Which statements a step back may end at, by its kind and its granularity. */
import type { DebugInfo } from "../base/kernel-image.ts";
import type { Thread } from "../machine/thread.ts";
import { statementsOf } from "./breakpoints.ts";
import { pageOperationSites } from "./page-operations.ts";
import { functionsOf } from "./stepping.ts";
import type { Granularity } from "./types.ts";

export type BackKind = "stepBack" | "reverseStepIn" | "reverseStepOut";

/** Which statements a step back may end at. */
export interface BackPlan {
  readonly thread: number;
  /** Null: all of them. */
  readonly sites: ReadonlySet<number> | null;
  /** Ids of the functions that may stand at each depth, outermost first; null: any may. */
  readonly functions: readonly number[] | null;
  /** Of statements in a row on one line the first counts. */
  readonly byLine: boolean;
}

export function planBack(
  debug: DebugInfo,
  thread: Thread,
  kind: BackKind,
  granularity: Granularity,
): BackPlan {
  const byLine = granularity === "line";
  if (granularity === "instruction") {
    const sites = pageOperationSites(debug);
    return { thread: thread.id, sites, functions: null, byLine: false };
  }
  if (kind === "reverseStepIn") {
    return { thread: thread.id, sites: null, functions: null, byLine };
  }
  const functions = functionsOf(debug, thread);
  if (kind === "reverseStepOut") functions.pop();
  return planWithin(debug, thread, functions, byLine);
}

/** Statements of the caller of the frame at `index`, in its present activation. */
export function planCaller(debug: DebugInfo, thread: Thread, index: number): BackPlan {
  return planWithin(debug, thread, functionsOf(debug, thread).slice(0, index), false);
}

function planWithin(
  debug: DebugInfo,
  thread: Thread,
  functions: readonly number[],
  byLine: boolean,
): BackPlan {
  const sites = [...new Set(functions)].flatMap((fn) =>
    statementsOf(debug, debug.functions[fn]!).map(({ id }) => id),
  );
  return { thread: thread.id, sites: new Set(sites), functions, byLine };
}

/** Another function at the same depth was called by the same caller, not by this one. */
export function fits({ functions }: BackPlan, depth: number, fn: number): boolean {
  return functions === null || functions[depth - 1] === fn;
}
