import type { DebugProtocol } from "@vscode/debugprotocol";
import type { FrameView, Mark, SessionApi, TargetView, ValueView } from "../session/types.ts";
import type { Arguments } from "./arguments.ts";
import type { Client } from "./client.ts";
import { completionsAt } from "./completions.ts";
import { errors } from "./errors.ts";
import { filterLabel } from "./exception-filters.ts";
import { frameName, readFrameFormat, type FrameFormat } from "./frame-format.ts";
import { moduleIds } from "./modules.ts";
import type { BalloonVariable } from "./protocol.ts";
import type { Sources } from "./sources.ts";
import { formatted, splitSuffix, type ValueFormat } from "./value-format.ts";

/** Children sent to a client that does not ask for ranges. */
const unpagedLimit = 1000;

export interface InspectorOptions {
  readonly session: SessionApi;
  readonly sources: Sources;
  readonly client: Client;
}

/** Answers what can be asked of a stopped guest. Ids are forgotten when it runs on. */
export class Inspector {
  private readonly session: SessionApi;
  private readonly options: InspectorOptions;
  private readonly frames = new Set<number>();
  /** Those of them that can be restarted. */
  private readonly restarts = new Set<number>();
  /** Variables references handed out since the last stop, with their number of indexed children. */
  private readonly refs = new Map<number, number>();
  /** Targets handed out since then: where to step in, and where and in which thread to jump. */
  private readonly stepTargets = new Set<number>();
  private readonly gotoThreads = new Map<number, number>();
  /** Moments that variables tell of, by reference and name. */
  private readonly moments = new Map<string, Mark>();
  private readonly modules: ReadonlyMap<string, string>;

  constructor(options: InspectorOptions) {
    this.session = options.session;
    this.options = options;
    this.modules = moduleIds(options.session);
  }

  forget(): void {
    this.frames.clear();
    this.restarts.clear();
    this.refs.clear();
    this.stepTargets.clear();
    this.gotoThreads.clear();
    this.moments.clear();
  }

  threads(): DebugProtocol.ThreadsResponse["body"] {
    const stopped = this.session.stop?.thread;
    return {
      threads: this.session
        .threads()
        .filter(({ id, state }) => state !== "exited" || id === stopped)
        .map(({ id, name, state }) => ({ id, name: `${name} · ${state}` })),
    };
  }

  stackTrace(args: Arguments): DebugProtocol.StackTraceResponse["body"] {
    const thread = this.thread(args);
    const start = args.optionalInteger("startFrame") ?? 0;
    const levels = args.optionalInteger("levels") ?? 0;
    const { frames, total } = this.session.stack(
      thread,
      start,
      levels === 0 ? Number.MAX_SAFE_INTEGER : levels,
    );
    const format = readFrameFormat(args);
    for (const { id, isModel } of frames) {
      this.frames.add(id);
      if (isModel) this.restarts.add(id);
    }
    return {
      stackFrames: frames.map((frame, index) => this.frameView(frame, start + index === 0, format)),
      totalFrames: total,
    };
  }

  scopes(args: Arguments): DebugProtocol.ScopesResponse["body"] {
    return {
      scopes: this.session.scopes(this.frame(args)).map((scope) => {
        this.refs.set(scope.ref, scope.indexed);
        return {
          name: scope.name,
          variablesReference: scope.ref,
          expensive: scope.expensive,
          ...(scope.name === "Locals" ? { presentationHint: "locals" } : {}),
          ...(scope.indexed > 0 ? { indexedVariables: scope.indexed, namedVariables: 0 } : {}),
        };
      }),
    };
  }

  variables(args: Arguments): DebugProtocol.VariablesResponse["body"] {
    const ref = this.reference(args);
    const indexed = this.refs.get(ref)!;
    const format = readFormat(args);
    const filter = args.optionalString("filter");
    // A container is a struct or a list here, never both.
    if (filter !== undefined && (filter === "indexed") !== indexed > 0) return { variables: [] };
    const start = args.optionalInteger("start") ?? 0;
    const asked = args.optionalInteger("count") ?? 0;
    const count = asked > 0 ? asked : unpagedLimit;
    const children = this.session.children(ref, start, count);
    const variables = children.map((value) => this.variable(value, format, ref));
    const left = indexed - start - variables.length;
    if (asked === 0 && left > 0) variables.push(more(left));
    return { variables };
  }

  /** `expression,x` and the like choose how numbers are written. */
  evaluate(args: Arguments): DebugProtocol.EvaluateResponse["body"] {
    const { expression, format } = splitSuffix(args.string("expression"));
    const context = args.optionalString("context");
    const { value, error } = this.session.evaluate(expression, this.optionalFrame(args));
    if (error !== null || value === null) {
      const message = error?.message ?? `"${expression}" has no value here.`;
      throw errors.evaluation(
        context === "repl" && error !== null ? pointAt(expression, error.offset, message) : message,
      );
    }
    const body = this.evaluated(value, format ?? readFormat(args));
    return context === "clipboard"
      ? { ...body, result: this.fullText(value, format ?? readFormat(args)) }
      : body;
  }

  /** Body of an answer that shows one value. */
  evaluated(
    view: ValueView,
    format: ValueFormat = "plain",
  ): DebugProtocol.EvaluateResponse["body"] {
    const { value, ...rest } = this.result(view, format);
    return { result: value, ...rest };
  }

  /** The same without a name, for what was set. */
  result(view: ValueView, format: ValueFormat): Omit<DebugProtocol.Variable, "name"> {
    const { name: _, evaluateName: __, balloonMark: ___, ...rest } = this.variable(view, format, 0);
    return rest;
  }

  completions(args: Arguments): DebugProtocol.CompletionsResponse["body"] {
    const first = this.options.client.positions.leastColumn;
    const text = args.string("text");
    const known = this.optionalFrame(args);
    const offset = Math.min(args.integer("column", first) - first, text.length);
    const targets = completionsAt(this.session, known, text.slice(0, offset));
    return { targets: targets.map((each) => ({ ...each, start: each.start + first })) };
  }

  exceptionInfo(args: Arguments): DebugProtocol.ExceptionInfoResponse["body"] {
    const thread = this.thread(args);
    const stop = this.session.stop;
    const { reason } = stop ?? {};
    const isException = reason?.kind === "exception" || reason?.kind === "oops";
    if (!isException || stop?.thread !== thread) throw errors.noException();
    const { text, details } = reason;
    const filter = reason.kind === "exception" ? reason.filter : null;
    return {
      exceptionId: filter === null ? "Oops" : filterLabel(filter),
      description: text,
      breakMode: filter === null ? "unhandled" : "always",
      details: { typeName: filter ?? "oops", message: text, stackTrace: details },
    };
  }

  stepInTargets(args: Arguments): DebugProtocol.StepInTarget[] {
    const targets = this.session.stepInTargets(this.frame(args));
    for (const { id } of targets) this.stepTargets.add(id);
    return targets.map((target) => this.target(target));
  }

  stepInTarget(id: number): number {
    if (!this.stepTargets.has(id)) throw errors.unknownTarget(id);
    return id;
  }

  /** Places in the function where the guest stopped. */
  gotoTargets(args: Arguments): DebugProtocol.GotoTarget[] {
    const { client, sources } = this.options;
    const line = args.integer("line", client.positions.leastLine);
    const file = sources.fromClient(args.object("source"));
    const thread = this.session.stop?.thread;
    if (file === null || thread === undefined) return [];
    const targets = this.session.gotoTargets(thread, file, client.positions.lineFromClient(line));
    for (const { id } of targets) this.gotoThreads.set(id, thread);
    return targets.map((target) => this.target(target));
  }

  /** The thread in which a target can be jumped to. */
  gotoTarget(id: number): number {
    const thread = this.gotoThreads.get(id);
    if (thread === undefined) throw errors.unknownTarget(id);
    return thread;
  }

  /** The moment that a variable tells of. */
  moment(args: Arguments): Mark {
    const name = args.string("name");
    const mark = this.moments.get(`${this.reference(args)}:${name}`);
    if (mark === undefined) throw errors.noMoment(name);
    return mark;
  }

  /** The thread that a request is about. */
  thread(args: Arguments): number {
    return this.knownThread(args.integer("threadId"));
  }

  knownThread(id: number): number {
    if (!this.session.threads().some((each) => each.id === id)) throw errors.unknownThread(id);
    return id;
  }

  /** The frame that a request is about. */
  frame(args: Arguments): number {
    const id = args.integer("frameId");
    if (!this.frames.has(id)) throw errors.unknownFrame(id);
    return id;
  }

  /** A frame that has a beginning: the scenario's line below a task has none. */
  restartable(args: Arguments): number {
    const id = this.frame(args);
    if (!this.restarts.has(id)) throw errors.notRestartable();
    return id;
  }

  /** Null: none was named, so only global names are known. */
  optionalFrame(args: Arguments): number | null {
    return args.has("frameId") ? this.frame(args) : null;
  }

  /** The container that a request is about. */
  reference(args: Arguments): number {
    const ref = args.integer("variablesReference", 1);
    if (!this.refs.has(ref)) throw errors.unknownVariables(ref);
    return ref;
  }

  private frameView(
    view: FrameView,
    isTop: boolean,
    format: FrameFormat,
  ): DebugProtocol.StackFrame {
    const { session, sources, client } = this.options;
    const { path } = view.place.file;
    const module = this.modules.get(path);
    const [row] = session.statements(view.statement ?? -1, view.statement === undefined ? 0 : 1);
    return {
      id: view.id,
      name: frameName(view, format, { session, module: module ?? path }),
      source: sources.toClient(view.place.file),
      ...client.positions.toClient(view.place),
      // A subtle frame is passed over when an editor looks for the one to show.
      presentationHint: view.isModel || isTop ? "normal" : "subtle",
      ...(module === undefined ? {} : { moduleId: module }),
      ...(row === undefined ? {} : { instructionPointerReference: row.address }),
      canRestart: view.isModel,
    };
  }

  private target({ id, label, place }: TargetView): { id: number; label: string; line: number } {
    return { id, label, ...this.options.client.positions.toClient(place) };
  }

  /** `container` is 0 for what stands alone. */
  private variable(
    view: ValueView,
    format: ValueFormat,
    container: number,
  ): DebugProtocol.Variable & BalloonVariable {
    const { mark } = view;
    if (view.ref !== 0) this.refs.set(view.ref, view.indexed);
    if (mark !== undefined) this.moments.set(`${container}:${view.name}`, mark);
    return {
      name: view.name,
      value: formatted(view.value, format),
      variablesReference: view.ref,
      ...(view.type !== null && this.options.client.showsTypes ? { type: view.type } : {}),
      ...(view.indexed > 0 ? { indexedVariables: view.indexed, namedVariables: 0 } : {}),
      ...(view.evaluateName === null ? {} : { evaluateName: view.evaluateName }),
      ...(view.address === undefined ? {} : { memoryReference: view.address }),
      ...(view.writable === true ? {} : { presentationHint: { attributes: ["readOnly"] } }),
      // VS Code's menus can ask for this word.
      ...(mark === undefined ? {} : { balloonMark: mark, __vscodeVariableMenuContext: "moment" }),
    };
  }

  /** A struct or list with its members, for the clipboard. */
  private fullText(view: ValueView, format: ValueFormat): string {
    const value = formatted(view.value, format);
    if (view.ref === 0) return value;
    const members = this.session.children(view.ref, 0, unpagedLimit);
    const lines = members.map((each) => `  ${each.name} = ${formatted(each.value, format)}`);
    if (view.indexed > members.length) lines.push(`  … ${view.indexed - members.length} more`);
    return `${value} {\n${lines.join("\n")}\n}`;
  }
}

/** What the `format` of a request asks for. */
export function readFormat(args: Arguments): ValueFormat {
  return args.has("format") && args.object("format").flag("hex") ? "hex" : "plain";
}

function more(left: number): DebugProtocol.Variable {
  return { name: "…", value: `${left} more: ask for ranges to see them`, variablesReference: 0 };
}

function pointAt(expression: string, offset: number, message: string): string {
  const at = Math.min(Math.max(offset, 0), expression.length);
  const from = Math.max(0, at - shownAround);
  const piece = expression.slice(from, at + shownAround).replace(/\s/g, " ");
  return `${message}\n  ${piece}\n  ${" ".repeat(at - from)}^`;
}

/** Of a long expression only the neighbourhood of the mistake is worth showing. */
const shownAround = 60;
