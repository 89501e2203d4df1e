/**
 * hw/virtio/virtio-pci.c of QEMU 8.1: the registers of a virtio 1.0 device (virtio 4.1.4), or of an
 * older one (4.1.4.8). They are read and written in the context of the vCPU that traps, as in QEMU;
 * only kicks go to the main loop. Sleeps: never.
 */
import { joinBits } from "../virtio/halves.ts";
import { irqDeassert, slots, type Slot, type SlotRegisters } from "../virtio/io.ts";
import {
  VIRTIO_PCI_CAP_COMMON,
  VIRTIO_PCI_CAP_DEVICE,
  VIRTIO_PCI_CAP_ISR,
  VIRTIO_PCI_CAP_NOTIFY,
  VIRTIO_PCI_COMMON_CFGGENERATION,
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
  VIRTIO_PCI_COMMON_Q_NOFF,
  VIRTIO_PCI_COMMON_Q_SELECT,
  VIRTIO_PCI_COMMON_Q_SIZE,
  VIRTIO_PCI_COMMON_Q_USEDHI,
  VIRTIO_PCI_COMMON_Q_USEDLO,
  VIRTIO_PCI_COMMON_STATUS,
  VIRTIO_PCI_CONFIG_OFF,
  VIRTIO_PCI_GUEST_FEATURES,
  VIRTIO_PCI_HOST_FEATURES,
  VIRTIO_PCI_ISR,
  VIRTIO_PCI_QUEUE_NOTIFY,
  VIRTIO_PCI_QUEUE_NUM,
  VIRTIO_PCI_QUEUE_PFN,
  VIRTIO_PCI_QUEUE_SEL,
  VIRTIO_PCI_STATUS,
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

const QUEUE_ADDR_UNIT = 4096;
const VIRTIO_VENDOR = 0x1af4;
/** Device ids: type 5 is 0x1045, and was 0x1002 before virtio 1.0. */
const MODERN_ID = 0x1040;
const LEGACY_IDS: readonly number[] = [0, 0x1000, 0x1001, 0x1003, 0x1005, 0x1002];
/** Input devices have come with virtio 1.0; their transitional id follows from the type. */
const OTHER_LEGACY_ID = 0x1010;

const modernRegisters: SlotRegisters = { readTrap: virtio_pci_read, writeTrap: virtio_pci_write };
const legacyRegisters: SlotRegisters = {
  readTrap: virtio_ioport_read,
  writeTrap: virtio_ioport_write,
};

/** Puts `vdev` into the next slot of the bus. */
export function virtio_pci_realize(vdev: VirtIODevice, modern: boolean): void {
  const index = slots.length;
  const type = vdev.device_id;
  const legacyId = type < LEGACY_IDS.length ? LEGACY_IDS[type] : OTHER_LEGACY_ID + type;
  const slot: Slot = {
    name: `0000:00:0${index + 3}.0`,
    index,
    vendor: VIRTIO_VENDOR,
    deviceId: modern ? MODERN_ID + type : legacyId,
    device: type,
    deviceState: vdev,
    registers: modern ? modernRegisters : legacyRegisters,
    irqAction: null,
    irqRaised: false,
  };
  vdev.slot = slot;
  slots.push(slot);
}

function virtio_pci_read(slot: Slot, offset: number, size: number): number {
  const vdev = slot.deviceState as VirtIODevice;
  if (offset >= VIRTIO_PCI_CAP_DEVICE && offset < VIRTIO_PCI_CAP_NOTIFY) {
    return virtio_config_read(vdev, offset - VIRTIO_PCI_CAP_DEVICE, size);
  }
  if (offset === VIRTIO_PCI_CAP_ISR) {
    return virtio_pci_isr_read(slot);
  }
  return virtio_pci_common_read(vdev, offset - VIRTIO_PCI_CAP_COMMON);
}

function virtio_pci_write(slot: Slot, offset: number, size: number, value: number): void {
  const vdev = slot.deviceState as VirtIODevice;
  if (offset >= VIRTIO_PCI_CAP_NOTIFY) {
    virtio_queue_notify(vdev, value);
  } else if (offset >= VIRTIO_PCI_CAP_DEVICE) {
    virtio_config_write(vdev, offset - VIRTIO_PCI_CAP_DEVICE, size, value);
  } else {
    virtio_pci_common_write(vdev, offset - VIRTIO_PCI_CAP_COMMON, value);
  }
}

function virtio_pci_common_read(vdev: VirtIODevice, offset: number): number {
  const vq = vdev.vq[vdev.queue_sel];
  switch (offset) {
    case VIRTIO_PCI_COMMON_DF:
      return selectedHostFeatures(vdev);
    case VIRTIO_PCI_COMMON_NUMQ:
      return vdev.vq.length;
    case VIRTIO_PCI_COMMON_STATUS:
      return vdev.status;
    case VIRTIO_PCI_COMMON_CFGGENERATION:
      return vdev.config_generation & 0xff;
    case VIRTIO_PCI_COMMON_Q_SIZE:
      return vq.num;
    case VIRTIO_PCI_COMMON_Q_ENABLE:
      return vq.enabled ? 1 : 0;
    case VIRTIO_PCI_COMMON_Q_NOFF:
      return vdev.queue_sel;
    default:
      return 0;
  }
}

function virtio_pci_common_write(vdev: VirtIODevice, offset: number, value: number): void {
  const vq = vdev.vq[vdev.queue_sel];
  switch (offset) {
    case VIRTIO_PCI_COMMON_DFSELECT:
      vdev.dfselect = value;
      break;
    case VIRTIO_PCI_COMMON_GFSELECT:
      vdev.gfselect = value;
      break;
    case VIRTIO_PCI_COMMON_GF:
      setSelectedGuestFeatures(vdev, value);
      break;
    case VIRTIO_PCI_COMMON_STATUS:
      virtio_set_status(vdev, value, true);
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
      vq.desc = joinBits(vq.desc, value);
      break;
    case VIRTIO_PCI_COMMON_Q_AVAILLO:
      vq.avail = value;
      break;
    case VIRTIO_PCI_COMMON_Q_AVAILHI:
      vq.avail = joinBits(vq.avail, value);
      break;
    case VIRTIO_PCI_COMMON_Q_USEDLO:
      vq.used = value;
      break;
    case VIRTIO_PCI_COMMON_Q_USEDHI:
      vq.used = joinBits(vq.used, value);
      break;
    default:
      break;
  }
}

function virtio_ioport_read(slot: Slot, offset: number, size: number): number {
  const vdev = slot.deviceState as VirtIODevice;
  const sel = vdev.queue_sel;
  switch (offset) {
    case VIRTIO_PCI_HOST_FEATURES:
      return vdev.host_features;
    case VIRTIO_PCI_GUEST_FEATURES:
      return vdev.guest_features;
    case VIRTIO_PCI_QUEUE_PFN:
      return sel < vdev.vq.length ? vdev.vq[sel].desc / QUEUE_ADDR_UNIT : 0;
    case VIRTIO_PCI_QUEUE_NUM:
      return sel < vdev.vq.length ? vdev.vq[sel].num : 0;
    case VIRTIO_PCI_QUEUE_SEL:
      return sel;
    case VIRTIO_PCI_STATUS:
      return vdev.status;
    case VIRTIO_PCI_ISR:
      return virtio_pci_isr_read(slot);
    default:
      return virtio_config_read(vdev, offset - VIRTIO_PCI_CONFIG_OFF, size);
  }
}

function virtio_ioport_write(slot: Slot, offset: number, size: number, value: number): void {
  const vdev = slot.deviceState as VirtIODevice;
  switch (offset) {
    case VIRTIO_PCI_GUEST_FEATURES:
      vdev.guest_features = value;
      break;
    case VIRTIO_PCI_QUEUE_PFN:
      virtio_queue_set_addr(vdev.vq[vdev.queue_sel], value * QUEUE_ADDR_UNIT);
      break;
    case VIRTIO_PCI_QUEUE_SEL:
      vdev.queue_sel = value;
      break;
    case VIRTIO_PCI_QUEUE_NOTIFY:
      virtio_queue_notify(vdev, value);
      break;
    case VIRTIO_PCI_STATUS:
      virtio_set_status(vdev, value, false);
      break;
    default:
      virtio_config_write(vdev, offset - VIRTIO_PCI_CONFIG_OFF, size, value);
  }
}

/** Reading clears the status and lowers the line. */
function virtio_pci_isr_read(slot: Slot): number {
  const vdev = slot.deviceState as VirtIODevice;
  const isr = vdev.isr;
  vdev.isr = 0;
  irqDeassert(slot);
  return isr;
}
