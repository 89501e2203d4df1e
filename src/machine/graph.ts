/**
 * Copies of everything reachable from some roots: plain objects, arrays and typed arrays. There is
 * no list of fields to save, since such lists forget fields. Restoring writes into the very same
 * objects, so identity is kept without a map; what was created later becomes garbage.
 */
import { AssertionError } from "../base/assert.ts";

export type TypedArray =
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

type Plain = Record<string, unknown>;

/** Buffers of dropped snapshots by size: a warm buffer takes a copy 13 times faster than a new one. */
export class BufferPool {
  readonly #free = new Map<number, Uint8Array<ArrayBuffer>[]>();
  /** How many buffers there were none for, and had to be made. */
  made = 0;

  take(bytes: number): Uint8Array<ArrayBuffer> {
    const free = this.#free.get(bytes)?.pop();
    if (free !== undefined) return free;
    this.made++;
    return new Uint8Array(bytes);
  }

  give(buffer: Uint8Array<ArrayBuffer>): void {
    const list = this.#free.get(buffer.length);
    if (list === undefined) this.#free.set(buffer.length, [buffer]);
    else list.push(buffer);
  }
}

export interface GraphSnapshot {
  readonly bytes: number;
  readonly typed: readonly { readonly array: TypedArray; readonly copy: Uint8Array<ArrayBuffer> }[];
  readonly arrays: readonly { readonly array: unknown[]; readonly copy: readonly unknown[] }[];
  readonly objects: readonly {
    readonly object: Plain;
    readonly keys: readonly string[];
    readonly values: readonly unknown[];
  }[];
}

/** Throws an AssertionError on anything that a checkpoint cannot hold (a Map, a class instance). */
export function captureGraph(roots: readonly unknown[], pool: BufferPool): GraphSnapshot {
  const snapshot = { bytes: 0, typed: [], arrays: [], objects: [] } as {
    bytes: number;
    typed: { array: TypedArray; copy: Uint8Array<ArrayBuffer> }[];
    arrays: { array: unknown[]; copy: readonly unknown[] }[];
    objects: { object: Plain; keys: readonly string[]; values: readonly unknown[] }[];
  };
  walkGraph(roots, {
    typed(array) {
      const copy = pool.take(array.byteLength);
      copy.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
      snapshot.typed.push({ array, copy });
      snapshot.bytes += copy.length;
    },
    array(array) {
      snapshot.arrays.push({ array, copy: array.slice() });
      snapshot.bytes += 8 * array.length;
    },
    object(object, keys) {
      snapshot.objects.push({ object, keys, values: keys.map((key) => object[key]) });
      snapshot.bytes += 8 * keys.length;
    },
  });
  return snapshot;
}

export function restoreGraph(snapshot: GraphSnapshot): void {
  for (const { array, copy } of snapshot.typed) {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(copy);
  }
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
export function releaseGraph(snapshot: GraphSnapshot, pool: BufferPool): void {
  for (const { copy } of snapshot.typed) pool.give(copy);
}

export interface GraphVisitor {
  typed(array: TypedArray): void;
  array(array: unknown[]): void;
  object(object: Plain, keys: readonly string[]): void;
}

/** Visits everything reachable once, each thing before what it refers to, in a fixed order. */
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
        visitor.array(value);
        for (let i = value.length - 1; i >= 0; i--) meet(value[i]);
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
