/**
 * hw/virtio/virtio.c of QEMU 8.1: the device's end of split virtqueues. Differs: buffers have one
 * descriptor; a driver that breaks the rules ends the run. Sleeps: never.
 */
import { BUG } from "../../machine/primitives.ts";
import { pci_irq_assert, type pci_dev } from "../virtio/pci.ts";
import {
  VIRTIO_CONFIG_S_DRIVER_OK,
  VIRTIO_PCI_ISR_CONFIG,
  VIRTIO_PCI_ISR_QUEUE,
  VIRTIO_RING_F_EVENT_IDX,
  VRING_AVAIL_F_NO_INTERRUPT,
  VRING_DESC_F_NEXT,
} from "../virtio/uapi.ts";
import { hasFeatureBit } from "../virtio/virtio_config.ts";
import {
  availFlags,
  availIdx,
  availRing,
  descAddr,
  descFlags,
  descLen,
  mapVring,
  setAvailEvent,
  setUsedElem,
  setUsedIdx,
  vring_need_event,
  vring_used_event,
  type vring,
} from "../virtio/vring.ts";
import { aio_set_event_notifier, event_notifier_set, type EventNotifier } from "./main_loop.ts";

export interface VirtIODevice {
  name: string;
  device_id: number;
  pci_dev: pci_dev | null;
  status: number;
  isr: number;
  /** Counts changes of the configuration, so that a driver can tell a torn read. */
  generation: number;
  /** Feature bits as sums of powers of two. */
  host_features: number;
  guest_features: number;
  vq: VirtQueue[];
  queue_sel: number;
  dfselect: number;
  gfselect: number;
  /** The device proper. */
  state: object;
  get_config: (vdev: VirtIODevice, offset: number) => number;
  set_config: (vdev: VirtIODevice, offset: number, value: number) => void;
  /** The device proper forgets what the driver told it. */
  device_reset: (vdev: VirtIODevice) => void;
}

export interface VirtQueue {
  vdev: VirtIODevice;
  queue_index: number;
  /** Descriptors; what the driver reads as the queue's size. */
  num: number;
  enabled: boolean;
  /** Bus addresses of the three parts, as the driver wrote them. */
  desc: number;
  avail: number;
  used: number;
  /** Null until the driver has enabled the queue. */
  vring: vring | null;
  last_avail_idx: number;
  used_idx: number;
  /** The used index at the last interrupt, and whether there was one. */
  signalled_used: number;
  signalled_used_valid: boolean;
  /** Buffers popped and not yet pushed. */
  inuse: number;
  host_notifier: EventNotifier;
  /** Serves what is in the queue. */
  handle_output: (vdev: VirtIODevice, vq: VirtQueue) => void;
}

/** One buffer in the device's hands. */
export interface VirtQueueElement {
  /** Its head: what the used ring will name. */
  index: number;
  addr: number;
  len: number;
}

/** What serves a queue: its part of a `VirtQueue`. */
export interface QueueServer {
  handle_output: (vdev: VirtIODevice, vq: VirtQueue) => void;
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
    enabled: false,
    desc: 0,
    avail: 0,
    used: 0,
    vring: null,
    last_avail_idx: 0,
    used_idx: 0,
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

/** Takes the next available buffer into `elem`; false when there is none. */
export function virtqueue_pop(vq: VirtQueue, elem: VirtQueueElement): boolean {
  const vring = vq.vring;
  if (vring === null || availIdx(vring) === vq.last_avail_idx) {
    return false;
  }
  const head = availRing(vring, vq.last_avail_idx);
  if (head >= vring.num || (descFlags(vring, head) & VRING_DESC_F_NEXT) !== 0) {
    BUG(`${vq.vdev.name}: queue ${vq.queue_index} has a buffer that the device cannot read`);
    return false;
  }
  vq.last_avail_idx = (vq.last_avail_idx + 1) & 0xffff;
  if (hasEventIdx(vq.vdev)) {
    setAvailEvent(vring, vq.last_avail_idx);
  }
  elem.index = head;
  elem.addr = descAddr(vring, head);
  elem.len = descLen(vring, head);
  vq.inuse++;
  return true;
}

/** Gives the buffer back, with `len` bytes written to it. */
export function virtqueue_push(vq: VirtQueue, elem: VirtQueueElement, len: number): void {
  const vring = vq.vring;
  if (vring === null) {
    return;
  }
  setUsedElem(vring, vq.used_idx, elem.index, len);
  vq.used_idx = (vq.used_idx + 1) & 0xffff;
  setUsedIdx(vring, vq.used_idx);
  vq.inuse--;
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
  vdev.isr = VIRTIO_PCI_ISR_QUEUE | VIRTIO_PCI_ISR_CONFIG;
  vdev.generation++;
  virtio_notify_vector(vdev);
}

/** Status 0 was written: queues and features are forgotten. */
export function virtio_reset(vdev: VirtIODevice): void {
  vdev.status = 0;
  vdev.isr = 0;
  vdev.guest_features = 0;
  vdev.queue_sel = 0;
  for (const vq of vdev.vq) {
    vq.enabled = false;
    vq.vring = null;
    vq.last_avail_idx = 0;
    vq.used_idx = 0;
    vq.signalled_used = 0;
    vq.signalled_used_valid = false;
    vq.inuse = 0;
  }
  vdev.device_reset(vdev);
}

function virtio_queue_host_notifier_read(opaque: object): void {
  const vq = opaque as VirtQueue;
  if (vq.vring !== null) {
    vq.handle_output(vq.vdev, vq);
  }
}

function virtio_should_notify(vdev: VirtIODevice, vq: VirtQueue): boolean {
  const vring = vq.vring;
  if (vring === null) {
    return false;
  }
  if (!hasEventIdx(vdev)) {
    return (availFlags(vring) & VRING_AVAIL_F_NO_INTERRUPT) === 0;
  }
  const first = !vq.signalled_used_valid;
  const old = vq.signalled_used;
  vq.signalled_used_valid = true;
  vq.signalled_used = vq.used_idx;
  return first || vring_need_event(vring_used_event(vring), vq.used_idx, old);
}

function virtio_notify_vector(vdev: VirtIODevice): void {
  if (vdev.pci_dev !== null) {
    pci_irq_assert(vdev.pci_dev);
  }
}

function hasEventIdx(vdev: VirtIODevice): boolean {
  return hasFeatureBit(vdev.guest_features, VIRTIO_RING_F_EVENT_IDX);
}
