/** An edit that leaves the guest a pointer to nothing: it oopses, and the session goes on. */
import { expect, test } from "vitest";
import type { Session } from "../../src/session/session.ts";
import type { Stop } from "../../src/session/types.ts";
import { open, stack, stopIn, topFrame } from "./small-guest.ts";

/** Jumps over the statement that gives `vb` its value, in the balloon's work. */
async function withoutVb(session: Session): Promise<Stop> {
  const stop = await stopIn(session, "update_balloon_size_func");
  const { place } = session.stack(stop.thread, 0, 1).frames[0]!;
  const [target] = session.gotoTargets(stop.thread, place.file, place.line + 1);
  return session.goto(stop.thread, target!.id);
}

test("a NULL pointer is an oops where it is met, with a report as a kernel prints it", async () => {
  const session = open();
  await withoutVb(session);
  const { reason, ...stop } = await session.execute("continue");
  if (reason.kind !== "oops") throw new Error(reason.kind);
  expect(reason.text).toMatch(/^BUG: kernel NULL pointer dereference: reading \w+ of NULL$/);
  const lines = reason.details.split("\n");
  expect(lines.slice(0, 4)).toEqual([
    "BUG: kernel NULL pointer dereference, address: 0000000000000000",
    "#PF: supervisor read access in kernel mode",
    "#PF: error_code(0x0000) - not-present page",
    "Oops: 0000 [#1] SMP",
  ]);
  expect(lines[4]).toMatch(/^CPU: \d PID: \d+ Comm: kworker\S* Not tainted 5\.7$/);
  expect(lines[5]).toMatch(/^RIP: 0010:update_balloon_size_func\+0x10\/0x[0-9a-f]+$/);
  expect(lines[6]).toBe("Call Trace:");
  expect(lines[7]).toMatch(/^ process_one_work\+0x[0-9a-f]+\/0x[0-9a-f]+$/);
  expect(session.takeOutput().map(({ text }) => text)).toContain(reason.details);
  // All can be looked at, as it was before the statement.
  const names = stack(session, { reason, ...stop });
  expect(names.slice(0, 2)).toEqual(["update_balloon_size_func", "process_one_work"]);
  expect(session.evaluate("vb", topFrame(session)).value!.value).toBe("not set yet");
  expect(session.evaluate("balloon.target", null).value!.value).toBe("7680");
});

test("the guest is not let run into it again, but back, and on when it is mended", async () => {
  const session = open();
  const jumped = await withoutVb(session);
  const there = { mark: await session.mark(), print: session.fingerprint() };
  const { thread } = await session.execute("continue");
  const fault = { mark: await session.mark(), print: session.fingerprint() };
  await expect(session.execute("continue")).rejects.toThrow(/cannot go on from here/);
  await expect(session.execute("stepIn", thread)).rejects.toThrow(/cannot go on from here/);
  expect(session.stop!.reason.kind).toBe("oops");
  await session.execute("stepBack", thread);
  await session.seek(there.mark);
  expect(session.fingerprint()).toBe(there.print);
  // The same place from any side.
  expect((await session.execute("continue")).reason.kind).toBe("oops");
  expect(await session.mark()).toEqual(fault.mark);
  expect(session.fingerprint()).toBe(fault.print);
  await expect(session.seek({ dispatch: 1e9, statement: 0 })).rejects.toThrow(/no statement/);
  expect(session.fingerprint()).toBe(fault.print);
  // Back to the statement that was jumped over: from there on the guest is well.
  await session.seek(there.mark);
  const { place } = session.stack(jumped.thread, 0, 1).frames[0]!;
  const [target] = session.gotoTargets(jumped.thread, place.file, place.line - 1);
  await session.goto(jumped.thread, target!.id);
  expect((await session.execute("continue")).reason.kind).toBe("end");
});

test("an edit at the oops lets the guest try again", async () => {
  const session = open();
  await withoutVb(session);
  const { thread } = await session.execute("continue");
  const edit = await session.setExpression("balloon_migrate", "5", null);
  expect(edit.error).toBeNull();
  // That was not what was wrong.
  const { reason } = await session.execute("next", thread);
  expect(reason).toMatchObject({ kind: "oops" });
  expect(session.evaluate("balloon_migrate", null).value!.value).toBe("5");
});
