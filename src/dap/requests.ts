import type { DebugProtocol } from "@vscode/debugprotocol";
import type { BreakpointRequest, Command } from "../session/types.ts";
import type { Arguments } from "./arguments.ts";
import { filterNames, isExceptionFilter } from "./capabilities.ts";
import { errors } from "./errors.ts";
import type { Launched } from "./launched.ts";

/**
 * When a request makes sense: `launched` at any time from then on, `stopped` while nothing runs,
 * `ready` when the client may also resume, `running` only then.
 */
export type When = "launched" | "stopped" | "ready" | "running";

export interface Answer {
  readonly body?: unknown;
  /** Done when the response has been sent: the events that the request leads to. */
  readonly after?: () => void;
}

export interface RequestHandler {
  readonly when: When;
  readonly run: (launched: Launched, args: Arguments) => Answer;
}

/** Requests about a launched scenario. What begins and ends a session is in `adapter.ts`. */
export const requests: ReadonlyMap<string, RequestHandler> = new Map<string, RequestHandler>([
  ["setBreakpoints", { when: "launched", run: setBreakpoints }],
  ["setFunctionBreakpoints", { when: "launched", run: setFunctionBreakpoints }],
  ["setExceptionBreakpoints", { when: "launched", run: setExceptionBreakpoints }],
  ["breakpointLocations", { when: "launched", run: breakpointLocations }],
  ["source", { when: "launched", run: source }],
  [
    "loadedSources",
    { when: "launched", run: ({ sources }) => ({ body: { sources: sources.all() } }) },
  ],
  ["threads", { when: "launched", run: ({ inspector }) => ({ body: inspector.threads() }) }],
  ["evaluate", { when: "launched", run: evaluate }],
  [
    "completions",
    { when: "stopped", run: ({ inspector }, args) => ({ body: inspector.completions(args) }) },
  ],
  [
    "stackTrace",
    { when: "stopped", run: ({ inspector }, args) => ({ body: inspector.stackTrace(args) }) },
  ],
  ["scopes", { when: "stopped", run: ({ inspector }, args) => ({ body: inspector.scopes(args) }) }],
  [
    "variables",
    { when: "stopped", run: ({ inspector }, args) => ({ body: inspector.variables(args) }) },
  ],
  [
    "exceptionInfo",
    { when: "stopped", run: ({ inspector }, args) => ({ body: inspector.exceptionInfo(args) }) },
  ],
  ["continue", { when: "ready", run: resume("continue") }],
  ["next", { when: "ready", run: resume("next") }],
  ["stepIn", { when: "ready", run: resume("stepIn") }],
  ["stepOut", { when: "ready", run: resume("stepOut") }],
  ["stepBack", { when: "ready", run: resume("stepBack") }],
  ["reverseContinue", { when: "ready", run: resume("reverseContinue") }],
  ["pause", { when: "running", run: pause }],
  ["balloon/samples", { when: "launched", run: samples }],
]);

function setBreakpoints(launched: Launched, args: Arguments): Answer {
  const { breakpoints, sources, launch, client } = launched;
  const source = args.object("source");
  const wanted = args.objects("breakpoints");
  const file = sources.fromClient(source);
  if (file === null) {
    const message = "This file is neither a model source nor the launched scenario.";
    return { body: { breakpoints: breakpoints.unverified(wanted.length, message) } };
  }
  const { positions } = client;
  const lines = wanted.map((each) =>
    positions.lineFromClient(each.integer("line", positions.leastLine)),
  );
  const requested = wanted.map((each, index) => ({
    at: { kind: "line" as const, file, line: lines[index]! },
    ...refinements(each),
  }));
  if (launch.noDebug === true) return withoutDebugging(launched, wanted.length);
  const body = { breakpoints: breakpoints.setLines(launched, file, requested) };
  return { body, after: () => launched.debuggee.breakpointsChanged() };
}

function setFunctionBreakpoints(launched: Launched, args: Arguments): Answer {
  const wanted = args.objects("breakpoints");
  const requested = wanted.map((each) => ({
    at: { kind: "function" as const, name: each.string("name").trim() },
    ...refinements(each),
  }));
  if (launched.launch.noDebug === true) return withoutDebugging(launched, wanted.length);
  const body = { breakpoints: launched.breakpoints.setFunctions(launched, requested) };
  return { body, after: () => launched.debuggee.breakpointsChanged() };
}

/** Editors send an empty field as "". */
function refinements(
  args: Arguments,
): Pick<BreakpointRequest, "condition" | "hitCondition" | "logMessage"> {
  const text = (name: string): string | null => {
    const value = args.optionalString(name)?.trim();
    return value === undefined || value === "" ? null : value;
  };
  return {
    condition: text("condition"),
    hitCondition: text("hitCondition"),
    logMessage: text("logMessage"),
  };
}

function withoutDebugging({ breakpoints }: Launched, count: number): Answer {
  return { body: { breakpoints: breakpoints.unverified(count, "This run is without debugging.") } };
}

function setExceptionBreakpoints(launched: Launched, args: Arguments): Answer {
  const { breakpoints, session, launch, debuggee } = launched;
  const names = args.strings("filters");
  const known = names.filter(isExceptionFilter);
  if (launch.noDebug !== true) breakpoints.setFilters(session, known);
  const views: DebugProtocol.Breakpoint[] = names.map((name) =>
    isExceptionFilter(name)
      ? { verified: true }
      : {
          verified: false,
          message: `There is no exception filter "${name}"; there are: ${filterNames()}.`,
        },
  );
  return { body: { breakpoints: views }, after: () => debuggee.breakpointsChanged() };
}

function breakpointLocations({ sources, places, client }: Launched, args: Arguments): Answer {
  const { positions } = client;
  const line = args.integer("line", positions.leastLine);
  const endLine = args.optionalInteger("endLine", positions.leastLine) ?? line;
  const file = sources.fromClient(args.object("source"));
  const found =
    file === null
      ? []
      : places(file, positions.lineFromClient(line), positions.lineFromClient(endLine));
  return { body: { breakpoints: found.map((place) => positions.toClient(place)) } };
}

function source({ sources }: Launched, args: Arguments): Answer {
  const reference = args.optionalInteger("sourceReference") ?? 0;
  const given = args.has("source") ? args.object("source") : args;
  const file = sources.fromClient(reference > 0 ? args : given);
  const name = given.optionalString("path") ?? `source reference ${reference}`;
  if (file === null) throw errors.unknownSource(name);
  return { body: { content: sources.text(file, name), mimeType: "text/typescript" } };
}

/** Global names can be evaluated while the guest runs, so that a watch stays alive. */
function evaluate({ inspector, session }: Launched, args: Arguments): Answer {
  if (session.running && args.has("frameId")) throw errors.notStopped("evaluate");
  return { body: inspector.evaluate(args) };
}

function resume(command: Command): RequestHandler["run"] {
  return ({ inspector, debuggee }, args) => {
    const thread = inspector.thread(args);
    const body = command === "continue" ? { allThreadsContinued: true } : undefined;
    inspector.forget();
    return { body, after: () => debuggee.start(command, thread) };
  };
}

function pause({ debuggee }: Launched): Answer {
  debuggee.pause();
  return {};
}

function samples({ debuggee }: Launched, args: Arguments): Answer {
  return { body: debuggee.samplesSince(args.integer("since")) };
}
