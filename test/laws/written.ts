/**
 * Holds a chunk store to what it relies on: while it is not told to forget, every write is told of,
 * to the byte.
 */
import { vi } from "vitest";
import { ChunkStore, type Bytes } from "../../src/machine/chunks.ts";

interface Known {
  readonly copy: Bytes;
  /** 1 for each byte that may have been written since. */
  readonly told: Bytes;
}

/** From here on, each copy from or to an array throws when something else was written before. */
export function checkWrites(): { readonly checked: () => number } {
  const known = new Map<ArrayBuffer, Known>();
  let checked = 0;
  const check = (array: Bytes): void => {
    const { copy, told } = known.get(array.buffer) ?? {};
    if (copy === undefined || told === undefined) return;
    checked++;
    for (let i = 0; i < array.length; i++) {
      if (array[i] !== copy[i] && told[i] === 0) {
        throw new Error(`byte ${i} of ${array.length} was written, and nobody told`);
      }
    }
  };
  const learn = (array: Bytes): void => {
    known.set(array.buffer, { copy: array.slice(), told: new Uint8Array(array.length) });
  };
  const { capture, restore, written, forget } = ChunkStore.prototype;
  vi.spyOn(ChunkStore.prototype, "capture").mockImplementation(function (this: ChunkStore, ...its) {
    check(its[0]);
    learn(its[0]);
    return capture.apply(this, its);
  });
  vi.spyOn(ChunkStore.prototype, "restore").mockImplementation(function (this: ChunkStore, ...its) {
    check(its[0]);
    restore.apply(this, its);
    learn(its[0]);
  });
  vi.spyOn(ChunkStore.prototype, "written").mockImplementation(function (
    this: ChunkStore,
    array,
    index,
  ) {
    written.call(this, array, index);
    if (!ArrayBuffer.isView(array)) return;
    const { BYTES_PER_ELEMENT: size } = array as Bytes;
    const at = array.byteOffset + Number(index) * size;
    const range = typeof index === "number" ? [at, at + size] : [0];
    known.get(array.buffer as ArrayBuffer)?.told.fill(1, ...range);
  });
  vi.spyOn(ChunkStore.prototype, "forget").mockImplementation(function (this: ChunkStore) {
    forget.call(this);
    known.clear();
  });
  return { checked: () => checked };
}
