/** What is done for a step back before anybody asks: it makes that short, and leaves no other trace. */
import { expect, test, vi } from "vitest";
import { Machine } from "../../src/machine/machine.ts";
import type { Session } from "../../src/session/session.ts";
import type { Mark } from "../../src/session/types.ts";
import { inFunction, open, stack, stopIn, topFrame } from "./small-guest.ts";

/** How many dispatches were run, or run in part, meanwhile. */
async function dispatchesOf(work: () => Promise<unknown>): Promise<number> {
  const seen = new Set<number>();
  const { dispatch } = Machine.prototype;
  const spy = vi.spyOn(Machine.prototype, "dispatch").mockImplementation(function (this: Machine) {
    seen.add(this.state.dispatches);
    return dispatch.call(this);
  });
  await work();
  spy.mockRestore();
  return seen.size;
}

async function stepBack(session: Session): Promise<{ mark: Mark; print: string }> {
  await session.execute("stepBack");
  return { mark: await session.mark(), print: session.fingerprint() };
}

test.each(["leak_balloon", "update_balloon_size_func", "virtio_balloon_oom_notify"])(
  "a prepared step back from %s ends where any other does, after a dispatch or two",
  async (name) => {
    const plain = open();
    await stopIn(plain, name);
    const expected = await stepBack(plain);
    const session = open();
    const stop = await stopIn(session, name);
    const before = { print: session.fingerprint(), stack: stack(session, stop) };
    const frame = topFrame(session);
    const locals = session.scopes(frame)[0]!;
    // References that the client holds, and what is behind them.
    const shown = session.children(locals.ref, 0, 99).filter(({ ref }) => ref > 0);
    const behind = (): string[] =>
      shown.flatMap(({ ref }) => session.children(ref, 0, 99).map((each) => each.value));
    const values = behind();
    await session.prepare();
    expect(session.fingerprint()).toBe(before.print);
    expect(stack(session, stop)).toEqual(before.stack);
    expect(session.stop).toEqual(stop);
    expect(behind()).toEqual(values);
    expect(await dispatchesOf(() => session.prepare())).toBe(0);
    expect(await dispatchesOf(() => session.execute("stepBack"))).toBeLessThanOrEqual(2);
    expect(await session.mark()).toEqual(expected.mark);
    expect(session.fingerprint()).toBe(expected.print);
  },
);

test("a pause between two dispatches can be prepared for, too", async () => {
  const session = open();
  const running = session.execute("continue");
  session.pause();
  await running;
  await session.seek({ kind: "time", time: session.time() + 1_000_000 });
  const print = session.fingerprint();
  const mark = await session.mark();
  expect(mark.statement).toBe(0);
  await session.prepare();
  expect(session.fingerprint()).toBe(print);
  const prepared = await stepBack(session);
  await session.seek(mark);
  expect(session.fingerprint()).toBe(print);
  const plain = open();
  await plain.seek(mark);
  await plain.execute("stepBack", session.stop!.thread);
  expect(await plain.mark()).toEqual(prepared.mark);
  expect(plain.fingerprint()).toBe(prepared.print);
});

test("given up, it leaves everything as it was", async () => {
  const session = open();
  await stopIn(session, "virtio_balloon_oom_notify");
  const print = session.fingerprint();
  const preparing = session.prepare();
  expect(session.running).toBe(true);
  session.pause();
  await preparing;
  expect(session.running).toBe(false);
  expect(session.fingerprint()).toBe(print);
  const plain = open();
  await stopIn(plain, "virtio_balloon_oom_notify");
  expect(await stepBack(session)).toEqual(await stepBack(plain));
});

test("what was found does not outlive an edit, and hits are counted as if nothing had been run", async () => {
  const session = open();
  const seventh = inFunction("tell_host", { hitCondition: "% 7" });
  session.setFunctionBreakpoints([seventh]);
  const plain = open();
  plain.setFunctionBreakpoints([seventh]);
  for (let i = 0; i < 3; i++) {
    const stop = await session.execute("continue");
    await session.prepare();
    expect(stop).toEqual(await plain.execute("continue"));
  }
  const frame = topFrame(session);
  expect((await session.setExpression("vq->num_free", "vq->num_free - 1", frame)).error).toBeNull();
  const edited = session.fingerprint();
  await stepBack(session);
  await session.execute("next");
  expect(session.fingerprint()).toBe(edited);
});
