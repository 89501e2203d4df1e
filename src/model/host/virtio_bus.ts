/** hw/virtio/virtio-bus.c of QEMU 8.1: plugs a device into the transport of the scenario. */
import { config } from "../config.ts";
import type { VirtIODevice } from "./virtio.ts";
import { virtio_mmio_realize } from "./virtio_mmio.ts";
import { virtio_pci_realize } from "./virtio_pci.ts";

export function virtio_bus_device_plugged(vdev: VirtIODevice): void {
  switch (config.transport) {
    case "pci-modern":
      virtio_pci_realize(vdev, true);
      break;
    case "pci-legacy":
      virtio_pci_realize(vdev, false);
      break;
    case "mmio-v1":
      virtio_mmio_realize(vdev, false);
      break;
    case "mmio-v2":
      virtio_mmio_realize(vdev, true);
      break;
  }
}
