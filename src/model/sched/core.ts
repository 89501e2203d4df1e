/** include/linux/sched.h. Differs: only the fields that memory management and the debugger need. */
import { current, type MachineTask } from "../../machine/primitives.ts";
import type { mm_struct } from "../mm/mm_types.ts";

/** Ours: bits PF_*. */
export type TaskFlags = number;
export const PF_EXITING = 0x00000004;
export const PF_WQ_WORKER = 0x00000020;
export const PF_MEMALLOC = 0x00000800;
export const PF_KSWAPD = 0x00020000;
export const PF_KTHREAD = 0x00200000;

export interface task_struct extends MachineTask {
  thread: number;
  comm: string;
  pid: number;
  flags: TaskFlags;
  /** Null for kernel threads. */
  mm: mm_struct | null;
  oom_score_adj: number;
  /** SIGKILL is pending. */
  sigkill: boolean;
  /** Chosen by the OOM killer: may use memory reserves. */
  oom_victim: boolean;
}

/** The task that runs; every thread of the model is started with a `task_struct`. */
export function get_current(): task_struct {
  return current() as task_struct;
}

export function fatal_signal_pending(tsk: task_struct): boolean {
  return tsk.sigkill;
}
