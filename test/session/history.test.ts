/** Which checkpoints a history keeps, and when it takes them. */
import { expect, test } from "vitest";
import { fingerprint } from "../../src/machine/fingerprint.ts";
import type { Machine } from "../../src/machine/machine.ts";
import { History, type HistoryOptions } from "../../src/session/history.ts";
import { bootMini } from "../machine/mini.ts";

const STATE_BYTES = 2 << 20;
const MODEL = `
  const cells = new Uint32Array(${STATE_BYTES / 4});
  const a: task = { thread: -1, comm: "a" };
  function works(seed: number): void {
    for (let i = 0; i < 100; i++) {
      cells[random(seed, 1 << 19)] += 1;
      schedule_timeout(1000, "pause");
    }
  }
  function main(): void {
    cells.fill(7);
    spawn(a, 0, { handler: works, data: 1 });
  }`;

const NOTHING = { edits: [], hits: new Map<number, number>() };

function createHistory(options: Partial<HistoryOptions>): {
  machine: Machine;
  history: History;
} {
  const { machine } = bootMini(MODEL);
  const still = (): number => 0;
  const budgetBytes = 1 << 28;
  return {
    machine,
    history: new History(machine, { budgetBytes, clock: still, workClock: still, ...options }),
  };
}

test("checkpoints share what has not changed, and stay within the budget", async () => {
  const budgetBytes = 2 * STATE_BYTES;
  const { machine, history } = createHistory({ budgetBytes });
  const prints = new Map<number, string>();
  for (let i = 0; i < 60; i++) {
    machine.dispatch();
    history.take(NOTHING);
    prints.set(machine.state.dispatches, fingerprint(machine));
    expect(history.bytes).toBeLessThanOrEqual(budgetBytes);
  }
  // Two full copies would fill the budget.
  expect(history.length).toBeGreaterThan(5);
  const last = machine.state.dispatches;
  for (let dispatch = last; dispatch > 0; dispatch -= 7) {
    history.restoreAtOrBefore(dispatch, () => true);
    const at = machine.state.dispatches;
    expect(at).toBeLessThanOrEqual(dispatch);
    if (at > 0) expect(fingerprint(machine)).toBe(prints.get(at));
  }
});

test("while memory is dear, the least useful checkpoint makes room for the next", () => {
  let ms = 0;
  // Each look at the clock takes time, so getting memory does, and nothing else was done.
  const { machine, history } = createHistory({ workClock: () => ms++ });
  for (let i = 0; i < 60; i++) {
    machine.dispatch();
    history.take(NOTHING);
  }
  expect(history.length).toBeLessThan(8);
  ms += 1e6;
  for (let i = 0; i < 30; i++) {
    machine.dispatch();
    history.take(NOTHING);
  }
  expect(history.length).toBeGreaterThan(16);
});

test("time in which nothing was done brings no checkpoint nearer", () => {
  let time = 0;
  let work = 0;
  const { history } = createHistory({ clock: () => time, workClock: () => work });
  const isDue = (): boolean => {
    for (let i = 0; i < 15; i++) expect(history.due()).toBe(false);
    return history.due();
  };
  time += 1000;
  work += 10;
  expect(isDue()).toBe(false);
  time += 1000;
  work += 1000;
  expect(isDue()).toBe(true);
  history.take(NOTHING);
});
