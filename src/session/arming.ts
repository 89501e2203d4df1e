/**
 * Which statements may stop, and which body of each function that takes: a function that holds an
 * armed statement runs its step body, one that can reach such a function its route body, all
 * others stay fast.
 */
import { BODY_FAST, BODY_ROUTE, BODY_STEP, type DebugInfo } from "../base/kernel-image.ts";
import type { Machine } from "../machine/machine.ts";

/** A visit to an armed statement since the last accepted stop of the same dispatch. */
export interface Waypoint {
  readonly site: number;
  /** How many times the statement was reached. */
  readonly count: number;
}

export class Arming {
  readonly #machine: Machine;
  readonly #callers: readonly (readonly number[])[];
  readonly #counts: Uint32Array;
  readonly #epochs: Float64Array;
  /** Sites that only the stepping thread stops at. */
  readonly #onlyThread: Uint8Array;
  #epoch = 1;
  #thread = -1;
  #armedSites: number[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#callers = callersOf(machine.debug);
    this.#counts = new Uint32Array(machine.debug.sites.length);
    this.#epochs = new Float64Array(machine.debug.sites.length);
    this.#onlyThread = new Uint8Array(machine.debug.sites.length);
  }

  /** Only `always` stop every thread; `forThread` stop `thread` alone. Replaces what was armed. */
  arm(always: Iterable<number>, forThread: Iterable<number> = [], thread = -1): void {
    this.disarm();
    this.#thread = thread;
    for (const site of forThread) this.#add(site, true);
    for (const site of always) this.#add(site, false);
    this.#chooseBodies();
  }

  disarm(): void {
    const { armed, bodyOf, conditions } = this.#machine.hooks;
    for (const site of this.#armedSites) {
      armed[site] = 0;
      conditions[site] = null;
    }
    this.#armedSites = [];
    bodyOf.fill(BODY_FAST);
    this.newEpoch();
  }

  /** Every statement of the model stops when `stopsAt` says so, called once per statement. */
  armEverything(stopsAt: (site: number) => boolean): void {
    this.disarm();
    const { armed, bodyOf, conditions } = this.#machine.hooks;
    for (const site of this.#machine.debug.sites) {
      if (site?.kind !== "statement") continue;
      armed[site.id] = 1;
      conditions[site.id] = stopsAt;
      this.#armedSites.push(site.id);
    }
    bodyOf.fill(BODY_STEP);
  }

  /** Counting begins anew: after an accepted stop, and when a dispatch is complete. */
  newEpoch(): void {
    this.#epoch++;
  }

  /** How often `site` was reached in this epoch. */
  count(site: number): number {
    return this.#epochs[site] === this.#epoch ? this.#counts[site]! : 0;
  }

  readonly #visit = (site: number): boolean => {
    if (this.#epochs[site] !== this.#epoch) {
      this.#epochs[site] = this.#epoch;
      this.#counts[site] = 0;
    }
    this.#counts[site]!++;
    return this.#onlyThread[site] === 0 || this.#machine.running?.id === this.#thread;
  };

  #add(site: number, onlyThread: boolean): void {
    const { armed, conditions } = this.#machine.hooks;
    if (armed[site] === 0) this.#armedSites.push(site);
    armed[site] = 1;
    conditions[site] = this.#visit;
    this.#onlyThread[site] = +onlyThread;
  }

  #chooseBodies(): void {
    const { bodyOf } = this.#machine.hooks;
    const { sites } = this.#machine.debug;
    const pending: number[] = [];
    for (const site of this.#armedSites) {
      const { fn } = sites[site]!;
      if (bodyOf[fn] === BODY_STEP) continue;
      bodyOf[fn] = BODY_STEP;
      pending.push(fn);
    }
    for (let fn = pending.pop(); fn !== undefined; fn = pending.pop()) {
      for (const caller of this.#callers[fn]!) {
        if (bodyOf[caller] !== BODY_FAST) continue;
        bodyOf[caller] = BODY_ROUTE;
        pending.push(caller);
      }
    }
  }
}

function callersOf(debug: DebugInfo): number[][] {
  const callers = debug.functions.map((): number[] => []);
  for (const fn of debug.functions) for (const callee of fn.callees) callers[callee]!.push(fn.id);
  return callers;
}
