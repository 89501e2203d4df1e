/** What a user sees of a stopped machine: threads, stacks, scopes, values, expressions. */
import { didYouMean } from "../../base/did-you-mean.ts";
import type { Frame, SiteInfo } from "../../base/kernel-image.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Thread } from "../../machine/thread.ts";
import type { Scenario } from "../../scenario/types.ts";
import { namesIn, parseExpression, type Expression } from "../../scenario/expression.ts";
import type { DataTarget } from "../data-breakpoints.ts";
import { placeOfSite } from "../breakpoints.ts";
import type { StoredPath } from "../stored-path.ts";
import { isKnob } from "../knobs.ts";
import type { Statements } from "../statements.ts";
import { interpolated } from "../log-message.ts";
import { STEP_FUNCTION, stepLineOf } from "../steps.ts";
import type {
  Evaluation,
  ExceptionFilter,
  FrameView,
  Mark,
  NameView,
  Oops,
  ScopeView,
  ThreadView,
  ValueView,
} from "../types.ts";
import { pageBytesOf, pagesIn, withoutMeaning } from "./amount.ts";
import { assignable, converted } from "./assignable.ts";
import { childNamed, childrenOf, hasChildren, indexedCount } from "./children.ts";
import { CURRENT, evaluateIn, holds, type Outcome, type Scope } from "./expressions.ts";
import { formatMask } from "./flags.ts";
import { formatValue } from "./format.ts";
import { Handles, type NamedValue, type PastCall } from "./handles.ts";
import type { ModelView } from "./model-view.ts";
import { addressOf } from "./memory.ts";
import { NO_LOCALS, SiteLocals } from "./locals.ts";
import { readLocation, type Location } from "./location.ts";
import { inputsOf } from "./inputs.ts";
import { oomReport, type ReportedTask } from "./oom-report.ts";
import { oopsReport } from "./oops.ts";
import { threadScope } from "./thread-scope.ts";
import { describeState } from "./thread-state.ts";
import { bareType, type KernelState } from "./state.ts";
import { watchableOf } from "./watchable.ts";

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
  /** Ids by thread and index: a frame that is asked for again is still the same. */
  readonly #frameIds = new Map<string, number>();
  #frameBase = 1;

  constructor(options: InspectorOptions) {
    this.#options = options;
  }

  /** References handed out so far are no longer valid. */
  forget(): void {
    this.#handles.clear();
    this.#frameBase += this.#frames.length;
    this.#frames = [];
    this.#frameIds.clear();
  }

  threads(): readonly ThreadView[] {
    const { machine } = this.#options;
    return machine.state.threads
      .filter(
        (thread) =>
          thread.state !== "exited" && !(thread.kind === "irq" && thread.frames.length === 0),
      )
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
        children: this.#localsOf(handle).all(),
      });
    }
    const { machine, model, state } = this.#options;
    scopes.push({
      name: "Thread",
      value: undefined,
      type: null,
      evaluateName: null,
      children: () => threadScope(handle.thread, machine, state),
    });
    scopes.push(...model.scopes());
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
    return childrenOf(target, start, count, state, model).map((child) =>
      this.#view(this.#fresh(child)),
    );
  }

  /** The call whose frames are wanted as children of `ref`; null: nothing has to be looked for. */
  pastCall(ref: number): PastCall | null {
    const target = this.#handles.get(ref);
    return target?.children === undefined ? (target?.call ?? null) : null;
  }

  /** The stopped thread's frames, at `mark`, are those of the call that `ref` tells of. */
  keepFrames(ref: number, mark: Mark): void {
    const target = this.#handles.get(ref);
    const thread = this.#options.machine.state.stopped;
    if (target === undefined || thread === null) return;
    const rows = thread.frames.toReversed().map((frame) => this.placeOf(frame[0] as number));
    const scenarioLine = this.#scenarioLine(thread);
    const step = this.#options.scenario.steps.find(({ range }) => range.line === scenarioLine);
    if (step !== undefined) rows.push(`${step.text} at line ${scenarioLine + 1} of the scenario`);
    const children = rows.map((text, i): NamedValue => ({
      name: `#${i}`,
      value: undefined,
      type: null,
      evaluateName: null,
      text,
      mark,
    }));
    this.#handles.replace(ref, { ...target, children });
  }

  /** Everything that an expression may begin with, the nearest first. */
  names(frameId: number | null): readonly NameView[] {
    const { state, model } = this.#options;
    const handle = this.#frameHandle(frameId);
    const locals = handle === undefined || handle.index < 0 ? NO_LOCALS : this.#localsOf(handle);
    const named = (
      kind: NameView["kind"],
      names: Iterable<string>,
      typeOf: (name: string) => string | null | undefined,
    ): NameView[] => [...names].map((name) => ({ name, kind, type: typeOf(name) ?? null }));
    return [
      ...named("local", locals.localNames(), (name) => locals.local(name)?.type),
      ...named("local", handle === undefined ? [] : [CURRENT], () => "task_struct"),
      ...named("scenario", model.scenarioNames(), (name) => model.scenarioName(name)?.type),
      ...named("global", state.globalNames(), (name) => state.global(name)?.type),
      ...named("function", state.functionNames(), (name) => state.functionNamed(name)?.type),
    ];
  }

  evaluate(text: string, frameId: number | null): Evaluation {
    const outcome = this.#evaluateIn(text, this.#frameHandle(frameId));
    if ("error" in outcome) return { value: null, error: outcome.error };
    return { value: this.#view({ ...outcome, name: text, evaluateName: text }), error: null };
  }

  /** Truth of a condition where a thread passes a statement, given the locals visible there. */
  test(
    text: string,
    site: number,
    locals: readonly unknown[],
  ): { holds: boolean; error: string | null } {
    const scope = this.#scopeAt(site, locals);
    const outcome = evaluateIn(text, scope);
    if ("error" in outcome) return { holds: false, error: outcome.error.message };
    return { holds: holds(outcome, scope), error: null };
  }

  /** What is wrong with a condition wherever it is asked at `site`, or null: syntax, and unknown names. */
  checkCondition(text: string, site: SiteInfo): string | null {
    return this.#check(text, [CURRENT, ...site.visible.map(({ name }) => name)]);
  }

  #check(text: string, locals: readonly string[]): string | null {
    const result = parseExpression(text);
    if (!result.ok) return result.error.message;
    const { state, model } = this.#options;
    const known = new Set([...locals, ...model.scenarioNames(), ...state.names()]);
    const unknown = namesIn(result.expression).find(({ path }) => !known.has(path[0]!));
    if (unknown === undefined) return null;
    const name = unknown.path[0]!;
    const near = didYouMean(name, known);
    return `There is no ${name} here.${near === null ? "" : ` Did you mean ${near}?`}`;
  }

  /** The same for a condition that is asked at no place in particular. */
  checkGlobalCondition(text: string): string | null {
    return this.#check(text, []);
  }

  /** Everything that an expression over global names reads; null when that cannot be told. */
  cellsOf(expression: Expression): readonly Location[] | null {
    const cells: Location[] = [];
    for (const { path } of namesIn(expression)) {
      const outcome = this.#evaluateIn(path.join("."), undefined);
      if ("error" in outcome || outcome.location === undefined) return null;
      if (typeof outcome.value === "object") return null;
      cells.push(outcome.location);
    }
    return cells;
  }

  /** What is stored of that from which an expression over global names is computed. */
  inputsOf(text: string): readonly StoredPath[] | null {
    const parsed = parseExpression(text);
    return parsed.ok ? inputsOf(parsed.expression, this.#options.state) : null;
  }

  /** `fill_balloon at balloon/virtio_balloon.ts:123`. */
  placeOf(site: number): string {
    const { debug } = this.#options.machine;
    const { fn, line } = debug.sites[site]!;
    const { name, file } = debug.functions[fn]!;
    return `${name} at ${debug.files[file]!}:${line + 1}`;
  }

  /** Which activation a frame shows; null for the scenario's line. */
  activation(
    frameId: number,
  ): { readonly thread: number; readonly index: number; readonly frame: Frame } | null {
    const handle = this.#frameHandle(frameId);
    if (handle === undefined || handle.index < 0) return null;
    const { thread, index } = handle;
    return { thread: thread.id, index, frame: this.#frameOf(handle) };
  }

  /** What there is to watch of a child of `ref`, or of an expression's value; or why there is nothing. */
  watchable(target: ValueTarget): DataTarget | string {
    const found = this.#find(target);
    if ("error" in found) return found.error.message;
    const { evaluateName: text, location, type } = found;
    const isComputed = location === undefined && bareType(type) !== "Page";
    const handle = this.#frameHandle(frameOf(target));
    if (isComputed && text !== null && this.#isGlobal(text, found.value, handle)) {
      return { kind: "expression", text };
    }
    return watchableOf(this.#options.machine, found);
  }

  /** Whether it is computed from global names alone, so that it can be computed anywhere. */
  #isGlobal(text: string, value: unknown, handle: FrameHandle | undefined): boolean {
    const result = parseExpression(text);
    if (!result.ok || this.checkGlobalCondition(text) !== null) return false;
    const names = namesIn(result.expression).map(({ path }) => path[0]!);
    const isLocal = (name: string): boolean =>
      handle !== undefined && handle.index >= 0 && this.#localsOf(handle).local(name) !== undefined;
    const isPlain =
      typeof value !== "object" && typeof value !== "function" && this.globalValue(text) === value;
    return isPlain && names.length > 0 && !names.some(isLocal);
  }

  /** Where the value of `text` goes when it is assigned to `target`; or why it cannot be. */
  assignment(target: ValueTarget, text: string): Assignment | { readonly error: EditError } {
    const { machine } = this.#options;
    const found = this.#find(target);
    if ("error" in found) return { error: found.error };
    const location = assignable(machine, found);
    if (typeof location === "string") return { error: { message: location, offset: 0 } };
    const pageBytes = pageBytesOf(found.type, this.#options.state);
    const pages = pageBytes === null ? null : pagesIn(text, pageBytes);
    const wanted =
      pages === null
        ? this.#evaluateIn(withoutMeaning(text), this.#frameHandle(frameOf(target)))
        : { value: pages };
    if ("error" in wanted) return { error: wanted.error };
    const value = converted(machine, { ...found, location }, wanted.value);
    if ("error" in value) return { error: { message: value.error, offset: 0 } };
    return { location, value: value.value, name: found.evaluateName ?? found.name };
  }

  /** The expression that stands for what is looked at, if there is one. */
  expressionOf(target: ValueTarget): string | null {
    if ("expression" in target) return target.expression.trim();
    const found = this.#find(target);
    return "error" in found ? null : found.evaluateName;
  }

  /** What an expression over global names comes to. */
  plainValue(text: string): { readonly value: unknown } | { readonly error: EditError } {
    return this.#evaluateIn(text, undefined);
  }

  /**
   * Reads an expression at statement after statement, evaluating it only when what it reads has
   * changed, and not while a name in it stands for nothing: to say what is wrong takes long.
   */
  globalReader(text: string): () => unknown {
    const { machine, model } = this.#options;
    const series = model.series(text);
    if (series !== undefined) return series;
    const parsed = parseExpression(text);
    const roots = parsed.ok ? namesIn(parsed.expression).map(({ path }) => path[0]!) : [];
    const read = (cell: Location): unknown => readLocation(machine, cell);
    let cells: readonly Location[] | null | undefined;
    let inputs: readonly unknown[] = [];
    let value: unknown;
    return () => {
      if (!roots.every((name) => model.isThere(name))) return undefined;
      const isFirst = cells === undefined;
      if (isFirst) cells = parsed.ok ? this.cellsOf(parsed.expression) : null;
      if (cells == null) return this.globalValue(text);
      if (isFirst || cells.some((cell, i) => read(cell) !== inputs[i])) {
        inputs = cells.map(read);
        value = this.globalValue(text);
      }
      return value;
    };
  }

  /** The same at once; undefined when it comes to nothing. */
  globalValue(text: string): unknown {
    const outcome = this.#evaluateIn(text, undefined);
    return "error" in outcome ? undefined : outcome.value;
  }

  /** A value that was looked at before, as it is now. */
  again(target: ValueTarget): ValueView | null {
    const found = this.#find(target);
    return "error" in found ? null : this.#view(found);
  }

  #find(target: ValueTarget): NamedValue | { readonly error: EditError } {
    const { state, model } = this.#options;
    if ("ref" in target) {
      const owner = this.#handles.get(target.ref);
      const child = owner && childNamed(owner, target.name, state, model);
      const message = `There is no ${target.name} here.`;
      return child === undefined ? { error: { message, offset: 0 } } : this.#fresh(child);
    }
    const { expression, frame } = target;
    const outcome = this.#evaluateIn(expression, this.#frameHandle(frame));
    return "error" in outcome
      ? outcome
      : { ...outcome, name: expression, evaluateName: expression };
  }

  /** Children of a scope are gathered once; an edit since then has changed what is there. */
  #fresh(child: NamedValue): NamedValue {
    const { location, text } = child;
    if (location === undefined || text !== undefined) return child;
    return { ...child, value: readLocation(this.#options.machine, location) };
  }

  /** Replaces each `{expression}` of a log message by its value. */
  interpolate(message: string, site: number, locals: readonly unknown[]): string {
    const scope = this.#scopeAt(site, locals);
    return interpolated(message, (text) => {
      const outcome = evaluateIn(text, scope);
      if ("error" in outcome) return `{${text}: ${outcome.error.message}}`;
      return outcome.text ?? formatValue(outcome, this.#options.state, this.#options.model);
    });
  }

  /** What there is to read about an exception of this kind, in several lines. */
  report(filter: ExceptionFilter): string {
    const { machine, model, state, statements, scenario } = this.#options;
    const thread = machine.state.stopped;
    const trace = thread?.frames
      .toReversed()
      .map((frame) => statements.symbolOf(frame[0] as number));
    return oomReport({
      filter,
      task: thread?.task ?? null,
      cpu: thread?.kind === "host" ? null : (thread?.cpu ?? 0),
      kernel: scenario.kernel,
      request: thread === null ? null : this.#request(thread),
      victim: filter === "oom-kill" ? this.victim() : null,
      tasks: state.value<readonly ReportedTask[]>("tasks"),
      trace: trace ?? [],
      pageBytes: state.pageBytes(),
      model,
    });
  }

  /** Whom the OOM killer has chosen, where the guest stops before the kill. */
  victim(): ReportedTask | null {
    const thread = this.#options.machine.state.stopped;
    const found = thread === null ? undefined : this.#nearest(thread, "victim");
    return (found?.value ?? null) as ReportedTask | null;
  }

  /** What the innermost of the calls that know it asks the allocator for. */
  #request(thread: Thread): { readonly gfp: string; readonly order: number } | null {
    const [mask, order] = ["gfp_mask", "order"].map((name) => this.#nearest(thread, name)?.value);
    if (typeof mask !== "number" || typeof order !== "number") return null;
    return { gfp: formatMask(mask, "gfp_t", this.#options.state)!.replace(" (", "("), order };
  }

  #nearest(thread: Thread, name: string): NamedValue | undefined {
    for (let index = thread.frames.length - 1; index >= 0; index--) {
      const found = this.#localsOf({ thread, index }).local(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What the kernel would print about a statement of this thread that threw. */
  oops(id: number, message: string): Oops {
    const { machine, statements, scenario } = this.#options;
    const { cpu, task, frames } = machine.state.threads[id]!;
    const trace = frames.toReversed().map((frame) => statements.symbolOf(frame[0] as number));
    const { pid = 0 } = task as { readonly pid?: number };
    const { kernel } = scenario;
    return {
      kind: "oops",
      ...oopsReport({ message, cpu, pid, comm: task.comm, kernel, trace }),
    };
  }

  /** Line of the step that started a thread, or that the scenario's own thread is at; -1 for none. */
  #scenarioLine(thread: Thread): number {
    if (thread.line >= 0) return thread.line;
    const { debug } = this.#options.machine;
    const frame = thread.frames.find(
      (candidate) =>
        debug.functions[debug.sites[candidate[0] as number]!.fn]!.name === STEP_FUNCTION,
    );
    return frame === undefined ? -1 : stepLineOf(frame);
  }

  #evaluateIn(text: string, handle: FrameHandle | undefined): Outcome {
    const { state, model } = this.#options;
    const locals = handle === undefined || handle.index < 0 ? NO_LOCALS : this.#localsOf(handle);
    return evaluateIn(text, { locals, current: handle?.thread.task ?? null, state, model });
  }

  /** Site 0 stands for no place in the model: there are no locals. */
  #scopeAt(site: number, values: readonly unknown[]): Scope {
    const { state, model, machine } = this.#options;
    const info = machine.debug.sites[site] ?? null;
    const locals = info === null ? NO_LOCALS : new SiteLocals(info, values, 0, null);
    return { locals, current: machine.running?.task ?? null, state, model };
  }

  #localsOf(handle: FrameHandle): SiteLocals {
    const place = { thread: handle.thread.id, frame: handle.index };
    return new SiteLocals(this.#siteOf(handle), this.#frameOf(handle), 1, place);
  }

  #frameView(handle: FrameHandle): FrameView {
    const id = this.#frameId(handle);
    if (handle.index < 0) {
      const { scenario } = this.#options;
      const line = this.#scenarioLine(handle.thread);
      const step = scenario.steps.find(({ range }) => range.line === line);
      const file = { kind: "scenario", path: scenario.path } as const;
      const place =
        step === undefined ? { line, column: 0, endLine: line, endColumn: 0 } : step.range;
      return { id, name: step?.text ?? scenario.name, place: { file, ...place }, isModel: false };
    }
    const { debug } = this.#options.machine;
    const site = this.#siteOf(handle);
    const { name, params } = debug.functions[site.fn]!;
    const statement = this.#options.statements.indexOf(site.id);
    const parameters = params.map((param) => param.name);
    return { id, name, place: placeOfSite(debug, site), isModel: true, statement, parameters };
  }

  #frameId(handle: FrameHandle): number {
    const key = `${handle.thread.id}:${handle.index}`;
    const known = this.#frameIds.get(key);
    if (known !== undefined) return known;
    const id = this.#frameBase + this.#frames.push(handle) - 1;
    this.#frameIds.set(key, id);
    return id;
  }

  #frameHandle(frameId: number | null): FrameHandle | undefined {
    return frameId === null ? undefined : this.#frames[frameId - this.#frameBase];
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
    const isSettable = child.evaluateName !== null && isKnob(child.evaluateName);
    const writable = isSettable || typeof assignable(this.#options.machine, child) !== "string";
    return {
      name: child.name,
      value: child.text ?? formatValue(child, state, model),
      type: child.type,
      ref: hasChildren(child) ? this.#handles.add(child) : 0,
      indexed: indexedCount(child),
      evaluateName: child.evaluateName,
      ...(address === null ? {} : { address }),
      ...(child.mark === undefined ? {} : { mark: child.mark }),
      ...(writable ? { writable } : {}),
    };
  }
}

/** A child of a reference, or what an expression yields in a frame. */
export type ValueTarget =
  | { readonly ref: number; readonly name: string }
  | { readonly expression: string; readonly frame: number | null };

export interface Assignment {
  readonly location: Location;
  readonly value: unknown;
  /** As C would write what is set. */
  readonly name: string;
}

/** What is wrong, and at which offset of the text. */
interface EditError {
  readonly message: string;
  readonly offset: number;
}

function frameOf(target: ValueTarget): number | null {
  return "frame" in target ? target.frame : null;
}
