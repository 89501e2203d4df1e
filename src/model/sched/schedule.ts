/**
 * kernel/sched/core.c, v5.7: what surrounds a blocking `schedule()`. Differs: the machine chooses
 * who runs next, so only the workqueue's part is left.
 */
import { PF_WQ_WORKER, type task_struct } from "./core.ts";
import { wq_worker_running, wq_worker_sleeping } from "./workqueue.ts";

/** Before `tsk` blocks: a worker's pool may have to wake another one. */
export function sched_submit_work(tsk: task_struct): void {
  if ((tsk.flags & PF_WQ_WORKER) !== 0) {
    wq_worker_sleeping(tsk);
  }
}

/** After `tsk` was blocked. */
export function sched_update_worker(tsk: task_struct): void {
  if ((tsk.flags & PF_WQ_WORKER) !== 0) {
    wq_worker_running(tsk);
  }
}
