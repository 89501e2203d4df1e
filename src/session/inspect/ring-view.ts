/**
 * Every virtqueue of the guest as something that can be drawn: whose each descriptor is, and where
 * driver and device stand in the rings (virtio 1.2, sections 2.7 and 2.8). Read from the shared
 * memory and from what both ends keep to themselves.
 */
import type { Descriptor, DescriptorState, RingSlot, RingView } from "../types.ts";
import type { KernelState } from "./state.ts";

/** `vring` of the model: one region of 16-bit halves, and where the three parts begin in it. */
interface Vring {
  readonly num: number;
  readonly mem: Uint16Array;
  readonly desc: number;
  readonly avail: number;
  readonly used: number;
}

/** The driver's end. */
interface Virtqueue {
  readonly name: string;
  readonly num_free: number;
  readonly last_used_idx: number;
  readonly next_avail_idx: number;
  readonly vring: Vring;
  readonly packed_ring: boolean;
  /** Each side says from which index on it wants to be told. */
  readonly event: boolean;
  readonly avail_wrap_counter: boolean;
  readonly used_wrap_counter: boolean;
  readonly desc_state: readonly { readonly data: object | null; readonly num: number }[];
}

/** The device's end. */
interface DeviceQueue {
  readonly vring: Vring | null;
  readonly last_avail_idx: number;
  readonly last_avail_wrap_counter: boolean;
  readonly used_idx: number;
  readonly inuse: number;
}

interface VirtioDevice {
  readonly name: string;
  readonly vqs: readonly Virtqueue[];
}

/** Globals that hold the device models. */
const DEVICE_MODELS = ["balloon", "keyboard"];
const DESC_HALVES = 8;
const USED_HALVES = 4;
const RING_HEADER_HALVES = 2;
const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [1, "NEXT"],
  [2, "WRITE"],
  [4, "INDIRECT"],
];
const PACKED_FLAG_NAMES: typeof FLAG_NAMES = [...FLAG_NAMES, [0x80, "AVAIL"], [0x8000, "USED"]];
const NEXT = 1;
/** Of an event structure, without the wrap counter in the highest bit. */
const EVENT_OFF = 0x7fff;

export function ringViews(state: KernelState): RingView[] {
  const ends = deviceQueues(state);
  return state.value<readonly VirtioDevice[]>("virtio_devices").flatMap(({ name, vqs }) =>
    vqs.map((vq) => {
      // Both ends look at one and the same memory.
      const end = ends.find(({ vring }) => vring?.mem === vq.vring.mem) ?? null;
      return vq.packed_ring ? packedView(name, vq, end) : splitView(name, vq, end);
    }),
  );
}

function deviceQueues(state: KernelState): DeviceQueue[] {
  return DEVICE_MODELS.flatMap((name) => {
    const model = state.value<{ readonly vdev: { readonly vq: readonly DeviceQueue[] } } | null>(
      name,
    );
    return model?.vdev.vq ?? [];
  });
}

function splitView(device: string, vq: Virtqueue, end: DeviceQueue | null): RingView {
  const { vring, last_used_idx: seen } = vq;
  const { mem, num, avail, used } = vring;
  const availIdx = mem[avail + 1]!;
  const usedIdx = mem[used + 1]!;
  const taken = end?.last_avail_idx ?? usedIdx;
  const available: RingSlot[] = slots(num, taken, availIdx, (slot) => ({
    id: mem[avail + RING_HEADER_HALVES + slot]!,
  }));
  const usedSlots: RingSlot[] = slots(num, seen, usedIdx, (slot) => {
    const at = used + RING_HEADER_HALVES + slot * USED_HALVES;
    return { id: word(mem, at), length: word(mem, at + 2) };
  });
  const waiting = new Set(available.filter(({ live }) => live).map(({ id }) => id));
  const returned = new Set(usedSlots.filter(({ live }) => live).map(({ id }) => id));
  const states = new Array<DescriptorState>(num).fill("free");
  const buffers = new Array<number>(num).fill(-1);
  vq.desc_state.forEach(({ data, num: length }, head) => {
    if (data === null) return;
    const state = waiting.has(head) ? "available" : returned.has(head) ? "used" : "device";
    for (let i = head, n = 0; n < length; i = mem[vring.desc + i * DESC_HALVES + 7]!, n++) {
      states[i] = state;
      buffers[i] = head;
    }
  });
  return {
    device,
    queue: vq.name,
    packed: false,
    size: num,
    free: vq.num_free,
    descriptors: states.map((state, i) => {
      const flags = mem[vring.desc + i * DESC_HALVES + 6]!;
      const next = (flags & NEXT) === 0 ? {} : { next: mem[vring.desc + i * DESC_HALVES + 7]! };
      return { ...descriptor(vring, i, FLAG_NAMES, flags), ...next, state, buffer: buffers[i]! };
    }),
    available,
    used: usedSlots,
    indices: [
      { name: "avail->idx", value: availIdx },
      { name: "last_avail_idx", value: taken },
      { name: "used->idx", value: usedIdx },
      { name: "last_used_idx", value: seen },
      ...(vq.event
        ? [
            { name: "used_event", value: mem[avail + RING_HEADER_HALVES + num]! },
            { name: "avail_event", value: mem[used + RING_HEADER_HALVES + num * USED_HALVES]! },
          ]
        : []),
    ],
  };
}

/** In one ring the parts follow each other: used, with the device, available, free. */
function packedView(device: string, vq: Virtqueue, end: DeviceQueue | null): RingView {
  const { vring, num_free, last_used_idx, next_avail_idx } = vq;
  const { num, mem } = vring;
  const usedIdx = end?.used_idx ?? last_used_idx;
  const outstanding = num - num_free;
  const inuse = Math.min(end?.inuse ?? 0, outstanding);
  const full = outstanding === num && inuse === 0 && usedIdx === last_used_idx;
  // When the indices are equal the ring is either empty or full; the number free tells which.
  const returned = full ? 0 : Math.min((usedIdx - last_used_idx + num) % num, outstanding - inuse);
  const descriptors = new Array<Descriptor>(num);
  for (let n = 0; n < num; n++) {
    const i = (last_used_idx + n) % num;
    const state: DescriptorState =
      n < returned
        ? "used"
        : n < returned + inuse
          ? "device"
          : n < outstanding
            ? "available"
            : "free";
    const flags = mem[vring.desc + i * DESC_HALVES + 7]!;
    const id = mem[vring.desc + i * DESC_HALVES + 6]!;
    const buffer = state === "free" ? -1 : id;
    descriptors[i] = { ...descriptor(vring, i, PACKED_FLAG_NAMES, flags), state, buffer };
  }
  return {
    device,
    queue: vq.name,
    packed: true,
    size: num,
    free: num_free,
    descriptors,
    available: [],
    used: [],
    indices: [
      { name: "next_avail_idx", value: next_avail_idx },
      { name: "last_avail_idx", value: end?.last_avail_idx ?? next_avail_idx },
      { name: "used_idx", value: usedIdx },
      { name: "last_used_idx", value: last_used_idx },
      { name: "avail_wrap_counter", value: Number(vq.avail_wrap_counter) },
      {
        name: "last_avail_wrap_counter",
        value: Number(end?.last_avail_wrap_counter ?? vq.avail_wrap_counter),
      },
      { name: "used_wrap_counter", value: Number(vq.used_wrap_counter) },
      ...(vq.event
        ? [
            { name: "driver desc_event_off", value: mem[vring.avail]! & EVENT_OFF },
            { name: "device desc_event_off", value: mem[vring.used]! & EVENT_OFF },
          ]
        : []),
    ],
  };
}

/** The slots of a ring; those from index `from` up to `to` are live. */
function slots(
  num: number,
  from: number,
  to: number,
  read: (slot: number) => { readonly id: number; readonly length?: number },
): RingSlot[] {
  const count = (to - from) & 0xffff;
  const first = from & (num - 1);
  return Array.from({ length: num }, (_, slot) => ({
    ...read(slot),
    live: ((slot - first + num) & (num - 1)) < count,
  }));
}

function descriptor(
  { mem, desc }: Vring,
  i: number,
  names: typeof FLAG_NAMES,
  flags: number,
): Pick<Descriptor, "address" | "length" | "flags"> {
  const at = desc + i * DESC_HALVES;
  const address = word(mem, at) + word(mem, at + 2) * 2 ** 32;
  return {
    address: `0x${address.toString(16)}`,
    length: word(mem, at + 4),
    flags: names.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name),
  };
}

function word(mem: Uint16Array, at: number): number {
  return mem[at]! + mem[at + 1]! * 0x10000;
}
