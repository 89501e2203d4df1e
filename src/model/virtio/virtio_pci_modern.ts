/**
 * drivers/virtio/virtio_pci_modern.c and virtio_pci_common.c, v5.7: virtio 4.1, registers of a
 * virtio 1.0 device. Differs: one interrupt line for everything (INTx), as QEMU's balloon has no
 * MSI-X vectors; reset needs no waiting. Every register access costs `config_access`, a kick
 * `kick`, and an interrupt `irq`, reading its status included. Sleeps: never.
 */
import { charge, printk } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { pciDevices, request_irq, type pci_dev } from "./pci.ts";
import {
  VIRTIO_F_VERSION_1,
  VIRTIO_PCI_COMMON_DF,
  VIRTIO_PCI_COMMON_DFSELECT,
  VIRTIO_PCI_COMMON_GF,
  VIRTIO_PCI_COMMON_GFSELECT,
  VIRTIO_PCI_COMMON_NUMQ,
  VIRTIO_PCI_COMMON_Q_AVAILHI,
  VIRTIO_PCI_COMMON_Q_AVAILLO,
  VIRTIO_PCI_COMMON_Q_DESCHI,
  VIRTIO_PCI_COMMON_Q_DESCLO,
  VIRTIO_PCI_COMMON_Q_ENABLE,
  VIRTIO_PCI_COMMON_Q_SELECT,
  VIRTIO_PCI_COMMON_Q_SIZE,
  VIRTIO_PCI_COMMON_Q_USEDHI,
  VIRTIO_PCI_COMMON_Q_USEDLO,
  VIRTIO_PCI_COMMON_STATUS,
  VIRTIO_PCI_ISR_CONFIG,
} from "./uapi.ts";
import { register_virtio_device, virtio_config_changed } from "./virtio.ts";
import {
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
import { availAddr, usedAddr } from "./vring.ts";

export interface virtio_pci_device {
  vdev: virtio_device;
  pci_dev: pci_dev;
}

const virtio_pci_config_ops: virtio_config_ops = {
  read32: vp_get,
  write32: vp_set,
  get_status: vp_get_status,
  set_status: vp_set_status,
  reset: vp_reset,
  get_features: vp_get_features,
  finalize_features: vp_finalize_features,
  find_vqs: vp_modern_find_vqs,
};

const queueNotifier: QueueNotifier = { notify: vp_notify };

/** Finds the virtio devices on the bus and registers each. */
export function virtio_pci_driver_init(): void {
  for (const pci_dev of pciDevices) {
    virtio_pci_probe(pci_dev);
  }
}

function virtio_pci_probe(pci_dev: pci_dev): void {
  const vdev: virtio_device = {
    name: "",
    id: pci_dev.device,
    features: 0,
    config: virtio_pci_config_ops,
    vqs: [],
    driver: null,
    priv: null,
    transport: pci_dev,
    config_enabled: false,
    config_change_pending: false,
  };
  const vp_dev: virtio_pci_device = { vdev, pci_dev };
  vdev.transport = vp_dev;
  request_irq(pci_dev, { handler: vp_interrupt, data: vp_dev });
  register_virtio_device(vdev);
}

function to_vp_device(vdev: virtio_device): virtio_pci_device {
  return vdev.transport as virtio_pci_device;
}

function vp_ioread(pci_dev: pci_dev, offset: number): number {
  charge(config.costs.config_access);
  return pci_dev.commonRead(pci_dev, offset);
}

function vp_iowrite(pci_dev: pci_dev, offset: number, value: number): void {
  charge(config.costs.config_access);
  pci_dev.commonWrite(pci_dev, offset, value);
}

function vp_get(vdev: virtio_device, offset: number): number {
  const pci_dev = to_vp_device(vdev).pci_dev;
  charge(config.costs.config_access);
  return pci_dev.configRead(pci_dev, offset);
}

function vp_set(vdev: virtio_device, offset: number, value: number): void {
  const pci_dev = to_vp_device(vdev).pci_dev;
  charge(config.costs.config_access);
  pci_dev.configWrite(pci_dev, offset, value);
}

function vp_get_status(vdev: virtio_device): number {
  return vp_ioread(to_vp_device(vdev).pci_dev, VIRTIO_PCI_COMMON_STATUS);
}

function vp_set_status(vdev: virtio_device, status: number): void {
  vp_iowrite(to_vp_device(vdev).pci_dev, VIRTIO_PCI_COMMON_STATUS, status);
}

function vp_reset(vdev: virtio_device): void {
  vp_set_status(vdev, 0);
}

function vp_get_features(vdev: virtio_device): number {
  const pci_dev = to_vp_device(vdev).pci_dev;
  vp_iowrite(pci_dev, VIRTIO_PCI_COMMON_DFSELECT, 0);
  const low = vp_ioread(pci_dev, VIRTIO_PCI_COMMON_DF);
  vp_iowrite(pci_dev, VIRTIO_PCI_COMMON_DFSELECT, 1);
  const high = vp_ioread(pci_dev, VIRTIO_PCI_COMMON_DF);
  return low + high * 0x100000000;
}

function vp_finalize_features(vdev: virtio_device): number {
  const pci_dev = to_vp_device(vdev).pci_dev;
  const features = vdev.features;
  if (!virtio_has_feature(vdev, VIRTIO_F_VERSION_1)) {
    printk(`${vdev.name}: device uses modern interface but does not have VIRTIO_F_VERSION_1`);
    return -EINVAL;
  }
  vp_iowrite(pci_dev, VIRTIO_PCI_COMMON_GFSELECT, 0);
  vp_iowrite(pci_dev, VIRTIO_PCI_COMMON_GF, features % 0x100000000);
  vp_iowrite(pci_dev, VIRTIO_PCI_COMMON_GFSELECT, 1);
  vp_iowrite(pci_dev, VIRTIO_PCI_COMMON_GF, Math.floor(features / 0x100000000));
  return 0;
}

function vp_modern_find_vqs(vdev: virtio_device, infos: virtqueue_info[]): number {
  const pci_dev = to_vp_device(vdev).pci_dev;
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
    vp_iowrite(pci_dev, VIRTIO_PCI_COMMON_Q_SELECT, vq.index);
    vp_iowrite(pci_dev, VIRTIO_PCI_COMMON_Q_ENABLE, 1);
  }
  return 0;
}

function setup_vq(vdev: virtio_device, index: number, info: virtqueue_info): number {
  const pci_dev = to_vp_device(vdev).pci_dev;
  if (index >= vp_ioread(pci_dev, VIRTIO_PCI_COMMON_NUMQ)) {
    return -ENOENT;
  }
  vp_iowrite(pci_dev, VIRTIO_PCI_COMMON_Q_SELECT, index);
  const num = vp_ioread(pci_dev, VIRTIO_PCI_COMMON_Q_SIZE);
  if (num === 0 || vp_ioread(pci_dev, VIRTIO_PCI_COMMON_Q_ENABLE) !== 0) {
    return -ENOENT;
  }
  if ((num & (num - 1)) !== 0) {
    return -EINVAL;
  }
  const vq = vring_create_virtqueue(index, num, vdev, info, queueNotifier);
  const desc = vq.vring.addr;
  const avail = availAddr(vq.vring);
  const used = usedAddr(vq.vring);
  vp_iowrite(pci_dev, VIRTIO_PCI_COMMON_Q_SIZE, num);
  vp_iowrite(pci_dev, VIRTIO_PCI_COMMON_Q_DESCLO, desc % 0x100000000);
  vp_iowrite(pci_dev, VIRTIO_PCI_COMMON_Q_DESCHI, Math.floor(desc / 0x100000000));
  vp_iowrite(pci_dev, VIRTIO_PCI_COMMON_Q_AVAILLO, avail % 0x100000000);
  vp_iowrite(pci_dev, VIRTIO_PCI_COMMON_Q_AVAILHI, Math.floor(avail / 0x100000000));
  vp_iowrite(pci_dev, VIRTIO_PCI_COMMON_Q_USEDLO, used % 0x100000000);
  vp_iowrite(pci_dev, VIRTIO_PCI_COMMON_Q_USEDHI, Math.floor(used / 0x100000000));
  vdev.vqs.push(vq);
  return 0;
}

/** The register write that the host's thread gets as an event. */
function vp_notify(vq: virtqueue): boolean {
  const pci_dev = to_vp_device(vq.vdev).pci_dev;
  charge(config.costs.kick);
  pci_dev.queueNotify(pci_dev, vq.index);
  return true;
}

/** Interrupt handler of the shared line: first the configuration, then every queue. */
function vp_interrupt(data: object): void {
  const vp_dev = data as virtio_pci_device;
  charge(config.costs.irq);
  const isr = vp_dev.pci_dev.isrRead(vp_dev.pci_dev);
  if (isr === 0) {
    return;
  }
  if ((isr & VIRTIO_PCI_ISR_CONFIG) !== 0) {
    vp_config_changed(vp_dev);
  }
  vp_vring_interrupt(vp_dev);
}

function vp_config_changed(vp_dev: virtio_pci_device): void {
  virtio_config_changed(vp_dev.vdev);
}

function vp_vring_interrupt(vp_dev: virtio_pci_device): void {
  for (const vq of vp_dev.vdev.vqs) {
    if (vq.callback !== null) {
      vring_interrupt(vq);
    }
  }
}
