/** What the Virtqueues scope shows: event indices, and the pages that a buffer names. */
import { expect, test } from "vitest";
import type { Session } from "../../src/session/session.ts";
import type { ValueView } from "../../src/session/types.ts";
import { child, number, open, scope, stack, stopIn, topFrame } from "./small-guest.ts";

const SMALL = `name: queues
guest:
  memory: 128MiB
  kernel: v5.7
device:
  features: [deflate-on-oom, page-reporting]
costs: hardware
timeline:
  - balloon: 30MiB
  - wait: 5s
`;

function queue(session: Session, name: string): ValueView {
  return scope(session, "Virtqueues").find((each) => each.name === name)!;
}

/** The only buffer that is with the device. */
function inFlight(session: Session, name: string): ValueView {
  const chains = child(session, queue(session, name), "in flight");
  expect(chains.value).toBe("[1]");
  return session.children(chains.ref, 0, 9)[0]!;
}

test("event indices stand where driver and device ask to be told", async () => {
  const session = open({ text: SMALL });
  await stopIn(session, "virtqueue_notify");
  await stopIn(session, "virtqueue_notify");
  const ring = queue(session, "inflate");
  const shown = (name: string) => Number(child(session, ring, name).value);
  // The driver put one more than the device asked to hear of, and so it kicks.
  expect(shown("avail_event")).toBe(shown("avail->idx") - 1);
  expect(shown("used_event")).toBe(shown("last_used_idx"));
  expect(session.children(ring.ref, 0, 99).some(({ name }) => name === "used->flags")).toBe(false);
});

test("without event indices the flags of both rings are shown instead", async () => {
  const session = open({ text: SMALL.replace("device:\n", "device:\n  event-idx: off\n") });
  await stopIn(session, "virtqueue_notify");
  const names = session.children(queue(session, "inflate").ref, 0, 99).map(({ name }) => name);
  expect(names).toContain("used->flags");
  expect(names).not.toContain("used_event");
});

test("a balloon message expands to the pages that it names", async () => {
  const session = open({ text: SMALL });
  await stopIn(session, "virtqueue_notify");
  const message = inFlight(session, "inflate");
  expect(message.indexed).toBe(256);
  const [page] = session.children(message.ref, 255, 1);
  expect(page!.value).toMatch(/^pfn 0x[0-9a-f]+, /);
  expect(Number(child(session, page!, "pfn").value.split(" ")[0])).toBe(
    number(session, "vb->pfns[255]", topFrame(session)),
  );
});

test("a report of free pages expands to the blocks of its chain", async () => {
  // Pages that come back from the balloon are free, and are reported two seconds later.
  const session = open({
    text: SMALL.replace("  - wait: 5s", "  - wait: 1s\n  - balloon: 0\n  - wait: 5s"),
  });
  let reporting = false;
  for (let stop = session.stop!; !reporting && stop.reason.kind !== "end";) {
    stop = await stopIn(session, "virtqueue_notify");
    reporting = stack(session, stop).includes("virtballoon_free_page_report");
  }
  const chain = inFlight(session, "reporting_vq");
  expect(chain.value).toContain("INDIRECT");
  const [block] = session.children(chain.ref, 0, 1);
  const length = Number(/len (\d+)/.exec(block!.value)![1]);
  expect(block!.indexed).toBe(length / 4096);
  const [first] = session.children(block!.ref, 0, 1);
  const address = Number(/addr (0x[0-9a-f]+)/.exec(block!.value)![1]);
  expect(first!.value).toContain(`pfn 0x${(address / 4096).toString(16)},`);
});

const PACKED = SMALL.replace("device:\n", "device:\n  ring: packed\n  transport: pci-modern\n");

test.each([
  ["split", SMALL, ["avail->idx", "used->idx", "used_event"]],
  ["packed", PACKED, ["next_avail_idx", "avail_wrap_counter"]],
] as const)(
  "a %s ring: what is in flight, its memory, and what its places are called",
  async (...row) => {
    const [, text, indices] = row;
    const session = open({ text });
    await stopIn(session, "balloon_inflate_pages");
    const ring = queue(session, "inflate");
    expect(ring.value).toContain("1 with the device");
    const message = inFlight(session, "inflate");
    expect(message.indexed).toBe(256);
    // The descriptors lie where the queue's memory begins.
    const { bytes } = session.readMemory(ring.address!, 0, 16);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    expect(message.value).toContain(`addr 0x${view.getBigUint64(0, true).toString(16)}, len 1024`);
    for (const name of indices) expect(child(session, ring, name).value).toMatch(/^\d+$/);
    const watched = (address: string, offset: number): string => {
      const [expression] = session.memoryCells(address, offset, 2);
      return session.dataBreakpointInfo({ expression: expression!, frame: null }).description;
    };
    expect(watched(ring.address!, 12)).toMatch(/^inflate desc\[0\]\.(flags|id)$/);
    await stopIn(session, "balloon_ack");
    expect(queue(session, "inflate").value).toContain(" 0 with the device");
  },
);

test("a watched place in a ring says what it is when it changes", async () => {
  const session = open({ text: SMALL });
  await stopIn(session, "balloon_inflate_pages");
  const ring = queue(session, "inflate");
  const info = session.dataBreakpointInfo({ ref: ring.ref, name: "used->idx" });
  expect(info.description).toBe("inflate used->idx");
  const rest = { condition: null, hitCondition: null, logMessage: null };
  session.setDataBreakpoints([{ dataId: info.dataId!, access: "change", ...rest }]);
  const { reason } = await session.execute("continue");
  expect(reason).toMatchObject({ kind: "data", text: "inflate used->idx: 0 → 1" });
});

test("a thread of the host runs on none of the guest's processors", async () => {
  const session = open({ text: SMALL });
  await stopIn(session, "tell_host");
  const states = session.threads().map(({ name, state }) => [name, state]);
  expect(states.find(([name]) => name === "qemu")![1]).not.toMatch(/cpu/);
});
