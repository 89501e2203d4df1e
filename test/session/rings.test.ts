/** Whose the descriptors of each virtqueue are, at known moments of a message's way. */
import { expect, test } from "vitest";
import type { Session } from "../../src/session/session.ts";
import type { DescriptorState, RingView } from "../../src/session/types.ts";
import { open, stopIn } from "./small-guest.ts";

function text(ring: string): string {
  return `name: rings
guest:
  memory: 128MiB
  kernel: v5.7
device:
  transport: pci-modern
  features: [stats-vq]
  ring: ${ring}
timeline:
  - balloon: 8MiB
  - wait: 100ms
`;
}

async function stoppedIn(name: string, ring = "split"): Promise<Session> {
  const session = open({ text: text(ring) });
  await stopIn(session, name);
  return session;
}

function queue(session: Session, name: string): RingView {
  return session.rings().find((each) => each.queue === name)!;
}

function states({ descriptors }: RingView): Record<DescriptorState, number> {
  const count = (wanted: DescriptorState): number =>
    descriptors.filter(({ state }) => state === wanted).length;
  return {
    free: count("free"),
    available: count("available"),
    device: count("device"),
    used: count("used"),
  };
}

const size = 128;

test.each(["split", "packed"])("%s: a message goes round", async (ring) => {
  const before = await stoppedIn("fill_balloon", ring);
  expect(states(queue(before, "inflate")).free).toBe(size);

  // The driver has put it in and kicks: the device has not looked yet.
  const kicked = await stoppedIn("balloon_inflate_pages", ring);
  const there = queue(kicked, "inflate");
  expect([there.size, there.free]).toEqual([size, size - 1]);
  expect(states(there)).toEqual({ free: size - 1, available: 0, device: 1, used: 0 });
  const held = there.descriptors.find(({ state }) => state === "device")!;
  expect(held.length).toBe(1024);
  expect(held.buffer).toBeGreaterThanOrEqual(0);

  // The device has given it back, and the driver is about to fetch it.
  const back = await stoppedIn("balloon_ack", ring);
  expect(states(queue(back, "inflate"))).toEqual({
    free: size - 1,
    available: 0,
    device: 0,
    used: 1,
  });
});

test("the buffer for statistics waits with the device", async () => {
  const session = await stoppedIn("fill_balloon");
  const stats = queue(session, "stats");
  expect(states(stats)).toMatchObject({ used: 0, available: 0, device: 1 });
});

test("a split queue has its rings, and the indices of both ends", async () => {
  const session = await stoppedIn("balloon_ack");
  const { available, used, indices, packed } = queue(session, "inflate");
  expect(packed).toBe(false);
  expect([available.length, used.length]).toEqual([size, size]);
  expect(used.filter(({ live }) => live)).toHaveLength(1);
  expect(available.filter(({ live }) => live)).toHaveLength(0);
  expect(Object.fromEntries(indices.map(({ name, value }) => [name, value]))).toEqual({
    "avail->idx": 1,
    last_avail_idx: 1,
    "used->idx": 1,
    last_used_idx: 0,
    used_event: 0,
    avail_event: 1,
  });
});

test("a packed queue has its wrap counters, and what each side waits for", async () => {
  const session = await stoppedIn("balloon_ack", "packed");
  const { indices } = queue(session, "inflate");
  expect(Object.fromEntries(indices.map(({ name, value }) => [name, value]))).toEqual({
    next_avail_idx: 1,
    last_avail_idx: 1,
    used_idx: 1,
    last_used_idx: 0,
    avail_wrap_counter: 1,
    last_avail_wrap_counter: 1,
    used_wrap_counter: 1,
    "driver desc_event_off": 0,
    "device desc_event_off": 1,
  });
});
