import type { DebugProtocol } from "@vscode/debugprotocol";
import type { BreakpointRequest, FilterRequest } from "../session/types.ts";
import { parseCrossing } from "../base/crossing.ts";
import type { Arguments } from "./arguments.ts";
import type { WithMode } from "./breakpoints.ts";
import { breakpointModes, type Mode } from "./capabilities.ts";
import { crossingOf } from "./crossings.ts";
import { filterNames, filtersOfOption, isExceptionFilter } from "./exception-filters.ts";
import type { Launched } from "./launched.ts";
import { readAddress } from "./memory-addresses.ts";
import type { Answer, Requests } from "./request-handler.ts";

/** Each request replaces what it set before; breakpoints may be set while the guest runs. */
export const breakpointRequests: Requests = {
  setBreakpoints: { when: "launched", run: setBreakpoints },
  setFunctionBreakpoints: { when: "launched", run: setFunctionBreakpoints },
  setInstructionBreakpoints: { when: "launched", run: setInstructionBreakpoints },
  setExceptionBreakpoints: { when: "launched", run: setExceptionBreakpoints },
  breakpointLocations: { when: "launched", run: breakpointLocations },
};

function setBreakpoints(launched: Launched, args: Arguments): Answer {
  const { breakpoints, sources, client } = launched;
  const source = args.object("source");
  const { positions } = client;
  const least = positions.leastLine;
  // Clients of old send only the lines.
  const wanted = args.has("breakpoints")
    ? args.objects("breakpoints").map((each) => ({ line: each.integer("line", least), each }))
    : args.integers("lines").map((line) => ({ line, each: args.none() }));
  const file = sources.fromClient(source);
  if (file === null) {
    const message = "This file is neither a model source nor the launched scenario.";
    return { body: { breakpoints: breakpoints.unverified(wanted.length, message) } };
  }
  const note = sources.differs(file, source)
    ? "This file is not the one that runs: its lines may have moved."
    : undefined;
  const requests = wanted.map(({ line, each }) => ({
    ...modeOf(each),
    ...(note === undefined ? {} : { note }),
    request: {
      at: { kind: "line" as const, file, line: positions.lineFromClient(line) },
      ...refinements(each),
    },
  }));
  return answered(launched, wanted.length, () => breakpoints.setLines(launched, file, requests));
}

/** Names of functions, and crossings such as `nr_free_pages crosses 4096`: lines of the chart. */
function setFunctionBreakpoints(launched: Launched, args: Arguments): Answer {
  const { breakpoints, session } = launched;
  const wanted = args.objects("breakpoints").map((each) => {
    const name = each.string("name").trim();
    return { each, name, crossing: parseCrossing(name) };
  });
  const functions = wanted.flatMap(({ each, name, crossing }) =>
    crossing === null
      ? [
          {
            ...modeOf(each),
            request: { at: { kind: "function" as const, name }, ...refinements(each) },
          },
        ]
      : [],
  );
  const crossings = wanted.flatMap(({ each, crossing }) => {
    if (crossing === null) return [];
    const { condition, ...rest } = refinements(each);
    const note =
      condition === null ? {} : { note: "The condition is not used: a crossing has none." };
    return [{ ...modeOf(each), ...note, request: crossingOf(session, crossing, rest) }];
  });
  return answered(launched, wanted.length, () => {
    const ofFunctions = breakpoints.setFunctions(launched, functions);
    const ofCrossings = breakpoints.setData(launched, "crossings", crossings);
    return wanted.map(({ crossing }) => (crossing === null ? ofFunctions : ofCrossings).shift()!);
  });
}

function setInstructionBreakpoints(launched: Launched, args: Arguments): Answer {
  const { breakpoints, session } = launched;
  const requests = args.objects("breakpoints").map((each): WithMode<BreakpointRequest> => {
    const address = BigInt(readAddress(each, "instructionReference"));
    const offset = each.optionalInteger("offset", -Number.MAX_SAFE_INTEGER) ?? 0;
    const at = BigInt.asUintN(64, address + BigInt(offset));
    const index = session.statementAt(`0x${at.toString(16)}`);
    return {
      ...modeOf(each),
      request: { at: { kind: "statement", index }, ...refinements(each) },
    };
  });
  return answered(launched, requests.length, () => breakpoints.setInstructions(launched, requests));
}

function setExceptionBreakpoints(launched: Launched, args: Arguments): Answer {
  const { breakpoints, session, launch, debuggee } = launched;
  const chosen: WithMode<FilterRequest>[] = [];
  const views: DebugProtocol.Breakpoint[] = [];
  const choose = (name: string, condition: string | null, mode: Mode): void => {
    if (!isExceptionFilter(name)) {
      const message = `There is no exception filter "${name}"; there are: ${filterNames()}.`;
      views.push({ verified: false, message });
      return;
    }
    chosen.push({ request: { filter: name, condition }, mode });
    views.push({ verified: true });
  };
  for (const name of args.strings("filters")) choose(name, null, "both");
  for (const option of args.objects("filterOptions")) {
    choose(option.string("filterId"), textOf(option, "condition"), modeOf(option).mode);
  }
  for (const option of args.objects("exceptionOptions")) {
    const found = filtersOfOption(option);
    for (const filter of found) chosen.push({ request: { filter, condition: null }, mode: "both" });
    views.push({ verified: true });
  }
  if (launch.noDebug !== true) breakpoints.setFilters(session, chosen);
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

/** A run without debugging has no breakpoints; any other takes them as it goes. */
export function answered(
  { launch, breakpoints, debuggee }: Launched,
  count: number,
  set: () => DebugProtocol.Breakpoint[],
): Answer {
  if (launch.noDebug === true) {
    return {
      body: { breakpoints: breakpoints.unverified(count, "This run is without debugging.") },
    };
  }
  return { body: { breakpoints: set() }, after: () => debuggee.breakpointsChanged() };
}

export function modeOf(args: Arguments): { readonly mode: Mode } {
  const modes = breakpointModes.map(({ mode }) => mode as Mode);
  return { mode: args.optionalOneOf("mode", modes) ?? "both" };
}

export function refinements(
  args: Arguments,
): Pick<BreakpointRequest, "condition" | "hitCondition" | "logMessage"> {
  return {
    condition: textOf(args, "condition"),
    hitCondition: textOf(args, "hitCondition"),
    logMessage: textOf(args, "logMessage"),
  };
}

/** Editors send an empty field as "". */
function textOf(args: Arguments, name: string): string | null {
  const value = args.optionalString(name)?.trim();
  return value === undefined || value === "" ? null : value;
}
