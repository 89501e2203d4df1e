/** A loop without end within one dispatch: the run stops in it, and can be helped out of it. */
import { expect, test } from "vitest";
import type { Session } from "../../src/session/session.ts";
import { number, open, stack, stopIn, topFrame } from "./small-guest.ts";

const SCAN = "virtio_balloon_shrinker_scan";

/**
 * The shrinker takes pages out of the balloon while `num_pages` says that there are some. With a
 * number that is too large it goes on when there are none, as in Linux.
 */
async function misled(): Promise<Session> {
  const session = open({ kernel: "v5.5" });
  await stopIn(session, SCAN);
  await session.execute("next");
  await set(session, topFrame(session), {
    "sc->nr_to_scan": "1000000",
    "vb->num_pages": "2000000",
  });
  return session;
}

async function set(
  session: Session,
  frame: number,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [place, value] of Object.entries(values)) {
    expect(await session.setExpression(place, value, frame)).toMatchObject({ error: null });
  }
}

test("the run stops in the loop, and goes on when it is helped out", async () => {
  const session = await misled();
  const stop = await session.execute("continue");
  expect(stop.reason.kind === "endless" && stop.reason.text).toMatch(
    /^memhog \(thread \d+\) is in a loop without end, at 0\.\d+ s\.$/,
  );
  expect(stack(session, stop)).toContain(SCAN);
  const mark = await session.mark();
  const print = session.fingerprint();

  await session.execute("reverseStepIn");
  await session.seek(mark);
  expect(session.fingerprint()).toBe(print);
  // Once more round and round.
  expect((await session.execute("continue")).reason.kind).toBe("endless");

  const frames = session.stack(session.stop!.thread, 0, 99).frames;
  const scan = frames.find(({ name }) => name === SCAN)!.id;
  await set(session, scan, { pages_freed: "1000000", "vb->num_pages": "0" });
  expect((await session.execute("continue")).reason.kind).toBe("end");
  expect(number(session, "balloon_deflate")).toBeGreaterThan(0);
});
