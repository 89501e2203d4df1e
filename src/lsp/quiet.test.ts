import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Quiet } from "./quiet.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("work waits for a pause of 200 ms, and only the last is done", () => {
  const done: string[] = [];
  const quiet = new Quiet();
  quiet.soon("a", () => done.push("a1"));
  vi.advanceTimersByTime(150);
  quiet.soon("a", () => done.push("a2"));
  quiet.soon("b", () => done.push("b1"));
  vi.advanceTimersByTime(199);
  expect(done).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(done).toEqual(["a2", "b1"]);
});

test("what is forgotten is not done", () => {
  const done: string[] = [];
  const quiet = new Quiet();
  quiet.soon("a", () => done.push("a"));
  quiet.soon("b", () => done.push("b"));
  quiet.soon("c", () => done.push("c"));
  quiet.forget("a");
  vi.advanceTimersByTime(100);
  quiet.forgetAll();
  vi.advanceTimersByTime(1000);
  expect(done).toEqual([]);
});
