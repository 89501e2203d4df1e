/** What the buses do for virtio: every device that is plugged in gets the driver of its transport. */
import { slots, type Slot } from "./io.ts";
import { virtio_mmio_probe } from "./virtio_mmio.ts";
import { virtio_pci_legacy_probe } from "./virtio_pci_legacy.ts";
import { virtio_pci_modern_probe } from "./virtio_pci_modern.ts";

const PCI_VENDOR_ID_REDHAT_QUMRANET = 0x1af4;
const PCI_DEVICE_ID_MODERN = 0x1040;

/** Finds the virtio devices on the buses, each with its transport. */
export function probeSlots(): void {
  for (const slot of slots) {
    if (slot.vendor === PCI_VENDOR_ID_REDHAT_QUMRANET) {
      virtio_pci_probe(slot);
    } else {
      virtio_mmio_probe(slot);
    }
  }
}

/** Ids from 0x1040 on are those of devices that have the modern interface only. */
function virtio_pci_probe(pci_dev: Slot): void {
  if (pci_dev.deviceId >= PCI_DEVICE_ID_MODERN) {
    virtio_pci_modern_probe(pci_dev);
  } else {
    virtio_pci_legacy_probe(pci_dev);
  }
}
