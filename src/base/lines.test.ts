import fc from "fast-check";
import { expect, it } from "vitest";
import { Lines } from "./lines.ts";

it.each([
  ["", 0, 0, 0],
  ["", 5, 0, 0],
  ["ab\ncd\n", 0, 0, 0],
  ["ab\ncd\n", 2, 0, 2],
  ["ab\ncd\n", 3, 1, 0],
  ["ab\ncd\n", 6, 2, 0],
  ["ab\r\ncd", 4, 1, 0],
  ["ab", -1, 0, 0],
])("%j at %d", (text, offset, line, column) => {
  expect(new Lines(text).at(offset)).toEqual({ line, column });
});

it("agrees with counting", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "\n", "é") });
  fc.assert(
    fc.property(text, fc.nat(20), (source, at) => {
      const before = source.slice(0, at).split("\n");
      const expected = { line: before.length - 1, column: before.at(-1)?.length };
      expect(new Lines(source).at(at)).toEqual(expected);
    }),
  );
});
