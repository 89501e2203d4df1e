/**
 * kernel/exit.c, v5.7, and what user tasks of all workloads have in common. Differs: as in
 * sched/fork.ts.
 */
import { schedule, schedule_timeout, start_thread, type Entry } from "../../machine/primitives.ts";
import type { step_config } from "../config.ts";
import { exit_mmap } from "../mm/mmap.ts";
import { mm_alloc } from "../mm/memory.ts";
import type { PageCount } from "../mm/mm_types.ts";
import { PF_EXITING, type task_struct } from "../sched/core.ts";
import { create_task, release_task } from "../sched/fork.ts";

/** A user task for a line of the timeline, with memory of `total_vm` pages, not yet running. */
export function createProcess(step: step_config, total_vm: PageCount): task_struct {
  const tsk = create_task(step.name, 0);
  tsk.mm = mm_alloc(total_vm);
  tsk.oom_score_adj = step.oom_score_adj;
  return tsk;
}

/** Sets the task off; its outermost frame is the line that started it. */
export function startProcess<T>(tsk: task_struct, step: step_config, main: Entry<T>): void {
  start_thread(tsk, { kind: "task", cpu: 0, bound: false, line: step.line }, main);
}

/** The end of `tsk`, which runs: its memory is freed, and then it is forgotten. */
export function do_exit(tsk: task_struct): void {
  tsk.flags |= PF_EXITING;
  if (tsk.mm !== null) {
    exit_mmap(tsk.mm);
    tsk.mm = null;
  }
  release_task(tsk);
}

/** Sleeps for `ns`, for ever when that is negative; a signal ends it. */
export function nanosleep(ns: number): void {
  if (ns < 0) {
    schedule("nanosleep");
  } else if (ns > 0) {
    schedule_timeout(ns, "nanosleep");
  }
}
