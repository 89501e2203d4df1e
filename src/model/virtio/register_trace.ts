/**
 * The last accesses to device registers, and the last interrupts: what a logic analyser on the bus
 * would show. Columns of a ring; entry number n lies at n modulo its size.
 */
import { now } from "../../machine/primitives.ts";

export const REGISTER_TRACE_SIZE = 512;

/** Kinds of entries. */
export const TRACE_READ = 0;
export const TRACE_WRITE = 1;
export const TRACE_IRQ = 2;

export const registerTrace = {
  /** Number of the next entry: as many have been made. */
  next: 0,
  /** Time on the clock of the vCPU or host thread, in ns. */
  time: new Float64Array(REGISTER_TRACE_SIZE),
  /** Index of the slot in `slots`. */
  slot: new Uint8Array(REGISTER_TRACE_SIZE),
  kind: new Uint8Array(REGISTER_TRACE_SIZE),
  offset: new Uint16Array(REGISTER_TRACE_SIZE),
  /** Width in bytes. */
  size: new Uint8Array(REGISTER_TRACE_SIZE),
  value: new Uint32Array(REGISTER_TRACE_SIZE),
};

export function traceAccess(
  slot: number,
  offset: number,
  size: number,
  value: number,
  write: boolean,
): void {
  const i = registerTrace.next % REGISTER_TRACE_SIZE;
  registerTrace.next++;
  registerTrace.time[i] = now();
  registerTrace.slot[i] = slot;
  registerTrace.kind[i] = write ? TRACE_WRITE : TRACE_READ;
  registerTrace.offset[i] = offset;
  registerTrace.size[i] = size;
  registerTrace.value[i] = value;
}

/** The device of `slot` raised its line. */
export function traceInterrupt(slot: number): void {
  const i = registerTrace.next % REGISTER_TRACE_SIZE;
  registerTrace.next++;
  registerTrace.time[i] = now();
  registerTrace.slot[i] = slot;
  registerTrace.kind[i] = TRACE_IRQ;
  registerTrace.offset[i] = 0;
  registerTrace.size[i] = 0;
  registerTrace.value[i] = 0;
}
