import type { DebugProtocol } from "@vscode/debugprotocol";
import type { AdapterHost } from "../dap/host.ts";
import type {
  BalloonStopped,
  BranchesBody,
  LaunchArguments,
  SeekArguments,
} from "../dap/protocol.ts";
import type { DapEvent } from "../dap/wire.ts";
import { BreakpointList } from "./breakpoint-list.ts";
import { InProcessClient, Refusal } from "./in-process-client.ts";
import { WatchList } from "./watch-list.ts";

export type StoppedBody = DebugProtocol.StoppedEvent["body"] & BalloonStopped;

export interface DebuggerOptions {
  readonly host: AdapterHost;
  readonly launch: LaunchArguments;
  readonly scenarioText: string;
  /** Gets what the guest and the debugger have to say while it runs. */
  readonly onOutput: (text: string) => void;
}

/** Requests that let the guest run. */
export type Resume =
  | "continue"
  | "next"
  | "stepIn"
  | "stepOut"
  | "stepBack"
  | "reverseContinue"
  | "balloon/reverseStepIn"
  | "balloon/reverseStepOut";

/** A terminal session's view of a debuggee: where it stopped, and which thread and frame are looked at. */
export class Debugger {
  readonly breakpoints: BreakpointList;
  readonly watches: WatchList;
  private readonly options: DebuggerOptions;
  private readonly client: InProcessClient;
  /** Called at the next stop or at the end. */
  private settled = (): void => {};
  private launched = false;
  stopped: StoppedBody | null = null;
  ended = false;
  thread = 0;
  /** Frames of `thread`, innermost first, and the one that is looked at. */
  frames: readonly DebugProtocol.StackFrame[] = [];
  frameIndex = 0;

  constructor(options: DebuggerOptions) {
    this.options = options;
    this.client = new InProcessClient(options.host, (event) => this.take(event));
    this.breakpoints = new BreakpointList(this.client);
    this.watches = new WatchList(this.client);
  }

  /** Boots the guest and stops before its first statement. Rejects with a `Refusal`. */
  async start(): Promise<void> {
    const capabilities = await this.client.request<DebugProtocol.Capabilities>("initialize", {
      adapterID: "balloon",
      supportsVariablePaging: true,
      supportsVariableType: true,
    });
    await this.client.request("launch", { ...this.options.launch, stopOnEntry: true });
    const filters = (capabilities.exceptionBreakpointFilters ?? [])
      .filter((each) => each.default === true)
      .map((each) => each.filter);
    await this.client.request("setExceptionBreakpoints", { filters });
    await this.whenSettled(() => this.client.request("configurationDone"));
  }

  async catchExceptions(filters: readonly string[]): Promise<DebugProtocol.Breakpoint[]> {
    const body = { filters };
    const answer = await this.client.request<{ breakpoints: DebugProtocol.Breakpoint[] }>(
      "setExceptionBreakpoints",
      body,
    );
    return answer.breakpoints;
  }

  /** Resolves when the guest has stopped again, or the session has ended. */
  async resume(command: Resume): Promise<void> {
    if (command === "continue" && this.stopped?.reason === "end") {
      throw new Refusal(
        "The scenario has finished: go back with back or rc, begin again with restart, or quit.",
      );
    }
    const threadId = this.thread;
    await this.whenSettled(() => this.client.request(command, { threadId }));
  }

  async seek(target: SeekArguments): Promise<void> {
    await this.whenSettled(() => this.client.request("balloon/seek", target));
  }

  /** Sets, and returns the value as it is then. */
  async set(expression: string, value: string): Promise<string> {
    const args = { expression, value, ...this.inFrame() };
    return (await this.client.request<{ value: string }>("setExpression", args)).value;
  }

  branches(): Promise<BranchesBody> {
    return this.client.request<BranchesBody>("balloon/branches");
  }

  /** Id of the frame that is looked at. */
  get frameId(): number | undefined {
    return this.frames[this.frameIndex]?.id;
  }

  async restart(): Promise<void> {
    await this.whenSettled(() => this.client.request("restart"));
  }

  /** Asks a running guest to stop; one that stands still is left alone. */
  interrupt(): void {
    if (this.stopped === null) void this.client.request("pause", { threadId: 0 }).catch(() => {});
  }

  get frame(): DebugProtocol.StackFrame {
    const frame = this.frames[this.frameIndex];
    if (frame === undefined) throw new Refusal("This thread has no frames.");
    return frame;
  }

  async sources(): Promise<readonly DebugProtocol.Source[]> {
    return (await this.client.request<{ sources: DebugProtocol.Source[] }>("loadedSources"))
      .sources;
  }

  async threads(): Promise<readonly DebugProtocol.Thread[]> {
    return (await this.client.request<DebugProtocol.ThreadsResponse["body"]>("threads")).threads;
  }

  /** Looks at another thread, from its innermost frame. */
  async selectThread(threadId: number): Promise<void> {
    const stack = await this.client.request<DebugProtocol.StackTraceResponse["body"]>(
      "stackTrace",
      { threadId },
    );
    this.thread = threadId;
    this.frames = stack.stackFrames;
    this.frameIndex = 0;
  }

  async scopes(): Promise<readonly DebugProtocol.Scope[]> {
    const frameId = this.frame.id;
    return (await this.client.request<DebugProtocol.ScopesResponse["body"]>("scopes", { frameId }))
      .scopes;
  }

  async children(variablesReference: number): Promise<readonly DebugProtocol.Variable[]> {
    const body = { variablesReference };
    return (await this.client.request<DebugProtocol.VariablesResponse["body"]>("variables", body))
      .variables;
  }

  async evaluate(expression: string): Promise<DebugProtocol.EvaluateResponse["body"]> {
    return this.client.request("evaluate", { expression, context: "repl", ...this.inFrame() });
  }

  async exceptionInfo(): Promise<DebugProtocol.ExceptionInfoResponse["body"]> {
    return this.client.request("exceptionInfo", { threadId: this.stopped?.threadId ?? 0 });
  }

  /** Lines of a source: the scenario's as it was launched, the model's as it was compiled. */
  async sourceLines(source: DebugProtocol.Source): Promise<readonly string[]> {
    if (source.path === this.options.launch.program)
      return this.options.scenarioText.split(/\r?\n/);
    const body = { source, sourceReference: source.sourceReference ?? 0 };
    return (
      await this.client.request<DebugProtocol.SourceResponse["body"]>("source", body)
    ).content.split("\n");
  }

  async close(): Promise<void> {
    this.ended = true;
    await this.client.close();
  }

  private inFrame(): { readonly frameId?: number } {
    const { frameId } = this;
    return frameId === undefined ? {} : { frameId };
  }

  private async whenSettled(start: () => Promise<unknown>): Promise<void> {
    const settled = new Promise<void>((resolve) => (this.settled = resolve));
    const before = this.stopped;
    this.stopped = null;
    try {
      await start();
    } catch (cause) {
      this.stopped = before;
      throw cause;
    }
    await settled;
    // What was asked after may have changed by now.
    const { stopped } = this as { stopped: StoppedBody | null };
    if (stopped !== null) await this.selectThread(stopped.threadId ?? 0);
  }

  private take({ event, body }: DapEvent): void {
    switch (event) {
      case "initialized":
        this.launched = true;
        return;
      case "output":
        // Before that come the diagnostics of the scenario, which the caller shows better.
        if (!this.launched) return;
        return this.options.onOutput((body as DebugProtocol.OutputEvent["body"]).output);
      case "breakpoint": {
        const { breakpoint } = body as DebugProtocol.BreakpointEvent["body"];
        this.watches.changed(breakpoint);
        return this.breakpoints.changed(breakpoint);
      }
      case "stopped":
        this.stopped = body as StoppedBody;
        return this.settled();
      case "terminated":
        this.ended = true;
        return this.settled();
    }
  }
}
