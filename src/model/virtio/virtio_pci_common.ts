/**
 * drivers/virtio/virtio_pci_common.c, v5.7: what legacy and modern virtio-pci have in common.
 * Differs: one interrupt line for everything (INTx), as QEMU's balloon has no MSI-X vectors. A kick
 * costs `kick`, and an interrupt `irq`, reading its status included. Sleeps: never.
 */
import { charge } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { readRegister, request_irq, writeRegister, type Slot } from "./io.ts";
import { VIRTIO_PCI_ISR_CONFIG } from "./registers.ts";
import { virtio_config_changed } from "./virtio.ts";
import type { virtio_device } from "./virtio_config.ts";
import { vring_interrupt, type QueueNotifier, type virtqueue } from "./virtio_ring.ts";

export interface virtio_pci_device {
  vdev: virtio_device | null;
  pci_dev: Slot;
  /** Register with the interrupt status: reading clears it. */
  isr: number;
}

export const pciQueueNotifier: QueueNotifier = { notify: vp_notify };

export function to_vp_device(vdev: virtio_device): virtio_pci_device {
  return vdev.transport as virtio_pci_device;
}

/** Gets the device's only line for all of its queues. */
export function vp_request_intx(vp_dev: virtio_pci_device): void {
  request_irq(vp_dev.pci_dev, { handler: vp_interrupt, data: vp_dev });
}

/** The register write that the host's thread gets as an event. */
function vp_notify(vq: virtqueue): boolean {
  charge(config.costs.kick);
  writeRegister(to_vp_device(vq.vdev).pci_dev, vq.priv, 2, vq.index);
  return true;
}

/** Interrupt handler of the shared line: first the configuration, then every queue. */
function vp_interrupt(data: object): void {
  const vp_dev = data as virtio_pci_device;
  charge(config.costs.irq);
  const isr = readRegister(vp_dev.pci_dev, vp_dev.isr, 1);
  if (isr === 0) {
    return;
  }
  if ((isr & VIRTIO_PCI_ISR_CONFIG) !== 0) {
    vp_config_changed(vp_dev);
  }
  vp_vring_interrupt(vp_dev);
}

function vp_config_changed(vp_dev: virtio_pci_device): void {
  virtio_config_changed(vp_dev.vdev as virtio_device);
}

function vp_vring_interrupt(vp_dev: virtio_pci_device): void {
  const vdev = vp_dev.vdev as virtio_device;
  for (const vq of vdev.vqs) {
    if (vq.callback !== null) {
      vring_interrupt(vq);
    }
  }
}
