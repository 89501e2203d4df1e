import type { DebugProtocol } from "@vscode/debugprotocol";
import type { BreakpointRequest, FilterRequest } from "../session/types.ts";
import { parseCrossing } from "../base/crossing.ts";
import type { Arguments, Refused } from "./arguments.ts";
import type { WithMode } from "./breakpoints.ts";
import { breakpointModes, type Mode } from "./capabilities.ts";
import { crossingOf } from "./crossings.ts";
import { errors } from "./errors.ts";
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
  const { positions } = client;
  const source = args.object("source");
  const file = sources.fromClient(source);
  const note =
    file !== null && sources.differs(file, source)
      ? { note: "This file is not the one that runs: its lines may have moved." }
      : {};
  const read = (each: Arguments): WithMode<BreakpointRequest> => {
    const line = positions.lineFromClient(each.integer("line", positions.leastLine));
    const column = each.optionalInteger("column", positions.leastColumn);
    if (file === null) throw errors.notOurFile();
    const at = { kind: "line", file, line } as const;
    const place = column === undefined ? at : { ...at, column: positions.columnFromClient(column) };
    return { ...modeOf(each), ...note, request: { at: place, ...refinements(each) } };
  };
  // Clients of old send only the lines.
  const wanted = args.has("breakpoints")
    ? args.each("breakpoints", read)
    : args.wrapped("lines", "line").each("lines", read);
  return answered(launched, wanted, (usable) =>
    file === null ? [] : breakpoints.setLines(launched, file, usable),
  );
}

/** Names of functions, and crossings such as `nr_free_pages crosses 4096`: lines of the chart. */
function setFunctionBreakpoints(launched: Launched, args: Arguments): Answer {
  const { breakpoints, session } = launched;
  const wanted = args.each("breakpoints", (each) => {
    const name = each.string("name").trim();
    return { name, crossing: parseCrossing(name), ...modeOf(each), ...refinements(each) };
  });
  return answered(launched, wanted, (usable) => {
    const functions = usable.flatMap(({ name, crossing, mode, ...rest }) =>
      crossing === null
        ? [{ mode, request: { at: { kind: "function", name } as const, ...rest } }]
        : [],
    );
    const crossings = usable.flatMap(({ crossing, mode, condition, ...rest }) => {
      if (crossing === null) return [];
      const note =
        condition === null ? {} : { note: "The condition is not used: a crossing has none." };
      return [{ mode, ...note, request: crossingOf(session, crossing, rest) }];
    });
    const ofFunctions = breakpoints.setFunctions(launched, functions);
    const ofCrossings = breakpoints.setData(launched, "crossings", crossings);
    return usable.map(({ crossing }) => (crossing === null ? ofFunctions : ofCrossings).shift()!);
  });
}

function setInstructionBreakpoints(launched: Launched, args: Arguments): Answer {
  const { breakpoints, session } = launched;
  const wanted = args.each("breakpoints", (each): WithMode<BreakpointRequest> => {
    const address = BigInt(readAddress(each, "instructionReference"));
    const offset = each.optionalInteger("offset", -Number.MAX_SAFE_INTEGER) ?? 0;
    const at = BigInt.asUintN(64, address + BigInt(offset));
    const index = session.statementAt(`0x${at.toString(16)}`) ?? -1;
    return {
      ...modeOf(each),
      request: { at: { kind: "statement", index }, ...refinements(each) },
    };
  });
  return answered(launched, wanted, (usable) => breakpoints.setInstructions(launched, usable));
}

/** What each element chooses: a filter by its name, one with a condition, or those on a path. */
function setExceptionBreakpoints(launched: Launched, args: Arguments): Answer {
  const { breakpoints, session } = launched;
  const filter = (name: string, condition: string | null, mode: Mode): WithMode<FilterRequest> => {
    if (!isExceptionFilter(name)) throw errors.unknownFilter(name, filterNames());
    return { request: { filter: name, condition }, mode };
  };
  const wanted = [
    ...args
      .wrapped("filters", "name")
      .each("filters", (each) => [filter(each.string("name"), null, "both")]),
    ...args.each("filterOptions", (each) => [
      filter(each.string("filterId"), textOf(each, "condition"), modeOf(each).mode),
    ]),
    ...args.each("exceptionOptions", (each) =>
      filtersOfOption(each).map((name) => filter(name, null, "both")),
    ),
  ];
  return answered(launched, wanted, (usable) => breakpoints.setFilters(session, usable));
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

/**
 * One breakpoint for each that was asked for; what could not be read says why. A run without
 * debugging has none, any other takes them as it goes.
 */
export function answered<T extends object>(
  { launch, breakpoints, debuggee }: Launched,
  wanted: readonly (T | Refused)[],
  set: (usable: readonly T[]) => DebugProtocol.Breakpoint[],
): Answer {
  if (launch.noDebug === true) {
    const none = wanted.map(() => breakpoints.unverified("This run is without debugging."));
    return { body: { breakpoints: none } };
  }
  const views = set(wanted.filter((each): each is T => !isRefused(each)));
  const all = wanted.map((each) =>
    isRefused(each) ? breakpoints.unverified(each.refused) : views.shift()!,
  );
  return { body: { breakpoints: all }, after: () => debuggee.breakpointsChanged() };
}

function isRefused(each: object): each is Refused {
  return "refused" in each;
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
