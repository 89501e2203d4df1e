/** The way back, statement by statement: over calls that took long, and past recorded edits. */
import { expect, test } from "vitest";
import type { Mark } from "../../src/session/types.ts";
import { open, stack, stopIn, topFrame } from "./small-guest.ts";

test("steps back undo steps over calls that ran for many dispatches", async () => {
  const session = open();
  const stop = await stopIn(session, "update_balloon_size_func");
  const depth = stack(session, stop).length;
  const seen: { mark: Mark; print: string }[] = [];
  while (session.stop!.reason.kind !== "end" && stack(session, session.stop!).length === depth) {
    seen.push({ mark: await session.mark(), print: session.fingerprint() });
    await session.execute("next", stop.thread);
  }
  const spans = seen.map(({ mark }, i) => mark.dispatch - (seen[i - 1] ?? seen[0]!).mark.dispatch);
  expect(Math.max(...spans)).toBeGreaterThan(5);
  await session.seek(seen.at(-1)!.mark);
  for (const { mark, print } of seen.slice(0, -1).toReversed()) {
    await session.execute("stepBack", stop.thread);
    expect(await session.mark()).toEqual(mark);
    expect(session.fingerprint()).toBe(print);
  }
});

test("steps in a dispatch that holds an edit stop where they did before it was there", async () => {
  const session = open();
  const { thread } = await stopIn(session, "tell_host");
  const marks: Mark[] = [await session.mark()];
  for (let i = 0; i < 4; i++) {
    await session.execute("stepIn", thread);
    marks.push(await session.mark());
  }
  // A value set to what it is: recorded, but without an effect.
  const edit = await session.setExpression("vq->num_free", "vq->num_free", topFrame(session));
  expect(edit.error).toBeNull();
  await session.execute("stepIn", thread);
  await session.seek(marks[0]!);
  for (const mark of marks.slice(1)) {
    await session.execute("stepIn", thread);
    expect(await session.mark()).toEqual(mark);
  }
});

test("what was seen of a dispatch does not outlive an edit in it", async () => {
  const session = open();
  const { thread } = await stopIn(session, "fill_balloon");
  const frame = topFrame(session);
  for (let i = 0; i < 3; i++) await session.execute("next", thread);
  const here = await session.mark();
  await session.execute("stepBack", thread);
  const mark = await session.mark();
  expect(mark.dispatch).toBe(here.dispatch);
  const stopped = session.stack(thread, 0, 1).frames[0]!;
  expect(stopped.id).not.toBe(frame);
  // In the past: a branch, on which the rest of the dispatch is another one.
  const targets = session.gotoTargets(thread, stopped.place.file, stopped.place.line + 1);
  await session.goto(thread, targets.at(-1)!.id);
  expect(session.branch).toBe(1);
  await session.execute("next", thread);
  const next = await session.mark();
  await session.execute("next", thread);
  await session.execute("stepBack", thread);
  expect(await session.mark()).toEqual(next);
});
