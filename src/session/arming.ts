/**
 * Which statements may stop, and which body of each function that takes: a function that holds an
 * armed statement runs its step body, one that can reach such a function its route body, all
 * others stay fast.
 */
import {
  ACCESS_WRITES,
  ARMED,
  ARMED_WHEN_TOLD,
  BODY_FAST,
  BODY_ROUTE,
  BODY_STEP,
  TELLS_WRITTEN,
  type AccessInfo,
  type DebugInfo,
  type StopCondition,
} from "../base/kernel-image.ts";
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

/** So many counts are reset one by one; more of them, all together. */
const FEW = 64;

const VISITED = 1;
const STEPPED = 2;
const WATCHED = 4;

export class Arming {
  readonly #machine: Machine;
  readonly #callers: readonly (readonly number[])[];
  readonly #wants: Uint8Array;
  readonly #statements: readonly number[];
  readonly #elementWrites: readonly number[];
  #plan: ArmPlan | null = null;
  #armedSites: number[] = [];
  #number: Numbering = () => false;

  constructor(machine: Machine) {
    const { debug } = machine;
    this.#machine = machine;
    this.#callers = callersOf(debug);
    this.#wants = new Uint8Array(debug.sites.length);
    this.#statements = debug.sites.flatMap((site) => (site?.kind === "statement" ? site.id : []));
    this.#elementWrites = elementWrites(debug.accesses);
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
    const { armed, bodyOf, conditions, watched } = this.#machine.hooks;
    this.newEpoch();
    for (const site of this.#armedSites) {
      armed[site] = 0;
      conditions[site] = null;
      this.#wants[site] = 0;
    }
    for (const access of this.#elementWrites) watched[access]! &= ~TELLS_WRITTEN;
    this.#machine.tellsWrites = false;
    this.#armedSites = [];
    this.#plan = null;
    bodyOf.fill(BODY_FAST);
  }

  /** As `arm`, but every statement of the model is armed, and all that is written in arrays told of. */
  armEverything(plan: ArmPlan): void {
    this.disarm();
    this.#plan = plan;
    for (const site of this.#watchedSites(plan)) this.#wants[site] = WATCHED;
    for (const site of plan.sites) this.#wants[site]! |= VISITED;
    for (const site of plan.stepSites) this.#wants[site]! |= STEPPED;
    for (const site of this.#statements) {
      this.#add(site, ARMED, this.#wants[site] !== 0 ? this.#numberVisit : this.#numberOnly);
    }
    const { bodyOf, watched } = this.#machine.hooks;
    for (const access of this.#elementWrites) watched[access]! |= TELLS_WRITTEN;
    this.#machine.tellsWrites = true;
    bodyOf.fill(BODY_STEP);
  }

  /** From here on, every statement is shown to `number`, which decides. */
  show(number: Numbering): void {
    this.#number = number;
  }

  /** Counting begins anew: after an accepted stop, and when a dispatch is complete. */
  newEpoch(): void {
    const { visits } = this.#machine.hooks;
    if (this.#armedSites.length > FEW) visits.fill(0);
    else for (const site of this.#armedSites) visits[site] = 0;
  }

  /** How often `site` was reached in this epoch. */
  count(site: number): number {
    return this.#machine.hooks.visits[site]!;
  }

  readonly #visit = (site: number, ...locals: unknown[]): boolean => this.#asked(site, locals);

  readonly #numberVisit = (site: number, ...locals: unknown[]): boolean =>
    this.#number(site, this.#asked(site, locals));

  readonly #numberOnly = (site: number): boolean => this.#number(site, false);

  #asked(site: number, locals: readonly unknown[]): boolean {
    const { watching, visit, stepThread } = this.#plan!;
    const wants = this.#wants[site]!;
    let stops = (wants & WATCHED) !== 0 && this.#isDue(watching!) && watching!.visit(site, locals);
    // Asked in any case: a visit counts as a hit whatever else stops here.
    if ((wants & VISITED) !== 0 && visit(site, locals)) stops = true;
    return stops || ((wants & STEPPED) !== 0 && this.#machine.running?.id === stepThread);
  }

  #isDue({ whenTold }: Watching): boolean {
    return !whenTold || this.#machine.hooks.heed[0] === 0;
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
    const onlyWhenTold = this.#wants[site] === WATCHED && this.#plan!.watching!.whenTold;
    this.#add(site, onlyWhenTold ? ARMED_WHEN_TOLD : ARMED, this.#visit);
  }

  #add(site: number, how: number, condition: StopCondition): void {
    const { armed, conditions } = this.#machine.hooks;
    if (armed[site] === 0) this.#armedSites.push(site);
    armed[site] = how;
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

function elementWrites({ keys, key, kind }: AccessInfo): number[] {
  const elements = keys.map((text) => text.endsWith("]"));
  return key.flatMap((index, access) =>
    elements[index] === true && (kind[access]! & ACCESS_WRITES) !== 0 ? access : [],
  );
}

/** By function, those that may call it. */
export function callersOf(debug: DebugInfo): number[][] {
  const callers = debug.functions.map((): number[] => []);
  for (const fn of debug.functions) for (const callee of fn.callees) callers[callee]!.push(fn.id);
  return callers;
}
