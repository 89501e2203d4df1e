import fc from "fast-check";
import { expect, test } from "vitest";
import {
  cancelEvent,
  createEventQueue,
  earliest,
  pendingEvents,
  popEvent,
  pushIrq,
  pushWake,
} from "./event-queue.ts";

test("events come out by time, equal times in order of queueing", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 200 }), (times) => {
      const queue = createEventQueue();
      times.forEach((at, index) => pushWake(queue, at, index));
      const sorted = times
        .map((at, index) => ({ at, index }))
        .sort((a, b) => a.at - b.at || a.index - b.index);
      expect(pendingEvents(queue).map((event) => event.target)).toEqual(
        sorted.map(({ index }) => index),
      );
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
  pushWake(queue, 3, 2);
  expect(pendingEvents(queue)).toEqual([
    { at: 3, kind: "wake", target: 2, action: null },
    { at: 5, kind: "irq", target: 1, action },
  ]);
});

test("more events than the queue holds is a mistake that names the time", () => {
  const queue = createEventQueue();
  for (let i = 0; i < 4096; i++) pushWake(queue, i, 0);
  expect(() => pushWake(queue, 77, 0)).toThrow(/4096 events are pending at 77 ns/);
});

test("a cancelled event does not happen, and the others keep their order", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.boolean()), { maxLength: 100 }), (events) => {
      const queue = createEventQueue();
      const slots = events.map(([at], index) => pushWake(queue, at, index));
      events.forEach(([, cancelled], index) => {
        if (cancelled) cancelEvent(queue, slots[index]!);
      });
      const left = events
        .map(([at, cancelled], index) => ({ at, cancelled, index }))
        .filter(({ cancelled }) => !cancelled)
        .sort((a, b) => a.at - b.at || a.index - b.index);
      expect(left.map(() => queue.target[popEvent(queue)])).toEqual(left.map(({ index }) => index));
      expect(() => popEvent(queue)).toThrow(/empty/);
    }),
  );
});
