import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { GoingBackProgress } from "../../src/dap/progress.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function started() {
  const events: string[] = [];
  return { progress: new GoingBackProgress((event) => events.push(event)), events };
}

it("shows nothing for a way back that is short", () => {
  const { progress, events } = started();
  vi.advanceTimersByTime(499);
  progress.end();
  vi.advanceTimersByTime(1000);
  expect(events).toEqual([]);
});

it("shows a long one until it ends, and ends once", () => {
  const { progress, events } = started();
  vi.advanceTimersByTime(501);
  progress.end();
  progress.end();
  expect(events).toEqual(["progressStart", "progressEnd"]);
});
