/** Locks, wait queues, work queues and timers of the model, as threads see them. */
import { expect, test } from "vitest";
import { runProgram, type ProgramRun } from "./harness.ts";

const FILES = ["config.ts", "mm/mm_types.ts", "sched"];

const PRELUDE = `
import { charge, now, printk, schedule_timeout, smp_processor_id, BUG } from "../../machine/primitives.ts";
import { get_current } from "./core.ts";
import { kthread_run } from "./fork.ts";
import { mutex_init, mutex_lock, mutex_trylock, mutex_unlock, type mutex } from "./mutex.ts";
import { ___ratelimit, DEFINE_RATELIMIT_STATE } from "./ratelimit.ts";
import { msleep } from "./timer.ts";
import { init_waitqueue_head, wait_event, wait_event_timeout, wake_up, type wait_queue_head } from "./wait.ts";
import { complete, init_completion, wait_for_completion, type completion } from "./completion.ts";
import { queue_work, system_freezable_wq, workqueue_init, type work_struct } from "./workqueue.ts";

const MS = 1000000;
function say(text: string): void {
  printk(get_current().comm + " " + text);
}
function work(name: string): work_struct {
  return { name, func: once, data: {}, pending: false, pool: null };
}
function once(w: work_struct): void {
  say(w.name + " runs on cpu " + smp_processor_id());
}
function slow(w: work_struct): void {
  say(w.name + " begins");
  schedule_timeout(10 * MS, "slow");
  say(w.name + " ends");
}
`;

/** The log of a driver, each line with its time in ms. */
async function run(driver: string): Promise<ProgramRun & { readonly lines: readonly string[] }> {
  const result = await runProgram({ files: FILES, driver: PRELUDE + driver });
  return { ...result, lines: result.log.map(([at, text]) => `${at / 1e6} ${text}`) };
}

test("a mutex is taken in order of arrival when nobody barges in", async () => {
  const { lines } = await run(`
    interface job { lock: mutex; delay: number }
    export function main(): void {
      const lock = mutex_init("lock");
      kthread_run("a", { handler: locker, data: { lock, delay: 0 } }, 0);
      kthread_run("b", { handler: locker, data: { lock, delay: 1 } }, 0);
      kthread_run("c", { handler: locker, data: { lock, delay: 2 } }, 0);
    }
    function locker(job: job): void {
      schedule_timeout(job.delay * MS, "start");
      mutex_lock(job.lock);
      say("locks");
      schedule_timeout(10 * MS, "hold");
      mutex_unlock(job.lock);
    }
  `);
  expect(lines).toEqual(["0 a locks", "10 b locks", "20 c locks"]);
});

test("a waiter that was passed over gets the lock handed", async () => {
  const { lines } = await run(`
    export function main(): void {
      const lock = mutex_init("lock");
      kthread_run("greedy", { handler: greedy, data: lock }, 0);
      kthread_run("patient", { handler: patient, data: lock }, 0);
    }
    function greedy(lock: mutex): void {
      for (let i = 0; i < 4; i++) {
        mutex_lock(lock);
        say("locks " + i);
        schedule_timeout(10 * MS, "hold");
        mutex_unlock(lock);
      }
    }
    function patient(lock: mutex): void {
      schedule_timeout(MS, "start");
      mutex_lock(lock);
      say("locks");
      mutex_unlock(lock);
    }
  `);
  expect(lines).toEqual([
    "0 greedy locks 0",
    "10 greedy locks 1",
    "20 patient locks",
    "20 greedy locks 2",
    "30 greedy locks 3",
  ]);
});

test("who waits for a mutex says who holds it", async () => {
  const { threads } = await run(`
    export function main(): void {
      const lock = mutex_init("balloon_lock");
      kthread_run("holder", { handler: holder, data: lock }, 0);
      kthread_run("waiter", { handler: holder, data: lock }, 0);
    }
    function holder(lock: mutex): void {
      mutex_lock(lock);
      wait_event(init_waitqueue_head("acked"));
    }
  `);
  expect(threads).toContainEqual(["holder", "blocked: acked"]);
  expect(threads).toContainEqual(["waiter", "blocked: balloon_lock, held by holder"]);
});

test("locking twice, and unlocking what one does not hold, are bugs", async () => {
  const twice = await run(`
    export function main(): void {
      const lock = mutex_init("oom_lock");
      mutex_lock(lock);
      say("may not lock again: " + mutex_trylock(lock));
      mutex_lock(lock);
    }
  `);
  expect(twice.lines[0]).toBe("0 swapper/0 may not lock again: false");
  expect(twice.bug).toBe("mutex_lock: swapper/0 locks oom_lock twice");
  const alien = await run(`
    export function main(): void {
      mutex_unlock(mutex_init("oom_lock"));
    }
  `);
  expect(alien.bug).toBe("mutex_unlock: swapper/0 does not hold oom_lock");
});

test("wake_up wakes all; a wait with a time-out ends by itself", async () => {
  const { lines } = await run(`
    export function main(): void {
      const wq = init_waitqueue_head("wq");
      kthread_run("a", { handler: waiter, data: wq }, 0);
      kthread_run("b", { handler: waiter, data: wq }, 1);
      schedule_timeout(5 * MS, "main");
      wake_up(wq);
      say("left after a time-out: " + wait_event_timeout(wq, 3 * MS) + ", still waiting: " + wq.waiters.length);
    }
    function waiter(wq: wait_queue_head): void {
      wait_event(wq);
      say("woken");
    }
  `);
  expect(lines.toSorted()).toEqual([
    "5 a woken",
    "5 b woken",
    "8 swapper/0 left after a time-out: 0, still waiting: 0",
  ]);
});

test("a completion may come before the wait", async () => {
  const { lines } = await run(`
    export function main(): void {
      const done = init_completion("done");
      kthread_run("late", { handler: waiter, data: done }, 0);
      complete(done);
      schedule_timeout(20 * MS, "main");
      complete(done);
    }
    function waiter(done: completion): void {
      schedule_timeout(5 * MS, "late");
      wait_for_completion(done);
      say("first");
      wait_for_completion(done);
      say("second");
    }
  `);
  expect(lines).toEqual(["5 late first", "20 late second"]);
});

test("work queued while it is queued runs once, queued while it runs once more", async () => {
  const { lines } = await run(`
    export function main(): void {
      workqueue_init();
      const w = work("w");
      w.func = slow;
      say("" + queue_work(system_freezable_wq, w) + queue_work(system_freezable_wq, w));
      schedule_timeout(MS, "main");
      say("" + queue_work(system_freezable_wq, w) + queue_work(system_freezable_wq, w));
    }
  `);
  expect(lines).toEqual([
    "0 swapper/0 truefalse",
    "0 kworker/0:1 w begins",
    "1 swapper/0 truefalse",
    "10 kworker/0:1 w ends",
    "10 kworker/0:1 w begins",
    "20 kworker/0:1 w ends",
  ]);
});

test("work that blocks does not keep other work waiting", async () => {
  const { lines } = await run(`
    export function main(): void {
      workqueue_init();
      const w = work("stuck");
      w.func = stuck;
      queue_work(system_freezable_wq, w);
      queue_work(system_freezable_wq, work("stats"));
      schedule_timeout(MS, "main");
      queue_work(system_freezable_wq, work("more"));
    }
    function stuck(w: work_struct): void {
      msleep(1000);
      say(w.name + " ends");
    }
  `);
  expect(lines).toEqual([
    "0 kworker/0:2 stats runs on cpu 0",
    "1 kworker/0:2 more runs on cpu 0",
    "1024 kworker/0:1 stuck ends",
  ]);
});

test("work queued from another vCPU while it runs stays where it is", async () => {
  const { lines } = await run(`
    export function main(): void {
      workqueue_init();
      const w = work("w");
      w.func = slow;
      queue_work(system_freezable_wq, w);
      kthread_run("other", { handler: requeue, data: w }, 1);
    }
    function requeue(w: work_struct): void {
      schedule_timeout(MS, "other");
      queue_work(system_freezable_wq, w);
      schedule_timeout(30 * MS, "other");
      queue_work(system_freezable_wq, w);
    }
  `);
  expect(lines.filter((line) => line.endsWith("begins"))).toEqual([
    "0 kworker/0:1 w begins",
    "10 kworker/0:1 w begins",
    "31 kworker/1:1 w begins",
  ]);
});

test("msleep is rounded to ticks: 208 ms for 200 at 250 Hz", async () => {
  const { lines } = await run(`
    export function main(): void {
      msleep(200);
      say("from a tick");
      charge(MS);
      msleep(200);
      say("from 1 ms after a tick");
      charge(3999999);
      msleep(1);
      say("1 ms");
    }
  `);
  expect(lines).toEqual([
    "208 swapper/0 from a tick",
    "416 swapper/0 from 1 ms after a tick",
    "428 swapper/0 1 ms",
  ]);
});

test("ten messages in five seconds, then the number of those left out", async () => {
  const { lines } = await run(`
    export function main(): void {
      const rs = DEFINE_RATELIMIT_STATE();
      for (let i = 0; i < 26; i++) {
        if (___ratelimit(rs, "fill_balloon")) {
          say("message " + i);
        }
        schedule_timeout(208 * MS, "main");
      }
    }
  `);
  expect(lines.slice(9)).toEqual([
    "1872 swapper/0 message 9",
    "5200 fill_balloon: 15 callbacks suppressed",
    "5200 swapper/0 message 25",
  ]);
});
