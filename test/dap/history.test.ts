/** `balloon/history` on a real guest: who has held a page. */
import { expect, test } from "vitest";
import { changesOf } from "../../src/dap/history.ts";
import type { Session } from "../../src/session/session.ts";
import { inFunction, open } from "../session/small-guest.ts";

const TEXT = `name: history
guest:
  memory: 128MiB
  kernel: v5.7
timeline:
  - balloon: 8MiB
  - wait: 100ms
  - balloon: 0
  - wait: 100ms
`;

const givenUp = (): boolean => false;

async function ended(): Promise<Session> {
  const session = open({ text: TEXT });
  session.setFunctionBreakpoints([inFunction("leak_balloon")]);
  await session.execute("continue");
  return session;
}

test("lists the changes of a page, newest first, and goes back to where it was", async () => {
  const session = await ended();
  const map = session.pageMap(32768);
  const pfn = map.tiles.indexOf(map.states.indexOf("discarded"));
  const before = session.fingerprint();
  const dataId = JSON.stringify(["page", pfn]);
  const { changes, stop } = await changesOf({ session, dataId, limit: 3, run: {}, givenUp });
  expect(session.fingerprint()).toBe(before);
  expect(stop.time).toBe(session.time());
  expect(changes.length).toBeGreaterThan(1);
  expect(changes[0]!.text).toContain(`page 0x${pfn.toString(16)} flags`);
  expect(changes[0]!.stack).toContain("fill_balloon");
  expect(changes[0]!.thread).toMatch(/^kworker/);
  const times = changes.map(({ time }) => time);
  expect(times).toEqual([...times].sort((one, other) => other - one));
  // Each entry is a place to go to.
  const there = await session.seek({ kind: "mark", mark: changes[1]!.mark });
  expect(there.time).toBe(changes[1]!.time);
  expect(session.stack(there.thread, 0, 1).frames[0]!.name).toBe(changes[1]!.stack[0]);
});

test("a page of the kernel was set aside at boot, and that is all", async () => {
  const session = await ended();
  const map = session.pageMap(32768);
  const untouched = map.tiles.lastIndexOf(map.states.indexOf("kernel"));
  const dataId = JSON.stringify(["page", untouched]);
  const { changes } = await changesOf({ session, dataId, limit: 3, run: {}, givenUp });
  expect(changes.map(({ stack }) => stack[1])).toEqual(["mem_init"]);
});

test("ends early when it is given up between two changes, and is where it was", async () => {
  const session = await ended();
  const map = session.pageMap(32768);
  const pfn = map.tiles.indexOf(map.states.indexOf("discarded"));
  const before = session.fingerprint();
  let asked = 0;
  const { changes } = await changesOf({
    session,
    dataId: JSON.stringify(["page", pfn]),
    limit: 3,
    run: {},
    givenUp: () => ++asked > 1,
  });
  expect(changes.length).toBe(1);
  expect(session.fingerprint()).toBe(before);
});
