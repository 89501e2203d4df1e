/** References handed out for one stop: small numbers that stand for something with children. */
import type { Mark } from "../types.ts";
import type { Typed } from "./state.ts";

/** A call that is over: its stack is found by running that dispatch again. */
export interface PastCall {
  readonly dispatch: number;
  /** Not before this time, and by this thread; -1: by any. */
  readonly began: number;
  readonly thread: number;
  /** Id of the function that was called. */
  readonly fn: number;
}

/** Lists that are long are asked for in ranges, and computed only then. */
export interface LazyList {
  readonly count: number;
  readonly elements: (start: number, count: number) => readonly NamedValue[];
}

export interface NamedValue extends Typed {
  readonly name: string;
  readonly evaluateName: string | null;
  /** Shown instead of the formatted value. */
  readonly text?: string;
  /** Children that are not the value's own fields. */
  readonly children?: readonly NamedValue[] | LazyList | (() => readonly NamedValue[]);
  /** The moment that it tells of. */
  readonly mark?: Mark;
  /** Its children are the frames of this call, once somebody has looked for them. */
  readonly call?: PastCall;
}

export class Handles {
  readonly #targets: NamedValue[] = [];
  /** References of another stop are recognised, since numbers are never used again. */
  #base = 1;

  clear(): void {
    this.#base += this.#targets.length;
    this.#targets.length = 0;
  }

  add(target: NamedValue): number {
    return this.#base + this.#targets.push(target) - 1;
  }

  /** What was found out about it since. */
  replace(ref: number, target: NamedValue): void {
    this.#targets[ref - this.#base] = target;
  }

  get(ref: number): NamedValue | undefined {
    return this.#targets[ref - this.#base];
  }
}
