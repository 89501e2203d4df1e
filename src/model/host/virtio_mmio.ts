/**
 * hw/virtio/virtio-mmio.c of QEMU 8.1: the registers of a device in a window of memory (virtio
 * 4.2). Version 1 is QEMU's default. They are read and written in the context of the vCPU that
 * traps; only kicks go to the main loop. Sleeps: never.
 */
import { joinBits } from "../virtio/halves.ts";
import { irqAssert, irqDeassert, slots, type Slot, type SlotRegisters } from "../virtio/io.ts";
import {
  VIRTIO_MMIO_CONFIG,
  VIRTIO_MMIO_CONFIG_GENERATION,
  VIRTIO_MMIO_DEVICE_FEATURES,
  VIRTIO_MMIO_DEVICE_FEATURES_SEL,
  VIRTIO_MMIO_DEVICE_ID,
  VIRTIO_MMIO_DRIVER_FEATURES,
  VIRTIO_MMIO_DRIVER_FEATURES_SEL,
  VIRTIO_MMIO_INTERRUPT_ACK,
  VIRTIO_MMIO_INTERRUPT_STATUS,
  VIRTIO_MMIO_MAGIC,
  VIRTIO_MMIO_MAGIC_VALUE,
  VIRTIO_MMIO_QUEUE_AVAIL_HIGH,
  VIRTIO_MMIO_QUEUE_AVAIL_LOW,
  VIRTIO_MMIO_GUEST_PAGE_SIZE,
  VIRTIO_MMIO_QUEUE_ALIGN,
  VIRTIO_MMIO_QUEUE_DESC_HIGH,
  VIRTIO_MMIO_QUEUE_DESC_LOW,
  VIRTIO_MMIO_QUEUE_NOTIFY,
  VIRTIO_MMIO_QUEUE_NUM,
  VIRTIO_MMIO_QUEUE_NUM_MAX,
  VIRTIO_MMIO_QUEUE_PFN,
  VIRTIO_MMIO_QUEUE_READY,
  VIRTIO_MMIO_QUEUE_SEL,
  VIRTIO_MMIO_QUEUE_USED_HIGH,
  VIRTIO_MMIO_QUEUE_USED_LOW,
  VIRTIO_MMIO_STATUS,
  VIRTIO_MMIO_VENDOR_ID,
  VIRTIO_MMIO_VERSION,
} from "../virtio/registers.ts";
import {
  selectedHostFeatures,
  setSelectedGuestFeatures,
  virtio_config_read,
  virtio_config_write,
  virtio_queue_enable,
  virtio_queue_notify,
  virtio_queue_set_addr,
  virtio_set_status,
  type VirtIODevice,
} from "./virtio.ts";

/** "QEMU". */
const VIRTIO_VENDOR = 0x554d4551;
/** Largest queue, which is what QEMU says for each that exists. */
const VIRTQUEUE_MAX_SIZE = 1024;
/** Windows of 512 bytes one after the other, as on QEMU's virt machine. */
const WINDOW_BASE = 0xa000000;
const WINDOW_SIZE = 0x200;

const version1: SlotRegisters = { readTrap: readVersion1, writeTrap: writeVersion1 };
const version2: SlotRegisters = { readTrap: readVersion2, writeTrap: writeVersion2 };

/** Gives `vdev` the next window. */
export function virtio_mmio_realize(vdev: VirtIODevice, modern: boolean): void {
  const index = slots.length;
  const slot: Slot = {
    name: `${(WINDOW_BASE + index * WINDOW_SIZE).toString(16)}.virtio_mmio`,
    index,
    vendor: 0,
    deviceId: 0,
    device: vdev.device_id,
    deviceState: vdev,
    registers: modern ? version2 : version1,
    irqAction: null,
    irqRaised: false,
  };
  vdev.slot = slot;
  slots.push(slot);
}

function readVersion1(slot: Slot, offset: number, size: number): number {
  const vdev = slot.deviceState as VirtIODevice;
  if (offset === VIRTIO_MMIO_VERSION) {
    return 1;
  }
  if (offset === VIRTIO_MMIO_QUEUE_PFN) {
    return queueExists(vdev) ? vdev.vq[vdev.queue_sel].desc / vdev.guest_page_size : 0;
  }
  return virtio_mmio_read(vdev, offset, size);
}

function writeVersion1(slot: Slot, offset: number, size: number, value: number): void {
  const vdev = slot.deviceState as VirtIODevice;
  if (offset === VIRTIO_MMIO_QUEUE_PFN) {
    virtio_queue_set_addr(vdev.vq[vdev.queue_sel], value * vdev.guest_page_size);
  } else if (offset === VIRTIO_MMIO_GUEST_PAGE_SIZE) {
    vdev.guest_page_size = value;
  } else if (offset === VIRTIO_MMIO_QUEUE_ALIGN) {
    vdev.vq[vdev.queue_sel].align = value;
  } else if (offset === VIRTIO_MMIO_STATUS) {
    virtio_set_status(vdev, value, false);
  } else {
    virtio_mmio_write(slot, vdev, offset, size, value);
  }
}

function readVersion2(slot: Slot, offset: number, size: number): number {
  const vdev = slot.deviceState as VirtIODevice;
  switch (offset) {
    case VIRTIO_MMIO_VERSION:
      return 2;
    case VIRTIO_MMIO_QUEUE_READY:
      return queueExists(vdev) && vdev.vq[vdev.queue_sel].enabled ? 1 : 0;
    case VIRTIO_MMIO_CONFIG_GENERATION:
      return vdev.config_generation;
    default:
      return virtio_mmio_read(vdev, offset, size);
  }
}

function writeVersion2(slot: Slot, offset: number, size: number, value: number): void {
  const vdev = slot.deviceState as VirtIODevice;
  const vq = vdev.vq[vdev.queue_sel];
  switch (offset) {
    case VIRTIO_MMIO_STATUS:
      virtio_set_status(vdev, value, true);
      break;
    case VIRTIO_MMIO_QUEUE_READY:
      virtio_queue_enable(vq);
      break;
    case VIRTIO_MMIO_QUEUE_DESC_LOW:
      vq.desc = value;
      break;
    case VIRTIO_MMIO_QUEUE_DESC_HIGH:
      vq.desc = joinBits(vq.desc, value);
      break;
    case VIRTIO_MMIO_QUEUE_AVAIL_LOW:
      vq.avail = value;
      break;
    case VIRTIO_MMIO_QUEUE_AVAIL_HIGH:
      vq.avail = joinBits(vq.avail, value);
      break;
    case VIRTIO_MMIO_QUEUE_USED_LOW:
      vq.used = value;
      break;
    case VIRTIO_MMIO_QUEUE_USED_HIGH:
      vq.used = joinBits(vq.used, value);
      break;
    default:
      virtio_mmio_write(slot, vdev, offset, size, value);
  }
}

function virtio_mmio_read(vdev: VirtIODevice, offset: number, size: number): number {
  if (offset >= VIRTIO_MMIO_CONFIG) {
    return virtio_config_read(vdev, offset - VIRTIO_MMIO_CONFIG, size);
  }
  switch (offset) {
    case VIRTIO_MMIO_MAGIC_VALUE:
      return VIRTIO_MMIO_MAGIC;
    case VIRTIO_MMIO_DEVICE_ID:
      return vdev.device_id;
    case VIRTIO_MMIO_VENDOR_ID:
      return VIRTIO_VENDOR;
    case VIRTIO_MMIO_DEVICE_FEATURES:
      return selectedHostFeatures(vdev);
    case VIRTIO_MMIO_QUEUE_NUM_MAX:
      return queueExists(vdev) ? VIRTQUEUE_MAX_SIZE : 0;
    case VIRTIO_MMIO_INTERRUPT_STATUS:
      return vdev.isr;
    case VIRTIO_MMIO_STATUS:
      return vdev.status;
    default:
      return 0;
  }
}

function virtio_mmio_write(
  slot: Slot,
  vdev: VirtIODevice,
  offset: number,
  size: number,
  value: number,
): void {
  if (offset >= VIRTIO_MMIO_CONFIG) {
    virtio_config_write(vdev, offset - VIRTIO_MMIO_CONFIG, size, value);
    return;
  }
  switch (offset) {
    case VIRTIO_MMIO_DEVICE_FEATURES_SEL:
      vdev.dfselect = value;
      break;
    case VIRTIO_MMIO_DRIVER_FEATURES_SEL:
      vdev.gfselect = value;
      break;
    case VIRTIO_MMIO_DRIVER_FEATURES:
      setSelectedGuestFeatures(vdev, value);
      break;
    case VIRTIO_MMIO_QUEUE_SEL:
      vdev.queue_sel = value;
      break;
    case VIRTIO_MMIO_QUEUE_NUM:
      vdev.vq[vdev.queue_sel].num = value;
      break;
    case VIRTIO_MMIO_QUEUE_NOTIFY:
      virtio_queue_notify(vdev, value);
      break;
    case VIRTIO_MMIO_INTERRUPT_ACK:
      acknowledge(slot, vdev, value);
      break;
    default:
      break;
  }
}

function queueExists(vdev: VirtIODevice): boolean {
  return vdev.queue_sel < vdev.vq.length;
}

/** The line stays up while there is a reason left. */
function acknowledge(slot: Slot, vdev: VirtIODevice, value: number): void {
  vdev.isr &= ~value;
  irqDeassert(slot);
  if (vdev.isr !== 0) {
    irqAssert(slot);
  }
}
