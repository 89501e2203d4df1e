import type { DebugProtocol } from "@vscode/debugprotocol";
import type { FrameView, SessionApi, ValueView } from "../session/types.ts";
import type { Arguments } from "./arguments.ts";
import { filterLabel } from "./capabilities.ts";
import type { Client } from "./client.ts";
import { completionsAt } from "./completions.ts";
import { errors } from "./errors.ts";
import type { Sources } from "./sources.ts";

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
  /** Variables references handed out since the last stop, with their number of indexed children. */
  private readonly refs = new Map<number, number>();

  constructor(options: InspectorOptions) {
    this.session = options.session;
    this.options = options;
  }

  forget(): void {
    this.frames.clear();
    this.refs.clear();
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
    for (const frame of frames) this.frames.add(frame.id);
    return {
      stackFrames: frames.map((frame, index) => this.frame(frame, start + index === 0)),
      totalFrames: total,
    };
  }

  scopes(args: Arguments): DebugProtocol.ScopesResponse["body"] {
    return {
      scopes: this.session.scopes(this.knownFrame(args.integer("frameId"))).map((scope) => {
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
    const ref = args.integer("variablesReference", 1);
    const indexed = this.refs.get(ref);
    if (indexed === undefined) throw errors.unknownVariables(ref);
    const filter = args.optionalString("filter");
    // A container is a struct or a list here, never both.
    if (filter !== undefined && (filter === "indexed") !== indexed > 0) return { variables: [] };
    const start = args.optionalInteger("start") ?? 0;
    const asked = args.optionalInteger("count") ?? 0;
    const count = asked > 0 ? asked : unpagedLimit;
    const variables = this.session.children(ref, start, count).map((value) => this.variable(value));
    const left = indexed - start - variables.length;
    if (asked === 0 && left > 0) variables.push(more(left));
    return { variables };
  }

  evaluate(args: Arguments): DebugProtocol.EvaluateResponse["body"] {
    const expression = args.string("expression");
    const context = args.optionalString("context");
    const frame = args.optionalInteger("frameId");
    const { value, error } = this.session.evaluate(
      expression,
      frame === undefined ? null : this.knownFrame(frame),
    );
    if (error !== null || value === null) {
      const message = error?.message ?? `"${expression}" has no value here.`;
      throw errors.evaluation(
        context === "repl" && error !== null ? pointAt(expression, error.offset, message) : message,
      );
    }
    const { variablesReference, type, indexedVariables } = this.variable(value);
    return {
      result: context === "clipboard" ? this.fullText(value) : value.value,
      variablesReference,
      ...(type === undefined ? {} : { type }),
      ...(indexedVariables === undefined ? {} : { indexedVariables }),
    };
  }

  completions(args: Arguments): DebugProtocol.CompletionsResponse["body"] {
    const first = this.options.client.columnsStartAt1 ? 1 : 0;
    const text = args.string("text");
    const frame = args.optionalInteger("frameId");
    const offset = Math.min(args.integer("column", first) - first, text.length);
    const known = frame === undefined ? null : this.knownFrame(frame);
    const targets = completionsAt(this.session, known, text.slice(0, offset));
    return { targets: targets.map((each) => ({ ...each, start: each.start + first })) };
  }

  exceptionInfo(args: Arguments): DebugProtocol.ExceptionInfoResponse["body"] {
    const thread = this.thread(args);
    const stop = this.session.stop;
    if (stop?.reason.kind !== "exception" || stop.thread !== thread) throw errors.noException();
    const { filter, text, details } = stop.reason;
    return {
      exceptionId: filterLabel(filter),
      description: text,
      breakMode: "always",
      details: { typeName: filter, message: text, stackTrace: details },
    };
  }

  /** The thread that a request is about. */
  thread(args: Arguments): number {
    const id = args.integer("threadId");
    if (!this.session.threads().some((each) => each.id === id)) throw errors.unknownThread(id);
    return id;
  }

  private knownFrame(id: number): number {
    if (!this.frames.has(id)) throw errors.unknownFrame(id);
    return id;
  }

  private frame(view: FrameView, isTop: boolean): DebugProtocol.StackFrame {
    return {
      id: view.id,
      name: view.name,
      source: this.options.sources.toClient(view.place.file),
      ...this.options.client.positions.toClient(view.place),
      // A subtle frame is passed over when an editor looks for the one to show.
      presentationHint: view.isModel || isTop ? "normal" : "subtle",
    };
  }

  private variable(view: ValueView): DebugProtocol.Variable {
    if (view.ref !== 0) this.refs.set(view.ref, view.indexed);
    return {
      name: view.name,
      value: view.value,
      variablesReference: view.ref,
      ...(view.type !== null && this.options.client.showsTypes ? { type: view.type } : {}),
      ...(view.indexed > 0 ? { indexedVariables: view.indexed, namedVariables: 0 } : {}),
      ...(view.evaluateName === null ? {} : { evaluateName: view.evaluateName }),
    };
  }

  /** A struct or list with its members, for the clipboard. */
  private fullText(view: ValueView): string {
    if (view.ref === 0) return view.value;
    const members = this.session.children(view.ref, 0, unpagedLimit);
    const lines = members.map((member) => `  ${member.name} = ${member.value}`);
    if (view.indexed > members.length) lines.push(`  … ${view.indexed - members.length} more`);
    return `${view.value} {\n${lines.join("\n")}\n}`;
  }
}

function more(left: number): DebugProtocol.Variable {
  return { name: "…", value: `${left} more: ask for ranges to see them`, variablesReference: 0 };
}

function pointAt(expression: string, offset: number, message: string): string {
  return `${message}\n  ${expression}\n  ${" ".repeat(Math.max(offset, 0))}^`;
}
