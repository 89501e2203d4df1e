import type { DebugProtocol } from "@vscode/debugprotocol";
import type {
  BreakpointRequest,
  BreakpointView,
  ExceptionFilter,
  Place,
  SessionApi,
} from "../session/types.ts";
import type { Client } from "./client.ts";
import type { Sources } from "./sources.ts";

type File = Place["file"];
type Kind = "function" | "line";

/** A file's line breakpoints, or all function breakpoints, as the client last asked for them. */
interface Group {
  readonly kind: Kind;
  readonly file: File | null;
  readonly requests: readonly BreakpointRequest[];
  /** What the client calls them; ours, so that they outlive a restart. */
  ids: readonly number[];
}

/** Breakpoints as the client knows them, across the sessions that a restart makes. */
export class Breakpoints {
  private readonly groups = new Map<string, Group>();
  private filters: readonly ExceptionFilter[] = [];
  private readonly clientIds = new Map<number, { readonly id: number; readonly kind: Kind }>();
  private lastId = 0;

  setLines(
    target: Target,
    file: File,
    requests: readonly BreakpointRequest[],
  ): DebugProtocol.Breakpoint[] {
    return this.set(target, `${file.kind}:${file.path}`, "line", file, requests);
  }

  setFunctions(target: Target, requests: readonly BreakpointRequest[]): DebugProtocol.Breakpoint[] {
    return this.set(target, "functions", "function", null, requests);
  }

  setFilters(session: SessionApi, filters: readonly ExceptionFilter[]): void {
    this.filters = filters;
    session.setExceptionFilters(filters);
  }

  /** Breakpoints that can never hit, such as those of a file that is none of ours. */
  unverified(count: number, message: string): DebugProtocol.Breakpoint[] {
    return Array.from({ length: count }, () => ({ id: ++this.lastId, verified: false, message }));
  }

  /** Sets everything again in a session that has replaced another; returns it for `breakpoint` events. */
  reapply(target: Target): DebugProtocol.Breakpoint[] {
    this.clientIds.clear();
    target.session.setExceptionFilters(this.filters);
    return [...this.groups.values()].flatMap((group) => this.apply(target, group));
  }

  /** The client's ids of breakpoints that were hit, and whether each is a function breakpoint. */
  hit(ids: readonly number[]): { readonly ids: number[]; readonly allFunctions: boolean } {
    const known = ids.flatMap((id) => this.clientIds.get(id) ?? []);
    return {
      ids: known.map((each) => each.id),
      allFunctions: known.length > 0 && known.every((each) => each.kind === "function"),
    };
  }

  private set(
    target: Target,
    key: string,
    kind: Kind,
    file: File | null,
    requests: readonly BreakpointRequest[],
  ): DebugProtocol.Breakpoint[] {
    const group: Group = { kind, file, requests, ids: [] };
    this.groups.set(key, group);
    return this.apply(target, group);
  }

  private apply(target: Target, group: Group): DebugProtocol.Breakpoint[] {
    const { session } = target;
    const views =
      group.file === null
        ? session.setFunctionBreakpoints(group.requests)
        : session.setLineBreakpoints(group.file, group.requests);
    // A breakpoint that the session knows already keeps its id, and so does one after a restart.
    group.ids = views.map(
      (view, index) => group.ids[index] ?? this.clientIds.get(view.id)?.id ?? ++this.lastId,
    );
    return views.map((view, index) => {
      const id = group.ids[index]!;
      this.clientIds.set(view.id, { id, kind: group.kind });
      return toClient(target, id, view);
    });
  }
}

/** Where breakpoints are set, and how their places are spelled for the client. */
export interface Target {
  readonly session: SessionApi;
  readonly sources: Sources;
  readonly client: Client;
}

function toClient(target: Target, id: number, view: BreakpointView): DebugProtocol.Breakpoint {
  return {
    id,
    verified: view.verified,
    ...(view.message === null ? {} : { message: view.message }),
    ...(view.place === null
      ? {}
      : {
          source: target.sources.toClient(view.place.file),
          ...target.client.positions.toClient(view.place),
        }),
  };
}
