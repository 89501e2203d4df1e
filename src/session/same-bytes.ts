/** Compares memory: in Node by its `memcmp`, which is three times as fast, elsewhere word by word. */
import type { Bytes } from "../machine/chunks.ts";

interface Comparer {
  compare(a: Bytes, b: Bytes): number;
}

const node = (globalThis as { readonly Buffer?: Comparer }).Buffer;

export const sameBytes: (a: Bytes, b: Bytes) => boolean =
  node === undefined ? sameWords : (a, b) => node.compare(a, b) === 0;

export function sameWords(a: Bytes, b: Bytes): boolean {
  const words = aligned(a) && aligned(b) ? a.length >> 4 : 0;
  const x = new Int32Array(a.buffer, words === 0 ? 0 : a.byteOffset, words << 2);
  const y = new Int32Array(b.buffer, words === 0 ? 0 : b.byteOffset, words << 2);
  for (let i = 0; i < x.length; i += 4) {
    const differs =
      (x[i]! ^ y[i]!) | (x[i + 1]! ^ y[i + 1]!) | (x[i + 2]! ^ y[i + 2]!) | (x[i + 3]! ^ y[i + 3]!);
    if (differs !== 0) return false;
  }
  for (let i = words << 4; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function aligned({ byteOffset }: Bytes): boolean {
  return (byteOffset & 3) === 0;
}
