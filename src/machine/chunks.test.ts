import fc from "fast-check";
import { expect, test } from "vitest";
import { sameBytes } from "../session/same-bytes.ts";
import { CHUNK_BYTES, ChunkStore, SLAB_BYTES, type Bytes, type Chunk } from "./chunks.ts";

function createStore(): { store: ChunkStore; slabs: () => number } {
  let slabs = 0;
  const slab = (): ArrayBuffer => {
    slabs++;
    return new ArrayBuffer(SLAB_BYTES);
  };
  return { store: new ChunkStore({ same: sameBytes, slab }), slabs: () => slabs };
}

const usedChunks = (store: ChunkStore): number => store.usedBytes / CHUNK_BYTES;

test("what was never written takes no memory, and what has not changed is shared", () => {
  const { store } = createStore();
  const array = new Uint8Array(5 * CHUNK_BYTES + 100);
  const first = store.capture(array, undefined);
  expect(usedChunks(store)).toBe(0);
  store.forget();
  array[2 * CHUNK_BYTES + 7] = 1;
  array[array.length - 1] = 2;
  const second = store.capture(array, first);
  expect(usedChunks(store)).toBe(2);
  const third = store.capture(array, second);
  expect(usedChunks(store)).toBe(2);
  store.release(second);
  expect(usedChunks(store)).toBe(2);
  store.release(third);
  expect(usedChunks(store)).toBe(0);
});

test("a chunk that was given back takes the next copy", () => {
  const { store, slabs } = createStore();
  const array = new Uint8Array(SLAB_BYTES).fill(1);
  const first = store.capture(array, undefined);
  store.release(first);
  store.forget();
  array.fill(2);
  store.capture(array, undefined);
  expect(slabs()).toBe(1);
});

test("what is told of is all that is looked at", () => {
  const { store } = createStore();
  const array = new Uint8Array(4 * CHUNK_BYTES).fill(1);
  const copy = store.capture(array, undefined);
  const words = new Int32Array(array.buffer);
  store.written(words, CHUNK_BYTES / 4 + 3);
  // Neither of these writes is told of; the first is where the other is looked for.
  array[CHUNK_BYTES] = 2;
  array[3 * CHUNK_BYTES] = 2;
  store.restore(array, copy);
  expect([array[CHUNK_BYTES], array[3 * CHUNK_BYTES]]).toEqual([1, 2]);
});

test("every copy comes back as it was, however copies share, come and go", () => {
  const LENGTH = 3 * CHUNK_BYTES + 12;
  const move = fc.record({
    at: fc.nat(LENGTH - 1),
    value: fc.nat(3),
    kind: fc.constantFrom("write", "write", "fill", "tell", "keep", "keep", "drop", "restore"),
    choice: fc.nat(99),
  });
  fc.assert(
    fc.property(fc.array(move, { minLength: 5, maxLength: 60 }), (moves) => {
      const { store } = createStore();
      const array: Bytes = new Uint8Array(LENGTH);
      const words = new Int32Array(array.buffer);
      const kept: { chunks: Chunk[]; copy: Bytes }[] = [];
      let nearest: Chunk[] | undefined;
      for (const { at, value, kind, choice } of moves) {
        const one = kept.length === 0 ? undefined : kept[choice % kept.length];
        if (kind === "write") {
          store.forget();
          array[at] = value;
        } else if (kind === "tell") {
          store.written(words, at >> 2);
          words[at >> 2] = value;
        } else if (kind === "fill") {
          store.written(words, undefined);
          words.fill(value);
        } else if (kind === "keep") {
          nearest = store.capture(array, nearest);
          kept.push({ chunks: nearest, copy: array.slice() });
        } else if (one !== undefined && kind === "restore") {
          store.restore(array, one.chunks);
          expect(sameBytes(array, one.copy)).toBe(true);
          nearest = one.chunks;
        } else if (one !== undefined && one.chunks !== nearest) {
          kept.splice(kept.indexOf(one), 1);
          store.release(one.chunks);
        }
      }
      for (const { chunks, copy } of kept) {
        store.restore(array, chunks);
        expect(sameBytes(array, copy)).toBe(true);
        store.release(chunks);
      }
      expect(store.usedBytes).toBe(0);
    }),
    { numRuns: 50 },
  );
});
