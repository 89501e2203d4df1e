import * as vscode from "vscode";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { LaunchArguments } from "../dap/protocol.ts";

/** The debug adapter's worker, of either kind; DAP messages go both ways as plain objects. */
export interface WorkerPort {
  post(message: DebugProtocol.ProtocolMessage): void;
  terminate(): void;
  /** `onFailure` is told why the worker is no more; it may be called several times. */
  listen(
    onMessage: (message: DebugProtocol.ProtocolMessage) => void,
    onFailure: (why: string) => void,
  ): void;
}

export interface BridgeOptions {
  /** Text of the scenario `program`; rejects with a message for the user. */
  readonly readScenario: (program: string) => Promise<string>;
  /** Told once when the worker ended without being asked to. */
  readonly onCrash: (why: string) => void;
}

/**
 * Carries messages between VS Code and the adapter's worker, so that a run that computes for
 * seconds blocks no other extension. It adds two things to mere forwarding: the text of the
 * scenario, read anew at each launch and restart (unsaved edits included), since the worker has
 * no access to VS Code's file systems; and answers in place of a worker that has died.
 */
export class AdapterBridge implements vscode.DebugAdapter {
  readonly #port: WorkerPort;
  readonly #options: BridgeOptions;
  readonly #sent = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly onDidSendMessage = this.#sent.event;
  /** Requests that the worker has not answered yet. */
  readonly #open = new Map<number, DebugProtocol.Request>();
  /** Requests that wait for a scenario's text, in order; null while none is being read. */
  #held: DebugProtocol.ProtocolMessage[] | null = null;
  #launch: LaunchArguments | null = null;
  #disconnected = false;
  #dead: string | null = null;

  constructor(port: WorkerPort, options: BridgeOptions) {
    this.#port = port;
    this.#options = options;
    port.listen(
      (message) => this.#fromWorker(message),
      (why) => this.#crash(why),
    );
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    const typed = message as DebugProtocol.ProtocolMessage;
    if (this.#held !== null) this.#held.push(typed);
    else this.#toWorker(typed);
  }

  dispose(): void {
    this.#dead ??= "";
    this.#port.terminate();
    this.#sent.dispose();
  }

  #toWorker(message: DebugProtocol.ProtocolMessage): void {
    if (!isRequest(message)) {
      if (this.#dead === null) this.#port.post(message);
    } else if (this.#dead !== null) {
      this.#answerForTheDead(message, this.#dead);
    } else if (message.command === "launch" || message.command === "restart") {
      void this.#withText(message);
    } else {
      this.#post(message);
    }
  }

  #post(request: DebugProtocol.Request): void {
    this.#open.set(request.seq, request);
    this.#port.post(request);
  }

  /** Messages that arrive while the text is read wait, so that the worker gets all in order. */
  async #withText(request: DebugProtocol.Request): Promise<void> {
    this.#held = [];
    try {
      this.#launch = launchArguments(request) ?? this.#launch;
      if (this.#launch === null) this.#post(request);
      else
        this.#post(
          withArguments(request, {
            ...this.#launch,
            text: await this.#options.readScenario(this.#launch.program),
          }),
        );
    } catch (error) {
      this.#send(failed(request, error instanceof Error ? error.message : String(error), true));
    }
    const held = this.#held;
    this.#held = null;
    // A held message may be a restart, which holds those after it again.
    for (const message of held) this.handleMessage(message);
  }

  #fromWorker(message: DebugProtocol.ProtocolMessage): void {
    if (message.type === "response") {
      const response = message as DebugProtocol.Response;
      this.#open.delete(response.request_seq);
      if (response.command === "disconnect") this.#disconnected = true;
    }
    this.#send(message);
  }

  #crash(why: string): void {
    if (this.#dead !== null || this.#disconnected) return;
    this.#dead = why;
    for (const request of this.#open.values()) this.#answerForTheDead(request, why);
    this.#open.clear();
    this.#options.onCrash(why);
    this.#send(event("terminated", {}));
  }

  #answerForTheDead(request: DebugProtocol.Request, why: string): void {
    const ending = request.command === "disconnect" || request.command === "terminate";
    this.#send(
      ending
        ? response(request, true)
        : failed(request, vscode.l10n.t("The debug adapter has ended: {0}", why), false),
    );
  }

  #send(message: DebugProtocol.ProtocolMessage): void {
    this.#sent.fire(message);
  }
}

function isRequest(message: DebugProtocol.ProtocolMessage): message is DebugProtocol.Request {
  return message.type === "request";
}

/** `restart` carries the launch arguments within its own, and may come without. */
function launchArguments(request: DebugProtocol.Request): LaunchArguments | null {
  const given: unknown = request.arguments;
  if (request.command === "launch") return isLaunch(given) ? given : null;
  const inner = isObject(given) && "arguments" in given ? given.arguments : null;
  return isLaunch(inner) ? inner : null;
}

function isLaunch(value: unknown): value is LaunchArguments {
  return isObject(value) && "program" in value && typeof value.program === "string";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function withArguments(
  request: DebugProtocol.Request,
  launch: LaunchArguments,
): DebugProtocol.Request {
  return { ...request, arguments: request.command === "launch" ? launch : { arguments: launch } };
}

/** VS Code numbers nothing by the `seq` of what an adapter sends, so these need none of their own. */
function response(request: DebugProtocol.Request, success: boolean): DebugProtocol.Response {
  return { seq: 0, type: "response", request_seq: request.seq, command: request.command, success };
}

function failed(
  request: DebugProtocol.Request,
  message: string,
  showUser: boolean,
): DebugProtocol.Response {
  return {
    ...response(request, false),
    message,
    body: { error: { id: 1, format: escapeBraces(message), showUser } },
  };
}

/** In a DAP message `{name}` is a placeholder; a path or an error text may hold braces. */
function escapeBraces(text: string): string {
  return text.replace(/[{}]/g, (brace) => (brace === "{" ? "(" : ")"));
}

function event(name: string, body: object): DebugProtocol.Event {
  return { seq: 0, type: "event", event: name, body };
}
