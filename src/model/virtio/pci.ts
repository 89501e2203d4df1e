/**
 * The PCI bus: where transport and device meet. A slot holds the functions by which the device's
 * registers trap, and the interrupt line by which the device reaches the driver.
 */
import { raise_irq, type Entry } from "../../machine/primitives.ts";

export interface pci_dev {
  /** Bus address, as in /sys/bus/pci: 0000:00:05.0. */
  name: string;
  /** virtio device type. */
  device: number;
  /** The device behind the registers; only its own functions look inside. */
  deviceState: object;
  /** Registers of the common configuration, by byte offset. */
  commonRead: (dev: pci_dev, offset: number) => number;
  commonWrite: (dev: pci_dev, offset: number, value: number) => void;
  /** Device configuration, 32 bits at a byte offset. */
  configRead: (dev: pci_dev, offset: number) => number;
  configWrite: (dev: pci_dev, offset: number, value: number) => void;
  /** Interrupt status; reading clears it and lowers the line. */
  isrRead: (dev: pci_dev) => number;
  /** Write to the notification register of a queue. */
  queueNotify: (dev: pci_dev, index: number) => void;
  /** Null until the driver has asked for interrupts. */
  irqAction: Entry<object> | null;
  /** The line is raised and its interrupt has not been handled. */
  irqRaised: boolean;
}

/** Everything plugged in, in order of slots. */
export const pciDevices: pci_dev[] = [];

/** The vCPU that gets the line's interrupts: without balancing, the first. */
const IRQ_CPU = 0;

/** Driver: `action` handles the interrupts of `dev`. */
export function request_irq(dev: pci_dev, action: Entry<object>): void {
  dev.irqAction = action;
}

/** Device: raises the line, which stays up until the status is read. */
export function pci_irq_assert(dev: pci_dev): void {
  if (dev.irqRaised || dev.irqAction === null) {
    return;
  }
  dev.irqRaised = true;
  raise_irq(IRQ_CPU, 0, dev.irqAction);
}

/** Device: lowers the line. */
export function pci_irq_deassert(dev: pci_dev): void {
  dev.irqRaised = false;
}
