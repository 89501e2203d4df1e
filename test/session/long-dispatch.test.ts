/** A dispatch that takes long is run in slices: pauses are heard in it, and stops are what they were. */
import { expect, test } from "vitest";
import { bench, type Bench } from "./mini-runner.ts";

/** Its loop takes so many rounds, one of them in `turn`; the first dispatch may take its time. */
function model(rounds: string): string {
  return `const cells = new Int32Array(2);
    function turn(): void {
      cells[0] += 1;
    }
    function main(): void {
      schedule_timeout(1000, "pause");
      cells[1] = ${rounds};
      while (cells[1] !== 0) {
        cells[1] -= 1;
        if (cells[1] === 3) turn();
      }
    }`;
}

/** Every look at this clock takes a millisecond. */
function ticking(onYield = (): void => {}): { clock: () => number; onYield: () => void } {
  let ms = 0;
  return { clock: () => ms++, onYield };
}

const ENDLESS = model("-1");
const LONG = model("1 << 21");

test("a pause is heard in a loop without end", async () => {
  let turns = 0;
  const session: Bench = bench(
    ENDLESS,
    [],
    () => true,
    ticking(() => {
      if (++turns === 3) session.runner.pause();
    }),
  );
  const { reason, thread } = await session.runner.continue();
  expect(reason.kind).toBe("pause");
  expect(session.at()).toBe("main");
  const mark = await session.runner.mark();
  const print = session.print();
  await session.runner.stepBack(thread);
  expect((await session.runner.mark()).statement).toBeLessThan(mark.statement);
  await session.runner.seek(mark);
  expect(session.print()).toBe(print);
});

test("when nobody pauses, the loop is found to have no end", async () => {
  const quick = bench(ENDLESS, []);
  await quick.runner.continue();
  const { runner, print } = bench(ENDLESS, [], () => true, ticking());
  expect((await runner.continue()).reason.kind).toBe("endless");
  expect(print()).toBe(quick.print());
});

test("what only takes long ends as it does at once, and stops where it does", async () => {
  const quick = bench(LONG, ["turn"]);
  await quick.runner.continue();
  let turns = 0;
  const slow = bench(
    LONG,
    ["turn"],
    () => true,
    ticking(() => void turns++),
  );
  expect((await slow.runner.continue()).reason.kind).toBe("breakpoint");
  expect(turns).toBeGreaterThan(10);
  expect(slow.at()).toBe("turn");
  expect(await slow.runner.mark()).toEqual(await quick.runner.mark());
  expect(slow.print()).toBe(quick.print());
  await quick.runner.continue();
  expect((await slow.runner.continue()).reason.kind).toBe("end");
  expect(slow.print()).toBe(quick.print());
});
