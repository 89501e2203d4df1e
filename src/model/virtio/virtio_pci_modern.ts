/**
 * drivers/virtio/virtio_pci_modern.c, v5.7: the registers of a virtio 1.0 device on PCI (virtio
 * 4.1.4). Differs: reset needs no waiting. Every register access costs `config_access`.
 * Sleeps: never.
 */
import { printk } from "../../machine/primitives.ts";
import { joinBits, lower_32_bits, upper_32_bits } from "./halves.ts";
import {
  ioread,
  ioread16,
  ioread32,
  ioread8,
  iowrite,
  iowrite16,
  iowrite32,
  iowrite8,
  type Slot,
} from "./io.ts";
import {
  VIRTIO_PCI_CAP_DEVICE,
  VIRTIO_PCI_CAP_ISR,
  VIRTIO_PCI_CAP_NOTIFY,
  VIRTIO_PCI_COMMON_CFGGENERATION,
  VIRTIO_PCI_COMMON_DF,
  VIRTIO_PCI_COMMON_DFSELECT,
  VIRTIO_PCI_COMMON_GF,
  VIRTIO_PCI_COMMON_GFSELECT,
  VIRTIO_PCI_COMMON_NUMQ,
  VIRTIO_PCI_COMMON_Q_AVAILLO,
  VIRTIO_PCI_COMMON_Q_DESCLO,
  VIRTIO_PCI_COMMON_Q_ENABLE,
  VIRTIO_PCI_COMMON_Q_NOFF,
  VIRTIO_PCI_COMMON_Q_SELECT,
  VIRTIO_PCI_COMMON_Q_SIZE,
  VIRTIO_PCI_COMMON_Q_USEDLO,
  VIRTIO_PCI_COMMON_STATUS,
  VIRTIO_PCI_NOTIFY_MULTIPLIER,
} from "./registers.ts";
import { VIRTIO_F_VERSION_1 } from "./uapi.ts";
import { register_virtio_device } from "./virtio.ts";
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
  pciQueueNotifier,
  to_vp_device,
  vp_request_intx,
  type virtio_pci_device,
} from "./virtio_pci_common.ts";
import { vring_create_virtqueue } from "./virtio_ring.ts";
import { availAddr, usedAddr } from "./vring.ts";

const SMP_CACHE_BYTES = 64;

const virtio_pci_config_ops: virtio_config_ops = {
  get: vp_get,
  set: vp_set,
  generation: vp_generation,
  get_status: vp_get_status,
  set_status: vp_set_status,
  reset: vp_reset,
  get_features: vp_get_features,
  finalize_features: vp_finalize_features,
  find_vqs: vp_modern_find_vqs,
};

export function virtio_pci_modern_probe(pci_dev: Slot): void {
  const vp_dev: virtio_pci_device = { vdev: null, pci_dev, isr: VIRTIO_PCI_CAP_ISR };
  vp_dev.vdev = allocVirtioDevice(pci_dev.device, virtio_pci_config_ops, vp_dev);
  register_virtio_device(vp_dev.vdev);
}

function vp_get(vdev: virtio_device, offset: number, len: number): number {
  return ioread(to_vp_device(vdev).pci_dev, VIRTIO_PCI_CAP_DEVICE + offset, len);
}

function vp_set(vdev: virtio_device, offset: number, len: number, value: number): void {
  iowrite(to_vp_device(vdev).pci_dev, VIRTIO_PCI_CAP_DEVICE + offset, len, value);
}

function vp_generation(vdev: virtio_device): number {
  return ioread8(to_vp_device(vdev).pci_dev, VIRTIO_PCI_COMMON_CFGGENERATION);
}

function vp_get_status(vdev: virtio_device): number {
  return ioread8(to_vp_device(vdev).pci_dev, VIRTIO_PCI_COMMON_STATUS);
}

function vp_set_status(vdev: virtio_device, status: number): void {
  iowrite8(to_vp_device(vdev).pci_dev, VIRTIO_PCI_COMMON_STATUS, status);
}

/** The device has forgotten everything once its status reads as 0. */
function vp_reset(vdev: virtio_device): void {
  vp_set_status(vdev, 0);
  vp_get_status(vdev);
}

function vp_get_features(vdev: virtio_device): number {
  const pci_dev = to_vp_device(vdev).pci_dev;
  iowrite32(pci_dev, VIRTIO_PCI_COMMON_DFSELECT, 0);
  const low = ioread32(pci_dev, VIRTIO_PCI_COMMON_DF);
  iowrite32(pci_dev, VIRTIO_PCI_COMMON_DFSELECT, 1);
  const high = ioread32(pci_dev, VIRTIO_PCI_COMMON_DF);
  return joinBits(low, high);
}

function vp_finalize_features(vdev: virtio_device): number {
  const pci_dev = to_vp_device(vdev).pci_dev;
  if (!virtio_has_feature(vdev, VIRTIO_F_VERSION_1)) {
    printk(`${vdev.name}: device uses modern interface but does not have VIRTIO_F_VERSION_1`);
    return -EINVAL;
  }
  iowrite32(pci_dev, VIRTIO_PCI_COMMON_GFSELECT, 0);
  iowrite32(pci_dev, VIRTIO_PCI_COMMON_GF, lower_32_bits(vdev.features));
  iowrite32(pci_dev, VIRTIO_PCI_COMMON_GFSELECT, 1);
  iowrite32(pci_dev, VIRTIO_PCI_COMMON_GF, upper_32_bits(vdev.features));
  return 0;
}

function vp_modern_find_vqs(vdev: virtio_device, infos: virtqueue_info[]): number {
  const vp_dev = to_vp_device(vdev);
  vp_request_intx(vp_dev);
  let index = 0;
  for (const info of infos) {
    const err = setup_vq(vdev, index, info);
    if (err !== 0) {
      return err;
    }
    index++;
  }
  // All of them at once, since a device may look at the others as soon as one is enabled.
  for (const vq of vdev.vqs) {
    iowrite16(vp_dev.pci_dev, VIRTIO_PCI_COMMON_Q_SELECT, vq.index);
    iowrite16(vp_dev.pci_dev, VIRTIO_PCI_COMMON_Q_ENABLE, 1);
  }
  return 0;
}

function setup_vq(vdev: virtio_device, index: number, info: virtqueue_info): number {
  const pci_dev = to_vp_device(vdev).pci_dev;
  if (index >= ioread16(pci_dev, VIRTIO_PCI_COMMON_NUMQ)) {
    return -ENOENT;
  }
  iowrite16(pci_dev, VIRTIO_PCI_COMMON_Q_SELECT, index);
  const num = ioread16(pci_dev, VIRTIO_PCI_COMMON_Q_SIZE);
  if (num === 0 || ioread16(pci_dev, VIRTIO_PCI_COMMON_Q_ENABLE) !== 0) {
    return -ENOENT;
  }
  if ((num & (num - 1)) !== 0) {
    return -EINVAL;
  }
  const off = ioread16(pci_dev, VIRTIO_PCI_COMMON_Q_NOFF);
  const vq = vring_create_virtqueue(index, num, SMP_CACHE_BYTES, vdev, info, pciQueueNotifier);
  vq.priv = VIRTIO_PCI_CAP_NOTIFY + off * VIRTIO_PCI_NOTIFY_MULTIPLIER;
  iowrite16(pci_dev, VIRTIO_PCI_COMMON_Q_SIZE, num);
  vp_iowrite64_twopart(pci_dev, VIRTIO_PCI_COMMON_Q_DESCLO, vq.vring.addr);
  vp_iowrite64_twopart(pci_dev, VIRTIO_PCI_COMMON_Q_AVAILLO, availAddr(vq.vring));
  vp_iowrite64_twopart(pci_dev, VIRTIO_PCI_COMMON_Q_USEDLO, usedAddr(vq.vring));
  vdev.vqs.push(vq);
  return 0;
}

/** The register with the high half follows the one with the low half. */
function vp_iowrite64_twopart(pci_dev: Slot, offset: number, value: number): void {
  iowrite32(pci_dev, offset, lower_32_bits(value));
  iowrite32(pci_dev, offset + 4, upper_32_bits(value));
}
