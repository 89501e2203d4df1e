/** How the timeline appears in the model: the function that performs a step has it as its first parameter. */
import type { Frame } from "../base/kernel-image.ts";

export const STEP_FUNCTION = "performStep";

/** Zero-based scenario line of the step that an activation of `STEP_FUNCTION` performs. */
export function stepLineOf(frame: Frame): number {
  return (frame[1] as { readonly line: number }).line;
}
