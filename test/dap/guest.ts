import { join } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { AdapterHost } from "../../src/dap/host.ts";
import { nodeHost } from "../../src/dap/node-host.ts";
import type { FingerprintBody } from "../../src/dap/protocol.ts";
import { smallGuest } from "../session/small-guest.ts";
import { TestClient } from "./client.ts";

export const oomNotify = join(process.cwd(), "scenarios/oom-notify.balloon.yaml");

/** Boots in a blink. */
export const small = smallGuest("  - wait: 20ms\n");

export type StoppedBody = DebugProtocol.StoppedEvent["body"] & { readonly virtualTime: number };

/** A client of a real guest, with what a debugger's user does. */
export class Guest {
  readonly client: TestClient;
  stop: StoppedBody;

  private constructor(client: TestClient, stop: StoppedBody) {
    this.client = client;
    this.stop = stop;
  }

  /** Runs to the first of `functions`; without any it stands at its first statement. */
  static async start(
    launch: object,
    functions: readonly string[] = [],
    initialize: object = {},
    host: AdapterHost = nodeHost(),
  ): Promise<Guest> {
    const client = new TestClient(host);
    await client.request("initialize", { adapterID: "balloon", ...initialize });
    await client.request("launch", { stopOnEntry: functions.length === 0, ...launch });
    await client.event("initialized");
    if (functions.length > 0) await setFunctions(client, functions);
    await client.request("configurationDone");
    return Guest.of(client);
  }

  /** The guest of a client that has configured it, at its first stop. */
  static async of(client: TestClient): Promise<Guest> {
    const { body } = await client.event("stopped");
    return new Guest(client, body as StoppedBody);
  }

  get thread(): number {
    return this.stop.threadId!;
  }

  breakAt(...functions: readonly string[]): Promise<DebugProtocol.Breakpoint[]> {
    return setFunctions(this.client, functions);
  }

  /** Resumes, and waits for the next stop. */
  async go(command: string, args: object = {}): Promise<StoppedBody> {
    const body = await this.client.resumeWith(command, { threadId: this.thread, ...args });
    return (this.stop = body as unknown as StoppedBody);
  }

  async frames(): Promise<readonly DebugProtocol.StackFrame[]> {
    const { stackFrames } = await this.client.request<DebugProtocol.StackTraceResponse["body"]>(
      "stackTrace",
      { threadId: this.thread },
    );
    return stackFrames;
  }

  async top(): Promise<DebugProtocol.StackFrame> {
    return (await this.frames())[0]!;
  }

  async scope(name: string, frame = 0): Promise<number> {
    const frameId = (await this.frames())[frame]!.id;
    const { scopes } = await this.client.request<DebugProtocol.ScopesResponse["body"]>("scopes", {
      frameId,
    });
    return scopes.find((each) => each.name === name)!.variablesReference;
  }

  async variables(variablesReference: number, range: object = {}) {
    const body = { variablesReference, ...range };
    return (await this.client.request<DebugProtocol.VariablesResponse["body"]>("variables", body))
      .variables;
  }

  /** A value by its names, from a scope on. */
  async variable(...path: readonly [string, ...string[]]): Promise<DebugProtocol.Variable> {
    const [scope, ...names] = path;
    let reference = await this.scope(scope);
    let found: DebugProtocol.Variable | undefined;
    for (const name of names) {
      found = (await this.variables(reference)).find((each) => each.name === name);
      if (found === undefined) throw new Error(`there is no ${name} in ${path.join(", ")}`);
      reference = found.variablesReference;
    }
    return found!;
  }

  async evaluate(expression: string): Promise<string> {
    return (await this.client.request<{ result: string }>("evaluate", { expression })).result;
  }

  fingerprint(): Promise<FingerprintBody> {
    return this.client.request<FingerprintBody>("balloon/fingerprint");
  }

  async watch(dataId: string, rest: object = {}): Promise<DebugProtocol.Breakpoint[]> {
    const breakpoints = [{ dataId, ...rest }];
    return (
      await this.client.request<{ breakpoints: DebugProtocol.Breakpoint[] }>("setDataBreakpoints", {
        breakpoints,
      })
    ).breakpoints;
  }

  async leave(): Promise<void> {
    await this.client.request("disconnect");
    await this.client.closed;
  }
}

async function setFunctions(client: TestClient, functions: readonly string[]) {
  const breakpoints = functions.map((name) => ({ name }));
  return (
    await client.request<{ breakpoints: DebugProtocol.Breakpoint[] }>("setFunctionBreakpoints", {
      breakpoints,
    })
  ).breakpoints;
}
