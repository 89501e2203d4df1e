/**
 * include/linux/wait.h and kernel/sched/wait.c, v5.7. Differs: `wait_event` is the wait alone,
 * since a condition cannot be passed to a function; who waits writes the loop that tests it:
 *
 *     while (!condition) {
 *       wait_event(wq_head);
 *     }
 *
 * Nothing preempts a task between the test and the wait, so no wake-up is lost. Sleeps: of course.
 */
import { schedule, schedule_timeout, wake_up_process } from "../../machine/primitives.ts";
import { get_current, type task_struct } from "./core.ts";
import { sched_submit_work, sched_update_worker } from "./schedule.ts";

export interface wait_queue_head {
  /** Shown as what a thread waits for. */
  name: string;
  waiters: task_struct[];
}

export function init_waitqueue_head(name: string): wait_queue_head {
  return { name, waiters: [] };
}

/** Blocks, uninterruptibly, until somebody wakes the queue. */
export function wait_event(wq_head: wait_queue_head): void {
  const tsk = get_current();
  wq_head.waiters.push(tsk);
  sched_submit_work(tsk);
  schedule(wq_head.name);
  sched_update_worker(tsk);
  finish_wait(wq_head, tsk);
}

/** As `wait_event`, for at most `timeout` ns; returns what is left of them, 0 after a time-out. */
export function wait_event_timeout(wq_head: wait_queue_head, timeout: number): number {
  const tsk = get_current();
  wq_head.waiters.push(tsk);
  sched_submit_work(tsk);
  const left = schedule_timeout(timeout, wq_head.name);
  sched_update_worker(tsk);
  finish_wait(wq_head, tsk);
  return left;
}

/** Wakes everybody who waits; each tests its own condition again. */
export function wake_up(wq_head: wait_queue_head): void {
  const waiters = wq_head.waiters;
  while (waiters.length > 0) {
    wake_up_process(waiters.shift() as task_struct);
  }
}

/** The waker has emptied the queue; who was woken otherwise, or timed out, leaves it here. */
function finish_wait(wq_head: wait_queue_head, tsk: task_struct): void {
  const i = wq_head.waiters.indexOf(tsk);
  if (i >= 0) {
    wq_head.waiters.splice(i, 1);
  }
}
