/**
 * Every place in the model that reads or writes something which outlives an activation: which
 * statement it belongs to, and what it may be about. A key is
 *
 *     .num_pages   a field of that name, of any struct
 *     12           the module-level variable with that index
 *     12[5]        an element of the array that is its value, the index being known; else 12[]
 *     []           an element of an array that was come by in another way
 */
import type { AccessInfo } from "../base/kernel-image.ts";

type Accesses = Pick<AccessInfo, "keys" | "key" | "kind" | "site">;

export class AccessTable {
  readonly info: Accesses = { keys: [], key: [], kind: [], site: [] };
  readonly #keys = new Map<string, number>();

  /** Returns the number by which generated code tells of the access. */
  add(key: string, kind: number, site: number): number {
    let index = this.#keys.get(key);
    if (index === undefined) this.#keys.set(key, (index = this.info.keys.push(key) - 1));
    this.info.kind.push(kind);
    this.info.site.push(site);
    return this.info.key.push(index) - 1;
  }
}
