/** What of a stopped guest is bytes, and the tables that stand in for machine code and modules. */
import { expect, test } from "vitest";
import { image } from "#model-image";
import type { Session } from "../../src/session/session.ts";
import { breakpoint, number, open, scope, stopIn } from "./small-guest.ts";

const TEXT = `name: bytes
guest:
  memory: 128MiB
  kernel: v5.7
timeline:
  - balloon: 8MiB
  - wait: 100ms
`;
const PAGES = 32768;
const BUDDY_FLAG = 0x800;
const VMEMMAP = 0xffffea0000000000n;

/** A session that stopped in `fill_balloon`'s callee that puts a page into the balloon. */
async function stopped(name = "balloon_page_enqueue"): Promise<Session> {
  const session = open({ text: TEXT });
  await stopIn(session, name);
  return session;
}

test("a page's address leads to its struct page, and that to its neighbours in the list", async () => {
  const session = await stopped("update_balloon_size");
  const list = scope(session, "Balloon").find(({ name }) => name === "vb_dev_info.pages")!;
  const page = session.children(list.ref, 1, 1)[0]!;
  const pfn = Number(/0x[0-9a-f]+/.exec(page.value)![0]);
  expect(page.address).toBe(`0x${(VMEMMAP + 64n * BigInt(pfn)).toString(16)}`);
  const { bytes, unreadable } = session.readMemory(page.address!, 0, 64);
  expect(unreadable).toBe(0);
  const view = new DataView(bytes.buffer);
  expect(Number(view.getBigUint64(0, true))).toBe(number(session, `page_flags[${pfn}]`));
  expect(Number(view.getBigUint64(24, true))).toBe(number(session, `page_mapping[${pfn}]`));
  expect(Number(view.getBigInt64(32, true))).toBe(number(session, `page_index[${pfn}]`));
  expect([view.getInt32(48, true), view.getInt32(52, true)]).toEqual([-257, 1]);
  // &page->lru is 8 bytes into a struct page, and `prev` 8 bytes into that.
  const next = `0x${view.getBigUint64(8, true).toString(16)}`;
  const prevOfNext = new DataView(session.readMemory(next, 8, 8).bytes.buffer);
  expect(prevOfNext.getBigUint64(0, true)).toBe(VMEMMAP + 64n * BigInt(pfn) + 8n);
});

test("a free page says so as Linux does, in page_type", async () => {
  const session = await stopped();
  let pfn = PAGES - 1;
  while ((number(session, `page_flags[${pfn}]`) & BUDDY_FLAG) === 0) pfn--;
  const { bytes } = session.readMemory(`0x${(VMEMMAP + 64n * BigInt(pfn)).toString(16)}`, 48, 8);
  const view = new DataView(bytes.buffer);
  expect([view.getInt32(0, true), view.getInt32(4, true)]).toEqual([-129, 0]);
});

test("a virtqueue's address leads to the ring that the device reads", async () => {
  const session = await stopped("update_balloon_size");
  const queue = scope(session, "Virtqueues").find(({ name }) => name === "inflate")!;
  const { bytes } = session.readMemory(queue.address!, 0, 16);
  const descriptor = new DataView(bytes.buffer);
  // One buffer of 256 frame numbers, 4 bytes each; and the buffer has an address itself.
  expect(descriptor.getUint32(8, true)).toBe(1024);
  const buffer = `0x${descriptor.getBigUint64(0, true).toString(16)}`;
  const { bytes: pfns } = session.readMemory(buffer, 0, 1024);
  const told = new Uint32Array(pfns.buffer);
  const list = scope(session, "Balloon").find(({ name }) => name === "vb_dev_info.pages")!;
  const inBalloon = session.children(list.ref, 0, 256).map(({ address }) => BigInt(address!));
  const addressOf = (pfn: number) => VMEMMAP + 64n * BigInt(pfn);
  expect(new Set([...told].map(addressOf))).toEqual(new Set(inBalloon));
});

test("values in a range of bytes have expressions", async () => {
  const session = await stopped("update_balloon_size");
  const page = `0x${(VMEMMAP + 64n * 7n).toString(16)}`;
  expect(session.memoryCells(page, 0, 16)).toEqual(["page_flags[7]", "lru_next[7]"]);
  expect(session.memoryCells(page, 48, 16)).toEqual([]);
  const queue = scope(session, "Virtqueues").find(({ name }) => name === "inflate")!;
  const cells = session.memoryCells(queue.address!, 0, 4);
  expect(cells).toHaveLength(2);
  const low = new DataView(session.readMemory(queue.address!, 0, 2).bytes.buffer);
  expect(low.getUint16(0, true)).toBe(number(session, cells[0]!));
});

test("memory that is not modelled reads as nothing", async () => {
  const session = await stopped();
  expect(session.readMemory("0x1000", 0, 16)).toEqual({
    address: "0x1000",
    bytes: new Uint8Array(),
    unreadable: 16,
  });
  const end = `0x${(VMEMMAP + 64n * BigInt(PAGES)).toString(16)}`;
  expect(session.readMemory(end, -8, 16)).toMatchObject({ unreadable: 8 });
  const outcome = await session.writeMemory("0x1000", 0, Uint8Array.of(1));
  expect(outcome.error?.message).toBe("There is no memory at 0x1000.");
});

test("every statement is a row, and its address leads back to it", async () => {
  const session = await stopped();
  const all = session.statements(0, 1e6);
  const wanted = image.debug.sites.filter((site) => site?.kind === "statement");
  expect(all).toHaveLength(wanted.length);
  for (const row of all) expect(session.statementAt(row.address)).toBe(row.index);
  expect(session.statements(-2, 3).map(({ index }) => index)).toEqual([0]);
  expect(session.statements(all.length, 5)).toEqual([]);
  expect(session.statementAt("0xffffffff80ffffff")).toBe(-1);
  expect(session.statementAt("0x0")).toBeNull();
});

test("a frame tells its row: of a callee its first statement, of a caller the one that calls", async () => {
  const session = await stopped();
  const [callee, caller] = session.stack(session.stop!.thread, 0, 2).frames;
  const row = (index: number) => session.statements(index, 1)[0]!;
  expect(row(callee!.statement!)).toMatchObject({ function: "balloon_page_enqueue", offset: 0 });
  expect(row(caller!.statement!).text).toContain("balloon_page_enqueue(");
  expect(row(caller!.statement!).function).toBe(caller!.name);
});

test("a frame that is asked for again has the same id; after a step it has another", async () => {
  const session = await stopped();
  const { thread } = session.stop!;
  const ids = () => session.stack(thread, 0, 3).frames.map(({ id }) => id);
  const before = ids();
  expect(new Set(before).size).toBe(3);
  expect(session.stack(thread, 1, 1).frames[0]!.id).toBe(before[1]);
  expect(ids()).toEqual(before);
  await session.execute("next", thread);
  expect(ids().some((id) => before.includes(id))).toBe(false);
  expect(session.scopes(before[0]!)).toEqual([]);
});

test("a breakpoint on a row stops at that statement", async () => {
  const session = await stopped();
  const [, caller] = session.stack(session.stop!.thread, 0, 2).frames;
  const index = caller!.statement! + 1;
  session.setFunctionBreakpoints([]);
  const [view] = session.setStatementBreakpoints([breakpoint({ kind: "statement", index })]);
  expect(view).toMatchObject({ verified: true, place: session.statements(index, 1)[0]!.place });
  expect((await session.execute("continue")).reason).toEqual({
    kind: "breakpoint",
    ids: [view!.id],
  });
  expect(session.stack(session.stop!.thread, 0, 1).frames[0]!.statement).toBe(index);
  const [none] = session.setStatementBreakpoints([breakpoint({ kind: "statement", index: -1 })]);
  expect(none).toMatchObject({ verified: false });
});

test("modules are Linux files with their generation", async () => {
  const modules = (await stopped()).modules();
  const sourcesOf = (id: string) => modules.find((each) => each.id === id);
  expect(sourcesOf("drivers/virtio/virtio_balloon.c")).toMatchObject({ generation: "v5.7" });
  expect(sourcesOf("mm/vmscan.c")!.sources).toEqual(
    expect.arrayContaining(["mm/vmscan.ts", "mm/kswapd.ts", "mm/direct_reclaim.ts"]),
  );
  expect(sourcesOf("include/linux/page-flags.h")!.sources).toEqual(["mm/page.ts"]);
  expect(sourcesOf("workload/memhog.ts")).toMatchObject({ generation: "" });
  expect(new Set(modules.flatMap((each) => each.sources))).toEqual(new Set(image.debug.files));
});
