import { Arguments } from "./arguments.ts";
import { Breakpoints } from "./breakpoints.ts";
import { capabilities } from "./capabilities.ts";
import { type Client, readClient } from "./client.ts";
import { errors, RequestError } from "./errors.ts";
import type { AdapterHost } from "./host.ts";
import { attach, launch, type LaunchContext, type Launched } from "./launched.ts";
import type { LaunchArguments, ScenarioBody } from "./protocol.ts";
import type { Answer, When } from "./request-handler.ts";
import { type QueuedRequest, RequestQueue } from "./request-queue.ts";
import { requests } from "./requests.ts";
import { baseName } from "./sources.ts";
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
  private readonly queue = new RequestQueue((request) => this.answer(request));
  private seq = 0;
  private client: Client | null = null;
  private launched: Launched | null = null;
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
    const { seq, command, arguments: raw } = message;
    const request = { seq, command: typeof command === "string" ? command : "", raw };
    if (!this.queue.add(request)) this.refuse(request, errors.flooded());
  }

  /** Something that arrived could not be read; the client may show it. */
  complain(sentence: string): void {
    this.emit("output", { category: "stderr", output: `${sentence}\n` });
  }

  /** The client has gone: stops the run and lets go of everything. */
  async close(): Promise<void> {
    if (this.closed) return;
    // What still waits gets its answer before nothing can be sent any more.
    for (const request of this.queue.takeAll()) this.refuse(request, errors.cancelled());
    this.closed = true;
    const launched = this.launched;
    this.launched = null;
    await launched?.debuggee.dispose();
    this.onClose();
  }

  /** Answers at once, or returns a promise of having answered. */
  private answer(request: QueuedRequest): Promise<void> | void {
    const rest = this.launched?.debuggee.rouse() ?? null;
    return rest === null ? this.answerNow(request) : rest.then(() => this.answerNow(request));
  }

  private answerNow(request: QueuedRequest): Promise<void> | void {
    try {
      const answer = this.perform(request.command, new Arguments(request.command, request.raw));
      if (!(answer instanceof Promise)) return this.accept(request, answer);
      return answer.then(
        (done) => this.accept(request, done),
        (cause: unknown) => this.refuse(request, cause),
      );
    } catch (cause) {
      this.refuse(request, cause);
    }
  }

  private accept({ seq, command }: QueuedRequest, { body, after }: Answer): void {
    this.respond({ request_seq: seq, command, success: true, body });
    try {
      after?.();
    } catch (cause) {
      // The request has been answered: what went wrong behind it is told all the same.
      this.complain(errors.internal(command, cause).sentence);
    }
  }

  private refuse({ seq, command }: QueuedRequest, cause: unknown): void {
    const { id, short, sentence, showUser } =
      cause instanceof RequestError ? cause : errors.internal(command, cause);
    const body = { error: { id, format: sentence, showUser } };
    this.respond({ request_seq: seq, command, success: false, message: short, body });
  }

  private perform(command: string, args: Arguments): Answer | Promise<Answer> {
    switch (command) {
      case "initialize":
        return this.initialize(args);
      case "launch":
        return this.launch(args);
      case "attach":
        return this.attach(args);
      case "configurationDone":
        return this.configurationDone();
      case "restart":
        return this.restart(args);
      case "terminate":
        return this.terminate();
      case "disconnect":
        return this.disconnect(args);
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
    return { body: capabilities(this.host.parking !== undefined) };
  }

  private async launch(args: Arguments): Promise<Answer> {
    this.unlaunched("launch");
    this.launched = await this.boot(launch(readLaunch(args), this.context()));
    return { after: () => this.introduce("launch") };
  }

  /** Goes on with a guest that another client has left. */
  private async attach(args: Arguments): Promise<Answer> {
    this.unlaunched("attach");
    const { parking } = this.host;
    if (parking === undefined) throw errors.cannotPark();
    const name = args.optionalString("guest");
    const guest = parking.take(name);
    if (guest === null) throw errors.notParked(name, parking.names());
    this.launched = await this.boot(attach(guest, this.context()));
    return { after: () => this.introduce("attach") };
  }

  private unlaunched(command: string): void {
    if (this.client === null) throw errors.notInitialized(command);
    if (this.launched !== null || this.ended) throw errors.twice(command);
  }

  private introduce(startMethod: "launch" | "attach"): void {
    const { program } = this.launched!.launch;
    this.emit("process", { name: baseName(program), isLocalProcess: false, startMethod });
    this.describe();
    this.emit("initialized");
  }

  private describe(): void {
    const body: ScenarioBody = this.launched!.session.outline;
    this.emit("balloon/scenario", body);
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
    // A scenario that has become unusable is refused before anything is lost.
    // nvim-dap sends the configuration as it is.
    const given = args.has("arguments") ? args.object("arguments") : args;
    const again = given.has("program") ? readLaunch(given) : before.launch;
    const launched = await this.boot(launch(again, this.context()));
    await before.debuggee.dispose();
    this.launched = launched;
    const changed = this.breakpoints.reapply(launched);
    return {
      after: () => {
        for (const breakpoint of changed)
          this.emit("breakpoint", { reason: "changed", breakpoint });
        this.describe();
        this.emit("balloon/samples", {
          first: 0,
          truncate: true,
          times: [],
          series: {},
          events: [],
        });
        if (this.configured) this.begin(launched, true);
      },
    };
  }

  private terminate(): Answer {
    this.ready("terminate", "launched");
    return { after: () => this.end(null) };
  }

  /** The guest ends with its client, unless the client wants otherwise and there is a place for it. */
  private async disconnect(args: Arguments): Promise<Answer> {
    const { parking } = this.host;
    const suspended = args.flag("suspendDebuggee");
    const stays = suspended || !args.flag("terminateDebuggee", true);
    const { launched } = this;
    if (stays && parking !== undefined && launched !== null && !this.ended) {
      this.launched = null;
      const name = await parking.leave(await launched.park(suspended));
      this.emit("output", { category: "console", output: `The guest stays as ${name}.\n` });
    }
    return { after: () => void this.close() };
  }

  /** By number, a request that waits or is being answered; or a run by its progress. */
  private cancel(args: Arguments): Answer {
    const progress = args.optionalString("progressId");
    const seq = args.optionalInteger("requestId");
    if (progress !== undefined) this.launched?.debuggee.cancelProgress(progress);
    const waiting = seq === undefined ? null : this.queue.remove(seq);
    if (seq !== undefined && this.queue.isAnswering(seq)) this.launched?.session.pause();
    return { after: () => waiting !== null && this.refuse(waiting, errors.cancelledByClient()) };
  }

  private context(): LaunchContext {
    return {
      host: this.host,
      client: this.client!,
      breakpoints: this.breakpoints,
      emit: this.emit,
      onEnd: (exitCode) => this.end(exitCode),
    };
  }

  /** What was started, unless the client has left or ended the session meanwhile. */
  private async boot(starting: Promise<Launched>): Promise<Launched> {
    const launched = await starting;
    if (!this.closed && !this.ended) return launched;
    await launched.debuggee.dispose();
    throw errors.cancelled();
  }

  private begin({ launch, debuggee, session }: Launched, again = false): void {
    const isNew = session.stop?.reason.kind === "entry";
    if (isNew && (launch.stopOnEntry !== true || launch.noDebug === true)) {
      return debuggee.start("continue");
    }
    // For a client that knows of a stop, another one would be a second.
    if (again) this.emit("continued", { threadId: 0, allThreadsContinued: true });
    debuggee.stopAtEntry();
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
    const { running } = this.launched.debuggee;
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
    void this.launched?.debuggee.rouse();
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
  const variant = args.optionalString("variant");
  const linuxTree = args.optionalString("linuxTree");
  return {
    program,
    stopOnEntry: args.flag("stopOnEntry"),
    noDebug: args.flag("noDebug"),
    ...(text === undefined ? {} : { text }),
    ...(kernel === undefined ? {} : { kernel }),
    ...(seed === undefined ? {} : { seed }),
    ...(variant === undefined ? {} : { variant }),
    ...(linuxTree === undefined ? {} : { linuxTree }),
  };
}
