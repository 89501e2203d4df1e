/** The variables of an activation, by name; inner declarations hide outer ones of the same name. */
import type { SiteInfo } from "../../base/kernel-image.ts";
import { located } from "./children.ts";
import type { Locals } from "./expressions.ts";
import type { NamedValue } from "./handles.ts";

/** A suspended frame: number of its thread, and its position in the thread's frames. */
export interface FramePlace {
  readonly thread: number;
  readonly frame: number;
}

/** By site: the place of each name among the visible values. */
const slots = new WeakMap<SiteInfo, ReadonlyMap<string, number>>();

/** Looks values up only when they are asked for: a condition is evaluated at every visit of its site. */
export class SiteLocals implements Locals {
  readonly #site: SiteInfo;
  readonly #values: readonly unknown[];
  readonly #offset: number;
  readonly #place: FramePlace | null;

  /** `values[offset + i]` is the value of the i-th visible variable. */
  constructor(
    site: SiteInfo,
    values: readonly unknown[],
    offset: number,
    place: FramePlace | null,
  ) {
    this.#site = site;
    this.#values = values;
    this.#offset = offset;
    this.#place = place;
  }

  local(name: string): NamedValue | undefined {
    const slot = slotsOf(this.#site).get(name);
    return slot === undefined ? undefined : this.#at(slot);
  }

  localNames(): readonly string[] {
    return [...slotsOf(this.#site).keys()];
  }

  all(): NamedValue[] {
    return [...slotsOf(this.#site).values()].map((slot) => this.#at(slot));
  }

  #at(slot: number): NamedValue {
    const { name, type, temporary } = this.#site.visible[slot]!;
    const place = this.#place;
    return {
      name,
      value: this.#values[this.#offset + slot],
      type,
      evaluateName: temporary ? null : name,
      ...located(
        place === null
          ? undefined
          : { root: { kind: "local", ...place, slot: slot + 1 }, keys: [] },
      ),
    };
  }
}

export const NO_LOCALS: Locals = { local: () => undefined, localNames: () => [] };

function slotsOf(site: SiteInfo): ReadonlyMap<string, number> {
  let found = slots.get(site);
  if (found === undefined) {
    const byName = new Map<string, number>();
    site.visible.forEach(({ name }, slot) => {
      if (name === "") return;
      byName.delete(name);
      byName.set(name, slot);
    });
    slots.set(site, (found = byName));
  }
  return found;
}
