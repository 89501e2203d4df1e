/** Edits on the real model: values, tasks, knobs, jumps, and the branches that they begin. */
import { expect, test } from "vitest";
import { image } from "#model-image";
import type { Session } from "../../src/session/session.ts";
import type { EditOutcome, ScopeView } from "../../src/session/types.ts";
import { inFunction, open, smallGuest, stack } from "./small-guest.ts";

const TEXT = smallGuest(`  - wait: 20ms
  - kill: reader
  - wait: 20ms
`);

function opened(): Session {
  return open({ text: TEXT });
}

function breakAt(session: Session, ...names: string[]): void {
  session.setFunctionBreakpoints(names.map((name) => inFunction(name)));
}

function shown(session: Session, text: string, frame: number | null = null): string {
  const { value, error } = session.evaluate(text, frame);
  if (value === null) throw new Error(error?.message);
  return value.value;
}

function done({ error, value }: EditOutcome): string | undefined {
  if (error !== null) throw new Error(error.message);
  return value?.value;
}

const threadNamed = (session: Session, name: string): number =>
  session.threads().find((each) => each.name === name)!.id;

test("sets a local, a field, a counter and an element of a page's columns", async () => {
  const session = opened();
  breakAt(session, "tell_host");
  const stop = await session.execute("continue");
  const [inner, caller] = session.stack(stop.thread, 0, 2).frames;
  const locals = session.scopes(caller!.id).find(({ name }) => name === "Locals")!;
  const num = session.children(locals.ref, 0, 99).find(({ name }) => name === "num")!;
  expect(num.writable).toBe(true);
  expect(done(await session.setVariable(locals.ref, "num", "3 + 4"))).toMatch(/^7 p/);
  const again = session.children(locals.ref, 0, 99).find(({ name }) => name === "num")!;
  expect(again.value).toMatch(/^7 pages/);
  expect(done(await session.setExpression("vb->num_pages", "num * 2", caller!.id))).toMatch(
    /^14 p/,
  );
  expect(shown(session, "vb->num_pages", inner!.id)).toMatch(/^14 pages/);
  expect(done(await session.setExpression("balloon_inflate", "1 << 20", null))).toBe("1048576");
  expect(done(await session.setExpression("page_index[5]", "-3", null))).toBe("-3");
  expect(session.branch).toBe(0);
  expect(session.branches()[0]!.edits.map(({ text }) => text)).toEqual([
    "set num = 7",
    "set vb->num_pages = 14",
    "set balloon_inflate = 1048576",
    "set page_index[5] = -3",
  ]);
});

test("says what cannot be set, and to what, and changes nothing", async () => {
  const session = opened();
  breakAt(session, "tell_host");
  const stop = await session.execute("continue");
  const { id } = session.stack(stop.thread, 0, 1).frames[0]!;
  const print = session.fingerprint();
  const why = async (expression: string, text: string): Promise<string | undefined> =>
    (await session.setExpression(expression, text, id)).error?.message;
  expect(await why("vb", "0")).toMatch(/structure/);
  expect(await why("vb->num_pages + 1", "0")).toMatch(/computed/);
  expect(await why("vb->num_pages", '"many"')).toMatch(/is a number, and this is none/);
  expect(await why("vb->num_pages", "1 +")).toMatch(/./);
  expect(await why("vb->nmu_pages", "1")).toMatch(/did you mean `num_pages`/);
  expect(await why("page_flags[1]", "1 << 40")).toMatch(/does not fit/);
  expect(await why("PG_lru", "1")).toMatch(/constant/);
  expect(await why("vb->num_pages", "1 << 60")).toMatch(/too large/);
  expect(session.fingerprint()).toBe(print);
  expect(session.branches()[0]!.edits).toEqual([]);
});

test("an edit is made again whenever the run passes its moment", async () => {
  const session = opened();
  breakAt(session, "tell_host");
  await session.execute("continue");
  await session.execute("continue");
  await session.setExpression("balloon_migrate", "77", null);
  const edited = session.fingerprint();
  const mark = await session.mark();
  await session.execute("continue");
  const later = session.fingerprint();
  expect(shown(session, "balloon_migrate")).toBe("77");
  await session.execute("reverseContinue");
  expect(session.fingerprint()).toBe(edited);
  await session.execute("stepBack", session.stop!.thread);
  expect(shown(session, "balloon_migrate")).toBe("0");
  await session.seek({ dispatch: 0, statement: 0 });
  await session.execute("continue");
  await session.execute("continue");
  expect(session.fingerprint()).toBe(edited);
  expect(await session.mark()).toEqual(mark);
  await session.execute("continue");
  expect(session.fingerprint()).toBe(later);
  expect(session.branches()).toHaveLength(1);
});

test("an edit in the past begins a branch; both futures can be gone to, and keep their samples", async () => {
  const session = opened();
  await session.execute("continue");
  const end = session.fingerprint();
  const { endTime } = session.branches()[0]!;
  await session.seek({ kind: "time", time: 30_000_000 });
  const fork = session.fingerprint();
  const outcome = await session.setKnob("balloon.target", "10 MiB / 4 KiB");
  expect(outcome).toMatchObject({ error: null, branch: 1 });
  await session.execute("continue");
  const otherEnd = session.fingerprint();
  expect(otherEnd).not.toBe(end);
  expect(shown(session, "vb->num_pages")).toMatch(/^2560 pages/);
  const [first, second] = session.branches();
  expect(first).toMatchObject({ id: 0, parent: null, current: false, edits: [] });
  expect(second).toMatchObject({ id: 1, parent: 0, current: true });
  expect(second!.forkTime).toBeGreaterThanOrEqual(30_000_000);
  expect(second!.description).toBe("set balloon.target = 2560");
  expect(first!.endTime).toBe(endTime);

  const most = (branch: number): number =>
    Math.max(...session.samples(0, branch).series["balloon_pages"]!);
  expect([most(0), most(1)]).toEqual([7680, expect.any(Number) as number]);
  expect(most(1)).toBeLessThan(7680);

  const there = await session.seek({ kind: "mark", mark: first!.end, branch: 0 });
  expect(there.reason.kind).toBe("goto");
  expect([session.branch, session.fingerprint()]).toEqual([0, end]);
  const back = session.branches()[1]!;
  await session.seek({ kind: "mark", mark: back.end, branch: 1 });
  expect([session.branch, session.fingerprint()]).toEqual([1, otherEnd]);
  // Before the fork both are the same; the edit is made at its very moment.
  await session.seek({ kind: "mark", mark: back.fork, branch: 0 });
  expect(session.fingerprint()).toBe(fork);
  await expect(session.seek({ kind: "mark", mark: back.fork, branch: 7 })).rejects.toThrow(/no br/);
  expect(session.stop).not.toBeNull();
  await expect(
    session.seek({ kind: "mark", mark: { dispatch: 1e9, statement: 0 }, branch: 1 }),
  ).rejects.toThrow(/no statement/);
  expect([session.branch, session.fingerprint()]).toEqual([0, fork]);
});

test("what the past said is not said twice on a branch, and what comes of it is", async () => {
  const session = opened();
  await session.execute("continue");
  const whole = session.result().timeline.map(({ outcome }) => outcome);
  await session.seek({ kind: "time", time: 30_000_000 });
  await session.setKnob("balloon.target", "0");
  const { timeline } = session.result();
  expect(timeline.filter(({ end }) => end === null).length).toBeGreaterThan(1);
  await session.execute("continue");
  expect(session.result().timeline.map(({ outcome }) => outcome)).toHaveLength(whole.length);
  const events = session.samples(0).events.filter(({ name }) => name === "step");
  expect(events.map(({ a }) => a)).toEqual(whole.map((_, index) => index));
});

test("a killed task is gone, one that is none says so", async () => {
  const session = opened();
  await session.seek({ kind: "time", time: 15_000_000 });
  const reader = threadNamed(session, "reader");
  done(await session.killTask(reader));
  await session.seek({ kind: "time", time: 25_000_000 });
  expect(session.threads().some(({ id }) => id === reader)).toBe(false);
  expect(session.branches()[0]!.edits.map(({ text }) => text)).toEqual(["kill reader"]);
  const kswapd = await session.killTask(threadNamed(session, "kswapd0"));
  expect(kswapd.error?.message).toMatch(/kswapd0 is no process/);
  expect((await session.killTask(999)).error?.message).toMatch(/no thread 999/);
});

test("an amount of pages takes a size, and what is shown can be written back", async () => {
  const session = opened();
  breakAt(session, "tell_host");
  await session.execute("continue");
  const set = async (name: string, text: string): Promise<string | undefined> =>
    done(await session.setExpression(name, text, null));
  expect(await set("vb->num_pages", "1.5 MiB")).toBe("384 pages (1.5 MiB)");
  expect(await set("vb->num_pages", "385 pages (1.5 MiB)")).toBe("385 pages (1.5 MiB)");
  expect(await set("vb->num_pages", "2 * 128")).toBe("256 pages (1 MiB)");
  const features = shown(session, "vb->vdev->features");
  expect(features).toMatch(/^0x\w+ \(VIRTIO/);
  expect(await set("vb->vdev->features", features)).toBe(features);
  done(await session.setKnob("balloon.target", "10 MiB"));
  await session.seek({
    kind: "condition",
    expression: "balloon_target == 2560",
    direction: "forward",
  });
  expect(session.stop!.reason.kind).toBe("goto");
});

test("there is no balloon to be set before the guest has booted, but what is in memory is", async () => {
  const session = opened();
  const { error } = await session.setKnob("balloon.target", "10 MiB");
  expect(error?.message).toMatch(/no balloon yet/);
  done(await session.setKnob("vm.min_free_kbytes", "4096"));
  expect((await session.execute("continue")).reason.kind).toBe("end");
});

test("knobs have their values and their limits", async () => {
  const session = opened();
  await session.seek({ kind: "time", time: 10_000_000 });
  const value = (name: string): string => session.knobs().find((knob) => knob.name === name)!.value;
  done(await session.setKnob("vm.min_free_kbytes", "4096"));
  done(await session.setExpression("vm.watermark_scale_factor", "100", null));
  await session.seek({ kind: "time", time: 11_000_000 });
  expect(value("vm.min_free_kbytes")).toBe("4096");
  expect(value("vm.watermark_scale_factor")).toBe("100");
  const why = async (name: string, text: string): Promise<string | undefined> =>
    (await session.setKnob(name, text)).error?.message;
  expect(await why("vm.swapiness", "1")).toMatch(/no knob vm.swapiness, but balloon.target, vm/);
  expect(await why("vm.swappiness", "101")).toMatch(/takes 0 to 100, not 101/);
  expect(await why("vm.drop_caches", "4")).toMatch(/takes 1 to 3/);
  expect(await why("balloon.target", "1 GiB")).toMatch(
    /takes 0 to 32768 pages of 4 KiB, not 262144/,
  );
  expect(await why("balloon.target", "-1")).toMatch(/takes 0 to 32768/);
  expect(await why("vm.min_free_kbytes", "0")).toMatch(/takes 1 to/);
  expect(await why("vm.min_free_kbytes", "1.5")).toMatch(/./);
});

test("a file below /proc/sys is written to where it is shown, by a shell in the guest", async () => {
  const session = opened();
  await session.seek({ kind: "time", time: 15_000_000 });
  const sysctl = (): ScopeView => {
    const frame = session.stack(session.stop!.thread, 0, 1).frames[0]!.id;
    return session.scopes(frame).find(({ name }) => name === "Sysctl")!;
  };
  const entries = session.children(sysctl().ref, 0, 99);
  expect(entries.map(({ name }) => name)).toEqual([
    "vm.compact_memory",
    "vm.drop_caches",
    "vm.min_free_kbytes",
    "vm.swappiness",
    "vm.watermark_scale_factor",
  ]);
  expect(entries.every(({ writable }) => writable === true)).toBe(true);
  const cached = Number.parseInt(shown(session, "nr_file_pages"), 10);
  done(await session.setVariable(sysctl().ref, "vm.drop_caches", "1"));
  done(await session.setVariable(sysctl().ref, "vm.swappiness", "10"));
  const edits = session
    .branches()
    .at(-1)!
    .edits.map(({ text }) => text);
  expect(edits).toEqual(["set vm.drop_caches = 1", "set vm.swappiness = 10"]);
  await session.seek({
    kind: "condition",
    expression: "drop_pagecache == 1",
    direction: "forward",
  });
  expect(Number.parseInt(shown(session, "nr_file_pages"), 10)).toBeLessThan(cached / 2);
  await session.seek({
    kind: "condition",
    expression: "vm_swappiness == 10",
    direction: "forward",
  });
  expect(shown(session, "vm.drop_caches + vm.swappiness")).toBe("11");
  const print = session.fingerprint();
  const mark = await session.mark();
  await session.execute("continue");
  await session.seek(mark);
  expect(session.fingerprint()).toBe(print);
});

test("a branch on which a shell was started before the guest booted ends another one no earlier", async () => {
  const session = open();
  const start = await session.mark();
  await session.execute("stepIn", session.stop!.thread);
  await session.seek(start);
  await session.setKnob("vm.min_free_kbytes", "2048");
  expect(session.branch).toBe(1);
  expect((await session.execute("continue")).reason.kind).toBe("end");
  await session.seek({ kind: "mark", mark: start, branch: 0 });
  await session.execute("continue");
  const straight = open();
  await straight.execute("continue");
  expect(await session.mark()).toEqual(await straight.mark());
  expect(session.fingerprint()).toBe(straight.fingerprint());
});

test("memory is compacted when it is asked for, if the kernel can", async () => {
  const session = opened();
  await session.seek({ kind: "time", time: 15_000_000 });
  done(await session.setKnob("vm.compact_memory", "1"));
  session.setFunctionBreakpoints([inFunction("compact_nodes")]);
  const stop = await session.execute("continue");
  const names = session.stack(stop.thread, 0, 9).frames.map(({ name }) => name);
  expect(names).toEqual(["compact_nodes", "sysctl_write", "shellMain"]);
  const without = open({
    text: TEXT.replace("guest:\n", "config: { COMPACTION: n }\nguest:\n"),
  });
  const { error } = await without.setKnob("vm.compact_memory", "1");
  expect(error!.message).toMatch(/built without COMPACTION/);
});

test("jumps within the function: what lies between is not executed, and going back undoes it", async () => {
  const session = opened();
  breakAt(session, "update_balloon_size");
  const stop = await session.execute("continue");
  const { place } = session.stack(stop.thread, 0, 1).frames[0]!;
  const print = session.fingerprint();
  await session.execute("next", stop.thread);
  const far = session.stack(stop.thread, 0, 1).frames[0]!.place.line;
  expect(far).toBeGreaterThan(place.line);
  const [target] = session.gotoTargets(stop.thread, place.file, place.line);
  expect(target).toMatchObject({ place: { line: place.line } });
  const jumped = await session.goto(stop.thread, target!.id);
  expect(jumped.reason.kind).toBe("goto");
  expect(session.stack(stop.thread, 0, 1).frames[0]!.place.line).toBe(place.line);
  await session.execute("stepBack", stop.thread);
  expect(session.fingerprint()).toBe(print);
  await expect(session.goto(stop.thread, 1)).rejects.toThrow(/cannot jump/);
  expect(session.stop).not.toBeNull();
  // Lines of other functions of this file.
  expect(session.gotoTargets(stop.thread, place.file, 0)).toEqual([]);
  expect(session.gotoTargets(stop.thread, place.file, place.line + 500)).toEqual([]);
});

test("a frame begins again at the first statement of its activation", async () => {
  const session = opened();
  breakAt(session, "leak_balloon", "fill_balloon");
  const entry = await session.execute("continue");
  const begin = { mark: await session.mark(), print: session.fingerprint() };
  breakAt(session, "tell_host");
  const inside = await session.execute("continue");
  const frames = session.stack(inside.thread, 0, 9).frames;
  const at = frames.findIndex(({ name }) => name === "fill_balloon");
  const stop = await session.restartFrame(frames[at]!.id);
  expect(stop).toMatchObject({ reason: { kind: "goto" }, thread: entry.thread });
  expect(await session.mark()).toEqual(begin.mark);
  expect(session.fingerprint()).toBe(begin.print);
  expect(session.branches()).toHaveLength(1);
  // Its caller, and the thread's first function.
  await session.execute("continue");
  for (const depth of [at + 1, 99]) {
    const all = session.stack(session.stop!.thread, 0, 99).frames.filter(({ isModel }) => isModel);
    const frame = all[Math.min(depth, all.length - 1)]!;
    const there = await session.restartFrame(frame.id);
    expect(stack(session, there)[0]).toBe(frame.name);
    expect(session.time()).toBeLessThanOrEqual(inside.time);
    await session.execute("continue");
  }
});

test("step-in targets are what the statement may call, and one can be chosen", async () => {
  const session = opened();
  breakAt(session, "update_balloon_size_func");
  const { thread } = await session.execute("continue");
  let chosen = 0;
  for (let i = 0; i < 12; i++) {
    const frame = session.stack(thread, 0, 1).frames[0]!;
    const targets = session.stepInTargets(frame.id);
    for (const { label } of targets) {
      expect(image.debug.functions.some(({ name }) => name === label)).toBe(true);
    }
    const last = targets.at(-1);
    if (last !== undefined) {
      const into = await session.execute("stepIn", thread, { target: last.id });
      if (stack(session, into)[0] === last.label) chosen++;
      await session.execute("stepOut", thread);
    } else {
      await session.execute("next", thread);
    }
  }
  expect(chosen).toBeGreaterThan(0);
});
