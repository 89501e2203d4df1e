import { expect, test } from "vitest";
import { ARMED, BODY_STEP } from "../../src/base/kernel-image.ts";
import { restoreCheckpoint, takeCheckpoint } from "../../src/machine/checkpoint.ts";
import { fingerprint } from "../../src/machine/fingerprint.ts";
import { ChunkStore, SLAB_BYTES } from "../../src/machine/chunks.ts";
import { sameBytes } from "../../src/session/same-bytes.ts";
import { bootMini, type Mini } from "./mini.ts";

const texts = (mini: Mini): string[] => mini.log.map(({ text }) => text);

test("a sleep takes its time, and a wake-up before its end says what was left", () => {
  const mini = bootMini(`
    const sleeper: task = { thread: -1, comm: "sleeper" };
    const waker: task = { thread: -1, comm: "waker" };
    function sleeps(ns: number): void {
      const left = schedule_timeout(ns, "nap");
      printk(\`woken with \${left} left\`);
      const rest = schedule_timeout(500, "nap");
      printk(\`then \${rest} left\`);
    }
    function wakes(ns: number): void {
      schedule_timeout(ns, "wait");
      wake_up_process(sleeper);
    }
    function main(): void {
      spawn(sleeper, 0, { handler: sleeps, data: 1000 });
      spawn(waker, 1, { handler: wakes, data: 300 });
    }`);
  mini.run();
  expect(mini.log).toEqual([
    { at: 300, text: "woken with 700 left" },
    { at: 800, text: "then 0 left" },
  ]);
});

test("the processor that is behind goes first, and neither gets far ahead", () => {
  const mini = bootMini(`
    const a: task = { thread: -1, comm: "a" };
    const b: task = { thread: -1, comm: "b" };
    const at = new Float64Array(2);
    let furthest = 0;
    function works(step: number): void {
      for (let i = 0; i < 20000; i++) {
        charge(step);
        at[smp_processor_id()] = now();
        furthest = Math.max(furthest, now() - at[1 - smp_processor_id()]);
        cond_resched();
      }
    }
    function main(): void {
      spawn(a, 0, { handler: works, data: 1000 });
      spawn(b, 1, { handler: works, data: 1300 });
    }`);
  mini.run();
  expect(mini.global("at")).toEqual(new Float64Array([20_000_000, 26_000_000]));
  // Once the first has finished, the second goes on alone: 6 ms.
  expect(mini.global("furthest")).toBe(6_000_000);
});

test("two tasks on one vCPU share it evenly", () => {
  const mini = bootMini(
    `
    const a: task = { thread: -1, comm: "a" };
    const b: task = { thread: -1, comm: "b" };
    const done = new Float64Array(2);
    function works(me: number): void {
      while (now() < 40000000) {
        charge(1000);
        done[me]++;
        cond_resched();
      }
    }
    function main(): void {
      spawn(a, 0, { handler: works, data: 0 });
      spawn(b, 0, { handler: works, data: 1 });
    }`,
    1,
  );
  mini.run();
  const [a, b] = mini.global("done") as Float64Array;
  expect(a! + b!).toBeGreaterThanOrEqual(40_000);
  expect(Math.abs(a! - b!)).toBeLessThan(3000);
});

test("at a tick, an idle vCPU takes over a task that has to wait", () => {
  const mini = bootMini(`
    const free: task = { thread: -1, comm: "free" };
    const bound: task = { thread: -1, comm: "bound" };
    function works(until: number): void {
      let cpu = smp_processor_id();
      while (now() < until) {
        charge(1000);
        cond_resched();
        if (smp_processor_id() !== cpu) {
          cpu = smp_processor_id();
          printk(current().comm + " to " + cpu);
        }
      }
    }
    function wakes(time: number): void {
      schedule_timeout(time, "wait");
      works(now() + 5000000);
    }
    function main(): void {
      start_thread(free, { kind: "task", cpu: 0, bound: false, line: -1 }, { handler: works, data: 40000000 });
      schedule_timeout(1000, "let it begin");
      spawn(bound, 1, { handler: wakes, data: 17000000 });
    }`);
  mini.run(100_000);
  // The tick is at 20 ms, and was seen at the end of a dispatch.
  expect(mini.log).toEqual([{ at: 20_201_000, text: "free to 0" }]);
});

test("interrupts come in order of time and run on their vCPU, between dispatches", () => {
  const mini = bootMini(`
    function handler(n: number): void {
      printk(\`irq \${n} on \${smp_processor_id()} in \${current().comm}\`);
    }
    function main(): void {
      raise_irq(1, 200, { handler, data: 2 });
      raise_irq(0, 100, { handler, data: 1 });
      raise_irq(1, 200, { handler, data: 3 });
      printk("main goes on");
    }`);
  mini.run();
  expect(texts(mini)).toEqual([
    "main goes on",
    "irq 1 on 0 in irq/0",
    "irq 2 on 1 in irq/1",
    "irq 3 on 1 in irq/1",
  ]);
});

test("a stolen vCPU stands still while the other goes on, and its interrupts come later", () => {
  const mini = bootMini(`
    const a: task = { thread: -1, comm: "a" };
    const b: task = { thread: -1, comm: "b" };
    const late = new Float64Array(2);
    const done = new Float64Array(2);
    let seen = 0;
    let backwards = 0;
    function handler(due: number): void {
      const cpu = smp_processor_id();
      late[cpu] = Math.max(late[cpu], now() - due);
      seen++;
    }
    function works(me: number): void {
      let before = 0;
      while (now() < 400000000) {
        charge(1000);
        done[me]++;
        if (now() < before) {
          backwards++;
        }
        before = now();
        cond_resched();
      }
    }
    function main(): void {
      steal_time(1, 800, 4000000);
      spawn(a, 0, { handler: works, data: 0 });
      spawn(b, 1, { handler: works, data: 1 });
      for (let ms = 1; ms < 400; ms++) {
        raise_irq(0, ms * 1000000, { handler, data: ms * 1000000 });
        raise_irq(1, ms * 1000000, { handler, data: ms * 1000000 });
      }
    }`);
  let time = 0;
  while (mini.machine.dispatch() === "ran") {
    expect(mini.machine.state.time).toBeGreaterThanOrEqual(time);
    time = mini.machine.state.time;
  }
  const [a, b] = mini.global("done") as Float64Array;
  expect(a).toBe(400_000);
  expect(b! / a!).toBeGreaterThan(0.1);
  expect(b! / a!).toBeLessThan(0.3);
  const steal = mini.machine.state.steal!;
  expect(steal.lost[0]).toBe(0);
  // What it did and what it lost make up its time.
  expect(b! * 1000 + steal.lost[1]!).toBe(mini.machine.state.scheduler.clocks[1]);
  const [prompt, late] = mini.global("late") as Float64Array;
  expect(prompt).toBeLessThan(1_000_000);
  expect(late).toBeGreaterThan(8_000_000);
  expect(mini.global("seen")).toBe(798);
  expect(mini.global("backwards")).toBe(0);
});

test("who wants nothing loses nothing", () => {
  const mini = bootMini(`
    const a: task = { thread: -1, comm: "a" };
    function naps(_: number): void {
      for (let i = 0; i < 1000; i++) {
        charge(100000);
        schedule_timeout(1000000, "nap");
      }
    }
    function main(): void {
      steal_time(-1, 900, 4000000);
      spawn(a, 0, { handler: naps, data: 0 });
    }`);
  mini.run(10_000);
  expect([...mini.machine.state.steal!.lost]).toEqual([0, 0]);
});

test("a broken invariant is said once and kept", () => {
  const mini = bootMini(`function main(): void {
    BUG("first");
    BUG("second");
  }`);
  mini.run();
  expect(mini.machine.state.bug).toBe("first");
  expect(texts(mini)).toEqual(["BUG: first"]);
});

test("an interrupt handler that sleeps is a mistake of the model, named", () => {
  const mini = bootMini(`
    function handler(_n: number): void {
      schedule("balloon_lock");
    }
    function main(): void {
      raise_irq(0, 1, { handler, data: 0 });
    }`);
  expect(() => mini.run()).toThrow(/interrupt handler sleeps: balloon_lock/);
});

const BUSY = `
  const a: task = { thread: -1, comm: "a" };
  const b: task = { thread: -1, comm: "b" };
  interface item { value: number; next: item | null; }
  let list: item | null = null;
  let total = 0;
  const cells = new Uint32Array(64);
  function push(value: number): void {
    list = { value, next: list };
    cells[value & 63] += value;
    total += value;
  }
  function works(seed: number): void {
    for (let i = 0; i < 400; i++) {
      push(random(seed, 1000));
      charge(20000 + random(seed, 1000));
      if (i % 7 === 0) {
        schedule_timeout(random(seed, 90000), "pause");
      }
      cond_resched();
    }
  }
  function main(): void {
    spawn(a, 0, { handler: works, data: 1 });
    spawn(b, 1, { handler: works, data: 2 });
  }`;

test("restoring a checkpoint and running again is the same run", () => {
  const straight = bootMini(BUSY);
  straight.run();
  const end = fingerprint(straight.machine);
  const mini = bootMini(BUSY);
  const store = new ChunkStore({ same: sameBytes, slab: () => new ArrayBuffer(SLAB_BYTES) });
  const points = [0, 1, 40, 90].map((dispatches) => {
    while (mini.machine.state.dispatches < dispatches) mini.machine.dispatch();
    return { print: fingerprint(mini.machine), checkpoint: takeCheckpoint(mini.machine, store) };
  });
  mini.run();
  expect(fingerprint(mini.machine)).toBe(end);
  for (const index of [2, 0, 3, 1]) {
    const { print, checkpoint } = points[index]!;
    restoreCheckpoint(mini.machine, checkpoint, store);
    expect(fingerprint(mini.machine)).toBe(print);
    mini.run();
    expect(fingerprint(mini.machine)).toBe(end);
  }
});

test("another seed is another run", () => {
  const one = bootMini(BUSY, 2, 1);
  const other = bootMini(BUSY, 2, 2);
  one.run();
  other.run();
  expect(fingerprint(one.machine)).not.toBe(fingerprint(other.machine));
});

// Once, run time was accounted for at a stop, and a wake-up within the same dispatch read it.
test("stopping at every statement changes nothing, wake-ups within a dispatch included", () => {
  const model = `
    const a: task = { thread: -1, comm: "a" };
    const b: task = { thread: -1, comm: "b" };
    function waits(rounds: number): void {
      for (let i = 0; i < rounds; i++) {
        schedule("ping");
        charge(1000);
      }
    }
    function wakes(rounds: number): void {
      for (let i = 0; i < rounds; i++) {
        charge(5000000);
        wake_up_process(a);
        charge(700);
        schedule_timeout(100, "pause");
      }
    }
    function main(): void {
      spawn(a, 0, { handler: waits, data: 5 });
      spawn(b, 0, { handler: wakes, data: 8 });
    }`;
  const straight = bootMini(model, 1);
  straight.run();
  const stopped = bootMini(model, 1);
  const { armed, bodyOf } = stopped.machine.hooks;
  for (const site of stopped.machine.debug.sites)
    if (site?.kind === "statement") armed[site.id] = ARMED;
  bodyOf.fill(BODY_STEP);
  stopped.run();
  expect(stopped.machine.state.dispatches).toBe(straight.machine.state.dispatches);
  expect(fingerprint(stopped.machine)).toBe(fingerprint(straight.machine));
});
