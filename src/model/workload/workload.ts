/** The programs that a timeline can start in the guest. */
import type { step_config } from "../config.ts";
import type { task_struct } from "../sched/core.ts";
import { startBusy } from "./busy.ts";
import { startCat } from "./cat.ts";
import { startForker } from "./forker.ts";
import { startFrag } from "./frag.ts";
import { startMemhog } from "./memhog.ts";

/** Starts the program of a `run` line. */
export function start_workload(step: step_config): task_struct {
  switch (step.kind) {
    case "cat":
      return startCat(step);
    case "busy":
      return startBusy(step);
    case "frag":
      return startFrag(step);
    case "forker":
      return startForker(step);
    default:
      return startMemhog(step);
  }
}
