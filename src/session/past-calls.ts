/** The stack of a call that is over: its dispatch is run again, as far as the first statement of what was called. */
import type { Machine } from "../machine/machine.ts";
import { firstStatement } from "./breakpoints.ts";
import type { PastCall } from "./inspect/handles.ts";
import type { Inspector } from "./inspect/inspector.ts";
import type { Runner } from "./runner.ts";

export interface PastCallsOptions {
  readonly machine: Machine;
  readonly runner: Runner;
  readonly inspector: Inspector;
}

/** Makes the frames of the call the children of `ref`; or says why they are not known. */
export async function showFrames(
  { machine, runner, inspector }: PastCallsOptions,
  ref: number,
  { dispatch, began, thread, fn }: PastCall,
): Promise<string | null> {
  if (!runner.keepsHistory) return "Without a history nothing can be run again.";
  const { debug } = machine;
  const first = firstStatement(debug, debug.functions[fn]!)?.id;
  // One dispatch may hold several calls: the clock tells them apart.
  const isThere = (site: number): boolean =>
    site === first && (thread < 0 || machine.running?.id === thread) && machine.now() >= began;
  const look = (statement: number): void => inspector.keepFrames(ref, { dispatch, statement });
  const found = await runner.peek(dispatch, isThere, look);
  return found ? null : "The stack of this call was not looked for to the end.";
}
