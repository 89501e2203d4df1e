import type { DebugProtocol } from "@vscode/debugprotocol";
import { type InProcessClient, Refusal } from "./in-process-client.ts";

interface Entry {
  /** As typed: `fill_balloon`, `mm/vmscan.ts:120`. */
  readonly spec: string;
  readonly condition: string | null;
  /** Null for a function. */
  readonly line: { readonly source: DebugProtocol.Source; readonly number: number } | null;
  state: DebugProtocol.Breakpoint;
}

/** The breakpoints that a terminal session has set; the adapter is told about them by groups. */
export class BreakpointList {
  private readonly client: InProcessClient;
  private entries: Entry[] = [];

  constructor(client: InProcessClient) {
    this.client = client;
  }

  /** `FUNCTION` or `FILE:LINE`, with ` if CONDITION` behind it. Returns what came of it, for people. */
  async add(text: string): Promise<string> {
    const [, spec = "", condition] = /^(\S+)(?:\s+if\s+(.+))?$/.exec(text.trim()) ?? [];
    if (spec === "")
      throw new Refusal("Say where: break FUNCTION, or break FILE:LINE, then if CONDITION.");
    const entry: Entry = {
      spec,
      condition: condition ?? null,
      line: await this.lineOf(spec),
      state: { verified: false },
    };
    this.entries.push(entry);
    await this.send(entry.line?.source ?? null);
    return describe(entry);
  }

  get empty(): boolean {
    return this.entries.length === 0;
  }

  /** Removes one by its number, or all. */
  async remove(id: number | null): Promise<string> {
    const gone = this.entries.filter((each) => id === null || each.state.id === id);
    if (gone.length === 0)
      throw new Refusal(
        id === null ? "There are no breakpoints." : `There is no breakpoint ${id}.`,
      );
    this.entries = this.entries.filter((each) => !gone.includes(each));
    for (const each of gone) await this.send(each.line?.source ?? null);
    return gone.length === 1
      ? `Deleted breakpoint ${gone[0]!.state.id}.`
      : `Deleted ${gone.length} breakpoints.`;
  }

  describeAll(): string {
    return this.entries.length === 0 ? "No breakpoints." : this.entries.map(describe).join("\n");
  }

  changed(breakpoint: DebugProtocol.Breakpoint): void {
    const entry = this.entries.find((each) => each.state.id === breakpoint.id);
    if (entry !== undefined) entry.state = breakpoint;
  }

  private async lineOf(spec: string): Promise<Entry["line"]> {
    const [, file, line] = /^(.+):(\d+)$/.exec(spec) ?? [];
    if (file === undefined || line === undefined) return null;
    const { sources } = await this.client.request<{ sources: DebugProtocol.Source[] }>(
      "loadedSources",
    );
    const matches = sources.filter(({ path = "" }) => path === file || path.endsWith(`/${file}`));
    if (matches.length === 1) return { source: matches[0]!, number: Number(line) };
    if (matches.length === 0)
      throw new Refusal(`There is no source ${file}; "sources" lists them.`);
    throw new Refusal(
      `Several sources are named ${file}: ${matches.map((each) => each.path).join(", ")}.`,
    );
  }

  /** Replaces the group of a source, or of the functions. */
  private async send(source: DebugProtocol.Source | null): Promise<void> {
    const group = this.entries.filter(
      (each) => (each.line?.source.path ?? null) === (source?.path ?? null),
    );
    const wanted = group.map(({ spec, condition, line }) => ({
      ...(line === null ? { name: spec } : { line: line.number }),
      ...(condition === null ? {} : { condition }),
    }));
    const { breakpoints } = await this.client.request<{ breakpoints: DebugProtocol.Breakpoint[] }>(
      source === null ? "setFunctionBreakpoints" : "setBreakpoints",
      { breakpoints: wanted, ...(source === null ? {} : { source }) },
    );
    group.forEach((each, index) => (each.state = breakpoints[index]!));
  }
}

function describe({ spec, condition, state }: Entry): string {
  const where = state.source === undefined ? "" : ` at ${state.source.name}:${state.line}`;
  const when = condition === null ? "" : ` if ${condition}`;
  const status = state.verified ? "" : " (not set)";
  const message = state.message === undefined ? "" : `: ${state.message}`;
  return `Breakpoint ${state.id}: ${spec}${where}${when}${status}${message}`;
}
