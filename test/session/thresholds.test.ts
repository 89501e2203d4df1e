/** Lines in the chart as stops: where a counter comes to be above or below a value. */
import { expect, test } from "vitest";
import type { Session } from "../../src/session/session.ts";
import type { BreakpointView, DataBreakpointRequest } from "../../src/session/types.ts";
import { number, open, stopIn, topFrame } from "./small-guest.ts";

function watch(
  session: Session,
  expression: string,
  rest: Partial<DataBreakpointRequest> = {},
): BreakpointView {
  const { dataId, description } = session.dataBreakpointInfo({ expression, frame: null });
  if (dataId === null) throw new Error(description);
  const [view] = session.setDataBreakpoints([
    { dataId, access: "change", condition: null, hitCondition: null, logMessage: null, ...rest },
  ]);
  return view!;
}

test("a threshold stops where it is met, once, and on the way back at the same place", async () => {
  const session = open();
  expect(watch(session, "balloon_inflate", { condition: ">= 1000" }).verified).toBe(true);
  const met = await session.execute("continue");
  expect(met.reason).toMatchObject({ kind: "data", text: "balloon_inflate: 999 → 1000" });
  const print = session.fingerprint();
  expect((await session.execute("continue")).reason.kind).toBe("end");
  expect(number(session, "balloon_inflate")).toBeGreaterThan(2000);
  expect((await session.execute("reverseContinue")).reason).toEqual(met.reason);
  expect(session.fingerprint()).toBe(print);
  expect((await session.execute("reverseContinue")).reason.kind).toBe("start");
});

test("one below which a value falls again and again stops each time that it does", async () => {
  const session = open();
  await stopIn(session, "leak_balloon");
  const all = number(session, "balloon_pages");
  watch(session, "balloon_pages", { condition: `< ${all} - 300`, hitCondition: "1" });
  const { reason } = await session.execute("continue");
  if (reason.kind !== "data") throw new Error(reason.kind);
  const [, before, after] = /^balloon_pages: (\d+) → (\d+)$/.exec(reason.text)!.map(Number);
  expect(before).toBeGreaterThanOrEqual(all - 300);
  expect(after).toBeLessThan(all - 300);
});

test("what a chart shows and no counter holds can be watched too, before there is a driver", async () => {
  const session = open();
  watch(session, "balloon_pages", { condition: ">= 256" });
  const { reason } = await session.execute("continue");
  expect(reason).toMatchObject({ kind: "data", text: "balloon_pages: 255 → 256" });
  expect(number(session, "vb->num_pages")).toBe(256);
  const free = number(session, "nr_free_pages");
  watch(session, "nr_free_pages", { condition: `< ${free} - 100` });
  expect((await session.execute("continue")).reason.kind).toBe("data");
  expect(number(session, "nr_free_pages")).toBeLessThan(free - 100);
});

test("a limit is an expression, and a value that is computed is watched as it stands", async () => {
  const session = open();
  watch(session, "balloon_pages * 4 KiB", { condition: "> 4 MiB" });
  const { reason } = await session.execute("continue");
  expect(reason).toMatchObject({ text: "balloon_pages * 4 KiB: 4194304 → 4198400" });
  watch(session, "balloon.reached");
  const reached = await session.execute("continue");
  expect(reached.reason).toMatchObject({ kind: "data", text: "balloon.reached: false → true" });
});

test("an expression over what is not there yet is watched from when it is", async () => {
  const session = open();
  const [view] = session.setDataBreakpoints([
    {
      dataId: '["expression","vb->num_pages * 2"]',
      access: "change",
      condition: ">= 512",
      hitCondition: null,
      logMessage: null,
    },
  ]);
  expect(view!.verified).toBe(true);
  const { reason } = await session.execute("continue");
  expect(reason).toMatchObject({ text: "vb->num_pages * 2: 510 → 512" });
});

test("entries of scopes that are computed can be watched by their names", async () => {
  const session = open();
  await stopIn(session, "leak_balloon");
  const scope = session.scopes(topFrame(session)).find(({ name }) => name === "Balloon")!;
  const info = session.dataBreakpointInfo({ ref: scope.ref, name: "target" });
  expect(info).toMatchObject({ dataId: '["expression","balloon.target"]', canPersist: true });
});

test("an expression over locals is not one that can be computed anywhere", async () => {
  const session = open();
  await stopIn(session, "fill_balloon");
  const expression = "vb->num_pages + 1";
  const inFrame = session.dataBreakpointInfo({ expression, frame: topFrame(session) });
  expect(inFrame).toMatchObject({ dataId: null });
  expect(session.dataBreakpointInfo({ expression, frame: null }).dataId).not.toBeNull();
  expect(session.dataBreakpointInfo({ expression: "1 + 1", frame: null }).dataId).toBeNull();
});

test("what is wrong with a threshold is said when it is set", () => {
  const session = open();
  const view = watch(session, "balloon_inflate", { condition: ">= balon_target" });
  expect(view).toMatchObject({ verified: false });
  expect(view.message).toContain("Did you mean balloon_target?");
  expect(watch(session, "balloon_inflate", { condition: ">=" }).verified).toBe(false);
  const dataId = '["expression","nr_fre_pages"]';
  expect(session.seekProblem({ kind: "change", dataId, direction: "back" })).toContain(
    "nr_free_pages",
  );
});

test("groups of data breakpoints are replaced one by one", async () => {
  const session = open();
  watch(session, "balloon_inflate", { condition: ">= 500" });
  const { dataId } = session.dataBreakpointInfo({ expression: "balloon_pages", frame: null });
  const threshold = { dataId: dataId!, hitCondition: null, logMessage: null };
  session.setDataBreakpoints([{ ...threshold, access: "change", condition: ">= 300" }], "lines");
  expect((await session.execute("continue")).reason).toMatchObject({ text: /^balloon_pages/ });
  session.setDataBreakpoints([], "lines");
  expect((await session.execute("continue")).reason).toMatchObject({ text: /^balloon_inflate/ });
});

test("a line is about the scenario: what a guest passes while it boots stops only other watches", async () => {
  const session = open();
  watch(session, "nr_free_pages", { condition: ">= 1000" });
  expect((await session.execute("continue")).reason.kind).toBe("end");
  expect(number(session, "nr_free_pages")).toBeGreaterThan(1000);
  expect((await session.execute("reverseContinue")).reason.kind).toBe("start");
  watch(session, "nr_free_pages", { condition: "nr_free_pages >= 1000" });
  const { reason, time } = await session.execute("continue");
  expect(reason.kind).toBe("data");
  expect(time).toBeLessThan(1_000_000);
});
