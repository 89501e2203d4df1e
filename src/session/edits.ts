/**
 * What a user changes: values, tasks, knobs. Each edit is made at the present mark and recorded
 * there, so that every replay makes it again.
 */
import { assert } from "../base/assert.ts";
import { PAGE_SIZE } from "../base/units.ts";
import type { Machine } from "../machine/machine.ts";
import type { Scenario } from "../scenario/types.ts";
import type { Branches } from "./branches.ts";
import type { Change } from "./changes.ts";
import { pagesIn } from "./inspect/amount.ts";
import type { Inspector, ValueTarget } from "./inspect/inspector.ts";
import type { ModelView } from "./inspect/model-view.ts";
import type { KernelState } from "./inspect/state.ts";
import { isKnob, knobChange, knobViews, TARGET } from "./knobs.ts";
import type { EditOutcome, KnobView, ValueView } from "./types.ts";

/** The model's function that sends SIGKILL, as the OOM killer does. */
const KILL = "send_sigkill";

export interface EditsOptions {
  readonly machine: Machine;
  readonly state: KernelState;
  readonly model: ModelView;
  readonly inspector: Inspector;
  readonly branches: Branches;
  readonly scenario: Scenario;
}

export class Edits {
  readonly #options: EditsOptions;

  constructor(options: EditsOptions) {
    this.#options = options;
  }

  async set(target: ValueTarget, text: string): Promise<EditOutcome> {
    const { inspector } = this.#options;
    const name = inspector.expressionOf(target);
    if (name !== null && isKnob(name)) return this.setKnob(name, text);
    const found = inspector.assignment(target, text);
    if ("error" in found) return this.#refused(found.error.message, found.error.offset);
    const { location, value } = found;
    await this.#make({ kind: "set", location, value }, `set ${found.name} = ${String(value)}`);
    return this.#done(inspector.again(target));
  }

  async kill(thread: number): Promise<EditOutcome> {
    const { machine, state } = this.#options;
    const problem = this.killProblem(thread);
    if (problem !== null) return this.#refused(problem);
    const { comm } = machine.state.threads[thread]!.task;
    const fn = state.debug.functions.find(({ name }) => name === KILL);
    assert(fn !== undefined, `the model has no function ${KILL}`);
    await this.#make({ kind: "call", fn: fn.id, argument: { task: thread } }, `kill ${comm}`);
    return this.#done(null);
  }

  /** Why a thread is none that can be killed. */
  killProblem(thread: number): string | null {
    const found = this.#options.machine.state.threads[thread];
    if (found === undefined || found.state === "exited") return `There is no thread ${thread}.`;
    const { comm, mm } = found.task as { readonly comm: string; readonly mm?: unknown };
    if (found.kind === "task" && mm != null) return null;
    return `${comm} is no process: only those can be killed.`;
  }

  knobs(): readonly KnobView[] {
    return knobViews(this.#options.state, this.#options.model);
  }

  /** The new value counts once the interrupt that brings it, and the shell that it starts, have run. */
  async setKnob(name: string, text: string): Promise<EditOutcome> {
    const { inspector, state, scenario } = this.#options;
    const pages = name === TARGET ? pagesIn(text, PAGE_SIZE) : null;
    const wanted = pages === null ? inspector.plainValue(text) : { value: pages };
    if ("error" in wanted) return this.#refused(wanted.error.message, wanted.error.offset);
    const change = knobChange(state, scenario, name, wanted.value);
    if (typeof change === "string") return this.#refused(change);
    await this.#make(change, `set ${name} = ${Number(wanted.value)}`);
    return this.#done(null);
  }

  async #make(change: Change, description: string): Promise<void> {
    await this.#options.branches.edit(change, description);
  }

  #done(value: ValueView | null): EditOutcome {
    return { value, error: null, branch: this.#options.branches.current };
  }

  #refused(message: string, offset = 0): EditOutcome {
    return { value: null, error: { message, offset }, branch: this.#options.branches.current };
  }
}
