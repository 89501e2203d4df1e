/**
 * Which statements may stop, and which body of each function that takes: a function that holds an
 * armed statement runs its step body, one that can reach such a function its route body, all
 * others stay fast.
 */
import { BODY_FAST, BODY_ROUTE, BODY_STEP, type DebugInfo } from "../base/kernel-image.ts";
import type { Machine } from "../machine/machine.ts";
import { statementsOf } from "./breakpoints.ts";
import type { Watching } from "./policy.ts";

/** A visit to an armed statement since the last accepted stop of the same dispatch. */
export interface Waypoint {
  readonly site: number;
  /** How many times the statement was reached. */
  readonly count: number;
}

/** Asked when a thread passes a statement; gets the locals visible there. True: it stops. */
export type Visit = (site: number, locals: readonly unknown[]) => boolean;

export interface ArmPlan {
  readonly sites: Iterable<number>;
  /** Asked at each of `sites`, whatever thread passes. */
  readonly visit: Visit;
  /** Asked at each statement of these functions; of all, when there is no set of them. */
  readonly watching: Watching | null;
  /** Where the stepping thread stops as well. */
  readonly stepSites: Iterable<number>;
  readonly stepThread: number;
}

/** Sees every statement with its verdict so far; what it returns decides. */
export type Numbering = (site: number, hit: boolean) => boolean;

const VISITED = 1;
const STEPPED = 2;
const WATCHED = 4;

export class Arming {
  readonly #machine: Machine;
  readonly #callers: readonly (readonly number[])[];
  readonly #counts: Uint32Array;
  readonly #epochs: Float64Array;
  readonly #wants: Uint8Array;
  readonly #statements: readonly number[];
  #plan: ArmPlan | null = null;
  #epoch = 1;
  #armedSites: number[] = [];
  #number: Numbering = () => false;

  constructor(machine: Machine) {
    const { debug } = machine;
    this.#machine = machine;
    this.#callers = callersOf(debug);
    this.#counts = new Uint32Array(debug.sites.length);
    this.#epochs = new Float64Array(debug.sites.length);
    this.#wants = new Uint8Array(debug.sites.length);
    this.#statements = debug.sites.flatMap((site) => (site?.kind === "statement" ? site.id : []));
  }

  /** Replaces what was armed. */
  arm(plan: ArmPlan): void {
    this.disarm();
    this.#plan = plan;
    for (const site of this.#watchedSites(plan)) this.#want(site, WATCHED);
    for (const site of plan.stepSites) this.#want(site, STEPPED);
    for (const site of plan.sites) this.#want(site, VISITED);
    this.#chooseBodies();
  }

  disarm(): void {
    const { armed, bodyOf, conditions } = this.#machine.hooks;
    for (const site of this.#armedSites) {
      armed[site] = 0;
      conditions[site] = null;
      this.#wants[site] = 0;
    }
    this.#armedSites = [];
    this.#plan = null;
    bodyOf.fill(BODY_FAST);
    this.newEpoch();
  }

  /** As `arm`, but every statement of the model is shown to `number`, which decides. */
  armEverything(plan: ArmPlan, number: Numbering): void {
    this.disarm();
    this.#plan = plan;
    this.#number = number;
    for (const site of this.#watchedSites(plan)) this.#wants[site] = WATCHED;
    for (const site of plan.sites) this.#wants[site]! |= VISITED;
    for (const site of plan.stepSites) this.#wants[site]! |= STEPPED;
    for (const site of this.#statements) {
      this.#add(site, this.#wants[site] !== 0 ? this.#numberVisit : this.#numberOnly);
    }
    this.#machine.hooks.bodyOf.fill(BODY_STEP);
  }

  /** Counting begins anew: after an accepted stop, and when a dispatch is complete. */
  newEpoch(): void {
    this.#epoch++;
  }

  /** How often `site` was reached in this epoch. */
  count(site: number): number {
    return this.#epochs[site] === this.#epoch ? this.#counts[site]! : 0;
  }

  readonly #visit = (site: number, ...locals: unknown[]): boolean => {
    if (this.#epochs[site] !== this.#epoch) {
      this.#epochs[site] = this.#epoch;
      this.#counts[site] = 0;
    }
    this.#counts[site]!++;
    return this.#asked(site, locals);
  };

  readonly #numberVisit = (site: number, ...locals: unknown[]): boolean =>
    this.#number(site, this.#asked(site, locals));

  readonly #numberOnly = (site: number): boolean => this.#number(site, false);

  #asked(site: number, locals: readonly unknown[]): boolean {
    const { watching, visit, stepThread } = this.#plan!;
    const wants = this.#wants[site]!;
    let stops = (wants & WATCHED) !== 0 && !watching!.isQuiet() && watching!.visit(site, locals);
    // Asked in any case: a visit counts as a hit whatever else stops here.
    if ((wants & VISITED) !== 0 && visit(site, locals)) stops = true;
    return stops || ((wants & STEPPED) !== 0 && this.#machine.running?.id === stepThread);
  }

  #watchedSites({ watching }: ArmPlan): readonly number[] {
    const { debug } = this.#machine;
    if (watching === null) return [];
    if (watching.functions === null) return this.#statements;
    return [...watching.functions].flatMap((fn) =>
      statementsOf(debug, debug.functions[fn]!).map(({ id }) => id),
    );
  }

  #want(site: number, want: number): void {
    this.#wants[site]! |= want;
    this.#add(site, this.#visit);
  }

  #add(site: number, condition: (site: number, ...locals: unknown[]) => boolean): void {
    const { armed, conditions } = this.#machine.hooks;
    if (armed[site] === 0) this.#armedSites.push(site);
    armed[site] = 1;
    conditions[site] = condition;
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
