/**
 * hw/virtio/virtio-pci.c of QEMU 8.1: the registers of a virtio 1.0 device (virtio 4.1.4). They
 * are read and written in the context of the vCPU that traps, as in QEMU; only kicks go to the
 * main loop. Sleeps: never.
 */
import { pciDevices, pci_irq_deassert, type pci_dev } from "../virtio/pci.ts";
import {
  VIRTIO_CONFIG_S_FEATURES_OK,
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
} from "../virtio/uapi.ts";
import { hasFeatureBit } from "../virtio/virtio_config.ts";
import {
  virtio_queue_enable,
  virtio_queue_notify,
  virtio_reset,
  type VirtIODevice,
} from "./virtio.ts";

const TWO_32 = 0x100000000;

/** Puts `vdev` into the next slot of the bus. */
export function virtio_pci_realize(vdev: VirtIODevice): void {
  const pci_dev: pci_dev = {
    name: `0000:00:0${pciDevices.length + 3}.0`,
    device: vdev.device_id,
    deviceState: vdev,
    commonRead: virtio_pci_common_read,
    commonWrite: virtio_pci_common_write,
    configRead: virtio_pci_device_read,
    configWrite: virtio_pci_device_write,
    isrRead: virtio_pci_isr_read,
    queueNotify: virtio_pci_notify_write,
    irqAction: null,
    irqRaised: false,
  };
  vdev.pci_dev = pci_dev;
  pciDevices.push(pci_dev);
}

function virtio_pci_common_read(dev: pci_dev, offset: number): number {
  const vdev = dev.deviceState as VirtIODevice;
  const vq = vdev.vq[vdev.queue_sel];
  switch (offset) {
    case VIRTIO_PCI_COMMON_DF:
      return vdev.dfselect === 0
        ? vdev.host_features % TWO_32
        : Math.floor(vdev.host_features / TWO_32);
    case VIRTIO_PCI_COMMON_NUMQ:
      return vdev.vq.length;
    case VIRTIO_PCI_COMMON_STATUS:
      return vdev.status;
    case VIRTIO_PCI_COMMON_Q_SIZE:
      return vq.num;
    case VIRTIO_PCI_COMMON_Q_ENABLE:
      return vq.enabled ? 1 : 0;
    default:
      return 0;
  }
}

function virtio_pci_common_write(dev: pci_dev, offset: number, value: number): void {
  const vdev = dev.deviceState as VirtIODevice;
  const vq = vdev.vq[vdev.queue_sel];
  switch (offset) {
    case VIRTIO_PCI_COMMON_DFSELECT:
      vdev.dfselect = value;
      break;
    case VIRTIO_PCI_COMMON_GFSELECT:
      vdev.gfselect = value;
      break;
    case VIRTIO_PCI_COMMON_GF:
      setGuestFeatures(vdev, value);
      break;
    case VIRTIO_PCI_COMMON_STATUS:
      virtio_set_status(vdev, value);
      break;
    case VIRTIO_PCI_COMMON_Q_SELECT:
      vdev.queue_sel = value < vdev.vq.length ? value : vdev.queue_sel;
      break;
    case VIRTIO_PCI_COMMON_Q_SIZE:
      vq.num = value;
      break;
    case VIRTIO_PCI_COMMON_Q_ENABLE:
      virtio_queue_enable(vq);
      break;
    case VIRTIO_PCI_COMMON_Q_DESCLO:
      vq.desc = value;
      break;
    case VIRTIO_PCI_COMMON_Q_DESCHI:
      vq.desc += value * TWO_32;
      break;
    case VIRTIO_PCI_COMMON_Q_AVAILLO:
      vq.avail = value;
      break;
    case VIRTIO_PCI_COMMON_Q_AVAILHI:
      vq.avail += value * TWO_32;
      break;
    case VIRTIO_PCI_COMMON_Q_USEDLO:
      vq.used = value;
      break;
    case VIRTIO_PCI_COMMON_Q_USEDHI:
      vq.used += value * TWO_32;
      break;
    default:
      break;
  }
}

function virtio_pci_device_read(dev: pci_dev, offset: number): number {
  const vdev = dev.deviceState as VirtIODevice;
  return vdev.get_config(vdev, offset);
}

function virtio_pci_device_write(dev: pci_dev, offset: number, value: number): void {
  const vdev = dev.deviceState as VirtIODevice;
  vdev.set_config(vdev, offset, value);
}

function virtio_pci_isr_read(dev: pci_dev): number {
  const vdev = dev.deviceState as VirtIODevice;
  const isr = vdev.isr;
  vdev.isr = 0;
  pci_irq_deassert(dev);
  return isr;
}

function virtio_pci_notify_write(dev: pci_dev, index: number): void {
  virtio_queue_notify(dev.deviceState as VirtIODevice, index);
}

function virtio_set_status(vdev: VirtIODevice, value: number): void {
  if (value === 0) {
    virtio_reset(vdev);
    return;
  }
  let status = value;
  if (!hasFeatureBit(vdev.guest_features, VIRTIO_F_VERSION_1)) {
    // A driver of these registers must speak virtio 1.0: its features are refused.
    status &= ~VIRTIO_CONFIG_S_FEATURES_OK;
  }
  vdev.status = status;
}

function setGuestFeatures(vdev: VirtIODevice, value: number): void {
  const low = vdev.guest_features % TWO_32;
  const high = Math.floor(vdev.guest_features / TWO_32);
  vdev.guest_features = vdev.gfselect === 0 ? value + high * TWO_32 : low + value * TWO_32;
}
