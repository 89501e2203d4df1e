/**
 * Copies of everything reachable from some roots: plain objects, arrays and typed arrays. There is
 * no list of fields to save, since such lists forget fields. Restoring writes into the very same
 * objects, so identity is kept without a map; what was created later becomes garbage.
 */
import { AssertionError } from "../base/assert.ts";
import { CHUNK_BYTES, type Bytes, type Chunk, type ChunkStore } from "./chunks.ts";

export type TypedArray =
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

type Plain = Record<string, unknown>;

export interface GraphSnapshot {
  /** What it takes beside its chunks. */
  readonly bytes: number;
  /** Typed arrays longer than half a chunk. */
  readonly large: ReadonlyMap<TypedArray, readonly Chunk[]>;
  readonly small: readonly { readonly array: TypedArray; readonly copy: Bytes }[];
  readonly arrays: readonly { readonly array: unknown[]; readonly copy: readonly unknown[] }[];
  readonly objects: readonly {
    readonly object: Plain;
    readonly keys: readonly string[];
    readonly values: readonly unknown[];
  }[];
}

/**
 * Shares what has not changed since `before`. Throws an AssertionError on anything that a checkpoint
 * cannot hold (a Map, a class instance).
 */
export function captureGraph(
  roots: readonly unknown[],
  store: ChunkStore,
  before: GraphSnapshot | null = null,
): GraphSnapshot {
  const large = new Map<TypedArray, readonly Chunk[]>();
  const small: { array: TypedArray; copy: Bytes }[] = [];
  const arrays: { array: unknown[]; copy: readonly unknown[] }[] = [];
  const objects: { object: Plain; keys: readonly string[]; values: readonly unknown[] }[] = [];
  let bytes = 0;
  walkGraph(roots, {
    typed(array) {
      if (array.byteLength > CHUNK_BYTES / 2) {
        large.set(array, store.capture(bytesOf(array), before?.large.get(array)));
      } else {
        small.push({ array, copy: bytesOf(array).slice() });
        bytes += array.byteLength;
      }
    },
    array(array, copy) {
      arrays.push({ array, copy });
      bytes += 8 * array.length;
    },
    object(object, keys) {
      objects.push({ object, keys, values: keys.map((key) => object[key]) });
      bytes += 8 * keys.length;
    },
  });
  return { bytes, large, small, arrays, objects };
}

export function restoreGraph(snapshot: GraphSnapshot, store: ChunkStore): void {
  for (const [array, chunks] of snapshot.large) store.restore(bytesOf(array), chunks);
  for (const { array, copy } of snapshot.small) bytesOf(array).set(copy);
  for (const { array, copy } of snapshot.arrays) {
    array.length = copy.length;
    for (let i = 0; i < copy.length; i++) array[i] = copy[i];
  }
  for (const { object, keys, values } of snapshot.objects) {
    for (let i = 0; i < keys.length; i++) object[keys[i]!] = values[i];
    const now = Object.keys(object);
    if (now.length !== keys.length) {
      for (const key of now) if (!keys.includes(key)) delete object[key];
    }
  }
}

/** The snapshot must not be restored afterwards. */
export function releaseGraph(snapshot: GraphSnapshot, store: ChunkStore): void {
  for (const chunks of snapshot.large.values()) store.release(chunks);
}

function bytesOf(array: TypedArray): Bytes {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

export interface GraphVisitor {
  typed(array: TypedArray): void;
  array(array: unknown[], copy: readonly unknown[]): void;
  object(object: Plain, keys: readonly string[]): void;
}

/**
 * Visits everything reachable once, each thing before what it refers to, in a fixed order.
 *
 * Elements are read from a copy of their array. V8 gives arrays whose elements are of one kind a kind
 * of their own, and a loop that reads arrays of several kinds, once optimized, changes each to the most
 * general one: with that, all of the model's code that has been optimized for the arrays is lost.
 */
export function walkGraph(roots: readonly unknown[], visitor: GraphVisitor): void {
  const seen = new Set<object>();
  const pending: object[] = [];
  const meet = (value: unknown): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    pending.push(value);
  };
  for (const root of roots) {
    meet(root);
    for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
      if (ArrayBuffer.isView(value)) {
        visitor.typed(value as TypedArray);
      } else if (Array.isArray(value)) {
        const copy: readonly unknown[] = (value as unknown[]).slice();
        visitor.array(value, copy);
        for (let i = copy.length - 1; i >= 0; i--) meet(copy[i]);
      } else if (Object.getPrototypeOf(value) === Object.prototype) {
        const object = value as Plain;
        const keys = Object.keys(object);
        visitor.object(object, keys);
        for (let i = keys.length - 1; i >= 0; i--) meet(object[keys[i]!]);
      } else {
        throw new AssertionError(`a ${value.constructor.name} cannot be part of a checkpoint`);
      }
    }
  }
}
