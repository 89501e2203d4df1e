import { Arguments } from "./arguments.ts";
import { Breakpoints } from "./breakpoints.ts";
import { capabilities } from "./capabilities.ts";
import { type Client, readClient } from "./client.ts";
import { errors, RequestError } from "./errors.ts";
import type { AdapterHost } from "./host.ts";
import { launch, type Launched } from "./launched.ts";
import type { LaunchArguments } from "./protocol.ts";
import { type Answer, requests, type When } from "./requests.ts";
import { type DapOutgoing, type DapResponse, isObject } from "./wire.ts";

/**
 * The debug adapter: one client, one debug session. Requests come in by `handle`, everything
 * for the client goes out by `send`; transports differ only in how they carry these.
 *
 * Life: new -> initialize -> launch -> configurationDone -> running and stopped in turn -> ended.
 */
export class Adapter {
  private readonly host: AdapterHost;
  private readonly send: (message: DapOutgoing) => void;
  private readonly onClose: () => void;
  private readonly breakpoints = new Breakpoints();
  private seq = 0;
  private client: Client | null = null;
  private launched: Launched | null = null;
  /** A launch or restart is reading its scenario. */
  private launching = false;
  private configured = false;
  private ended = false;
  private closed = false;

  /** `onClose` is called once, when the client has disconnected or `close` was called. */
  constructor(
    host: AdapterHost,
    send: (message: DapOutgoing) => void,
    onClose: () => void = () => {},
  ) {
    this.host = host;
    this.send = send;
    this.onClose = onClose;
  }

  /** Takes one message of the client, of whatever shape. Never throws; one response per request. */
  handle(message: unknown): void {
    if (this.closed) return;
    if (!isObject(message) || typeof message["seq"] !== "number" || message["type"] !== "request") {
      this.complain("A message that is no request was ignored.");
      return;
    }
    const { seq, command } = message;
    void this.answer(seq, typeof command === "string" ? command : "", message["arguments"]);
  }

  /** Something that arrived could not be read; the client may show it. */
  complain(sentence: string): void {
    this.emit("output", { category: "stderr", output: `${sentence}\n` });
  }

  /** The client has gone: stops the run and lets go of everything. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    const launched = this.launched;
    this.launched = null;
    await launched?.debuggee.dispose();
    this.onClose();
  }

  private async answer(seq: number, command: string, raw: unknown): Promise<void> {
    let after: Answer["after"];
    try {
      const answer = this.perform(command, new Arguments(command, raw));
      const done = answer instanceof Promise ? await answer : answer;
      after = done.after;
      this.respond({ request_seq: seq, command, success: true, body: done.body });
    } catch (cause) {
      const { id, short, sentence, showUser } =
        cause instanceof RequestError ? cause : errors.internal(command, cause);
      const body = { error: { id, format: sentence, showUser } };
      this.respond({ request_seq: seq, command, success: false, message: short, body });
    }
    after?.();
  }

  private perform(command: string, args: Arguments): Answer | Promise<Answer> {
    switch (command) {
      case "initialize":
        return this.initialize(args);
      case "launch":
        return this.launch(args);
      case "configurationDone":
        return this.configurationDone();
      case "restart":
        return this.restart(args);
      case "terminate":
        return this.terminate();
      case "disconnect":
        return { after: () => void this.close() };
      case "cancel":
        return this.cancel(args);
    }
    const request = requests.get(command);
    if (request === undefined) throw errors.unknownCommand(command);
    return request.run(this.ready(command, request.when), args);
  }

  private initialize(args: Arguments): Answer {
    if (this.client !== null) throw errors.twice("initialize");
    this.client = readClient(args);
    return { body: capabilities() };
  }

  private async launch(args: Arguments): Promise<Answer> {
    if (this.client === null) throw errors.notInitialized("launch");
    if (this.launched !== null || this.launching || this.ended) throw errors.twice("launch");
    this.launched = await this.boot(readLaunch(args));
    return { after: () => this.emit("initialized") };
  }

  private configurationDone(): Answer {
    const launched = this.ready("configurationDone", "launched");
    if (this.configured) throw errors.twice("configurationDone");
    this.configured = true;
    return { after: () => this.begin(launched) };
  }

  /** The same scenario from its beginning, read again; breakpoints stay. */
  private async restart(args: Arguments): Promise<Answer> {
    const before = this.ready("restart", "launched");
    if (this.launching) throw errors.restarting();
    // A scenario that has become unusable is refused before anything is lost.
    const launched = await this.boot(
      args.has("arguments") ? readLaunch(args.object("arguments")) : before.launch,
    );
    await before.debuggee.dispose();
    this.launched = launched;
    const changed = this.breakpoints.reapply(launched);
    return {
      after: () => {
        for (const breakpoint of changed)
          this.emit("breakpoint", { reason: "changed", breakpoint });
        this.emit("balloon/samples", {
          first: 0,
          truncate: true,
          times: [],
          series: {},
          events: [],
        });
        if (this.configured) this.begin(launched);
      },
    };
  }

  private terminate(): Answer {
    this.ready("terminate", "launched");
    return { after: () => this.end(null) };
  }

  /** Requests are answered at once, so that only a long way back can be cancelled. */
  private cancel(args: Arguments): Answer {
    const progress = args.optionalString("progressId");
    if (progress !== undefined) this.launched?.debuggee.cancelProgress(progress);
    return {};
  }

  private async boot(launchArguments: LaunchArguments): Promise<Launched> {
    this.launching = true;
    try {
      const launched = await launch(launchArguments, {
        host: this.host,
        client: this.client!,
        breakpoints: this.breakpoints,
        emit: this.emit,
        onEnd: (exitCode) => this.end(exitCode),
      });
      // The client may have left, or ended the session, while the scenario was read.
      if (this.closed || this.ended) {
        await launched.debuggee.dispose();
        throw errors.cancelled();
      }
      return launched;
    } finally {
      this.launching = false;
    }
  }

  private begin({ launch: { stopOnEntry, noDebug }, debuggee }: Launched): void {
    if (stopOnEntry === true && noDebug !== true) debuggee.stopAtEntry();
    else debuggee.start("continue");
  }

  /** Says once that the debuggee is gone; the client answers with `disconnect`. */
  private end(exitCode: number | null): void {
    if (this.ended) return;
    this.ended = true;
    void this.launched?.debuggee.dispose();
    if (exitCode !== null) this.emit("exited", { exitCode });
    this.emit("terminated");
  }

  /** The launched scenario, if the state fits the request. */
  private ready(command: string, when: When): Launched {
    if (this.client === null) throw errors.notInitialized(command);
    if (this.ended) throw errors.ended(command);
    if (this.launched === null) throw errors.notLaunched(command);
    const { running } = this.launched.session;
    if (when === "running" && !running) throw errors.notRunning();
    if ((when === "stopped" || when === "ready") && running) throw errors.notStopped(command);
    if (when === "ready" && !this.configured) throw errors.notConfigured(command);
    return this.launched;
  }

  private respond({ body, ...rest }: Omit<DapResponse, "seq" | "type">): void {
    if (this.closed) return;
    this.send({
      seq: ++this.seq,
      type: "response",
      ...rest,
      ...(body === undefined ? {} : { body }),
    });
  }

  private readonly emit = (event: string, body?: unknown): void => {
    if (this.closed) return;
    this.send({ seq: ++this.seq, type: "event", event, ...(body === undefined ? {} : { body }) });
  };
}

function readLaunch(args: Arguments): LaunchArguments {
  const program = args.optionalString("program");
  if (program === undefined || program === "") throw errors.noProgram();
  const text = args.optionalString("text");
  const kernel = args.optionalString("kernel");
  const seed = args.optionalInteger("seed");
  return {
    program,
    stopOnEntry: args.flag("stopOnEntry"),
    noDebug: args.flag("noDebug"),
    ...(text === undefined ? {} : { text }),
    ...(kernel === undefined ? {} : { kernel }),
    ...(seed === undefined ? {} : { seed }),
  };
}
