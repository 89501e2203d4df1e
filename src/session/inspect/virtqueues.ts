/**
 * A virtqueue as its memory stands: descriptors, available and used ring, or a packed ring, read
 * from the bytes that driver and device share (virtio 1.2, sections 2.7 and 2.8).
 */
import type { Buffers } from "./buffers.ts";
import type { NamedValue } from "./handles.ts";
import { within, type Location } from "./location.ts";

/** `vring` of the model: one region of 16-bit halves, and where the three parts begin in it. */
interface Vring {
  readonly num: number;
  readonly mem: Uint16Array;
  readonly desc: number;
  readonly avail: number;
  readonly used: number;
  readonly addr: number;
}

export interface Virtqueue {
  readonly name: string;
  readonly num_free: number;
  readonly free_head: number;
  readonly last_used_idx: number;
  readonly avail_idx_shadow: number;
  readonly num_added: number;
  readonly vring: Vring;
  readonly packed_ring: boolean;
  /** VIRTIO_RING_F_EVENT_IDX: each end says at which index it wants to be told. */
  readonly event: boolean;
  /** Of a packed ring: where the driver puts the next descriptor, and both wrap counters. */
  readonly next_avail_idx: number;
  readonly avail_wrap_counter: boolean;
  readonly used_wrap_counter: boolean;
  /** By buffer id: how many descriptors its chain has. */
  readonly desc_state: readonly { readonly num: number }[];
}

const DESC_HALVES = 8;
/** Where a descriptor has its flags, in halves. */
const SPLIT_FLAGS_AT = 6;
const PACKED_FLAGS_AT = 7;
const USED_HALVES = 4;
const RING_HEADER_HALVES = 2;
const FLAGS: readonly (readonly [number, string])[] = [
  [1, "NEXT"],
  [2, "WRITE"],
  [4, "INDIRECT"],
];
const AVAIL = 0x80;
const USED = 0x8000;
const PACKED_FLAGS: typeof FLAGS = [...FLAGS, [AVAIL, "AVAIL"], [USED, "USED"]];
const EVENT_FLAGS = ["enabled", "disabled", "at a descriptor"];

/** Queues whose messages are arrays of page frame numbers. */
const PFN_QUEUES = new Set(["inflate", "deflate"]);
const INDIRECT = 4;

export interface QueueOptions {
  /** Where the queue is, so that its indices can be watched. */
  readonly place: Location;
  readonly buffers: Buffers;
}

export function describeVirtqueue(vq: Virtqueue, options: QueueOptions): NamedValue {
  return vq.packed_ring ? describePacked(vq, options) : describeSplit(vq, options);
}

/** One ring; AVAIL and USED bits say whose a descriptor is (section 2.8). */
function describePacked(vq: Virtqueue, { place, buffers }: QueueOptions): NamedValue {
  const { vring } = vq;
  const field = fieldsOf(vq, place);
  const { num } = vring;
  const inFlight = packedInFlight(vq);
  const describe = (i: number): RingElement => ({
    text: describePackedDescriptor(vring, i),
    children: namedBy(vq, buffers, descriptorAt(vring.mem, vring.desc, i, PACKED_FLAGS_AT)),
  });
  const children: NamedValue[] = [
    field("next_avail_idx"),
    field("avail_wrap_counter"),
    field("last_used_idx"),
    field("used_wrap_counter"),
    field("num_free"),
    field("num_added"),
    plain("with the device", inFlight.length),
    ring("in flight", inFlight.length, (i) => describe(inFlight[i]!)),
    ring("descriptors", num, describe),
    eventStructure("driver event", vring, vring.avail),
    eventStructure("device event", vring, vring.used),
  ];
  const text = `packed, ${num} descriptors, ${inFlight.length} with the device, ${vq.num_free} free`;
  return { name: vq.name, value: vq, type: "virtqueue", evaluateName: null, text, children };
}

/** Descriptors that the device has: behind those that the driver has taken back, and not marked as used. */
function packedInFlight({ vring, num_free, next_avail_idx, desc_state }: Virtqueue): number[] {
  const { mem, num, desc } = vring;
  const found: number[] = [];
  let left = num - num_free;
  while (left > 0) {
    const i = (next_avail_idx - left + num) % num;
    const at = desc + i * DESC_HALVES;
    const [id, flags] = [mem[at + 6]!, mem[at + PACKED_FLAGS_AT]!];
    const isUsed = ((flags & USED) !== 0) === ((flags & AVAIL) !== 0);
    if (!isUsed) found.push(i);
    // Of a chain that was used only its first descriptor says so.
    left -= isUsed ? Math.max(1, desc_state[id]?.num ?? 1) : 1;
  }
  return found;
}

function describePackedDescriptor({ mem, desc }: Pick<Vring, "mem" | "desc">, i: number): string {
  const at = desc + i * DESC_HALVES;
  const address = word(mem, at) + word(mem, at + 2) * 2 ** 32;
  const flags = mem[at + 7]!;
  const names = PACKED_FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  return `desc ${i}: addr 0x${address.toString(16)}, len ${word(mem, at + 4)}, id ${mem[at + 6]!}, flags ${names.join("|") || "0"}`;
}

function eventStructure(name: string, { mem }: Vring, at: number): NamedValue {
  const offWrap = mem[at]!;
  const text = `${EVENT_FLAGS[mem[at + 1]!] ?? "reserved"}, offset ${offWrap & 0x7fff}, wrap ${offWrap >>> 15}`;
  return { name, value: undefined, type: null, evaluateName: null, text };
}

function describeSplit(vq: Virtqueue, { place, buffers }: QueueOptions): NamedValue {
  const { vring } = vq;
  const field = fieldsOf(vq, place);
  const entry = (name: string, at: number): NamedValue => ({
    ...plain(name, vring.mem[at]!),
    location: within(within(within(place, "vring"), "mem"), at)!,
  });
  const { mem, num, avail, used } = vring;
  const availIdx = mem[avail + 1]!;
  const usedIdx = mem[used + 1]!;
  const inFlight = (availIdx - usedIdx) & 0xffff;
  const describe = (i: number): RingElement => describeDescriptor(vq, buffers, mem, vring.desc, i);
  const unseen = (usedIdx - vq.last_used_idx) & 0xffff;
  const children: NamedValue[] = [
    entry("avail->idx", avail + 1),
    entry("used->idx", used + 1),
    field("last_used_idx"),
    field("num_free"),
    field("free_head"),
    field("num_added"),
    // Without event indices, flags say whether one wants to be told at all (2.7.7, 2.7.10).
    ...(vq.event
      ? [
          entry("used_event", avail + RING_HEADER_HALVES + num),
          entry("avail_event", used + RING_HEADER_HALVES + num * USED_HALVES),
        ]
      : [entry("avail->flags", avail), entry("used->flags", used)]),
    plain("with the device", inFlight),
    plain("used, not seen by the driver", unseen),
    ring("in flight", inFlight, (i) => {
      const slot = (usedIdx + i) & (num - 1);
      return describe(mem[avail + RING_HEADER_HALVES + slot]!);
    }),
    ring("descriptors", num, describe),
    ring("available ring", num, (i) => ({ text: `head ${mem[avail + RING_HEADER_HALVES + i]!}` })),
    ring("used ring", num, (i) => {
      const at = used + RING_HEADER_HALVES + i * USED_HALVES;
      return { text: `id ${word(mem, at)}, len ${word(mem, at + 2)}` };
    }),
  ];
  const text = `${num} descriptors, ${inFlight} with the device, ${vq.num_free} free`;
  return { name: vq.name, value: vq, type: "virtqueue", evaluateName: null, text, children };
}

function describeDescriptor(
  vq: Virtqueue,
  buffers: Buffers,
  mem: Uint16Array,
  desc: number,
  i: number,
): RingElement {
  const descriptor = descriptorAt(mem, desc, i, SPLIT_FLAGS_AT);
  const { address, length, flags } = descriptor;
  const names = FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  const next = mem[desc + i * DESC_HALVES + DESC_HALVES - 1]!;
  return {
    text: `desc ${i}: addr 0x${address.toString(16)}, len ${length}, flags ${names.join("|") || "0"}, next ${next}`,
    children: namedBy(vq, buffers, descriptor),
  };
}

interface Descriptor {
  readonly address: number;
  readonly length: number;
  readonly flags: number;
}

function descriptorAt(mem: Uint16Array, desc: number, i: number, flagsAt: number): Descriptor {
  const at = desc + i * DESC_HALVES;
  const address = word(mem, at) + word(mem, at + 2) * 2 ** 32;
  return { address, length: word(mem, at + 4), flags: mem[at + flagsAt]! };
}

/** The pages that a descriptor's buffer names, or the descriptors of its table. */
function namedBy(
  vq: Virtqueue,
  buffers: Buffers,
  { address, length, flags }: Descriptor,
): NonNullable<NamedValue["children"]> {
  if ((flags & INDIRECT) === 0) return buffers.pages(address, length, PFN_QUEUES.has(vq.name));
  const table = buffers.table(address);
  if (table === null) return [];
  const count = length / (2 * DESC_HALVES);
  const element = (i: number): RingElement =>
    vq.packed_ring
      ? {
          text: describePackedDescriptor({ mem: table, desc: 0 }, i),
          children: namedBy(vq, buffers, descriptorAt(table, 0, i, PACKED_FLAGS_AT)),
        }
      : describeDescriptor(vq, buffers, table, 0, i);
  return ring("table", count, element).children!;
}

function word(mem: Uint16Array, at: number): number {
  return mem[at]! + mem[at + 1]! * 0x10000;
}

/** The driver's own fields, each with its place. */
function fieldsOf(vq: Virtqueue, place: Location): (name: keyof Virtqueue) => NamedValue {
  return (name) => {
    const value = vq[name];
    const shown = typeof value === "boolean" ? { text: String(Number(value)) } : {};
    return {
      name,
      value,
      type: null,
      evaluateName: null,
      location: within(place, name)!,
      ...shown,
    };
  };
}

function plain(name: string, value: number): NamedValue {
  return { name, value, type: null, evaluateName: null };
}

type RingElement = Required<Pick<NamedValue, "text">> & Pick<NamedValue, "children">;

function ring(name: string, count: number, element: (i: number) => RingElement): NamedValue {
  return {
    name,
    value: undefined,
    type: null,
    evaluateName: null,
    text: `[${count}]`,
    children: {
      count,
      elements: (start, length) =>
        Array.from({ length }, (_, i) => ({
          name: `[${start + i}]`,
          value: undefined,
          type: null,
          evaluateName: null,
          ...element(start + i),
        })),
    },
  };
}
