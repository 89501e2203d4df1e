import fc from "fast-check";
import { expect, it } from "vitest";
import * as integer from "./integer.ts";
import type { Integer } from "./integer.ts";

const LIMIT = 2n ** 127n;

/** Integers near the edges: small, of 32 bits, around 2^53, large. */
const edges = [0n, 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 64n, 2n ** 126n];
const integers = fc
  .tuple(fc.constantFrom(...edges), fc.bigInt(-3n, 3n), fc.boolean())
  .map(([edge, near, negative]) => (negative ? -(edge + near) : edge + near));
const any = fc.oneof(integers, fc.bigInt(-(2n ** 60n), 2n ** 60n));

function expected(value: bigint): Integer | null {
  return value >= -LIMIT && value < LIMIT ? integer.normal(value) : null;
}

function small(value: bigint): Integer {
  return integer.normal(value) ?? 0;
}

it.each<[string, (a: Integer, b: Integer) => Integer | null, (a: bigint, b: bigint) => bigint]>([
  ["add", integer.add, (a, b) => a + b],
  ["subtract", integer.subtract, (a, b) => a - b],
  ["multiply", integer.multiply, (a, b) => a * b],
  ["divide", integer.divide, (a, b) => (b === 0n ? 0n : a / b)],
  ["remainder", integer.remainder, (a, b) => (b === 0n ? 0n : a % b)],
  ["and", integer.and, (a, b) => a & b],
  ["or", integer.or, (a, b) => a | b],
  ["xor", integer.xor, (a, b) => a ^ b],
])("%s agrees with bigint", (name, compute, exact) => {
  fc.assert(
    fc.property(any, any, (a, b) => {
      fc.pre(b !== 0n || (name !== "divide" && name !== "remainder"));
      const result = compute(small(a), small(b));
      expect(result).toBe(expected(exact(a, b)));
      expect(Object.is(result, -0)).toBe(false);
    }),
  );
});

it("shifts agree with bigint", () => {
  fc.assert(
    fc.property(any, fc.nat(127), (a, by) => {
      expect(integer.shiftLeft(small(a), by)).toBe(expected(a << BigInt(by)));
      expect(integer.shiftRight(small(a), by)).toBe(expected(a >> BigInt(by)));
    }),
  );
});
