/**
 * Numbers wider than what holds them: in the 16-bit halves of which guest memory consists here,
 * little-endian as virtio wants them (virtio 1.4), and in registers of 32 bits. Numbers of 64 bits
 * are exact below 2 to the power of 53. Sleeps: never.
 */

const TWO_16 = 0x10000;
const TWO_32 = 0x100000000;

/** include/linux/kernel.h, v5.7. */
export function lower_32_bits(value: number): number {
  return value % TWO_32;
}

/** include/linux/kernel.h, v5.7. */
export function upper_32_bits(value: number): number {
  return Math.floor(value / TWO_32);
}

/** The number of which the two are the halves. */
export function joinBits(lower: number, upper: number): number {
  return lower + upper * TWO_32;
}

export function readLe32(mem: Uint16Array, at: number): number {
  return mem[at] + mem[at + 1] * TWO_16;
}

/** Writes the lower 32 bits of `value`. */
export function writeLe32(mem: Uint16Array, at: number, value: number): void {
  mem[at] = value & 0xffff;
  mem[at + 1] = value >>> 16;
}

export function readLe64(mem: Uint16Array, at: number): number {
  return joinBits(readLe32(mem, at), readLe32(mem, at + 2));
}

export function writeLe64(mem: Uint16Array, at: number, value: number): void {
  writeLe32(mem, at, value);
  writeLe32(mem, at + 2, upper_32_bits(value));
}
