/**
 * What a seek looks for instead of the user's stops: the nearest change of a value, the nearest
 * moment at which an expression becomes true (both asked at every statement, so the answer is
 * exact), or the nearest call of a function.
 */
import type { Machine } from "../machine/machine.ts";
import type { Thread } from "../machine/thread.ts";
import { readLocation, type Location } from "./inspect/location.ts";
import { Watches, type Changed } from "./watches.ts";
import type { StopReason } from "./types.ts";

export interface Hunt {
  /** Where it has to be asked; null: at every statement of `functions`, and of all when that is null. */
  readonly sites: readonly number[] | null;
  readonly functions: ReadonlySet<number> | null;
  /** What it looks for changes only where its watches are told of an access; null: it has none. */
  readonly watches: Watches | null;
  foundAt(site: number, locals: readonly unknown[]): boolean;
  /** Values are to be read anew. */
  moved(): void;
  /** Asks about the last statement of a dispatch. */
  dispatchEnded(): void;
  /** What was found; null when it is not what it seemed. */
  takeReason(thread: Thread | null): StopReason | null;
}

/** Looks for nothing, so everything stays fast: a seek to a time passes every breakpoint. */
export class NoHunt implements Hunt {
  readonly sites = [];
  readonly functions = null;
  readonly watches = null;

  foundAt(): boolean {
    return false;
  }

  moved(): void {}

  dispatchEnded(): void {}

  takeReason(): StopReason | null {
    return null;
  }
}

export class ChangeHunt implements Hunt {
  readonly sites = null;
  readonly functions: ReadonlySet<number> | null;
  readonly watches: Watches;
  #changed: readonly Changed[] = [];

  constructor(watches: Watches) {
    this.watches = watches;
    this.functions = watches.functions;
  }

  foundAt(site: number, locals: readonly unknown[]): boolean {
    this.#changed = this.watches.changed(site, locals) ?? [];
    return this.#changed.length > 0;
  }

  moved(): void {
    this.watches.moved();
    this.#changed = [];
  }

  dispatchEnded(): void {
    this.#changed = this.watches.changedCells() ?? [];
  }

  takeReason(thread: Thread | null): StopReason | null {
    const real = this.#changed.filter(
      (change) => thread === null || Watches.isReal(change, thread),
    );
    this.#changed = [];
    if (real.length === 0) return null;
    return { kind: "goto", text: real.map(({ text }) => text()).join(", ") };
  }
}

export interface ConditionHuntOptions {
  readonly machine: Machine;
  readonly expression: string;
  readonly holds: () => boolean;
  /** All that the expression reads: it is evaluated only when one of these changes. Null: it reads more. */
  readonly cells: readonly Location[] | null;
  /** Over the expression: they know where one of these may change. */
  readonly watches: Watches;
}

export class ConditionHunt implements Hunt {
  readonly sites = null;
  readonly functions: ReadonlySet<number> | null;
  readonly watches: Watches;
  readonly #options: ConditionHuntOptions;
  #seen: unknown[] = [];
  #held = false;
  #found = false;

  constructor(options: ConditionHuntOptions) {
    this.#options = options;
    this.watches = options.watches;
    this.functions = options.watches.functions;
    this.moved();
  }

  foundAt(): boolean {
    if (!this.watches.takeTold() || !this.#differs()) return false;
    const holds = this.#options.holds();
    this.#found = holds && !this.#held;
    this.#held = holds;
    return this.#found;
  }

  moved(): void {
    const { cells, machine, holds } = this.#options;
    this.watches.moved();
    this.#seen = (cells ?? []).map((cell) => readLocation(machine, cell));
    this.#held = holds();
    this.#found = false;
  }

  dispatchEnded(): void {
    this.foundAt();
  }

  takeReason(): StopReason | null {
    if (!this.#found) return null;
    this.#found = false;
    return { kind: "goto", text: `${this.#options.expression} becomes true` };
  }

  #differs(): boolean {
    const { cells, machine } = this.#options;
    if (cells === null) return true;
    let differs = false;
    for (let i = 0; i < cells.length; i++) {
      const value = readLocation(machine, cells[i]!);
      if (value === this.#seen[i]) continue;
      this.#seen[i] = value;
      differs = true;
    }
    return differs;
  }
}

export interface CallHuntOptions {
  readonly name: string;
  /** First statements of the functions of that name. */
  readonly sites: readonly number[];
  /** Whether a call counts, seen from its first statement. */
  readonly counts: (site: number, locals: readonly unknown[]) => boolean;
}

export class CallHunt implements Hunt {
  readonly sites: readonly number[];
  readonly functions = null;
  readonly watches = null;
  readonly #options: CallHuntOptions;
  #found = false;

  constructor(options: CallHuntOptions) {
    this.#options = options;
    this.sites = options.sites;
  }

  foundAt(site: number, locals: readonly unknown[]): boolean {
    this.#found = this.#options.counts(site, locals);
    return this.#found;
  }

  moved(): void {
    this.#found = false;
  }

  dispatchEnded(): void {}

  takeReason(): StopReason | null {
    if (!this.#found) return null;
    this.#found = false;
    return { kind: "goto", text: `${this.#options.name} is called` };
  }
}
