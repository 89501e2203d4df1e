/**
 * hw/virtio/virtio.c of QEMU 8.1: the device's end of virtqueues, whatever the transport. What
 * depends on the kind of ring is in `virtio_split.ts` and `virtio_packed.ts`. Differs: a driver
 * that breaks the rules ends the run. Sleeps: never.
 */
import { config } from "../config.ts";
import type { dma_addr_t } from "../virtio/dma.ts";
import { joinBits, lower_32_bits, upper_32_bits } from "../virtio/halves.ts";
import { irqAssert, type Slot } from "../virtio/io.ts";
import { VIRTIO_PCI_ISR_CONFIG, VIRTIO_PCI_ISR_QUEUE } from "../virtio/registers.ts";
import {
  VIRTIO_CONFIG_S_DRIVER_OK,
  VIRTIO_CONFIG_S_FEATURES_OK,
  VIRTIO_F_ANY_LAYOUT,
  VIRTIO_F_NOTIFY_ON_EMPTY,
  VIRTIO_F_RING_PACKED,
  VIRTIO_F_VERSION_1,
  type VirtioFeatures,
  type VirtioStatus,
} from "../virtio/uapi.ts";
import { BIT_ULL, hasFeatureBit } from "../virtio/virtio_config.ts";
import { mapLegacyVring, mapVring, type vring } from "../virtio/vring.ts";
import { aio_set_event_notifier, event_notifier_set, type EventNotifier } from "./main_loop.ts";
import {
  virtio_packed_should_notify,
  virtqueue_packed_pop,
  virtqueue_packed_push,
} from "./virtio_packed.ts";
import {
  virtio_split_should_notify,
  virtqueue_split_pop,
  virtqueue_split_push,
} from "./virtio_split.ts";

export interface VirtIODevice {
  name: string;
  device_id: number;
  slot: Slot | null;
  status: VirtioStatus;
  isr: number;
  /** Counts changes of the configuration, so that a driver can tell a torn read. */
  config_generation: number;
  host_features: VirtioFeatures;
  guest_features: VirtioFeatures;
  vq: VirtQueue[];
  queue_sel: number;
  dfselect: number;
  gfselect: number;
  /** Legacy MMIO: what the driver counts the queues' addresses in, as it said. */
  guest_page_size: number;
  /** A field of the configuration is being written byte by byte, and its top byte is to come. */
  configTorn: boolean;
  /** The device proper. */
  state: object;
  /** Words of the device's configuration, by byte offset. */
  get_config: (vdev: VirtIODevice, offset: number) => number;
  set_config: (vdev: VirtIODevice, offset: number, value: number) => void;
  /** The device proper forgets what the driver told it. */
  device_reset: (vdev: VirtIODevice) => void;
}

/** What makes a device out of the queues and registers that all have. */
export interface DeviceOps {
  get_config: (vdev: VirtIODevice, offset: number) => number;
  set_config: (vdev: VirtIODevice, offset: number, value: number) => void;
  device_reset: (vdev: VirtIODevice) => void;
}

export interface VirtQueue {
  vdev: VirtIODevice;
  queue_index: number;
  /** Descriptors; what the driver reads as the queue's size. */
  num: number;
  /** Legacy: where the used ring begins is a multiple of it, in bytes. */
  align: number;
  enabled: boolean;
  /** Bus addresses of the three parts, as the driver wrote them. */
  desc: dma_addr_t;
  avail: dma_addr_t;
  used: dma_addr_t;
  /** Null until the driver has enabled the queue. */
  vring: vring | null;
  last_avail_idx: number;
  used_idx: number;
  /** Packed: the wrap counters that belong to the two. */
  last_avail_wrap_counter: boolean;
  used_wrap_counter: boolean;
  /** The used index at the last interrupt, and whether there was one. */
  signalled_used: number;
  signalled_used_valid: boolean;
  /** Popped and not yet pushed: buffers, in a packed ring descriptors. */
  inuse: number;
  host_notifier: EventNotifier;
  /** Serves what is in the queue. */
  handle_output: (vdev: VirtIODevice, vq: VirtQueue) => void;
}

/** One buffer in the device's hands. */
export interface VirtQueueElement {
  /** What the used ring will name: its head, in a packed ring its id. */
  index: number;
  /** Descriptors of the ring that it takes. */
  ndescs: number;
  /** Elements that the device reads, and that it writes; the latter follow the former. */
  out_num: number;
  in_num: number;
  addr: Float64Array;
  len: Float64Array;
}

/** What serves a queue: its part of a `VirtQueue`. */
export interface QueueServer {
  handle_output: (vdev: VirtIODevice, vq: VirtQueue) => void;
}

/** A buffer with more elements than this breaks the rules of all devices here. */
export const MAX_ELEMENTS = 64;
const VIRTIO_PCI_VRING_ALIGN = 4096;

/** A device with `features` of its own; those of ring and transport come from the scenario. */
export function virtio_init(
  name: string,
  device_id: number,
  features: number,
  ops: DeviceOps,
): VirtIODevice {
  return {
    name,
    device_id,
    slot: null,
    status: 0,
    isr: 0,
    config_generation: 0,
    host_features: features + transportFeatures(),
    guest_features: 0,
    vq: [],
    queue_sel: 0,
    dfselect: 0,
    gfselect: 0,
    guest_page_size: 4096,
    configTorn: false,
    state: config,
    get_config: ops.get_config,
    set_config: ops.set_config,
    device_reset: ops.device_reset,
  };
}

/** A legacy transport cannot offer what has a bit above 31. */
function transportFeatures(): number {
  if (config.transport === "pci-legacy" || config.transport === "mmio-v1") {
    return config.ring_features + BIT_ULL(VIRTIO_F_NOTIFY_ON_EMPTY) + BIT_ULL(VIRTIO_F_ANY_LAYOUT);
  }
  const packed = config.ring_packed ? BIT_ULL(VIRTIO_F_RING_PACKED) : 0;
  return config.ring_features + BIT_ULL(VIRTIO_F_VERSION_1) + packed;
}

export function virtio_add_queue(vdev: VirtIODevice, num: number, server: QueueServer): VirtQueue {
  const host_notifier: EventNotifier = {
    set: false,
    io_read: virtio_queue_host_notifier_read,
    opaque: vdev,
  };
  const vq: VirtQueue = {
    vdev,
    queue_index: vdev.vq.length,
    num,
    align: VIRTIO_PCI_VRING_ALIGN,
    enabled: false,
    desc: 0,
    avail: 0,
    used: 0,
    vring: null,
    last_avail_idx: 0,
    used_idx: 0,
    last_avail_wrap_counter: true,
    used_wrap_counter: true,
    signalled_used: 0,
    signalled_used_valid: false,
    inuse: 0,
    host_notifier,
    handle_output: server.handle_output,
  };
  host_notifier.opaque = vq;
  vdev.vq.push(vq);
  aio_set_event_notifier(host_notifier);
  return vq;
}

/** The driver kicked queue `index`; the vCPU goes on, the main loop serves the queue. */
export function virtio_queue_notify(vdev: VirtIODevice, index: number): void {
  if (index < vdev.vq.length) {
    event_notifier_set(vdev.vq[index].host_notifier);
  }
}

/** The driver has given the addresses of queue `vq`: from now on it is served. */
export function virtio_queue_enable(vq: VirtQueue): void {
  vq.vring = mapVring(vq.num, vq.desc, vq.avail, vq.used);
  vq.enabled = true;
}

/** Legacy: the driver has given the queue's only address; all parts follow from it. */
export function virtio_queue_set_addr(vq: VirtQueue, addr: number): void {
  vq.desc = addr;
  vq.vring = mapLegacyVring(vq.num, addr, vq.align);
  vq.enabled = true;
}

/** The half of the offered features that the driver has selected. */
export function selectedHostFeatures(vdev: VirtIODevice): number {
  const features = vdev.host_features;
  return vdev.dfselect === 0 ? lower_32_bits(features) : upper_32_bits(features);
}

/** The driver writes the half of its features that it has selected. */
export function setSelectedGuestFeatures(vdev: VirtIODevice, value: number): void {
  const features = vdev.guest_features;
  vdev.guest_features =
    vdev.gfselect === 0
      ? joinBits(value, upper_32_bits(features))
      : joinBits(lower_32_bits(features), value);
}

/** Takes the next available buffer into `elem`; false when there is none. */
export function virtqueue_pop(vq: VirtQueue, elem: VirtQueueElement): boolean {
  if (vq.vring === null) {
    return false;
  }
  return isPacked(vq.vdev)
    ? virtqueue_packed_pop(vq, vq.vring, elem)
    : virtqueue_split_pop(vq, vq.vring, elem);
}

/** Gives the buffer back, with `len` bytes written to it. */
export function virtqueue_push(vq: VirtQueue, elem: VirtQueueElement, len: number): void {
  if (vq.vring === null) {
    return;
  }
  if (isPacked(vq.vdev)) {
    virtqueue_packed_push(vq, vq.vring, elem, len);
  } else {
    virtqueue_split_push(vq, vq.vring, elem, len);
  }
}

/** Interrupts the driver, if it wants to hear of what was pushed. */
export function virtio_notify(vdev: VirtIODevice, vq: VirtQueue): void {
  if (!virtio_should_notify(vdev, vq)) {
    return;
  }
  vdev.isr |= VIRTIO_PCI_ISR_QUEUE;
  virtio_notify_vector(vdev);
}

/** Tells the driver that the configuration changed; a driver that is not ready hears nothing. */
export function virtio_notify_config(vdev: VirtIODevice): void {
  if ((vdev.status & VIRTIO_CONFIG_S_DRIVER_OK) === 0) {
    return;
  }
  vdev.isr |= VIRTIO_PCI_ISR_QUEUE | VIRTIO_PCI_ISR_CONFIG;
  vdev.config_generation++;
  virtio_notify_vector(vdev);
}

/** The driver writes the status register. 0 resets the device. */
export function virtio_set_status(vdev: VirtIODevice, value: number, modern: boolean): void {
  if (value === 0) {
    virtio_reset(vdev);
    return;
  }
  let status = value;
  if (modern && !hasFeatureBit(vdev.guest_features, VIRTIO_F_VERSION_1)) {
    // A driver of these registers must speak virtio 1.0: its features are refused.
    status &= ~VIRTIO_CONFIG_S_FEATURES_OK;
  }
  vdev.status = status;
}

/** Queues and features are forgotten. */
export function virtio_reset(vdev: VirtIODevice): void {
  vdev.status = 0;
  vdev.isr = 0;
  vdev.guest_features = 0;
  vdev.queue_sel = 0;
  for (const vq of vdev.vq) {
    vq.enabled = false;
    vq.desc = 0;
    vq.vring = null;
    vq.last_avail_idx = 0;
    vq.used_idx = 0;
    vq.last_avail_wrap_counter = true;
    vq.used_wrap_counter = true;
    vq.signalled_used = 0;
    vq.signalled_used_valid = false;
    vq.inuse = 0;
  }
  vdev.device_reset(vdev);
}

/** `size` bytes of the device's configuration, which is kept in words. */
export function virtio_config_read(vdev: VirtIODevice, offset: number, size: number): number {
  const word = vdev.get_config(vdev, offset & ~3);
  const shifted = word >>> (8 * (offset & 3));
  return size === 4 ? shifted : shifted & ((1 << (8 * size)) - 1);
}

/** The device acts on every write, also on one byte of a field. */
export function virtio_config_write(
  vdev: VirtIODevice,
  offset: number,
  size: number,
  value: number,
): void {
  const at = offset & ~3;
  if (size === 4) {
    vdev.set_config(vdev, at, value);
    return;
  }
  const shift = 8 * (offset & 3);
  const mask = ((1 << (8 * size)) - 1) << shift;
  const word = (vdev.get_config(vdev, at) & ~mask) | ((value << shift) & mask);
  vdev.configTorn = shift + 8 * size < 32;
  vdev.set_config(vdev, at, word >>> 0);
  vdev.configTorn = false;
}

export function isPacked(vdev: VirtIODevice): boolean {
  return hasFeatureBit(vdev.guest_features, VIRTIO_F_RING_PACKED);
}

function virtio_queue_host_notifier_read(opaque: object): void {
  const vq = opaque as VirtQueue;
  if (vq.vring !== null) {
    vq.handle_output(vq.vdev, vq);
  }
}

function virtio_should_notify(vdev: VirtIODevice, vq: VirtQueue): boolean {
  if (vq.vring === null) {
    return false;
  }
  return isPacked(vdev)
    ? virtio_packed_should_notify(vq, vq.vring)
    : virtio_split_should_notify(vq, vq.vring);
}

function virtio_notify_vector(vdev: VirtIODevice): void {
  if (vdev.slot !== null) {
    irqAssert(vdev.slot);
  }
}
