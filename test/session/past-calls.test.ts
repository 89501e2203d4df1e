/** The stacks of calls that are over: looked for in the past, without leaving the present. */
import { expect, test } from "vitest";
import type { Session } from "../../src/session/session.ts";
import type { ValueView } from "../../src/session/types.ts";
import { child, inFunction, open, scope, stack, stopIn } from "./small-guest.ts";

function notifierCalls(session: Session): readonly ValueView[] {
  const chain = scope(session, "OOM").find(({ name }) => name === "oom_notify_list")!;
  const notifier = child(session, chain, "virtio_balloon_oom_notify()");
  return session.children(child(session, notifier, "last calls").ref, 0, 99);
}

async function frames(session: Session, ref: number): Promise<readonly ValueView[]> {
  expect(await session.expand(ref)).toBeNull();
  return session.children(ref, 0, 99);
}

test("each call of a notifier shows its own stack, and nothing of the present moves", async () => {
  const session = open();
  session.setFunctionBreakpoints([inFunction("virtio_balloon_oom_notify", { hitCondition: "4" })]);
  await session.execute("continue");
  const before = { print: session.fingerprint(), mark: await session.mark() };
  const calls = notifierCalls(session);
  const locals = scope(session, "Locals").map(({ name, value }) => `${name} ${value}`);
  for (const call of calls) {
    expect(call.ref).toBeGreaterThan(0);
    const names = (await frames(session, call.ref)).map(({ value }) => value);
    expect(names[0]).toMatch(/^virtio_balloon_oom_notify at balloon\/\w+\.ts:\d+$/);
    expect(names.join()).toContain("out_of_memory at mm/oom_kill.ts");
    expect(names.at(-1)).toMatch(/^run: memhog 70MiB at line \d+ of the scenario$/);
    expect(session.fingerprint()).toBe(before.print);
  }
  expect(await session.mark()).toEqual(before.mark);
  expect(scope(session, "Locals").map(({ name, value }) => `${name} ${value}`)).toEqual(locals);
  // A frame leads to the very statement, where the stack is what was shown.
  const [inner] = session.children(calls[0]!.ref, 0, 1);
  const there = await session.seek(inner!.mark!);
  expect(stack(session, there)[0]).toBe("virtio_balloon_oom_notify");
  expect(notifierCalls(session)[0]!.name).toBe("call 2");
  const again = await session.execute("continue");
  expect(again.reason.kind).toBe("breakpoint");
  expect(session.fingerprint()).toBe(before.print);
});

test("a shrinker's calls have stacks too", async () => {
  const session = open({ kernel: "v4.19" });
  session.setFunctionBreakpoints([
    inFunction("virtio_balloon_shrinker_scan", { hitCondition: "5" }),
  ]);
  await session.execute("continue");
  const shrinkers = scope(session, "Reclaim").find(({ name }) => name === "shrinkers")!;
  const balloon = session
    .children(shrinkers.ref, 0, 99)
    .find(({ name }) => name.includes("balloon"))!;
  const [last] = session.children(child(session, balloon, "last calls").ref, 0, 1);
  const names = (await frames(session, last!.ref)).map(({ value }) => value.split(" ")[0]);
  expect(names.slice(0, 3)).toEqual([
    "virtio_balloon_shrinker_scan",
    "do_shrink_slab",
    "shrink_slab",
  ]);
});

test("a search that is given up says so, leaves all as it was, and can be repeated", async () => {
  const session = open();
  await stopIn(session, "leak_balloon");
  await session.execute("continue");
  const print = session.fingerprint();
  const [call] = notifierCalls(session);
  const looking = session.expand(call!.ref)!;
  session.pause();
  const problem = await looking;
  expect(session.fingerprint()).toBe(print);
  // What was near enough to be found before the pause was heard is found.
  if (problem !== null) {
    expect(problem).toContain("not looked for to the end");
    expect(session.children(call!.ref, 0, 9)).toEqual([]);
  }
  expect((await frames(session, call!.ref)).length).toBeGreaterThan(3);
  expect(session.expand(call!.ref)).toBeNull();
});

test("without a history there is no past to look at, and that is said", async () => {
  const session = open({ historyBytes: 0 });
  await session.execute("continue");
  const [call] = notifierCalls(session);
  expect(await session.expand(call!.ref)).toContain("Without a history");
});
