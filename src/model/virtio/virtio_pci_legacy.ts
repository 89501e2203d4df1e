/**
 * drivers/virtio/virtio_pci_legacy.c, v5.7: the registers of a device of before virtio 1.0, in I/O
 * space (virtio 4.1.4.8). There are 32 feature bits and no FEATURES_OK, a queue has one address in
 * pages, and the device's configuration is read and written byte by byte. Every register access
 * costs `config_access`. Sleeps: never.
 */
import { ioread16, ioread32, ioread8, iowrite16, iowrite32, iowrite8, type Slot } from "./io.ts";
import {
  VIRTIO_PCI_CONFIG_OFF,
  VIRTIO_PCI_GUEST_FEATURES,
  VIRTIO_PCI_HOST_FEATURES,
  VIRTIO_PCI_ISR,
  VIRTIO_PCI_QUEUE_NOTIFY,
  VIRTIO_PCI_QUEUE_NUM,
  VIRTIO_PCI_QUEUE_PFN,
  VIRTIO_PCI_QUEUE_SEL,
  VIRTIO_PCI_STATUS,
} from "./registers.ts";
import { register_virtio_device } from "./virtio.ts";
import {
  allocVirtioDevice,
  ENOENT,
  type virtio_config_ops,
  type virtio_device,
  type virtqueue_info,
} from "./virtio_config.ts";
import {
  pciQueueNotifier,
  to_vp_device,
  vp_request_intx,
  type virtio_pci_device,
} from "./virtio_pci_common.ts";
import { vring_create_virtqueue } from "./virtio_ring.ts";

/** Alignment of the used ring, and unit of a queue's address. */
const VIRTIO_PCI_VRING_ALIGN = 4096;

const virtio_pci_config_ops: virtio_config_ops = {
  get: vp_get,
  set: vp_set,
  generation: vp_generation,
  get_status: vp_get_status,
  set_status: vp_set_status,
  reset: vp_reset,
  get_features: vp_get_features,
  finalize_features: vp_finalize_features,
  find_vqs: vp_find_vqs,
};

export function virtio_pci_legacy_probe(pci_dev: Slot): void {
  const vp_dev: virtio_pci_device = { vdev: null, pci_dev, isr: VIRTIO_PCI_ISR };
  vp_dev.vdev = allocVirtioDevice(pci_dev.device, virtio_pci_config_ops, vp_dev);
  register_virtio_device(vp_dev.vdev);
}

function vp_get(vdev: virtio_device, offset: number, len: number): number {
  const pci_dev = to_vp_device(vdev).pci_dev;
  let value = 0;
  for (let i = 0; i < len; i++) {
    value += ioread8(pci_dev, VIRTIO_PCI_CONFIG_OFF + offset + i) * (1 << (8 * i));
  }
  return value >>> 0;
}

/** The device sees a value that is half old and half new until the last byte is written. */
function vp_set(vdev: virtio_device, offset: number, len: number, value: number): void {
  const pci_dev = to_vp_device(vdev).pci_dev;
  for (let i = 0; i < len; i++) {
    iowrite8(pci_dev, VIRTIO_PCI_CONFIG_OFF + offset + i, (value >>> (8 * i)) & 0xff);
  }
}

/** There is no such register. */
function vp_generation(_vdev: virtio_device): number {
  return 0;
}

function vp_get_status(vdev: virtio_device): number {
  return ioread8(to_vp_device(vdev).pci_dev, VIRTIO_PCI_STATUS);
}

function vp_set_status(vdev: virtio_device, status: number): void {
  iowrite8(to_vp_device(vdev).pci_dev, VIRTIO_PCI_STATUS, status);
}

/** The read makes sure that the write has arrived. */
function vp_reset(vdev: virtio_device): void {
  vp_set_status(vdev, 0);
  vp_get_status(vdev);
}

function vp_get_features(vdev: virtio_device): number {
  return ioread32(to_vp_device(vdev).pci_dev, VIRTIO_PCI_HOST_FEATURES);
}

function vp_finalize_features(vdev: virtio_device): number {
  iowrite32(to_vp_device(vdev).pci_dev, VIRTIO_PCI_GUEST_FEATURES, vdev.features);
  return 0;
}

function vp_find_vqs(vdev: virtio_device, infos: virtqueue_info[]): number {
  vp_request_intx(to_vp_device(vdev));
  let index = 0;
  for (const info of infos) {
    const err = setup_vq(vdev, index, info);
    if (err !== 0) {
      return err;
    }
    index++;
  }
  return 0;
}

/** The device alone decides on the size of a queue; an address makes it work. */
function setup_vq(vdev: virtio_device, index: number, info: virtqueue_info): number {
  const pci_dev = to_vp_device(vdev).pci_dev;
  iowrite16(pci_dev, VIRTIO_PCI_QUEUE_SEL, index);
  const num = ioread16(pci_dev, VIRTIO_PCI_QUEUE_NUM);
  if (num === 0 || ioread32(pci_dev, VIRTIO_PCI_QUEUE_PFN) !== 0) {
    return -ENOENT;
  }
  const align = VIRTIO_PCI_VRING_ALIGN;
  const vq = vring_create_virtqueue(index, num, align, vdev, info, pciQueueNotifier);
  vq.priv = VIRTIO_PCI_QUEUE_NOTIFY;
  iowrite32(pci_dev, VIRTIO_PCI_QUEUE_PFN, vq.vring.addr / align);
  vdev.vqs.push(vq);
  return 0;
}
