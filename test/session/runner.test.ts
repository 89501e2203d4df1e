/** Stepping and time travel over a machine of a few lines, where every place is known. */
import { expect, test, vi } from "vitest";
import type { Thread } from "../../src/machine/thread.ts";
import type { Runner } from "../../src/session/runner.ts";
import { bench } from "./mini-runner.ts";

const MODEL = `const worker: task = { thread: -1, comm: "worker" };
const other: task = { thread: -1, comm: "other" };
let total = 0;
function leaf(n: number): number {
  const twice = n * 2;
  return twice + 1;
}
function middle(n: number): number {
  let sum = leaf(n);
  sum += leaf(n + 1);
  return sum;
}
function works(rounds: number): void {
  for (let i = 0; i < rounds; i++) {
    total += middle(i);
    schedule_timeout(1000, "pause");
  }
}
function idles(rounds: number): void {
  for (let i = 0; i < rounds; i++) {
    total += leaf(100);
    schedule_timeout(300, "pause");
  }
}
function main(): void {
  spawn(worker, 0, { handler: works, data: 4 });
  spawn(other, 1, { handler: idles, data: 12 });
}`;

const isWorker = (thread: Thread): boolean => thread.task.comm === "worker";

test("next stays in the function, step in enters calls, step out leaves them", async () => {
  const { runner, at } = bench(MODEL, ["middle"], isWorker);
  const { thread } = await runner.continue();
  expect(at()).toBe("middle n=0");
  await runner.step("next", thread);
  expect(at()).toBe("middle n=0 sum=1");
  await runner.step("stepIn", thread);
  expect(at()).toBe("leaf n=1");
  await runner.step("next", thread);
  expect(at()).toBe("leaf n=1 twice=2");
  await runner.step("stepOut", thread);
  expect(at()).toBe("middle n=0 sum=4");
  await runner.step("stepOut", thread);
  expect(at()).toBe("works rounds=4 i=0");
});

test("a step over a sleep waits for this thread, whatever others do", async () => {
  const { runner, at, machine } = bench(MODEL, ["middle"], isWorker);
  const { thread } = await runner.continue();
  await runner.step("stepOut", thread);
  const stop = await runner.step("next", thread);
  expect(at()).toMatch(/^works rounds=4 i=[01]/);
  expect(stop.thread).toBe(thread);
  expect(machine.now()).toBeGreaterThanOrEqual(1000);
});

test("step back undoes steps over, one statement at a time, and leaves a function by its caller", async () => {
  const { runner, at } = bench(MODEL, ["leaf"], isWorker);
  const { thread } = await runner.continue();
  await runner.step("next", thread);
  await runner.step("next", thread);
  expect(at()).toBe("middle n=0 sum=1");
  const places: string[] = [];
  for (let i = 0; i < 4; i++) {
    await runner.stepBack(thread);
    places.push(at());
  }
  // The test of the loop is a statement of its own.
  const caller = "works rounds=4 i=0";
  expect(places).toEqual(["middle n=0", caller, caller, "works rounds=4"]);
});

test("back to the beginning of a thread there is nothing before", async () => {
  const { runner, at } = bench(MODEL, ["works"]);
  const { thread } = await runner.continue();
  expect(at()).toBe("works rounds=4");
  const stop = await runner.stepBack(thread);
  expect(stop.reason.kind).toBe("start");
});

test("going back over other dispatches of the same thread finds its last statement there", async () => {
  const { runner, at } = bench(
    MODEL,
    ["middle"],
    (thread) => isWorker(thread) && thread.frames.at(-1)![1] === 2,
  );
  const { thread } = await runner.continue();
  expect(at()).toBe("middle n=2");
  const places: string[] = [];
  for (let i = 0; i < 4; i++) {
    await runner.stepBack(thread);
    places.push(at(thread));
  }
  expect(places[0]).toBe("works rounds=4 i=2");
  expect(places).toContain("works rounds=4 i=1");
});

/** One dispatch of thousands of statements, in which a function stands at many depths. */
const LONG = `let total = 0;
function last(n: number): void {
  total += n;
}
function down(n: number): void {
  if (n > 0) down(n - 1);
  last(n);
}
function main(): void {
  for (let i = 0; i < 5000; i++) total += i;
  down(300);
}`;

test("a step back passes over the same function at other depths, however often it ran", async () => {
  const { runner, at } = bench(LONG, ["last"], (thread) => thread.frames.at(-1)![1] === 300);
  const { thread } = await runner.continue();
  expect(at()).toBe("last n=300");
  const places: string[] = [];
  for (let i = 0; i < 4; i++) {
    await runner.stepBack(thread);
    places.push(at());
  }
  expect(places).toEqual(["down n=300", "down n=300", "down n=300", "main"]);
});

test("where a step back ends is found without stopping at each statement of a long loop", async () => {
  const { runner, at, machine } = bench(LONG, ["down"]);
  const { thread } = await runner.continue();
  const dispatch = vi.spyOn(machine, "dispatch");
  for (const place of ["main", "main i=5000", "main i=4999"]) {
    await runner.stepBack(thread);
    expect(at()).toBe(place);
  }
  expect(dispatch.mock.calls.length).toBeLessThan(150);
});

test("what is far back in a dispatch is found, too", async () => {
  const { runner, at } = bench(
    `let total = 0;
    function spin(): void {
      for (let i = 0; i < 150000; i++) total += i;
    }
    function end(): void {
      total = 0;
    }
    function main(): void {
      const first = 1;
      spin();
      end();
    }`,
    ["end"],
  );
  const { thread } = await runner.continue();
  const marks: number[] = [];
  for (let i = 0; i < 3; i++) {
    await runner.stepBack(thread);
    marks.push((await runner.mark()).statement);
  }
  expect(at()).toBe("main");
  expect(marks[0]).toBeGreaterThan(1 << 18);
  expect(marks.slice(1)).toEqual([2, 1]);
});

test("the first way back leaves checkpoints near its end, so that the next ones are short", async () => {
  const { runner, at, machine } = bench(
    `const worker: task = { thread: -1, comm: "worker" };
    let total = 0;
    function end(): void {
      total = 0;
    }
    function works(rounds: number): void {
      for (let i = 0; i < rounds; i++) schedule_timeout(1000, "pause");
      end();
    }
    function main(): void {
      spawn(worker, 0, { handler: works, data: 1000 });
    }`,
    ["end"],
  );
  const { thread } = await runner.continue();
  await runner.stepBack(thread);
  expect(at()).toBe("works rounds=1000");
  const dispatch = vi.spyOn(machine, "dispatch");
  for (const round of [1000, 999, 999, 998]) {
    await runner.stepBack(thread);
    expect(at(thread)).toBe(`works rounds=1000 i=${round}`);
  }
  expect(dispatch.mock.calls.length).toBeLessThan(300);
});

test("reverse continue meets the same stops in reverse, then the start", async () => {
  const { runner, at, print } = bench(MODEL, ["middle"]);
  const seen: string[] = [];
  for (let i = 0; i < 4; i++) {
    await runner.continue();
    seen.push(`${at()} ${print()}`);
  }
  for (const place of seen.slice(0, -1).reverse()) {
    expect((await runner.reverseContinue()).reason.kind).toBe("breakpoint");
    expect(`${at()} ${print()}`).toBe(place);
  }
  expect((await runner.reverseContinue()).reason.kind).toBe("start");
});

test("every statement of a run has a mark that leads back to it", async () => {
  const { runner, print, thread } = bench(MODEL, ["works"]);
  await runner.continue();
  const worker = thread("worker");
  const seen: { mark: Awaited<ReturnType<Runner["mark"]>>; print: string }[] = [];
  for (let i = 0; i < 25; i++) {
    await runner.step(i % 3 === 0 ? "next" : "stepIn", worker);
    seen.push({ mark: await runner.mark(), print: print() });
  }
  for (const index of [24, 0, 13, 7, 20, 3]) {
    await runner.seek(seen[index]!.mark);
    expect(print()).toBe(seen[index]!.print);
    expect(await runner.mark()).toEqual(seen[index]!.mark);
  }
  const order = seen.map(({ mark }) => mark.dispatch * 1e6 + mark.statement);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});
