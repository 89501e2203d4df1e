/** A loop without end within one dispatch: the run stops in it, and can be helped out of it. */
import { expect, test } from "vitest";
import type { Session } from "../../src/session/session.ts";
import { number, open, stack, stopIn, topFrame } from "./small-guest.ts";

const DETACH = "detach_buf_split";
const HALVES = 8;
const FLAGS = 6;
const NEXT = 7;
const VRING_DESC_F_NEXT = 1;

async function set(session: Session, frame: number, half: number, value: number): Promise<void> {
  const head = number(session, "head", frame);
  const place = `vq->vring.mem[${HALVES * head + half}]`;
  const outcome = await session.setExpression(place, String(value), frame);
  expect(outcome).toMatchObject({ error: null });
}

test("the run stops in the loop, and goes on when it is helped out", async () => {
  const session = open();
  await stopIn(session, DETACH);
  // A descriptor whose chain leads back to it.
  const frame = topFrame(session);
  await set(session, frame, NEXT, number(session, "head", frame));
  await set(session, frame, FLAGS, VRING_DESC_F_NEXT);

  const stop = await session.execute("continue");
  expect(stop.reason.kind === "endless" ? stop.reason.text : stop.reason.kind).toMatch(
    /^.+ \(thread \d+\) is in a loop without end, at 0\.\d+ s\.$/,
  );
  expect(stack(session, stop)).toContain(DETACH);
  const mark = await session.mark();
  const print = session.fingerprint();

  await session.execute("reverseStepIn");
  await session.seek(mark);
  expect(session.fingerprint()).toBe(print);
  // Once more round and round.
  expect((await session.execute("continue")).reason.kind).toBe("endless");

  const { frames } = session.stack(session.stop!.thread, 0, 99);
  await set(session, frames.find(({ name }) => name === DETACH)!.id, FLAGS, 0);
  const { reason } = await session.execute("stepOut");
  expect(reason.kind).toBe("step");
  expect(stack(session, session.stop!)).not.toContain(DETACH);
});
