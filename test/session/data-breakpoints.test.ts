/** Data breakpoints by kind of access: who reads a value, who stores it, and who makes it another. */
import { expect, test } from "vitest";
import type { Session } from "../../src/session/session.ts";
import type { DataAccess, DataBreakpointRequest, StopReason } from "../../src/session/types.ts";
import { inFunction, number, open, stopIn, topFrame } from "./small-guest.ts";

const NUM_PAGES = ["global", "virtio/virtio.ts", "virtio_devices", 0, "priv", "num_pages"];
const ACTUAL = ["global", "host/virtio_balloon.ts", "balloon", "actual"];
const LAST_USED = ["global", "virtio/virtio.ts", "virtio_devices", 0, "vqs", 0, "last_used_idx"];

function request(
  id: readonly (string | number)[],
  access: DataAccess,
  rest: Partial<DataBreakpointRequest> = {},
): DataBreakpointRequest {
  const dataId = JSON.stringify(id);
  return { dataId, access, condition: null, hitCondition: null, logMessage: null, ...rest };
}

type Data = Extract<StopReason, { readonly kind: "data" }>;

async function next(session: Session, command = "continue" as const): Promise<Data> {
  const { reason } = await session.execute(command);
  if (reason.kind !== "data") throw new Error(reason.kind);
  return reason;
}

/** How often a value is accessed in the whole run. */
async function count(
  id: readonly (string | number)[],
  access: DataAccess,
  kernel = "v4.19",
): Promise<{ readonly hits: number; readonly session: Session }> {
  const session = open({ historyBytes: 0, kernel });
  session.setDataBreakpoints([request(id, access, { logMessage: "an access" })]);
  await session.execute("continue");
  const hits = session.takeOutput().filter(({ text }) => text === "an access").length;
  session.setDataBreakpoints([]);
  return { hits, session };
}

test("every store is met, and every one that is made by reading first is read, too", async () => {
  const inflate = ["global", "mm/vmstat.ts", "vmstat", 58];
  const { hits, session } = await count(inflate, "write");
  expect(hits).toBe(number(session, "balloon_inflate"));
  expect(hits).toBeGreaterThan(1000);
  expect((await count(inflate, "read")).hits).toBe(hits);
  expect((await count(inflate, "readWrite")).hits).toBe(hits);
});

test("a store of the same value is a write and no change", async () => {
  const writes = (await count(ACTUAL, "write")).hits;
  expect(writes).toBe((await count(ACTUAL, "change")).hits + 1);
  const session = open({ kernel: "v4.19" });
  session.setDataBreakpoints([request(ACTUAL, "write")]);
  const texts: string[] = [];
  for (let i = 0; i < writes; i++) texts.push((await next(session)).text);
  const same = texts.filter((text) => /: (\S+.*) → \1$/.test(text));
  expect(same).toHaveLength(1);
  expect((await session.execute("continue")).reason.kind).toBe("end");
});

test("a value that is read stops its reader, who is named: the balloon's shrinker", async () => {
  const session = open({ kernel: "v4.19" });
  await stopIn(session, "virtio_balloon_shrinker_count");
  session.setDataBreakpoints([request(NUM_PAGES, "read")]);
  const pages = number(session, "vb->num_pages");
  const { text, by } = await next(session);
  expect(text).toBe(`virtio_devices[0].priv.num_pages is read: ${pages}`);
  expect(by).toMatch(/^virtio_balloon_shrinker_count at balloon\/v4_19\.ts:\d+ in \w/);
});

test("each call of the shrinker reads once, whatever else reads", async () => {
  const session = open({ historyBytes: 0, kernel: "v4.19" });
  session.setFunctionBreakpoints([
    inFunction("virtio_balloon_shrinker_count", { logMessage: "a call" }),
  ]);
  session.setDataBreakpoints([request(NUM_PAGES, "read", { logMessage: "a read" })]);
  await session.execute("continue");
  const lines = session.takeOutput().map(({ text }) => text);
  const calls = lines.flatMap((text, i) => (text === "a call" ? [lines[i + 1]] : []));
  expect(calls.length).toBeGreaterThan(3);
  expect(new Set(calls)).toEqual(new Set(["a read"]));
});

test("an index of a ring: its stores, forwards and back, at the same places", async () => {
  const session = open();
  session.setDataBreakpoints([request(LAST_USED, "readWrite")]);
  const seen: string[] = [];
  for (let i = 0; i < 6; i++) {
    const { text, by } = await next(session);
    seen.push(`${text} ${by} ${session.fingerprint()}`);
  }
  expect(seen.some((text) => / → /.test(text))).toBe(true);
  expect(seen.some((text) => / is read: /.test(text))).toBe(true);
  for (const place of seen.slice(0, -1).toReversed()) {
    const { reason } = await session.execute("reverseContinue");
    if (reason.kind !== "data") throw new Error(reason.kind);
    expect(`${reason.text} ${reason.by} ${session.fingerprint()}`).toBe(place);
  }
});

test("of several watches each is told of for itself, and a condition is asked at each access", async () => {
  const session = open();
  const [balloon, free] = session.setDataBreakpoints([
    request(NUM_PAGES, "write", { condition: "balloon_inflate % 50 == 7" }),
    request(["global", "mm/vmstat.ts", "vmstat", 0], "change", { condition: "<= 12000" }),
  ]);
  const met = new Set<number>();
  for (let i = 0; i < 8; i++) {
    const { ids } = await next(session);
    ids.forEach((id) => met.add(id));
    if (ids.includes(balloon!.id)) expect(number(session, "balloon_inflate") % 50).toBe(7);
    if (ids.includes(free!.id)) expect(number(session, "nr_free_pages")).toBe(12_000);
  }
  expect(met.has(balloon!.id)).toBe(true);
});

test("on a branch that an edit began, its own stores stop", async () => {
  const session = open();
  session.setDataBreakpoints([request(NUM_PAGES, "write", { hitCondition: "% 100" })]);
  const first = await next(session);
  await next(session);
  await session.execute("reverseContinue");
  const { error } = await session.setKnob("balloon.target", "256");
  expect(error).toBeNull();
  expect(session.branch).toBe(1);
  expect(first.text).toMatch(/ → /);
  const texts: string[] = [];
  for (;;) {
    const { reason } = await session.execute("continue");
    if (reason.kind !== "data") break;
    texts.push(reason.text);
  }
  expect(texts.length).toBeGreaterThan(0);
  expect(number(session, "balloon_pages")).toBeLessThan(7680);
});

test("a change is told of with the statement that made it", async () => {
  const session = open();
  await stopIn(session, "fill_balloon");
  const info = session.dataBreakpointInfo({
    expression: "vb->num_pages",
    frame: topFrame(session),
  });
  session.setDataBreakpoints([{ ...request([], "change"), dataId: info.dataId! }]);
  expect((await next(session)).by).toMatch(
    /^fill_balloon at balloon\/virtio_balloon\.ts:\d+ in kworker/,
  );
});

test("what has no place of its own has changes only", () => {
  const session = open();
  const [view] = session.setDataBreakpoints([
    request(["expression", "vb->num_pages + 1"], "readWrite"),
  ]);
  expect(view).toMatchObject({ verified: false });
  expect(view!.message).toMatch(/^Only changes of vb->num_pages \+ 1 can be watched/);
  expect(
    session.setDataBreakpoints([request(["expression", "vb->num_pages + 1"], "write")])[0],
  ).toMatchObject({ verified: true });
});
