/**
 * A virtqueue as its memory stands: descriptors, available and used ring, or a packed ring, read
 * from the bytes that driver and device share (virtio 1.2, sections 2.7 and 2.8).
 */
import type { NamedValue } from "./handles.ts";

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

export function describeVirtqueue(vq: Virtqueue): NamedValue {
  return vq.packed_ring ? describePacked(vq) : describeSplit(vq);
}

/** One ring; AVAIL and USED bits say whose a descriptor is (section 2.8). */
function describePacked(vq: Virtqueue): NamedValue {
  const { vring } = vq;
  const { num } = vring;
  const children: NamedValue[] = [
    plain("next_avail_idx", vq.next_avail_idx),
    plain("avail_wrap_counter", Number(vq.avail_wrap_counter)),
    plain("last_used_idx", vq.last_used_idx),
    plain("used_wrap_counter", Number(vq.used_wrap_counter)),
    plain("num_free", vq.num_free),
    plain("num_added", vq.num_added),
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

function describeSplit(vq: Virtqueue): NamedValue {
  const { vring } = vq;
  const { mem, num, avail, used } = vring;
  const availIdx = mem[avail + 1]!;
  const usedIdx = mem[used + 1]!;
  const inFlight = (availIdx - usedIdx) & 0xffff;
  const unseen = (usedIdx - vq.last_used_idx) & 0xffff;
  const children: NamedValue[] = [
    plain("avail->idx", availIdx),
    plain("used->idx", usedIdx),
    plain("last_used_idx", vq.last_used_idx),
    plain("num_free", vq.num_free),
    plain("free_head", vq.free_head),
    plain("num_added", vq.num_added),
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
