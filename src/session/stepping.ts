/** Where the steps of one thread end: which statements are armed, and at which depth they count. */
import type { DebugInfo, FunctionInfo, SiteInfo } from "../base/kernel-image.ts";
import type { Thread } from "../machine/thread.ts";
import { firstStatement, statementsOf } from "./breakpoints.ts";
import { pageOperationSites } from "./page-operations.ts";
import type { Granularity } from "./types.ts";

export type StepKind = "next" | "stepIn" | "stepOut";

export interface StepPlan {
  readonly thread: number;
  readonly sites: ReadonlySet<number>;
  /** Whether a statement at this number of frames ends the step. */
  readonly ends: (site: number, depth: number) => boolean;
}

export interface StepRequest {
  readonly kind: StepKind;
  readonly granularity: Granularity;
  /** Function to step into; -1: any. */
  readonly target: number;
}

export function planStep(debug: DebugInfo, thread: Thread, request: StepRequest): StepPlan {
  const { kind, granularity, target } = request;
  if (granularity === "instruction") {
    return { thread: thread.id, sites: pageOperationSites(debug), ends: () => true };
  }
  const functions = functionsOf(debug, thread);
  const depth = functions.length;
  const sites = new Set<number>();
  const stopIn = kind === "stepOut" ? functions.slice(0, -1) : functions;
  for (const fn of new Set(stopIn)) {
    for (const site of statementsOf(debug, debug.functions[fn]!)) sites.add(site.id);
  }
  if (kind === "stepIn") {
    // A statement that is already half done in a caller may still call others.
    const callees =
      target >= 0 ? [target] : functions.flatMap((fn) => debug.functions[fn]!.callees);
    for (const fn of new Set(callees)) {
      const first = firstStatement(debug, debug.functions[fn]!);
      if (first !== undefined) sites.add(first.id);
    }
  }
  const into = (site: number): boolean => target < 0 || debug.sites[site]!.fn === target;
  const here = granularity === "line" ? lineAt(debug, thread) : null;
  return {
    thread: thread.id,
    sites,
    ends(site, at) {
      if (kind === "stepOut") return at < depth;
      if (at > depth) return kind === "stepIn" && into(site);
      return here === null || at < depth || !onLine(debug.sites[site]!, here);
    },
  };
}

/** Ids of the functions of a thread's frames, outermost first; one that has not begun yet is in its first. */
export function functionsOf(debug: DebugInfo, thread: Thread): number[] {
  const functions = thread.frames.map((frame) => debug.sites[frame[0] as number]!.fn);
  if (thread.entry >= 0) functions.push(thread.entry);
  return functions;
}

/** What the statement at `site`, half done or about to begin, may call. */
export function calledBy(debug: DebugInfo, site: SiteInfo): FunctionInfo[] {
  const fn = debug.functions[site.fn]!;
  const statements = statementsOf(debug, fn);
  const inside = (call: SiteInfo, statement: SiteInfo): boolean =>
    !before(call.line, call.column, statement.line, statement.column) &&
    !before(statement.endLine, statement.endColumn, call.endLine, call.endColumn);
  const statement =
    site.kind === "statement" ? site : statements.findLast((candidate) => inside(site, candidate));
  if (statement === undefined) return [];
  const names = new Set<string>();
  for (let id = fn.firstSite; id < fn.firstSite + fn.siteCount; id++) {
    const call = debug.sites[id];
    if (call?.kind !== "call" || call.callee === null || !inside(call, statement)) continue;
    // A statement around others holds their calls too, which are not its own.
    const own = statements.findLast((candidate) => inside(call, candidate));
    if (own === statement) names.add(call.callee);
  }
  const direct = fn.callees.map((id) => debug.functions[id]!).filter(({ name }) => names.has(name));
  const throughMember = [...names].some((name) => /[.>]/.test(name));
  if (!throughMember) return direct;
  // Which function a struct member holds is known only when it is called.
  const assigned = fn.callees.map((id) => debug.functions[id]!);
  const named = new Set(
    statements.length === 0 ? [] : callNames(debug, fn).filter((name) => !/[.>]/.test(name)),
  );
  return [...direct, ...assigned.filter(({ name }) => !named.has(name))];
}

function callNames(debug: DebugInfo, fn: FunctionInfo): string[] {
  return debug.sites
    .slice(fn.firstSite, fn.firstSite + fn.siteCount)
    .flatMap((site) => site?.callee ?? []);
}

function before(line: number, column: number, otherLine: number, otherColumn: number): boolean {
  return line < otherLine || (line === otherLine && column < otherColumn);
}

export interface LineAt {
  readonly fn: number;
  readonly line: number;
}

export function lineAt(debug: DebugInfo, thread: Thread): LineAt | null {
  const frame = thread.frames.at(-1);
  return frame === undefined ? null : debug.sites[frame[0] as number]!;
}

export function onLine(site: LineAt, here: LineAt): boolean {
  return site.fn === here.fn && site.line === here.line;
}
