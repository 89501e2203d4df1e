/** What the user asked to stop at, resolved to statements of the model. */
import type { DebugInfo, FunctionInfo, SiteInfo } from "../base/kernel-image.ts";
import { didYouMean } from "../base/did-you-mean.ts";
import { expressionsOf } from "./log-message.ts";
import { parseHitCondition, type HitCondition } from "./hit-condition.ts";
import type { BreakpointRequest, BreakpointView, Place } from "./types.ts";

export interface Breakpoint {
  readonly id: number;
  readonly request: BreakpointRequest;
  readonly sites: readonly number[];
  readonly hit: HitCondition | null;
  readonly view: BreakpointView;
}

/** What breakpoints are resolved against, besides the model. */
export interface BreakpointContext {
  readonly path: string;
  readonly lines: readonly { readonly first: number; readonly last: number }[];
  /** Function in which a step begins: a breakpoint on a step's line is one there. */
  readonly beginFunction: string;
  /** The statement in a row of the statement table. */
  readonly statement: (index: number) => SiteInfo | undefined;
  /** What is wrong with a condition asked at a site, or null. */
  readonly checkCondition: (text: string, site: SiteInfo) => string | null;
}

export class Breakpoints {
  readonly #debug: DebugInfo;
  readonly #context: BreakpointContext;
  readonly #byGroup = new Map<string, readonly Breakpoint[]>();
  #nextId = 1;
  #version = 0;

  constructor(debug: DebugInfo, context: BreakpointContext) {
    this.#debug = debug;
    this.#context = context;
  }

  /** Replaces the breakpoints of `group` (one file's, or the functions'). */
  set(group: string, requests: readonly BreakpointRequest[]): readonly BreakpointView[] {
    const previous = this.#byGroup.get(group) ?? [];
    const breakpoints = requests.map((request) => {
      // The same request keeps its identity, and with it its hit count.
      const same = previous.find((b) => JSON.stringify(b.request) === JSON.stringify(request));
      return same ?? this.#resolve(this.#nextId++, request);
    });
    this.#byGroup.set(group, breakpoints);
    this.#version++;
    return breakpoints.map((breakpoint) => breakpoint.view);
  }

  /** What a request stands for, without setting it. */
  resolve(request: BreakpointRequest): Breakpoint {
    return this.#resolve(0, request);
  }

  /** Another one whenever the breakpoints are others. */
  get version(): number {
    return this.#version;
  }

  /** Ids are unique among all that can be hit. */
  readonly nextId = (): number => this.#nextId++;

  *all(): Iterable<Breakpoint> {
    for (const group of this.#byGroup.values()) yield* group;
  }

  /** Line of the scenario step whose beginning is the breakpoint; -1 for one in the model. */
  stepLine(breakpoint: Breakpoint): number {
    const { at } = breakpoint.request;
    if (at.kind !== "line" || at.file.kind !== "scenario") return -1;
    return this.#context.lines[this.#stepAt(at.line)]?.first ?? -1;
  }

  #stepAt(line: number): number {
    const { lines } = this.#context;
    const inside = lines.findIndex(({ first, last }) => line >= first && line <= last);
    return inside >= 0 ? inside : lines.findIndex(({ first }) => first >= line);
  }

  #resolve(id: number, request: BreakpointRequest): Breakpoint {
    const breakpoint = this.#locate(id, request);
    const { condition, logMessage } = request;
    const asked = [...(condition === null ? [] : [condition]), ...expressionsOf(logMessage ?? "")];
    const site = this.#debug.sites[breakpoint.sites[0] ?? -1];
    if (site == null) return breakpoint;
    const problems = asked.map((text) => this.#context.checkCondition(text, site));
    const message = problems.find((each) => each !== null);
    if (message === undefined) return breakpoint;
    return { ...breakpoint, sites: [], view: { ...breakpoint.view, verified: false, message } };
  }

  #locate(id: number, request: BreakpointRequest): Breakpoint {
    const hit = request.hitCondition === null ? null : parseHitCondition(request.hitCondition);
    const fail = (message: string): Breakpoint => ({
      id,
      request,
      sites: [],
      hit: null,
      view: { id, verified: false, message, place: null },
    });
    if (hit !== null && "error" in hit) return fail(hit.error);
    const { at } = request;
    if (at.kind === "function") {
      const functions = this.#debug.functions.filter(
        (fn) => fn.name === at.name && fn.siteCount > 0,
      );
      if (functions.length === 0) return fail(this.#unknownFunction(at.name));
      const sites = functions.flatMap((fn) => firstStatement(this.#debug, fn)?.id ?? []);
      return this.#verified(id, request, hit, sites, null);
    }
    if (at.kind === "statement") {
      const site = this.#context.statement(at.index);
      if (site === undefined) return fail("There is no statement at this address.");
      return this.#verified(id, request, hit, [site.id], null);
    }
    if (at.file.kind === "scenario") return this.#resolveStep(id, request, hit, at.line, fail);
    const file = this.#debug.files.indexOf(at.file.path);
    if (file < 0) return fail(`The model has no file ${at.file.path}.`);
    const sites = this.#statementsAt(file, at.line, at.column ?? 0);
    if (sites.length === 0) {
      return fail("No statement of the model stands on this line or below it in its function.");
    }
    const moved = sites[0]!.line === at.line ? null : "Moved to the next statement.";
    return this.#verified(
      id,
      request,
      hit,
      sites.map((site) => site.id),
      moved,
    );
  }

  #resolveStep(
    id: number,
    request: BreakpointRequest,
    hit: HitCondition | null,
    line: number,
    fail: (message: string) => Breakpoint,
  ): Breakpoint {
    const step = this.#stepAt(line);
    if (step < 0) {
      return fail(
        "Only steps of the timeline run: set the breakpoint on a line below `timeline:`.",
      );
    }
    const begin = this.#debug.functions.filter((fn) => fn.name === this.#context.beginFunction);
    const sites = begin.flatMap((fn) => firstStatement(this.#debug, fn)?.id ?? []);
    const { first } = this.#context.lines[step]!;
    const place = { line: first, column: 0, endLine: first, endColumn: 0 };
    const file = { kind: "scenario", path: this.#context.path } as const;
    const message = first === line ? null : "Moved to the step's first line.";
    return {
      id,
      request,
      sites,
      hit,
      view: { id, verified: true, message, place: { file, ...place } },
    };
  }

  #verified(
    id: number,
    request: BreakpointRequest,
    hit: HitCondition | null,
    sites: readonly number[],
    message: string | null,
  ): Breakpoint {
    const site = this.#debug.sites[sites[0]!]!;
    const place = placeOfSite(this.#debug, site);
    return { id, request, sites, hit, view: { id, verified: true, message, place } };
  }

  /**
   * The statements that begin on `line`, or on the first line below it in the same function that has
   * one: of several there the last that begins at `column` or before it, else the first.
   */
  #statementsAt(file: number, line: number, column: number): SiteInfo[] {
    const inside = this.#debug.functions.filter(
      (fn) => fn.file === file && fn.line <= line && line <= fn.endLine,
    );
    const statements = inside.flatMap((fn) => statementsOf(this.#debug, fn));
    const at = statements.reduce(
      (best, site) => (site.line >= line && site.line < best ? site.line : best),
      Infinity,
    );
    const onLine = statements.filter((site) => site.line === at);
    const columns = onLine.map((site) => site.column);
    const before = at === line ? columns.filter((each) => each <= column) : [];
    const chosen = before.length > 0 ? Math.max(...before) : Math.min(...columns);
    return onLine.filter((site) => site.column === chosen);
  }

  #unknownFunction(name: string): string {
    const near = didYouMean(
      name,
      this.#debug.functions.map((fn) => fn.name),
    );
    const hint = near === null ? "" : ` Did you mean ${near}?`;
    return `The model has no function ${name}.${hint}`;
  }
}

export function statementsOf(debug: DebugInfo, fn: FunctionInfo): SiteInfo[] {
  const sites: SiteInfo[] = [];
  for (let id = fn.firstSite; id < fn.firstSite + fn.siteCount; id++) {
    const site = debug.sites[id];
    if (site?.kind === "statement") sites.push(site);
  }
  return sites;
}

export function firstStatement(debug: DebugInfo, fn: FunctionInfo): SiteInfo | undefined {
  return statementsOf(debug, fn)[0];
}

export function placeOfSite(debug: DebugInfo, site: SiteInfo): Place {
  const path = debug.files[debug.functions[site.fn]!.file]!;
  const { line, column, endLine, endColumn } = site;
  return { file: { kind: "model", path }, line, column, endLine, endColumn };
}
