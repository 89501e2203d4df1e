/**
 * kernel/locking/mutex.c, v5.7. Differs: nobody spins while the owner runs. As there, a lock that
 * is let go may be taken by whoever comes first, before the waiter that was woken for it; a waiter
 * that finds it taken again asks for a hand-over, and the next unlock gives the lock to it.
 * Sleeps: until the lock is free.
 */
import { BUG, cond_resched, schedule, wake_up_process } from "../../machine/primitives.ts";
import { get_current, type task_struct } from "./core.ts";
import { sched_submit_work, sched_update_worker } from "./schedule.ts";

export interface mutex {
  name: string;
  owner: task_struct | null;
  /** In order of arrival. */
  waiters: task_struct[];
  /** MUTEX_FLAG_HANDOFF: the first waiter has been passed over once. */
  handoff: boolean;
}

export function mutex_init(name: string): mutex {
  return { name, owner: null, waiters: [], handoff: false };
}

/**
 * Takes the lock; locking twice is a bug of the model's and ends the run. Like every call that may
 * sleep, it first lets others go on: a task whose clock is ahead of theirs would otherwise hold the
 * lock at a time that they have not come to.
 */
export function mutex_lock(lock: mutex): void {
  const tsk = get_current();
  cond_resched();
  if (!__mutex_trylock(lock, tsk)) {
    __mutex_lock_slowpath(lock, tsk);
  }
}

/** Takes the lock if it is free; returns whether. */
export function mutex_trylock(lock: mutex): boolean {
  return __mutex_trylock(lock, get_current());
}

export function mutex_unlock(lock: mutex): void {
  const tsk = get_current();
  if (lock.owner !== tsk) {
    BUG(`mutex_unlock: ${tsk.comm} does not hold ${lock.name}`);
    return;
  }
  lock.owner = null;
  if (lock.waiters.length === 0) {
    return;
  }
  const next = lock.waiters[0];
  if (lock.handoff) {
    lock.handoff = false;
    lock.owner = next;
  }
  wake_up_process(next);
}

function __mutex_trylock(lock: mutex, tsk: task_struct): boolean {
  if (lock.owner !== null) {
    return false;
  }
  lock.owner = tsk;
  return true;
}

function __mutex_lock_slowpath(lock: mutex, tsk: task_struct): void {
  lock.waiters.push(tsk);
  do {
    const owner = lock.owner as task_struct;
    if (owner === tsk) {
      BUG(`mutex_lock: ${tsk.comm} locks ${lock.name} twice`);
    }
    sched_submit_work(tsk);
    schedule(`${lock.name}, held by ${owner.comm}`);
    sched_update_worker(tsk);
  } while (!acquiredByWaiter(lock, tsk));
  lock.waiters.splice(lock.waiters.indexOf(tsk), 1);
}

/** A woken waiter: has the lock been handed to it, or can it be had? */
function acquiredByWaiter(lock: mutex, tsk: task_struct): boolean {
  if (lock.owner === tsk || __mutex_trylock(lock, tsk)) {
    return true;
  }
  lock.handoff = lock.handoff || lock.waiters[0] === tsk;
  return false;
}
