/**
 * kernel/workqueue.c, v5.7. Differs: one pool per vCPU and none without; all workqueues share it,
 * as bound ones do. A worker too few is created where the last runnable one goes to sleep, not by
 * a manager in advance, and an idle worker never goes away. Sleeps: only in the work functions.
 *
 * A pool lets one worker run at a time. When that one blocks in the middle of its work, and more
 * work waits, the next worker is woken: statistics are answered while inflation waits for the host.
 */
import {
  cond_resched,
  raise_irq,
  schedule,
  smp_processor_id,
  wake_up_process,
} from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { PF_WQ_WORKER, type task_struct } from "./core.ts";
import { kthread_run } from "./fork.ts";
import { timerDelay } from "./wheel.ts";

export interface work_struct {
  name: string;
  func: (work: work_struct) => void;
  /** What `container_of` finds in C: the struct that the work belongs to. */
  data: object;
  /** WORK_STRUCT_PENDING: queued and not yet begun; queueing it again does nothing. */
  pending: boolean;
  /** The pool that ran it last. */
  pool: worker_pool | null;
}

export interface worker {
  id: number;
  pool: worker_pool;
  task: task_struct | null;
  current_work: work_struct | null;
  /** Work that was queued again elsewhere while this worker runs it. */
  scheduled: work_struct[];
  /** Blocked in the middle of a work function. */
  sleeping: boolean;
}

export interface worker_pool {
  cpu: number;
  worklist: work_struct[];
  workers: worker[];
  /** The one that became idle last is woken first. */
  idle_list: worker[];
  /** Workers that process something and are not blocked. */
  nr_running: number;
}

export interface workqueue_struct {
  name: string;
}

/** Work that begins after a while. */
export interface delayed_work {
  work: work_struct;
  wq: workqueue_struct;
}

export const system_wq: workqueue_struct = { name: "events" };
export const system_freezable_wq: workqueue_struct = { name: "events_freezable" };

const worker_pools: worker_pool[] = [];

/** Creates a pool with one worker for each vCPU; called once at boot. */
export function workqueue_init(): void {
  for (let cpu = 0; cpu < config.nr_cpus; cpu++) {
    const pool: worker_pool = { cpu, worklist: [], workers: [], idle_list: [], nr_running: 0 };
    worker_pools.push(pool);
    create_worker(pool);
  }
}

/**
 * Queues `work` on the vCPU that runs this; from the host's threads on vCPU 0. Returns false when
 * it is queued already. A work function never runs twice at once: queued while it runs, it runs
 * once more afterwards.
 */
export function queue_work(wq: workqueue_struct, work: work_struct): boolean {
  if (work.pending) {
    return false;
  }
  work.pending = true;
  __queue_work(wq, work);
  return true;
}

/** Queues `dwork` in `delay` ticks, or a little later, as timers fire. False when it is queued already. */
export function queue_delayed_work(
  wq: workqueue_struct,
  dwork: delayed_work,
  delay: number,
): boolean {
  if (dwork.work.pending) {
    return false;
  }
  dwork.work.pending = true;
  dwork.wq = wq;
  raise_irq(smp_processor_id(), timerDelay(delay), { handler: delayed_work_timer_fn, data: dwork });
  return true;
}

function delayed_work_timer_fn(dwork: delayed_work): void {
  __queue_work(dwork.wq, dwork.work);
}

/** `tsk`, a worker, is about to block: lets another one of its pool go on with what waits. */
export function wq_worker_sleeping(tsk: task_struct): void {
  const worker = findWorker(tsk);
  if (worker === null || worker.current_work === null) {
    return;
  }
  const pool = worker.pool;
  worker.sleeping = true;
  pool.nr_running--;
  if (need_more_worker(pool)) {
    if (pool.idle_list.length === 0) {
      create_worker(pool);
    } else {
      wake_up_worker(pool);
    }
  }
}

/** `tsk`, a worker, goes on after it was blocked. */
export function wq_worker_running(tsk: task_struct): void {
  const worker = findWorker(tsk);
  if (worker === null || !worker.sleeping) {
    return;
  }
  worker.sleeping = false;
  worker.pool.nr_running++;
}

function __queue_work(_wq: workqueue_struct, work: work_struct): void {
  const pool = workPool(work);
  pool.worklist.push(work);
  if (need_more_worker(pool)) {
    wake_up_worker(pool);
  }
}

/** The local pool, unless the work still runs on another one: there it cannot run twice at once. */
function workPool(work: work_struct): worker_pool {
  const last_pool = work.pool;
  if (last_pool !== null && find_worker_executing_work(last_pool, work) !== null) {
    return last_pool;
  }
  const cpu = smp_processor_id();
  return worker_pools[cpu < 0 ? 0 : cpu];
}

function create_worker(pool: worker_pool): void {
  // Numbers begin with 1, as on a machine that has been up for a while: worker 0 served the boot.
  const id = pool.workers.length + 1;
  const worker: worker = {
    id,
    pool,
    task: null,
    current_work: null,
    scheduled: [],
    sleeping: false,
  };
  pool.workers.push(worker);
  worker_enter_idle(worker);
  const tsk = kthread_run(
    `kworker/${pool.cpu}:${id}`,
    { handler: worker_thread, data: worker },
    pool.cpu,
  );
  tsk.flags |= PF_WQ_WORKER;
  worker.task = tsk;
}

function worker_thread(worker: worker): void {
  for (;;) {
    worker_leave_idle(worker);
    processWorklist(worker);
    worker_enter_idle(worker);
    schedule("idle");
  }
}

function processWorklist(worker: worker): void {
  const pool = worker.pool;
  if (!need_more_worker(pool)) {
    return;
  }
  pool.nr_running++;
  while (keep_working(pool)) {
    process_one_work(worker, pool.worklist.shift() as work_struct);
    while (worker.scheduled.length > 0) {
      process_one_work(worker, worker.scheduled.shift() as work_struct);
    }
  }
  pool.nr_running--;
}

function process_one_work(worker: worker, work: work_struct): void {
  const pool = worker.pool;
  const collision = find_worker_executing_work(pool, work);
  if (collision !== null) {
    collision.scheduled.push(work);
    return;
  }
  worker.current_work = work;
  work.pool = pool;
  work.pending = false;
  work.func(work);
  // A work item that queues itself again and again must not keep the vCPU for itself.
  cond_resched();
  worker.current_work = null;
}

function find_worker_executing_work(pool: worker_pool, work: work_struct): worker | null {
  for (const worker of pool.workers) {
    if (worker.current_work === work) {
      return worker;
    }
  }
  return null;
}

/** The worker that runs here as `tsk`; workers never leave their vCPU. */
function findWorker(tsk: task_struct): worker | null {
  for (const worker of worker_pools[smp_processor_id()].workers) {
    if (worker.task === tsk) {
      return worker;
    }
  }
  return null;
}

function need_more_worker(pool: worker_pool): boolean {
  return pool.worklist.length > 0 && pool.nr_running === 0;
}

function keep_working(pool: worker_pool): boolean {
  return pool.worklist.length > 0 && pool.nr_running <= 1;
}

function wake_up_worker(pool: worker_pool): void {
  const nr_idle = pool.idle_list.length;
  if (nr_idle > 0) {
    wake_up_process(pool.idle_list[nr_idle - 1].task as task_struct);
  }
}

function worker_enter_idle(worker: worker): void {
  worker.pool.idle_list.push(worker);
}

function worker_leave_idle(worker: worker): void {
  const idle_list = worker.pool.idle_list;
  idle_list.splice(idle_list.indexOf(worker), 1);
}
