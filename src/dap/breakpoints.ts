import type { DebugProtocol } from "@vscode/debugprotocol";
import type {
  BreakpointRequest,
  BreakpointView,
  DataBreakpointRequest,
  FilterRequest,
  Place,
  SessionApi,
} from "../session/types.ts";
import type { Mode } from "./capabilities.ts";
import type { Client } from "./client.ts";
import type { Sources } from "./sources.ts";

type File = Place["file"];

export type BreakpointKind = "function" | "line" | "instruction" | "data";
export type Direction = "forward" | "back";

/** Something with a mode; without one it works in both directions. */
export interface WithMode<T> {
  readonly request: T;
  readonly mode: Mode;
  /** Worth knowing, beside what the session has to say. */
  readonly note?: string;
}

/** A file's line breakpoints, or all of another kind, as the client last asked for them. */
interface Group {
  readonly kind: BreakpointKind;
  readonly modes: readonly Mode[];
  readonly notes: readonly (string | undefined)[];
  /** Sets those whose index is chosen, and nothing else of this group. */
  readonly set: (session: SessionApi, chosen: readonly number[]) => readonly BreakpointView[];
  /** What the client calls them; ours, so that they outlive a restart. */
  ids: readonly number[];
  /** What the session calls those that are set in it. */
  sessionIds: readonly number[];
}

/** Breakpoints as the client knows them, across the sessions that a restart makes. */
export class Breakpoints {
  private readonly groups = new Map<string, Group>();
  private filters: readonly WithMode<FilterRequest>[] = [];
  private readonly clientIds = new Map<
    number,
    { readonly id: number; readonly kind: BreakpointKind }
  >();
  /** Views of a data breakpoint that watches several values, by the id of the first. */
  private readonly joined = new Map<number, readonly BreakpointView[]>();
  private lastId = 0;
  /** Which modes are armed in the session now; null: all. */
  private armed: Direction | null = null;

  setLines(
    target: Target,
    file: File,
    wanted: readonly WithMode<BreakpointRequest>[],
  ): DebugProtocol.Breakpoint[] {
    return this.set(target, `${file.kind}:${file.path}`, "line", wanted, (session, requests) =>
      session.setLineBreakpoints(file, requests),
    );
  }

  setFunctions(
    target: Target,
    wanted: readonly WithMode<BreakpointRequest>[],
  ): DebugProtocol.Breakpoint[] {
    return this.set(target, "functions", "function", wanted, (session, requests) =>
      session.setFunctionBreakpoints(requests),
    );
  }

  setInstructions(
    target: Target,
    wanted: readonly WithMode<BreakpointRequest>[],
  ): DebugProtocol.Breakpoint[] {
    return this.set(target, "instructions", "instruction", wanted, (session, requests) =>
      session.setStatementBreakpoints(requests),
    );
  }

  /** Each watches one value, or several that lie beside one another. */
  setData(
    target: Target,
    group: "data" | "thresholds" | "crossings",
    wanted: readonly WithMode<readonly DataBreakpointRequest[]>[],
  ): DebugProtocol.Breakpoint[] {
    return this.set(target, group, "data", wanted, (session, requests) => {
      const views = session.setDataBreakpoints(requests.flat(), group);
      let next = 0;
      return requests.map((request) => {
        const mine = views.slice(next, (next += request.length));
        this.joined.set(mine[0]?.id ?? 0, mine);
        return mine.find((each) => !each.verified) ?? mine[0]!;
      });
    });
  }

  /** Each choice may be of several filters. */
  setFilters(
    session: SessionApi,
    choices: readonly (readonly WithMode<FilterRequest>[])[],
  ): DebugProtocol.Breakpoint[] {
    this.filters = choices.flat();
    // All of them, whatever their mode, to learn what the session says of each.
    const problems = [...session.setExceptionFilters(this.filters.map(({ request }) => request))];
    if (this.armed !== null) this.applyFilters(session);
    return choices.map((choice) => {
      const problem = problems.splice(0, choice.length).find((each) => each !== null);
      return problem === undefined ? { verified: true } : this.unverified(problem);
    });
  }

  /** One that can never hit, such as that of a file that is none of ours. */
  unverified(message: string): DebugProtocol.Breakpoint {
    return { id: ++this.lastId, verified: false, message, reason: "failed" };
  }

  /** Sets everything again in a session that has replaced another; returns it for `breakpoint` events. */
  reapply(target: Target): DebugProtocol.Breakpoint[] {
    this.clientIds.clear();
    // The other session's ids begin anew.
    this.joined.clear();
    this.armed = null;
    this.applyFilters(target.session);
    return [...this.groups.values()].flatMap((group) => this.apply(target, group));
  }

  /** Leaves none behind in a session that this client lets go of. */
  removeFrom(session: SessionApi): void {
    for (const group of this.groups.values()) group.set(session, []);
    session.setExceptionFilters([]);
  }

  /** Before a run in one direction: those that shall not stop in it are left out. */
  arm(session: SessionApi, direction: Direction): void {
    if (this.armed === direction) return;
    this.armed = direction;
    for (const group of this.groups.values()) {
      if (group.modes.some((mode) => mode !== "both")) this.send(session, group);
    }
    if (this.filters.some(({ mode }) => mode !== "both")) this.applyFilters(session);
  }

  /** The client's ids of breakpoints that were hit, and their kind if they have one in common. */
  hit(ids: readonly number[]): {
    readonly ids: number[];
    readonly kind: BreakpointKind | null;
  } {
    const known = ids.flatMap((id) => this.clientIds.get(id) ?? []);
    const [first] = known;
    const same = first !== undefined && known.every((each) => each.kind === first.kind);
    return { ids: [...new Set(known.map((each) => each.id))], kind: same ? first.kind : null };
  }

  private set<T>(
    target: Target,
    key: string,
    kind: BreakpointKind,
    wanted: readonly WithMode<T>[],
    send: (session: SessionApi, requests: readonly T[]) => readonly BreakpointView[],
  ): DebugProtocol.Breakpoint[] {
    const group: Group = {
      kind,
      modes: wanted.map(({ mode }) => mode),
      notes: wanted.map(({ note }) => note),
      set: (session, chosen) =>
        send(
          session,
          chosen.map((index) => wanted[index]!.request),
        ),
      ids: [],
      sessionIds: this.groups.get(key)?.sessionIds ?? [],
    };
    this.groups.set(key, group);
    return this.apply(target, group);
  }

  /** Sets all of a group, whatever their mode, to learn what the session says of each. */
  private apply(target: Target, group: Group): DebugProtocol.Breakpoint[] {
    const all = group.modes.map((_, index) => index);
    const views = group.set(target.session, all);
    // A breakpoint that the session knows already keeps its id, and so does one after a restart.
    group.ids = views.map(
      (view, index) => group.ids[index] ?? this.clientIds.get(view.id)?.id ?? ++this.lastId,
    );
    this.remember(group, all, views);
    if (group.modes.some((mode) => mode !== "both") && this.armed !== null) {
      this.send(target.session, group);
    }
    return views.map((view, index) =>
      toClient(target, group.ids[index]!, view, group.notes[index]),
    );
  }

  /** Sets those of a group that are armed. */
  private send(session: SessionApi, group: Group): void {
    const chosen = group.modes.flatMap((mode, index) => (this.stops(mode) ? [index] : []));
    this.remember(group, chosen, group.set(session, chosen));
  }

  private remember(
    group: Group,
    chosen: readonly number[],
    views: readonly BreakpointView[],
  ): void {
    for (const id of group.sessionIds) this.clientIds.delete(id);
    const entries = views.flatMap((view, place) => {
      const entry = { id: group.ids[chosen[place]!]!, kind: group.kind };
      const parts = this.joined.get(view.id) ?? [view];
      return parts.map((part) => [part.id, entry] as const);
    });
    group.sessionIds = entries.map(([id]) => id);
    for (const [id, entry] of entries) this.clientIds.set(id, entry);
  }

  private applyFilters(session: SessionApi): void {
    session.setExceptionFilters(
      this.filters.filter(({ mode }) => this.stops(mode)).map(({ request }) => request),
    );
  }

  private stops(mode: Mode): boolean {
    return mode === "both" || this.armed === null || mode === this.armed;
  }
}

/** Where breakpoints are set, and how their places are spelled for the client. */
export interface Target {
  readonly session: SessionApi;
  readonly sources: Sources;
  readonly client: Client;
}

function toClient(
  target: Target,
  id: number,
  view: BreakpointView,
  note: string | undefined,
): DebugProtocol.Breakpoint {
  const message = view.message ?? note;
  return {
    id,
    verified: view.verified,
    ...(view.verified ? {} : { reason: "failed" as const }),
    ...(message === undefined ? {} : { message }),
    ...(view.place === null
      ? {}
      : {
          source: target.sources.toClient(view.place.file),
          ...target.client.positions.toClient(view.place),
        }),
  };
}
