/** The programs that a timeline can start in the guest. */
import type { step_config } from "../config.ts";
import type { task_struct } from "../sched/core.ts";
import { startCat } from "./cat.ts";
import { startMemhog } from "./memhog.ts";

/** Starts the program of a `cat` or `memhog` line. */
export function start_workload(step: step_config): task_struct {
  return step.kind === "cat" ? startCat(step) : startMemhog(step);
}
