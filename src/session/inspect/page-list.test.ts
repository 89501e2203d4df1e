import fc from "fast-check";
import { expect, test } from "vitest";
import { PageList } from "./page-list.ts";

/** A ring of `order` with its head, which is the number above all pages. */
function ring(order: readonly number[], pages: number): { list: PageList; walked: () => number } {
  const next = new Int32Array(pages + 1);
  const prev = new Int32Array(pages + 1);
  const all = [pages, ...order];
  all.forEach((page, i) => {
    const after = all[(i + 1) % all.length]!;
    next[page] = after;
    prev[after] = page;
  });
  let walked = 0;
  const counting = (links: Int32Array): Int32Array =>
    new Proxy(links, {
      get(target, key): unknown {
        walked++;
        return Reflect.get(target, key) as unknown;
      },
    });
  const links = { next: () => counting(next), prev: () => counting(prev) };
  return { list: new PageList(links, pages, order.length), walked: () => walked };
}

test("any range of a list is what walking from its head gives", () => {
  const ranges = fc.array(fc.tuple(fc.nat(6000), fc.nat(50)), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.nat(5000), fc.nat(1000), ranges, (length, shift, asked) => {
      const order = Array.from({ length }, (_, i) => (i * 7919 + shift) % 6007);
      const distinct = [...new Set(order)];
      const { list } = ring(distinct, 6007);
      for (const [start, count] of asked) {
        expect(list.range(start, count)).toEqual(distinct.slice(start, start + count));
      }
    }),
    { numRuns: 40 },
  );
});

test("the end is reached from the end, and a place that was passed is known", () => {
  const order = Array.from({ length: 100_000 }, (_, i) => i);
  const { list, walked } = ring(order, order.length);
  list.range(99_990, 10);
  expect(walked()).toBeLessThan(200);
  list.range(40_000, 10);
  const before = walked();
  list.range(40_500, 10);
  expect(walked() - before).toBeLessThan(2500);
});
