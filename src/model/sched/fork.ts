/**
 * kernel/fork.c, kernel/kthread.c and kernel/exit.c, v5.7. Differs: a task is its `task_struct`;
 * there are no parents, no process groups and no exit codes.
 */
import { start_thread, type Entry } from "../../machine/primitives.ts";
import { PF_KTHREAD, type task_struct } from "./core.ts";

/** Every task that has not been released, in order of creation: what the OOM killer walks. */
export const tasks: task_struct[] = [];

let last_pid = 0;

/**
 * A new task with the next free pid, on the task list but not yet running: `start_thread` sets it
 * off. `flags` are PF_ flags; the memory map is the caller's business.
 */
export function create_task(comm: string, flags: number): task_struct {
  last_pid++;
  const tsk: task_struct = {
    thread: -1,
    comm,
    pid: last_pid,
    flags,
    mm: null,
    oom_score_adj: 0,
    sigkill: false,
    oom_victim: false,
  };
  tasks.push(tsk);
  return tsk;
}

/** Creates and starts a kernel thread, bound to vCPU `cpu`, or on any vCPU when that is negative. */
export function kthread_run<T>(comm: string, main: Entry<T>, cpu: number): task_struct {
  const tsk = create_task(comm, PF_KTHREAD);
  const bound = cpu >= 0;
  start_thread(tsk, { kind: "task", cpu: bound ? cpu : 0, bound, line: -1 }, main);
  return tsk;
}

/** Takes a task that has ended off the task list. */
export function release_task(tsk: task_struct): void {
  const i = tasks.indexOf(tsk);
  if (i >= 0) {
    tasks.splice(i, 1);
  }
}
