/** What a user sees of a stopped machine: threads, stacks, scopes, values, expressions. */
import { didYouMean } from "../../base/did-you-mean.ts";
import type { Frame, SiteInfo, VariableInfo } from "../../base/kernel-image.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Thread } from "../../machine/thread.ts";
import type { Scenario } from "../../scenario/types.ts";
import { namesIn, parseExpression } from "../../scenario/expression.ts";
import { placeOfSite } from "../breakpoints.ts";
import type { Statements } from "../statements.ts";
import { STEP_FUNCTION, stepLineOf } from "../steps.ts";
import type {
  Evaluation,
  ExceptionFilter,
  FrameView,
  ScopeView,
  ThreadView,
  ValueView,
} from "../types.ts";
import { childrenOf, hasChildren, indexedCount } from "./children.ts";
import { evaluateIn, type Outcome } from "./expressions.ts";
import { formatValue } from "./format.ts";
import { Handles, type NamedValue } from "./handles.ts";
import type { ModelView } from "./model-view.ts";
import { addressOf } from "./memory.ts";
import { oomReport } from "./oom-report.ts";
import { describeState } from "./thread-state.ts";
import type { KernelState } from "./state.ts";

export interface InspectorOptions {
  readonly state: KernelState;
  readonly machine: Machine;
  readonly model: ModelView;
  readonly scenario: Scenario;
  readonly statements: Statements;
}

/** A frame shown to the user: an activation of the model, or the scenario line below them all. */
interface FrameHandle {
  readonly thread: Thread;
  /** Index in `thread.frames`; -1 for the scenario line. */
  readonly index: number;
}

export class Inspector {
  readonly #options: InspectorOptions;
  readonly #handles = new Handles();
  #frames: FrameHandle[] = [];
  #frameBase = 1;

  constructor(options: InspectorOptions) {
    this.#options = options;
  }

  /** References handed out so far are no longer valid. */
  forget(): void {
    this.#handles.clear();
    this.#frameBase += this.#frames.length;
    this.#frames = [];
  }

  threads(): readonly ThreadView[] {
    const { machine } = this.#options;
    return machine.state.threads
      .filter((thread) => thread.state !== "exited" && !(thread.kind === "irq" && thread.frames.length === 0))
      .map((thread) => ({
        id: thread.id,
        name: thread.task.comm,
        state: describeState(thread, machine),
      }));
  }

  stack(
    threadId: number,
    start: number,
    count: number,
  ): { readonly frames: readonly FrameView[]; readonly total: number } {
    const thread = this.#options.machine.state.threads[threadId];
    if (thread === undefined) return { frames: [], total: 0 };
    const handles: FrameHandle[] = thread.frames.map((_, index) => ({ thread, index })).reverse();
    if (this.#scenarioLine(thread) >= 0) handles.push({ thread, index: -1 });
    const shown = handles.slice(start, start + count);
    return { frames: shown.map((handle) => this.#frameView(handle)), total: handles.length };
  }

  scopes(frameId: number): readonly ScopeView[] {
    const handle = this.#frames[frameId - this.#frameBase];
    if (handle === undefined) return [];
    const scopes: NamedValue[] = [];
    if (handle.index >= 0) {
      scopes.push({
        name: "Locals",
        value: undefined,
        type: null,
        evaluateName: null,
        children: localsOf(this.#siteOf(handle), this.#frameOf(handle)),
      });
    }
    scopes.push(...this.#options.model.scopes());
    return scopes.map((scope) => ({
      name: scope.name,
      ref: this.#handles.add(scope),
      indexed: indexedCount(scope),
      expensive: scope.name !== "Locals",
    }));
  }

  children(ref: number, start: number, count: number): readonly ValueView[] {
    const target = this.#handles.get(ref);
    if (target === undefined) return [];
    const { state, model } = this.#options;
    return childrenOf(target, start, count, state, model).map((child) => this.#view(child));
  }

  evaluate(text: string, frameId: number | null): Evaluation {
    const handle = frameId === null ? undefined : this.#frames[frameId - this.#frameBase];
    const outcome = this.#evaluateIn(text, handle);
    if ("error" in outcome) return { value: null, error: outcome.error };
    const { value, type } = outcome;
    return { value: this.#view({ name: text, value, type, evaluateName: text }), error: null };
  }

  /** Truth of a condition at the innermost frame of a stopped thread. */
  test(text: string, thread: Thread): { holds: boolean; error: string | null } {
    const outcome = this.#evaluateIn(text, { thread, index: thread.frames.length - 1 });
    if ("error" in outcome) return { holds: false, error: outcome.error.message };
    return { holds: Boolean(outcome.value), error: null };
  }

  /** What is wrong with a condition wherever it is asked at `site`, or null: syntax, and unknown names. */
  checkCondition(text: string, site: SiteInfo): string | null {
    const result = parseExpression(text);
    if (!result.ok) return result.error.message;
    const { state, model } = this.#options;
    const known = new Set([
      ...site.visible.map(({ name }) => name),
      ...model.scenarioNames(),
      ...state.globalNames(),
    ]);
    const unknown = namesIn(result.expression).find(({ path }) => !known.has(path[0]!));
    if (unknown === undefined) return null;
    const name = unknown.path[0]!;
    const near = didYouMean(name, known);
    return `There is no ${name} here.${near === null ? "" : ` Did you mean ${near}?`}`;
  }

  /** Replaces each `{expression}` of a log message by its value. */
  interpolate(message: string, thread: Thread): string {
    const handle = { thread, index: thread.frames.length - 1 };
    return message.replace(/\{([^{}]*)\}/g, (_, text: string) => {
      const outcome = this.#evaluateIn(text, handle);
      if ("error" in outcome) return `{${text}: ${outcome.error.message}}`;
      return formatValue(outcome, this.#options.state, this.#options.model);
    });
  }

  /** What there is to read about an exception of this kind, in several lines. */
  report(filter: ExceptionFilter): string {
    const { machine, model } = this.#options;
    const thread = machine.state.stopped;
    const stack = thread === null ? [] : this.stack(thread.id, 0, 64).frames.map((frame) => frame.name);
    return oomReport({ filter, stack, model, task: thread?.task.comm ?? "" });
  }

  /** Line of the step that started a thread, or that the scenario's own thread is at; -1 for none. */
  #scenarioLine(thread: Thread): number {
    if (thread.line >= 0) return thread.line;
    const { debug } = this.#options.machine;
    const frame = thread.frames.find(
      (candidate) => debug.functions[debug.sites[candidate[0] as number]!.fn]!.name === STEP_FUNCTION,
    );
    return frame === undefined ? -1 : stepLineOf(frame);
  }

  #evaluateIn(text: string, handle: FrameHandle | undefined): Outcome {
    const { state, model } = this.#options;
    const locals =
      handle === undefined || handle.index < 0
        ? []
        : localsOf(this.#siteOf(handle), this.#frameOf(handle));
    return evaluateIn(text, { locals, state, model });
  }

  #frameView(handle: FrameHandle): FrameView {
    const id = this.#frameBase + this.#frames.push(handle) - 1;
    if (handle.index < 0) {
      const { scenario } = this.#options;
      const line = this.#scenarioLine(handle.thread);
      const step = scenario.steps.find(({ range }) => range.line === line);
      const file = { kind: "scenario", path: scenario.path } as const;
      const place = step === undefined ? { line, column: 0, endLine: line, endColumn: 0 } : step.range;
      return { id, name: step?.text ?? scenario.name, place: { file, ...place }, isModel: false };
    }
    const { debug } = this.#options.machine;
    const site = this.#siteOf(handle);
    const { name, params } = debug.functions[site.fn]!;
    const statement = this.#options.statements.indexOf(site.id);
    const parameters = params.map((param) => param.name);
    return { id, name, place: placeOfSite(debug, site), isModel: true, statement, parameters };
  }

  #frameOf(handle: FrameHandle): Frame {
    return handle.thread.frames[handle.index]!;
  }

  #siteOf(handle: FrameHandle): SiteInfo {
    return this.#options.machine.debug.sites[this.#frameOf(handle)[0] as number]!;
  }

  #view(child: NamedValue): ValueView {
    const { state, model } = this.#options;
    const address = addressOf(child);
    return {
      name: child.name,
      value: child.text ?? formatValue(child, state, model),
      type: child.type,
      ref: hasChildren(child) ? this.#handles.add(child) : 0,
      indexed: indexedCount(child),
      evaluateName: child.evaluateName,
      ...(address === null ? {} : { address }),
    };
  }
}

/** Visible variables of a frame, inner declarations hiding outer ones of the same name. */
export function localsOf(site: SiteInfo, frame: Frame): NamedValue[] {
  const byName = new Map<string, NamedValue>();
  site.visible.forEach((variable: VariableInfo, index) => {
    const { name, type, temporary } = variable;
    if (name === "") return;
    byName.delete(name);
    const evaluateName = temporary ? null : name;
    byName.set(name, { name, value: frame[index + 1], type, evaluateName });
  });
  return [...byName.values()];
}
