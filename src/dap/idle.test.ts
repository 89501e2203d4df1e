import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Idle } from "./idle.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Work that lasts until it is given up, or until `finish`. */
function created(mayWork = () => true) {
  const log: string[] = [];
  let finish = (): void => {};
  const idle = new Idle({
    mayWork,
    work: () => {
      log.push("begins");
      return new Promise<void>((resolve) => (finish = resolve));
    },
    giveUp: () => {
      log.push("is given up");
      finish();
    },
  });
  return { idle, log, finish: () => finish() };
}

it("begins when nothing has come for a while", () => {
  const { idle, log } = created();
  expect(idle.rouse()).toBeNull();
  vi.advanceTimersByTime(60);
  expect(idle.rouse()).toBeNull();
  vi.advanceTimersByTime(60);
  expect(log).toEqual([]);
  vi.advanceTimersByTime(60);
  expect(log).toEqual(["begins"]);
});

it("is given up when something comes, which waits until that is done", async () => {
  const { idle, log } = created();
  void idle.rouse();
  vi.advanceTimersByTime(200);
  await idle.rouse();
  expect(log).toEqual(["begins", "is given up"]);
  expect(idle.rouse()).toBeNull();
});

it("is done once for each time that something came", async () => {
  const { idle, log, finish } = created();
  void idle.rouse();
  vi.advanceTimersByTime(200);
  finish();
  await vi.advanceTimersByTimeAsync(1000);
  expect(log).toEqual(["begins"]);
  expect(idle.rouse()).toBeNull();
  vi.advanceTimersByTime(200);
  expect(log).toEqual(["begins", "begins"]);
});

it("does nothing where nothing may be done, and nothing after its end", async () => {
  const { idle, log } = created(() => false);
  void idle.rouse();
  vi.advanceTimersByTime(200);
  const other = created();
  void other.idle.rouse();
  await other.idle.end();
  vi.advanceTimersByTime(200);
  expect([...log, ...other.log]).toEqual([]);
});
