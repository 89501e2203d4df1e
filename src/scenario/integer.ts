/**
 * Exact integers: a number while it is safe, a bigint beyond. Conditions are evaluated at every
 * pass of a hot statement, and bigint arithmetic throughout would cost them an allocation each time;
 * plain numbers would lose bits above 2^53, and above 2^31 in `&` and `<<`.
 */

/** Never a bigint that would fit a safe number, so equal integers are `===`. */
export type Integer = number | bigint;

/** Larger values are refused: they come from mistakes, and shifts could make them huge. */
export const MAX_BITS = 128n;

/** The smallest form of `value`, or null when it needs more than 128 bits. */
export function normal(value: bigint): Integer | null {
  if (value >= -MAX_SAFE && value <= MAX_SAFE) return Number(value);
  return value >= -LIMIT && value < LIMIT ? value : null;
}

export function add(a: Integer, b: Integer): Integer | null {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return normal(BigInt(a) + BigInt(b));
}

export function subtract(a: Integer, b: Integer): Integer | null {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return normal(BigInt(a) - BigInt(b));
}

export function multiply(a: Integer, b: Integer): Integer | null {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b;
    // Adding 0 turns the -0 of `0 * -1` into 0.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return normal(BigInt(a) * BigInt(b));
}

/** Rounds towards zero, as C does. `b` is not 0. */
export function divide(a: Integer, b: Integer): Integer | null {
  if (typeof a === "number" && typeof b === "number") {
    // Not trunc(a / b): the quotient of two large numbers may have been rounded up.
    return (a - (a % b)) / b + 0;
  }
  return normal(BigInt(a) / BigInt(b));
}

/** Has the sign of `a`, as in C. `b` is not 0. */
export function remainder(a: Integer, b: Integer): Integer | null {
  if (typeof a === "number" && typeof b === "number") return (a % b) + 0;
  return normal(BigInt(a) % BigInt(b));
}

/** `by` is 0 to 127. */
export function shiftLeft(a: Integer, by: number): Integer | null {
  if (typeof a === "number") {
    const shifted = a * 2 ** by;
    if (Number.isSafeInteger(shifted)) return shifted;
  }
  return normal(BigInt(a) << BigInt(by));
}

/** Keeps the sign. `by` is 0 to 127. */
export function shiftRight(a: Integer, by: number): Integer | null {
  return typeof a === "number" ? Math.floor(a / 2 ** by) + 0 : normal(a >> BigInt(by));
}

export function and(a: Integer, b: Integer): Integer | null {
  return isSmall(a) && isSmall(b) ? a & b : normal(BigInt(a) & BigInt(b));
}

export function or(a: Integer, b: Integer): Integer | null {
  return isSmall(a) && isSmall(b) ? a | b : normal(BigInt(a) | BigInt(b));
}

export function xor(a: Integer, b: Integer): Integer | null {
  return isSmall(a) && isSmall(b) ? a ^ b : normal(BigInt(a) ^ BigInt(b));
}

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const LIMIT = 1n << (MAX_BITS - 1n);

/** JavaScript's own bit operations are right for these. */
function isSmall(value: Integer): value is number {
  return typeof value === "number" && value >= 0 && value <= 0x7fffffff;
}
