/**
 * A virtqueue as its memory stands: descriptors, available and used ring, or a packed ring, read
 * from the bytes that driver and device share (virtio 1.2, sections 2.7 and 2.8).
 */
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
  /** Of a packed ring: where the driver puts the next descriptor, and both wrap counters. */
  readonly next_avail_idx: number;
  readonly avail_wrap_counter: boolean;
  readonly used_wrap_counter: boolean;
}

const DESC_HALVES = 8;
const USED_HALVES = 4;
const RING_HEADER_HALVES = 2;
const FLAGS: readonly (readonly [number, string])[] = [
  [1, "NEXT"],
  [2, "WRITE"],
  [4, "INDIRECT"],
];
const PACKED_FLAGS: typeof FLAGS = [...FLAGS, [0x80, "AVAIL"], [0x8000, "USED"]];
const EVENT_FLAGS = ["enabled", "disabled", "at a descriptor"];

/** `place`: where the queue is, so that its indices can be watched. */
export function describeVirtqueue(vq: Virtqueue, place: Location): NamedValue {
  return vq.packed_ring ? describePacked(vq, place) : describeSplit(vq, place);
}

/** One ring; AVAIL and USED bits say whose a descriptor is (section 2.8). */
function describePacked(vq: Virtqueue, place: Location): NamedValue {
  const { vring } = vq;
  const field = fieldsOf(vq, place);
  const { num } = vring;
  const children: NamedValue[] = [
    field("next_avail_idx"),
    field("avail_wrap_counter"),
    field("last_used_idx"),
    field("used_wrap_counter"),
    field("num_free"),
    field("num_added"),
    ring("descriptors", num, (i) => describePackedDescriptor(vring, i)),
    eventStructure("driver event", vring, vring.avail),
    eventStructure("device event", vring, vring.used),
  ];
  const text = `packed, ${num} descriptors, ${num - vq.num_free} with the device, ${vq.num_free} free`;
  return { name: vq.name, value: undefined, type: "virtqueue", evaluateName: null, text, children };
}

function describePackedDescriptor({ mem, desc }: Vring, i: number): string {
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

function describeSplit(vq: Virtqueue, place: Location): NamedValue {
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
  const unseen = (usedIdx - vq.last_used_idx) & 0xffff;
  const children: NamedValue[] = [
    entry("avail->idx", avail + 1),
    entry("used->idx", used + 1),
    field("last_used_idx"),
    field("num_free"),
    field("free_head"),
    field("num_added"),
    plain("with the device", inFlight),
    plain("used, not seen by the driver", unseen),
    ring("in flight", inFlight, (i) => {
      const slot = (usedIdx + i) & (num - 1);
      return describeDescriptor(vring, mem[avail + RING_HEADER_HALVES + slot]!);
    }),
    ring("descriptors", num, (i) => describeDescriptor(vring, i)),
    ring("available ring", num, (i) => `head ${mem[avail + RING_HEADER_HALVES + i]!}`),
    ring("used ring", num, (i) => {
      const at = used + RING_HEADER_HALVES + i * USED_HALVES;
      return `id ${word(mem, at)}, len ${word(mem, at + 2)}`;
    }),
  ];
  const text = `${num} descriptors, ${inFlight} with the device, ${vq.num_free} free`;
  return { name: vq.name, value: vq, type: "virtqueue", evaluateName: null, text, children };
}

function describeDescriptor({ mem, desc }: Vring, i: number): string {
  const at = desc + i * DESC_HALVES;
  const address = word(mem, at) + word(mem, at + 2) * 2 ** 32;
  const flags = mem[at + 6]!;
  const names = FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  return `desc ${i}: addr 0x${address.toString(16)}, len ${word(mem, at + 4)}, flags ${names.join("|") || "0"}, next ${mem[at + 7]!}`;
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

function ring(name: string, count: number, textOf: (i: number) => string): NamedValue {
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
          text: textOf(start + i),
        })),
    },
  };
}
