import fc from "fast-check";
import { expect, test } from "vitest";
import { createEventQueue, earliest, pendingEvents, popEvent, pushIrq, pushWake } from "./event-queue.ts";

test("events come out by time, equal times in order of queueing", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 200 }), (times) => {
      const queue = createEventQueue();
      times.forEach((at, index) => pushWake(queue, at, index, 1));
      const sorted = times.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at || a.index - b.index);
      expect(pendingEvents(queue).map((event) => event.target)).toEqual(sorted.map(({ index }) => index));
      for (const { at, index } of sorted) {
        expect(earliest(queue)).toBe(at);
        expect(queue.target[popEvent(queue)]).toBe(index);
      }
      expect(earliest(queue)).toBe(Infinity);
    }),
  );
});

test("an interrupt keeps its action, a wake has none", () => {
  const queue = createEventQueue();
  const action = { handler: () => {}, data: 7 };
  pushIrq(queue, 5, 1, action);
  pushWake(queue, 3, 2, 9);
  expect(pendingEvents(queue)).toEqual([
    { at: 3, kind: "wake", target: 2, token: 9, action: null },
    { at: 5, kind: "irq", target: 1, token: 0, action },
  ]);
});

test("more events than the queue holds is a mistake that names the time", () => {
  const queue = createEventQueue();
  for (let i = 0; i < 4096; i++) pushWake(queue, i, 0, 0);
  expect(() => pushWake(queue, 77, 0, 0)).toThrow(/4096 events are pending at 77 ns/);
});
