/**
 * Where values are stored, as far as that can be said before they are there: `null` in a path stands
 * for any element.
 */
import type { Location } from "./inspect/location.ts";

export interface StoredPath {
  /** Index of a module-level variable. */
  readonly global: number;
  readonly keys: readonly (string | number | null)[];
}

export function storedPath({ root, keys }: Location): StoredPath | null {
  return root.kind === "global" ? { global: root.index, keys } : null;
}
