/** A guest that panics: the run has an end that says so, and all of it can still be looked at. */
import { expect, test } from "vitest";
import type { Session } from "../../src/session/session.ts";
import { inFunction, open } from "./small-guest.ts";

const TEXT = `name: nobody to kill
guest: { memory: 128MiB, cpus: 2, kernel: v5.7, thp: never }
device: { features: [stats-vq, deflate-on-oom] }
costs: hardware
timeline:
  - balloon: 20MiB
  - wait: 100ms
  - run: memhog 300MiB --oom-score-adj -1000
    name: immortal
  - wait: 10s
expect:
  - oom_kill == 0
`;

const PANIC = "Kernel panic - not syncing: System is deadlocked on memory";

function opened(): Session {
  return open({ text: TEXT });
}

const value = (session: Session, expression: string): string | undefined =>
  session.evaluate(expression, null).value?.value;

test("a guest with nobody to kill stops at its panic, called by its name", async () => {
  const session = opened();
  session.setExceptionFilters(["invariant"]);
  const { reason, thread } = await session.execute("continue");
  expect(reason).toMatchObject({ kind: "exception", text: PANIC });
  const frames = session.stack(thread, 0, 99).frames.map(({ name }) => name);
  expect(frames.slice(0, 3)).toEqual(["panic", "out_of_memory", "__alloc_pages_may_oom"]);
  expect(frames.at(-1)).toBe("run: memhog 300MiB --oom-score-adj -1000");
});

test("without the filter the run ends there, and its result says why", async () => {
  const session = opened();
  const { reason } = await session.execute("continue");
  expect(reason.kind).toBe("end");
  const { bug, timeline, expect: expectations } = session.result();
  expect(bug).toBe(PANIC);
  expect(timeline.at(-1)).toMatchObject({ text: "wait: 10s", outcome: "running", end: null });
  expect(expectations).toMatchObject([{ pass: true, actual: "oom_kill = 0" }]);
});

test("after the panic everything can be looked at, and the way there gone back", async () => {
  const session = opened();
  const end = await session.execute("continue");
  const panicked = session.fingerprint();
  expect(session.threads().map(({ name }) => name)).toContain("immortal");
  expect(value(session, "oom_kill")).toBe("0");
  // The balloon was asked first, and had given back all it had.
  expect(value(session, "balloon_deflate == balloon_inflate && balloon_inflate > 0")).toBe("true");
  // Nothing comes after it.
  expect((await session.execute("continue")).time).toBe(end.time);
  expect(session.fingerprint()).toBe(panicked);
  session.setFunctionBreakpoints([inFunction("virtio_balloon_oom_notify")]);
  const back = await session.execute("reverseContinue");
  expect(back.reason.kind).toBe("breakpoint");
  expect(session.fingerprint()).not.toBe(panicked);
  session.setFunctionBreakpoints([]);
  await session.execute("continue");
  expect(session.fingerprint()).toBe(panicked);
});
