/**
 * Goes to a mark, a time, the nearest change of a value, the nearest call of a function, or the
 * moment an expression becomes true.
 */
import { assert } from "../base/assert.ts";
import { parseExpression } from "../scenario/expression.ts";
import type { Machine } from "../machine/machine.ts";
import type { Branches } from "./branches.ts";
import type { DataBreakpoints } from "./data-breakpoints.ts";
import { CallHunt, ChangeHunt, ConditionHunt, NoHunt, type Hunt } from "./hunt.ts";
import type { Breakpoint, Breakpoints } from "./breakpoints.ts";
import type { Inspector } from "./inspect/inspector.ts";
import type { Report, Runner } from "./runner.ts";
import { SeekError } from "./seek-error.ts";
import type { Stops } from "./stops.ts";
import type { Mark, SeekTarget, Stop } from "./types.ts";
import type { Watches } from "./watches.ts";

type CallTarget = Extract<SeekTarget, { readonly kind: "call" }>;

export interface SeekingOptions {
  readonly machine: Machine;
  readonly runner: Runner;
  readonly stops: Stops;
  readonly data: DataBreakpoints;
  readonly breakpoints: Breakpoints;
  readonly inspector: Inspector;
  readonly branches: Branches;
  /** Watches of a seek's own. */
  readonly watches: () => Watches;
}

export class Seeking {
  readonly #options: SeekingOptions;

  constructor(options: SeekingOptions) {
    this.#options = options;
  }

  async seek(target: Mark | SeekTarget, report?: Report): Promise<Stop> {
    if (!("kind" in target)) return this.#toMark(target, report);
    const problem = this.problem(target);
    if (problem !== null) throw new SeekError(problem);
    switch (target.kind) {
      case "mark":
        return this.#toMark(target.mark, report, target.branch);
      case "time":
        return this.#toTime(target.time, report);
      case "condition":
        return this.#hunt(this.#conditionHunt(target.expression), target.direction, report);
      case "change":
        return this.#hunt(this.#changeHunt(target.dataId), target.direction, report);
      case "call":
        return this.#hunt(this.#callHunt(target), target.direction, report);
    }
  }

  /** Why such a place cannot be looked for: what it names is not there, or cannot be read. */
  problem(target: SeekTarget): string | null {
    switch (target.kind) {
      case "mark":
      case "time":
        return null;
      case "condition":
        return this.#options.inspector.checkGlobalCondition(target.expression);
      case "change": {
        const watch = this.#options.data.watch(0, target.dataId);
        return typeof watch === "string" ? watch : null;
      }
      case "call": {
        const { view } = this.#calls(target);
        return view.verified ? null : (view.message ?? `There is no function ${target.name}.`);
      }
    }
  }

  async #toMark(mark: Mark, report?: Report, branch?: number): Promise<Stop> {
    if (!isCount(mark.dispatch) || !isCount(mark.statement)) {
      throw new SeekError("A mark has a dispatch and a statement, both counted from 0.");
    }
    const { branches } = this.#options;
    const stop = await branches.seek(branch ?? branches.current, mark, report);
    if (stop !== null) return stop;
    throw new SeekError(
      `The run has no statement ${mark.statement} in a dispatch ${mark.dispatch}.`,
    );
  }

  async #toTime(time: number, report?: Report): Promise<Stop> {
    if (!isCount(time)) throw new SeekError("A time is a number of nanoseconds, from 0.");
    const { machine, runner } = this.#options;
    if (time <= machine.now()) return runner.backTo(time, report);
    return this.#with(new NoHunt(), () => runner.forwardTo(time));
  }

  async #hunt(hunt: Hunt, direction: "forward" | "back", report?: Report): Promise<Stop> {
    const { runner } = this.#options;
    return this.#with(hunt, () =>
      direction === "forward" ? runner.continue() : runner.reverseContinue(report),
    );
  }

  async #with(hunt: Hunt, go: () => Promise<Stop>): Promise<Stop> {
    const { stops } = this.#options;
    stops.use(hunt);
    try {
      return await go();
    } finally {
      stops.use(null);
    }
  }

  #conditionHunt(text: string): Hunt {
    const { inspector, machine } = this.#options;
    const parsed = parseExpression(text);
    assert(parsed.ok, "a condition that was checked can be read");
    return new ConditionHunt({
      machine,
      watches: this.#watching(JSON.stringify(["expression", text])),
      expression: text,
      cells: inspector.cellsOf(parsed.expression),
      holds: () => inspector.test(text, 0, []).holds,
    });
  }

  #calls({ name, condition }: CallTarget): Breakpoint {
    const at = { kind: "function", name } as const;
    const { breakpoints } = this.#options;
    return breakpoints.resolve({ at, condition, hitCondition: null, logMessage: null });
  }

  #callHunt(target: CallTarget): Hunt {
    const { name, condition } = target;
    const { inspector } = this.#options;
    const { sites } = this.#calls(target);
    const counts = (site: number, locals: readonly unknown[]): boolean =>
      condition === null || inspector.test(condition, site, locals).holds;
    return new CallHunt({ name, sites, counts });
  }

  #changeHunt(dataId: string): Hunt {
    return new ChangeHunt(this.#watching(dataId));
  }

  #watching(dataId: string): Watches {
    const watch = this.#options.data.watch(0, dataId);
    assert(typeof watch !== "string", "a data id that was checked can be watched");
    const watches = this.#options.watches();
    watches.use([watch]);
    return watches;
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
