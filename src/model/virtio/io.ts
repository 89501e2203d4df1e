/**
 * Where a device is plugged in, and how a driver reaches it: slots of the PCI bus, and windows of
 * memory for virtio-mmio. A slot holds the functions by which register accesses trap into the
 * device, and the interrupt line by which the device reaches the driver. As lib/iomap.c and
 * kernel/irq/manage.c, v5.7. Differs: one line for each device, always to the first vCPU.
 */
import { charge, raise_irq, type Entry } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { traceAccess, traceInterrupt } from "./register_trace.ts";

export interface Slot {
  /** Bus address, as in sysfs: 0000:00:03.0, or a000000.virtio_mmio. */
  name: string;
  /** Its number: what the register trace names it by. */
  index: number;
  /** PCI vendor and device, by which a driver finds it; 0 on a bus without them. */
  vendor: number;
  deviceId: number;
  /** virtio device type, which is the subsystem id on PCI. */
  device: number;
  /** The device behind the registers; only its own functions look inside. */
  deviceState: object;
  registers: SlotRegisters;
  /** Null until the driver has asked for interrupts. */
  irqAction: Entry<object> | null;
  /** The line is raised and its interrupt has not been handled. */
  irqRaised: boolean;
}

/** How the registers of a slot trap: by byte offset, `size` bytes wide. */
export interface SlotRegisters {
  readTrap: (slot: Slot, offset: number, size: number) => number;
  writeTrap: (slot: Slot, offset: number, size: number, value: number) => void;
}

/** Everything plugged in, in order. */
export const slots: Slot[] = [];

/** The vCPU that gets the lines' interrupts: without balancing, the first. */
const IRQ_CPU = 0;

export function ioread8(slot: Slot, offset: number): number {
  return ioread(slot, offset, 1);
}

export function ioread16(slot: Slot, offset: number): number {
  return ioread(slot, offset, 2);
}

export function ioread32(slot: Slot, offset: number): number {
  return ioread(slot, offset, 4);
}

export function iowrite8(slot: Slot, offset: number, value: number): void {
  iowrite(slot, offset, 1, value);
}

export function iowrite16(slot: Slot, offset: number, value: number): void {
  iowrite(slot, offset, 2, value);
}

export function iowrite32(slot: Slot, offset: number, value: number): void {
  iowrite(slot, offset, 4, value);
}

export function ioread(slot: Slot, offset: number, size: number): number {
  charge(config.costs.config_access);
  return readRegister(slot, offset, size);
}

export function iowrite(slot: Slot, offset: number, size: number, value: number): void {
  charge(config.costs.config_access);
  writeRegister(slot, offset, size, value);
}

/** A read whose cost is part of something else. */
export function readRegister(slot: Slot, offset: number, size: number): number {
  const value = slot.registers.readTrap(slot, offset, size);
  traceAccess(slot.index, offset, size, value, false);
  return value;
}

/** Likewise a write. */
export function writeRegister(slot: Slot, offset: number, size: number, value: number): void {
  traceAccess(slot.index, offset, size, value, true);
  slot.registers.writeTrap(slot, offset, size, value);
}

/** Driver: `action` handles the interrupts of `slot`. */
export function request_irq(slot: Slot, action: Entry<object>): void {
  slot.irqAction = action;
}

/** Device: raises the line, which stays up until the driver has seen why. */
export function irqAssert(slot: Slot): void {
  if (slot.irqRaised || slot.irqAction === null) {
    return;
  }
  slot.irqRaised = true;
  traceInterrupt(slot.index);
  raise_irq(IRQ_CPU, 0, slot.irqAction);
}

/** Device: lowers the line. */
export function irqDeassert(slot: Slot): void {
  slot.irqRaised = false;
}
