/**
 * drivers/virtio/virtio_mmio.c, v5.7: a device in a window of memory, without a bus (virtio 4.2).
 * Version 1 is the legacy one: queues have one address in pages, and the configuration is accessed
 * byte by byte. Every register access costs `config_access`, a kick `kick`, and an interrupt `irq`,
 * with reading and acknowledging its status. Sleeps: never.
 */
import { charge, printk } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { joinBits, lower_32_bits, upper_32_bits } from "./halves.ts";
import { PAGE_SIZE } from "../page_size.ts";
import {
  ioread,
  ioread32,
  ioread8,
  iowrite,
  iowrite32,
  iowrite8,
  readRegister,
  request_irq,
  writeRegister,
  type Slot,
} from "./io.ts";
import {
  VIRTIO_MMIO_CONFIG,
  VIRTIO_MMIO_CONFIG_GENERATION,
  VIRTIO_MMIO_DEVICE_FEATURES,
  VIRTIO_MMIO_DEVICE_FEATURES_SEL,
  VIRTIO_MMIO_DEVICE_ID,
  VIRTIO_MMIO_DRIVER_FEATURES,
  VIRTIO_MMIO_DRIVER_FEATURES_SEL,
  VIRTIO_MMIO_GUEST_PAGE_SIZE,
  VIRTIO_MMIO_INTERRUPT_ACK,
  VIRTIO_MMIO_INTERRUPT_STATUS,
  VIRTIO_MMIO_MAGIC,
  VIRTIO_MMIO_MAGIC_VALUE,
  VIRTIO_MMIO_QUEUE_ALIGN,
  VIRTIO_MMIO_QUEUE_AVAIL_LOW,
  VIRTIO_MMIO_QUEUE_DESC_LOW,
  VIRTIO_MMIO_QUEUE_NOTIFY,
  VIRTIO_MMIO_QUEUE_NUM,
  VIRTIO_MMIO_QUEUE_NUM_MAX,
  VIRTIO_MMIO_QUEUE_PFN,
  VIRTIO_MMIO_QUEUE_READY,
  VIRTIO_MMIO_QUEUE_SEL,
  VIRTIO_MMIO_QUEUE_USED_LOW,
  VIRTIO_MMIO_STATUS,
  VIRTIO_MMIO_VENDOR_ID,
  VIRTIO_MMIO_VERSION,
  VIRTIO_PCI_ISR_CONFIG,
  VIRTIO_PCI_ISR_QUEUE,
} from "./registers.ts";
import { VIRTIO_F_VERSION_1 } from "./uapi.ts";
import { register_virtio_device, virtio_config_changed } from "./virtio.ts";
import {
  allocVirtioDevice,
  EINVAL,
  ENOENT,
  virtio_has_feature,
  type virtio_config_ops,
  type virtio_device,
  type virtqueue_info,
} from "./virtio_config.ts";
import {
  vring_create_virtqueue,
  vring_interrupt,
  type QueueNotifier,
  type virtqueue,
} from "./virtio_ring.ts";
import { availAddr, usedAddr, type vring } from "./vring.ts";

interface virtio_mmio_device {
  vdev: virtio_device | null;
  pdev: Slot;
  /** 1 or 2. */
  version: number;
  vendor: number;
}

const virtio_mmio_config_ops: virtio_config_ops = {
  get: vm_get,
  set: vm_set,
  generation: vm_generation,
  get_status: vm_get_status,
  set_status: vm_set_status,
  reset: vm_reset,
  get_features: vm_get_features,
  finalize_features: vm_finalize_features,
  find_vqs: vm_find_vqs,
};

const mmioQueueNotifier: QueueNotifier = { notify: vm_notify };

export function virtio_mmio_probe(pdev: Slot): void {
  if (ioread32(pdev, VIRTIO_MMIO_MAGIC_VALUE) !== VIRTIO_MMIO_MAGIC) {
    printk(`${pdev.name}: Wrong magic value!`);
    return;
  }
  const version = ioread32(pdev, VIRTIO_MMIO_VERSION);
  const device = ioread32(pdev, VIRTIO_MMIO_DEVICE_ID);
  const vendor = ioread32(pdev, VIRTIO_MMIO_VENDOR_ID);
  const vm_dev: virtio_mmio_device = { vdev: null, pdev, version, vendor };
  vm_dev.vdev = allocVirtioDevice(device, virtio_mmio_config_ops, vm_dev);
  if (version === 1) {
    iowrite32(pdev, VIRTIO_MMIO_GUEST_PAGE_SIZE, PAGE_SIZE);
  }
  register_virtio_device(vm_dev.vdev);
}

function to_virtio_mmio_device(vdev: virtio_device): virtio_mmio_device {
  return vdev.transport as virtio_mmio_device;
}

function vm_get(vdev: virtio_device, offset: number, len: number): number {
  const vm_dev = to_virtio_mmio_device(vdev);
  const at = VIRTIO_MMIO_CONFIG + offset;
  if (vm_dev.version !== 1) {
    return ioread(vm_dev.pdev, at, len);
  }
  let value = 0;
  for (let i = 0; i < len; i++) {
    value += ioread8(vm_dev.pdev, at + i) * (1 << (8 * i));
  }
  return value >>> 0;
}

function vm_set(vdev: virtio_device, offset: number, len: number, value: number): void {
  const vm_dev = to_virtio_mmio_device(vdev);
  const at = VIRTIO_MMIO_CONFIG + offset;
  if (vm_dev.version !== 1) {
    iowrite(vm_dev.pdev, at, len, value);
    return;
  }
  for (let i = 0; i < len; i++) {
    iowrite8(vm_dev.pdev, at + i, (value >>> (8 * i)) & 0xff);
  }
}

function vm_generation(vdev: virtio_device): number {
  const vm_dev = to_virtio_mmio_device(vdev);
  return vm_dev.version === 1 ? 0 : ioread32(vm_dev.pdev, VIRTIO_MMIO_CONFIG_GENERATION);
}

function vm_get_status(vdev: virtio_device): number {
  return ioread32(to_virtio_mmio_device(vdev).pdev, VIRTIO_MMIO_STATUS);
}

function vm_set_status(vdev: virtio_device, status: number): void {
  iowrite32(to_virtio_mmio_device(vdev).pdev, VIRTIO_MMIO_STATUS, status);
}

function vm_reset(vdev: virtio_device): void {
  vm_set_status(vdev, 0);
}

/** The high half comes first. */
function vm_get_features(vdev: virtio_device): number {
  const pdev = to_virtio_mmio_device(vdev).pdev;
  iowrite32(pdev, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 1);
  const high = ioread32(pdev, VIRTIO_MMIO_DEVICE_FEATURES);
  iowrite32(pdev, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 0);
  const low = ioread32(pdev, VIRTIO_MMIO_DEVICE_FEATURES);
  return joinBits(low, high);
}

function vm_finalize_features(vdev: virtio_device): number {
  const vm_dev = to_virtio_mmio_device(vdev);
  if (vm_dev.version === 2 && !virtio_has_feature(vdev, VIRTIO_F_VERSION_1)) {
    printk(`${vdev.name}: New virtio-mmio devices (version 2) must provide VIRTIO_F_VERSION_1`);
    return -EINVAL;
  }
  iowrite32(vm_dev.pdev, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 1);
  iowrite32(vm_dev.pdev, VIRTIO_MMIO_DRIVER_FEATURES, upper_32_bits(vdev.features));
  iowrite32(vm_dev.pdev, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 0);
  iowrite32(vm_dev.pdev, VIRTIO_MMIO_DRIVER_FEATURES, lower_32_bits(vdev.features));
  return 0;
}

function vm_find_vqs(vdev: virtio_device, infos: virtqueue_info[]): number {
  const vm_dev = to_virtio_mmio_device(vdev);
  request_irq(vm_dev.pdev, { handler: vm_interrupt, data: vm_dev });
  let index = 0;
  for (const info of infos) {
    const err = vm_setup_vq(vdev, index, info);
    if (err !== 0) {
      return err;
    }
    index++;
  }
  return 0;
}

function vm_setup_vq(vdev: virtio_device, index: number, info: virtqueue_info): number {
  const vm_dev = to_virtio_mmio_device(vdev);
  const pdev = vm_dev.pdev;
  iowrite32(pdev, VIRTIO_MMIO_QUEUE_SEL, index);
  const inUse = vm_dev.version === 1 ? VIRTIO_MMIO_QUEUE_PFN : VIRTIO_MMIO_QUEUE_READY;
  if (ioread32(pdev, inUse) !== 0) {
    return -ENOENT;
  }
  const num = ioread32(pdev, VIRTIO_MMIO_QUEUE_NUM_MAX);
  if (num === 0) {
    return -ENOENT;
  }
  const vq = vring_create_virtqueue(index, num, PAGE_SIZE, vdev, info, mmioQueueNotifier);
  iowrite32(pdev, VIRTIO_MMIO_QUEUE_NUM, num);
  if (vm_dev.version === 1) {
    iowrite32(pdev, VIRTIO_MMIO_QUEUE_ALIGN, PAGE_SIZE);
    iowrite32(pdev, VIRTIO_MMIO_QUEUE_PFN, vq.vring.addr / PAGE_SIZE);
  } else {
    setQueueAddresses(pdev, vq.vring);
    iowrite32(pdev, VIRTIO_MMIO_QUEUE_READY, 1);
  }
  vdev.vqs.push(vq);
  return 0;
}

function setQueueAddresses(pdev: Slot, vring: vring): void {
  writeAddress(pdev, VIRTIO_MMIO_QUEUE_DESC_LOW, vring.addr);
  writeAddress(pdev, VIRTIO_MMIO_QUEUE_AVAIL_LOW, availAddr(vring));
  writeAddress(pdev, VIRTIO_MMIO_QUEUE_USED_LOW, usedAddr(vring));
}

/** The register with the high half follows the one with the low half. */
function writeAddress(pdev: Slot, offset: number, addr: number): void {
  iowrite32(pdev, offset, lower_32_bits(addr));
  iowrite32(pdev, offset + 4, upper_32_bits(addr));
}

/** The register write that the host's thread gets as an event. */
function vm_notify(vq: virtqueue): boolean {
  charge(config.costs.kick);
  writeRegister(to_virtio_mmio_device(vq.vdev).pdev, VIRTIO_MMIO_QUEUE_NOTIFY, 4, vq.index);
  return true;
}

/** Interrupt handler: first the configuration, then every queue. */
function vm_interrupt(data: object): void {
  const vm_dev = data as virtio_mmio_device;
  const vdev = vm_dev.vdev as virtio_device;
  charge(config.costs.irq);
  const status = readRegister(vm_dev.pdev, VIRTIO_MMIO_INTERRUPT_STATUS, 4);
  writeRegister(vm_dev.pdev, VIRTIO_MMIO_INTERRUPT_ACK, 4, status);
  if ((status & VIRTIO_PCI_ISR_CONFIG) !== 0) {
    virtio_config_changed(vdev);
  }
  if ((status & VIRTIO_PCI_ISR_QUEUE) !== 0) {
    for (const vq of vdev.vqs) {
      vring_interrupt(vq);
    }
  }
}
