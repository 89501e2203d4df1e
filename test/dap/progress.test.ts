import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { RunProgress } from "../../src/dap/progress.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function started(direction: "back" | "forward" = "back") {
  const events: [string, unknown][] = [];
  const emit = (event: string, body: unknown) => void events.push([event, body]);
  const progress = new RunProgress({ direction, title: "Going back", emit });
  return { progress, events, names: () => events.map(([name]) => name) };
}

it("shows nothing for a way back that is short", () => {
  const { progress, names } = started();
  vi.advanceTimersByTime(499);
  progress.update(0.5, () => "half");
  progress.end();
  vi.advanceTimersByTime(1000);
  expect(names()).toEqual([]);
});

it("shows a long one until it ends, and ends once", () => {
  const { progress, names } = started();
  vi.advanceTimersByTime(501);
  progress.end();
  progress.end();
  expect(names()).toEqual(["progressStart", "progressEnd"]);
});

it("is more patient with a run forward", () => {
  const { names } = started("forward");
  vi.advanceTimersByTime(1999);
  expect(names()).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(names()).toEqual(["progressStart"]);
});

it("tells how far it is, ten times a second at most", () => {
  const { progress, events } = started();
  vi.advanceTimersByTime(501);
  progress.update(0.25, () => "a quarter");
  progress.update(0.26, () => "a bit more");
  vi.advanceTimersByTime(101);
  progress.update(null, () => "nobody knows");
  const { id } = progress;
  expect(events).toEqual([
    ["progressStart", { progressId: id, title: "Going back", cancellable: true }],
    ["progressUpdate", { progressId: id, message: "a quarter", percentage: 25 }],
    ["progressUpdate", { progressId: id, message: "nobody knows" }],
  ]);
});
