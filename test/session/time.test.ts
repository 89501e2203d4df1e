/** Time on the real model: the ways back, seeks, and data that is watched, in both directions. */
import { expect, test } from "vitest";
import { image } from "#model-image";
import { pageOperations } from "../../src/session/page-operations.ts";
import type { Mark } from "../../src/session/types.ts";
import { inFunction, number, open, stack } from "./small-guest.ts";

test("reverse step out goes to the call, reverse step in to the end of what was called", async () => {
  const session = open();
  session.setFunctionBreakpoints([inFunction("tell_host")]);
  const stop = await session.execute("continue");
  const [inner, caller] = stack(session, stop);
  expect(inner).toBe("tell_host");
  const out = await session.execute("reverseStepOut", stop.thread);
  expect(stack(session, out)[0]).toBe(caller);
  const over = await session.execute("stepIn", stop.thread);
  expect(stack(session, over)[0]).toBe("tell_host");
  const before = await session.execute("stepBack", stop.thread);
  const into = await session.execute("reverseStepIn", stop.thread);
  expect(stack(session, into).length).toBeGreaterThanOrEqual(stack(session, before).length);
});

test("reverse step in undoes step in, statement by statement, across dispatches", async () => {
  const session = open();
  session.setFunctionBreakpoints([inFunction("fill_balloon")]);
  const { thread } = await session.execute("continue");
  const seen: { mark: Mark; print: string }[] = [];
  for (let i = 0; i < 60; i++) {
    seen.push({ mark: await session.mark(), print: session.fingerprint() });
    await session.execute("stepIn", thread);
  }
  for (const { mark, print } of seen.slice(-25).toReversed()) {
    await session.execute("reverseStepIn", thread);
    expect(await session.mark()).toEqual(mark);
    expect(session.fingerprint()).toBe(print);
  }
});

test("a step by line leaves the line, a step by instruction goes from page to page", async () => {
  const session = open();
  session.setFunctionBreakpoints([inFunction("fill_balloon")]);
  const { thread } = await session.execute("continue");
  const line = (): number => session.stack(thread, 0, 1).frames[0]!.place.line;
  let before = line();
  for (let i = 0; i < 6; i++) {
    await session.execute("next", thread, { granularity: "line" });
    expect(line()).not.toBe(before);
    before = line();
  }
  const operations = pageOperations(image.debug).map(({ name }) => name);
  expect(operations).toContain("rmqueue");
  expect(operations).toContain("balloon_page_enqueue");
  const visited: string[] = [];
  for (let i = 0; i < 4; i++) {
    const stop = await session.execute("next", thread, { granularity: "instruction" });
    visited.push(`${stack(session, stop)[0]!} ${session.fingerprint()}`);
    expect(operations).toContain(stack(session, stop)[0]);
  }
  for (const place of visited.slice(0, -1).toReversed()) {
    const stop = await session.execute("stepBack", thread, { granularity: "instruction" });
    expect(`${stack(session, stop)[0]!} ${session.fingerprint()}`).toBe(place);
  }
});

test("with single-thread execution the stops of others are passed over", async () => {
  const session = open();
  session.setFunctionBreakpoints([inFunction("tell_host")]);
  const first = await session.execute("continue");
  session.setFunctionBreakpoints([inFunction("tell_host"), inFunction("find_get_page")]);
  for (let i = 0; i < 3; i++) {
    const stop = await session.execute("continue", first.thread, { singleThread: true });
    expect(stop.thread).toBe(first.thread);
    expect(stack(session, stop)[0]).toBe("tell_host");
  }
  const other = await session.execute("continue", first.thread);
  expect(stack(session, other)[0]).toBe("find_get_page");
});

test("a long way back reports how far it is and can be given up at once", async () => {
  const session = open();
  await session.execute("continue");
  const end = session.fingerprint();
  session.setFunctionBreakpoints([inFunction("virtballoon_validate", { condition: "1 == 2" })]);
  const fractions: number[] = [];
  const run = session.execute("reverseContinue", undefined, {
    onProgress: (fraction) => {
      fractions.push(fraction);
      if (fractions.length === 2) session.pause();
    },
  });
  const stop = await run;
  if (fractions.length >= 2) {
    expect(stop.reason.kind).toBe("pause");
    expect(session.fingerprint()).toBe(end);
  }
  expect(fractions.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
});

test("seeks to a time, forwards and back, and to the same moment from both sides", async () => {
  const session = open();
  const forward = await session.seek({ kind: "time", time: 30_000_000 });
  expect(forward).toMatchObject({ reason: { kind: "goto" } });
  expect(session.time()).toBeGreaterThanOrEqual(30_000_000);
  const print = session.fingerprint();
  await session.execute("continue");
  await session.seek({ kind: "time", time: 30_000_000 });
  expect(session.fingerprint()).toBe(print);
  await session.seek({ kind: "time", time: 0 });
  expect(await session.mark()).toEqual({ dispatch: 0, statement: 0 });
});

test("seeks to the statement that makes a threshold true, the same one from both sides", async () => {
  const session = open();
  const threshold = {
    kind: "condition",
    expression: "balloon_inflate >= 1000",
  } as const;
  const there = await session.seek({ ...threshold, direction: "forward" });
  expect(there.reason).toEqual({ kind: "goto", text: "balloon_inflate >= 1000 becomes true" });
  expect(number(session, "balloon_inflate")).toBe(1000);
  const mark = await session.mark();
  await session.execute("continue");
  await session.seek({ ...threshold, direction: "back" });
  expect(await session.mark()).toEqual(mark);
  const none = await session.seek({ ...threshold, direction: "back" });
  expect(none.reason.kind).toBe("start");
});

test("seeks to calls of a function past every breakpoint, the same ones from both sides", async () => {
  const session = open();
  session.setFunctionBreakpoints([inFunction("balloon_page_enqueue")]);
  const call = { kind: "call", name: "tell_host", condition: null } as const;
  const first = await session.seek({ ...call, direction: "forward" });
  expect(first.reason).toEqual({ kind: "goto", text: "tell_host is called" });
  expect(session.stack(first.thread, 0, 1).frames[0]!.name).toBe("tell_host");
  const marks = [await session.mark()];
  await session.seek({ ...call, direction: "forward" });
  marks.push(await session.mark());
  await session.seek({ ...call, direction: "back" });
  expect(await session.mark()).toEqual(marks[0]);
  const later = { ...call, name: "fill_balloon", condition: "num > 1000" } as const;
  await session.seek({ kind: "time", time: 0 });
  const stop = await session.seek({ ...later, direction: "forward" });
  const frame = session.stack(stop.thread, 0, 1).frames[0]!.id;
  expect(
    Number.parseInt(session.evaluate("num", frame).value!.value.replaceAll(",", ""), 10),
  ).toBeGreaterThan(1000);
  await expect(session.seek({ ...call, name: "tell_hots", direction: "forward" })).rejects.toThrow(
    /Did you mean tell_host/,
  );
  await expect(
    session.seek({ ...call, condition: "nmu > 1", direction: "forward" }),
  ).rejects.toThrow(/nmu/);
});

test("a seek to what is not there says so and leaves the run where it was", async () => {
  const session = open();
  await session.seek({ kind: "time", time: 10_000_000 });
  const print = session.fingerprint();
  await expect(session.seek({ dispatch: 5, statement: 1e9 })).rejects.toThrow(/no statement/);
  await expect(session.seek({ dispatch: 1e12, statement: 0 })).rejects.toThrow(/no statement/);
  await expect(session.seek({ dispatch: -1, statement: 0 })).rejects.toThrow(/counted from 0/);
  await expect(
    session.seek({ kind: "condition", expression: "nmu > 1", direction: "back" }),
  ).rejects.toThrow(/There is no nmu here/);
  await expect(session.seek({ kind: "change", dataId: "x", direction: "back" })).rejects.toThrow(
    /nothing to watch/,
  );
  expect(session.fingerprint()).toBe(print);
});

test("a data breakpoint stops right after each write, and on the way back at the same places", async () => {
  const session = open();
  session.setFunctionBreakpoints([inFunction("fill_balloon")]);
  const stop = await session.execute("continue");
  const frame = session.stack(stop.thread, 0, 1).frames[0]!.id;
  const info = session.dataBreakpointInfo({ expression: "vb->num_pages", frame });
  expect(info.access).toEqual(["read", "write", "readWrite", "change"]);
  expect(info.canPersist).toBe(true);
  session.setFunctionBreakpoints([]);
  const [view] = session.setDataBreakpoints([
    {
      dataId: info.dataId!,
      access: "change",
      condition: null,
      hitCondition: null,
      logMessage: null,
    },
  ]);
  expect(view!.verified).toBe(true);
  const seen: string[] = [];
  for (let i = 0; i < 4; i++) {
    const { reason } = await session.execute("continue");
    if (reason.kind !== "data") throw new Error(reason.kind);
    expect(reason.ids).toEqual([view!.id]);
    seen.push(`${reason.text} ${session.fingerprint()}`);
  }
  expect(seen[0]).toMatch(/num_pages: 0 → 1 /);
  for (const place of seen.slice(0, -1).toReversed()) {
    const { reason } = await session.execute("reverseContinue");
    if (reason.kind !== "data") throw new Error(reason.kind);
    expect(`${reason.text} ${session.fingerprint()}`).toBe(place);
  }
});

test("conditions and hit counts of a data breakpoint, and a counter as its subject", async () => {
  const session = open();
  const info = session.dataBreakpointInfo({ expression: "balloon_inflate", frame: null });
  const request = { dataId: info.dataId!, access: "change", logMessage: null } as const;
  session.setDataBreakpoints([
    { ...request, condition: "balloon_inflate % 100 == 0", hitCondition: "3" },
  ]);
  const stop = await session.execute("continue");
  expect(stop.reason.kind).toBe("data");
  expect(number(session, "balloon_inflate")).toBe(300);
});

test("a local is watched in its own activation", async () => {
  const session = open();
  session.setFunctionBreakpoints([inFunction("leak_balloon")]);
  const stop = await session.execute("continue");
  const frame = session.stack(stop.thread, 0, 1).frames[0]!.id;
  const info = session.dataBreakpointInfo({ expression: "num", frame });
  expect(info.canPersist).toBe(false);
  session.setFunctionBreakpoints([]);
  session.setDataBreakpoints([
    {
      dataId: info.dataId!,
      access: "change",
      condition: null,
      hitCondition: null,
      logMessage: null,
    },
  ]);
  const { reason } = await session.execute("continue");
  if (reason.kind === "data") expect(reason.text).toMatch(/^num: \d+ → \d+$/);
});

test("what cannot be watched says why", async () => {
  const session = open();
  session.setFunctionBreakpoints([inFunction("fill_balloon")]);
  const stop = await session.execute("continue");
  const frame = session.stack(stop.thread, 0, 1).frames[0]!.id;
  const why = (expression: string): string =>
    session.dataBreakpointInfo({ expression, frame }).description;
  expect(why("vb")).toMatch(/structure/);
  expect(why("vb->num_pages + 1")).toMatch(/computed/);
  expect(why("nothing")).toMatch(/nothing/);
});

test("who touched this page last: back from its entry in the balloon's list", async () => {
  const session = open();
  session.setFunctionBreakpoints([inFunction("leak_balloon")]);
  const stop = await session.execute("continue");
  const frame = session.stack(stop.thread, 0, 1).frames[0]!.id;
  const balloon = session.scopes(frame).find(({ name }) => name === "Balloon")!;
  const list = session
    .children(balloon.ref, 0, 99)
    .find(({ name }) => name === "vb_dev_info.pages")!;
  const info = session.dataBreakpointInfo({ ref: list.ref, name: "[0]" });
  expect(info.description).toMatch(/^struct page of pfn/);
  const back = await session.seek({ kind: "change", dataId: info.dataId!, direction: "back" });
  expect(back.reason).toMatchObject({ kind: "goto" });
  expect(stack(session, back)[0]).toMatch(/^balloon_page_/);
});

test("hit counts belong to the moment: going back and forth gives the same stops", async () => {
  const session = open();
  session.setFunctionBreakpoints([inFunction("tell_host", { hitCondition: "% 3" })]);
  const seen: string[] = [];
  for (let i = 0; i < 4; i++) {
    await session.execute("continue");
    seen.push(session.fingerprint());
  }
  for (let round = 0; round < 2; round++) {
    for (const print of seen.slice(0, -1).toReversed()) {
      await session.execute("reverseContinue");
      expect(session.fingerprint()).toBe(print);
    }
    expect((await session.execute("reverseContinue")).reason.kind).toBe("start");
    for (const print of seen) {
      await session.execute("continue");
      expect(session.fingerprint()).toBe(print);
    }
  }
});

test("a breakpoint that is set late counts the hits since the start of the run", async () => {
  const counts = async (when: number): Promise<string> => {
    const session = open();
    await session.seek({ kind: "time", time: when });
    session.setFunctionBreakpoints([inFunction("tell_host", { hitCondition: "25" })]);
    await session.execute("continue");
    return session.fingerprint();
  };
  expect(await counts(22_000_000)).toBe(await counts(0));
});

test("log points speak on the way back too, the latest first", async () => {
  const session = open();
  session.setFunctionBreakpoints([
    inFunction("tell_host", { logMessage: "told at {vb->num_pages}" }),
    inFunction("leak_balloon"),
  ]);
  await session.execute("continue");
  const said = (): string[] =>
    session
      .takeOutput()
      .filter(({ category }) => category === "console")
      .map(({ text }) => text);
  const forward = said();
  expect(forward.length).toBeGreaterThan(3);
  const stop = await session.execute("reverseContinue");
  expect(stop.reason.kind).toBe("start");
  expect(said()).toEqual(forward.toReversed());
});

test("with hardly any history going back is slower, never wrong", async () => {
  const prints: string[][] = [];
  for (const budget of [1 << 28, 1]) {
    const session = open({ historyBytes: budget });
    session.setFunctionBreakpoints([inFunction("tell_host", { hitCondition: "% 5" })]);
    const seen: string[] = [];
    for (let i = 0; i < 3; i++) await session.execute("continue");
    const { thread } = session.stop!;
    for (const command of [
      "stepBack",
      "reverseStepIn",
      "reverseStepOut",
      "reverseContinue",
    ] as const) {
      await session.execute(command, thread);
      seen.push(session.fingerprint());
    }
    prints.push(seen);
  }
  expect(prints[1]).toEqual(prints[0]);
});
