import type { DebugProtocol } from "@vscode/debugprotocol";
import { type InProcessClient, Refusal } from "./in-process-client.ts";

interface Entry {
  readonly expression: string;
  readonly dataId: string;
  readonly condition: string | null;
  state: DebugProtocol.Breakpoint;
}

/** The values that a terminal session watches: each change stops. */
export class WatchList {
  private readonly client: InProcessClient;
  private entries: Entry[] = [];

  constructor(client: InProcessClient) {
    this.client = client;
  }

  /** `EXPR`, with ` if CONDITION` behind it. Returns what came of it, for people. */
  async add(text: string, frameId: number | undefined): Promise<string> {
    const [, expression = "", condition = null] =
      /^(.+?)(?:\s+if\s+(.+))?$/.exec(text.trim()) ?? [];
    if (expression === "") throw new Refusal("Say what: watch EXPR, then if CONDITION.");
    const dataId = await this.dataId(expression, frameId);
    const entry: Entry = { expression, dataId, condition, state: { verified: false } };
    this.entries.push(entry);
    await this.send();
    return describe(entry);
  }

  /** What identifies the value of an expression. */
  async dataId(expression: string, frameId: number | undefined): Promise<string> {
    const { dataId, description } = await this.client.request<
      DebugProtocol.DataBreakpointInfoResponse["body"]
    >("dataBreakpointInfo", {
      name: expression,
      ...(frameId === undefined ? {} : { frameId }),
    });
    if (dataId === null) throw new Refusal(description);
    return dataId;
  }

  /** Removes one by its number, or all; false when there is none. */
  async remove(id: number | null): Promise<boolean> {
    const rest = this.entries.filter((each) => id !== null && each.state.id !== id);
    if (rest.length === this.entries.length) return false;
    this.entries = rest;
    await this.send();
    return true;
  }

  describeAll(): readonly string[] {
    return this.entries.map(describe);
  }

  changed(breakpoint: DebugProtocol.Breakpoint): void {
    const entry = this.entries.find((each) => each.state.id === breakpoint.id);
    if (entry !== undefined) entry.state = breakpoint;
  }

  private async send(): Promise<void> {
    const wanted = this.entries.map(({ dataId, condition }) => ({
      dataId,
      ...(condition === null ? {} : { condition }),
    }));
    const { breakpoints } = await this.client.request<{ breakpoints: DebugProtocol.Breakpoint[] }>(
      "setDataBreakpoints",
      { breakpoints: wanted },
    );
    this.entries.forEach((each, index) => (each.state = breakpoints[index]!));
  }
}

function describe({ expression, condition, state }: Entry): string {
  const when = condition === null ? "" : ` if ${condition}`;
  const status = state.verified ? "" : ` (not set): ${state.message ?? ""}`;
  return `Watch ${state.id}: ${expression}${when}${status}`;
}
