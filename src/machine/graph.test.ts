import { setFlagsFromString } from "node:v8";
import { runInThisContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ChunkStore, SLAB_BYTES } from "./chunks.ts";
import { captureGraph, restoreGraph, walkGraph } from "./graph.ts";

interface Node {
  value: unknown;
  next: Node | null;
  list: unknown[];
  data: Int32Array<ArrayBuffer>;
}

const store = new ChunkStore({
  same: (a, b) => a.every((byte, i) => byte === b[i]),
  slab: () => new ArrayBuffer(SLAB_BYTES),
});

const node = (value: unknown): Node => ({ value, next: null, list: [], data: new Int32Array(4) });

test("restoring brings back values, lengths and identity, cycles included", () => {
  const a = node(1);
  const b = node("two");
  a.next = b;
  b.next = a;
  a.list = [b, 3, b];
  b.data.set([1, 2, 3, 4]);
  const snapshot = captureGraph([a], store);
  a.next = null;
  a.list.length = 0;
  a.list.push(1, 2, 3, 4, 5);
  b.data.fill(9);
  b.value = node(5);
  (b as unknown as Record<string, unknown>)["extra"] = 1;
  restoreGraph(snapshot, store);
  expect(a.next).toBe(b);
  expect(a.list).toEqual([b, 3, b]);
  expect(a.list[0]).toBe(b);
  expect([...b.data]).toEqual([1, 2, 3, 4]);
  expect(b.value).toBe("two");
  expect("extra" in b).toBe(false);
});

/** A model has no such field; assigning to it changes an object's prototype. */
const names = fc.string().filter((name) => name !== "__proto__");

test("any plain value comes back after any change of its top level", () => {
  fc.assert(
    fc.property(
      fc.dictionary(names, fc.jsonValue()),
      names,
      fc.jsonValue(),
      (start, key, value) => {
        const root = { ...start };
        const before = structuredClone(root);
        const snapshot = captureGraph([root], store);
        Object.assign(root, { [key]: value });
        for (const name of Object.keys(root)) if (name.length % 2 === 1) delete root[name];
        restoreGraph(snapshot, store);
        expect(root).toEqual(before);
      },
    ),
  );
});

test("what cannot be copied is refused by name", () => {
  expect(() => captureGraph([{ inner: new Map() }], store)).toThrow(/a Map cannot be part/);
});

test("to be looked at changes nothing of what V8 knows of an array", () => {
  setFlagsFromString("--allow-natives-syntax");
  const haveSameMap = runInThisContext("(a, b) => %HaveSameMap(a, b)") as (
    a: unknown,
    b: unknown,
  ) => boolean;
  const numbers = [1, 2, 3];
  const rest = [
    [0.5],
    ["text"],
    [{}],
    new Array<unknown>(3),
    Array.from({ length: 2000 }, () => [1]),
  ];
  const ignored = { typed: () => {}, array: () => {}, object: () => {} };
  // Often enough to be optimized.
  for (let i = 0; i < 300; i++) walkGraph([numbers, rest], ignored);
  expect(haveSameMap(numbers, [4, 5, 6])).toBe(true);
});
