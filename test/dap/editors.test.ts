/** Clients that are not VS Code: what they leave out, and what they send in its place. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { describe, expect, it } from "vitest";
import { nodeHost } from "../../src/dap/node-host.ts";
import { driver, program, type Breakpoints } from "./capability.ts";
import { TestClient } from "./client.ts";
import { Guest, oomNotify, small } from "./guest.ts";

type Stack = DebugProtocol.StackTraceResponse["body"];
type Scopes = DebugProtocol.ScopesResponse["body"];
type Threads = DebugProtocol.ThreadsResponse["body"];
type Variables = DebugProtocol.VariablesResponse["body"];

describe("nvim-dap", () => {
  /**
   * Its requests in their order, with its two peculiarities: an empty table is written as a list, and
   * a stop of one thread while it believes another one to be stopped is answered with `continue`.
   */
  class Neovim {
    readonly client = new TestClient(nodeHost());
    frame: DebugProtocol.StackFrame | null = null;
    private stopped: number | null = null;
    private stops = 0;
    private heard = 0;

    async begin(config: object, source: object, lines: readonly number[]): Promise<Breakpoints> {
      const { client } = this;
      const capabilities = await client.request<DebugProtocol.Capabilities>("initialize", {
        clientID: "neovim",
        clientName: "neovim",
        adapterID: "nvim-dap",
        pathFormat: "path",
        columnsStartAt1: true,
        linesStartAt1: true,
        supportsRunInTerminalRequest: true,
        supportsVariableType: true,
        supportsProgressReporting: true,
        supportsStartDebuggingRequest: true,
        locale: "en_US",
      });
      await client.request("launch", config);
      await client.event("initialized");
      const breakpoints = lines.map((line) => ({ line }));
      const set = { source, sourceModified: false, breakpoints, lines };
      const answer = await client.request<Breakpoints>("setBreakpoints", set);
      const filters = capabilities.exceptionBreakpointFilters!;
      const chosen = filters.filter((each) => each.default).map(({ filter }) => filter);
      await client.request("setExceptionBreakpoints", { filters: chosen });
      await client.request("configurationDone");
      return answer;
    }

    /** Waits for the next stop, and asks what it asks there. */
    async atStop(): Promise<DebugProtocol.StoppedEvent["body"]> {
      const { client } = this;
      const stop = await client.event("stopped", this.stops++);
      const body = stop.body as DebugProtocol.StoppedEvent["body"] & { readonly threadId: number };
      // All that was sent before the stop has arrived; `continued` frees it of the stopped thread.
      const since = client.events.slice(this.heard, client.events.indexOf(stop));
      this.heard += since.length + 1;
      if (since.some(({ event }) => event === "continued")) this.stopped = null;
      expect(this.stopped ?? body.threadId, "it would continue at once").toBe(body.threadId);
      this.stopped = body.threadId;
      const { threads } = await client.request<Threads>("threads");
      expect(threads.map(({ id }) => id)).toContain(body.threadId);
      const stack = { startFrame: 0, threadId: body.threadId };
      const { stackFrames } = await client.request<Stack>("stackTrace", stack);
      this.frame = stackFrames.find(({ source }) => source !== undefined)!;
      const { scopes } = await client.request<Scopes>("scopes", { frameId: this.frame.id });
      for (const { expensive, variablesReference } of scopes) {
        if (!expensive) await client.request("variables", { variablesReference });
      }
      return body;
    }

    /** As its steps do, or as a request of the user's own, of which it knows nothing. */
    async go(command: string, args: object = {}): Promise<DebugProtocol.StoppedEvent["body"]> {
      await this.client.request(command, { threadId: this.stopped, ...args });
      return this.atStop();
    }
  }

  it("debugs a scenario from its file, there and back", async () => {
    const neovim = new Neovim();
    const { client } = neovim;
    const config = { type: "balloon", request: "launch", name: "Debug", program: oomNotify };
    const model = { path: join(process.cwd(), "src/model/balloon/v5_7.ts"), name: "v5_7.ts" };
    const lines = readFileSync(model.path, "utf8").split("\n");
    const notify = lines.findIndex((each) => each.includes("function virtio_balloon_oom_notify"));
    const begun = { ...config, stopOnEntry: true };
    const { breakpoints } = await neovim.begin(begun, model, [1, notify + 1]);
    expect(breakpoints.map(({ verified }) => verified)).toEqual([false, true]);
    expect((await neovim.atStop()).reason).toBe("entry");
    expect((await neovim.go("continue")).reason).toBe("breakpoint");
    // A file of the package, that an editor opens.
    expect(neovim.frame).toMatchObject({ source: { path: model.path, sourceReference: 0 } });
    const { line } = neovim.frame!;
    await neovim.go("next", { granularity: "statement" });
    await neovim.go("stepBack", { granularity: "statement" });
    expect(neovim.frame!.line).toBe(line);
    const back = { condition: "vb->num_pages >= 10000", direction: "back" };
    expect((await neovim.go("balloon/seek", back)).reason).toBe("goto");
    // In another thread than the entry's. It sends the configuration itself, not as a member.
    await client.request("restart", { ...config, stopOnEntry: true, kernel: "v4.19" });
    expect((await neovim.atStop()).reason).toBe("entry");
    const { modules } = await client.request<DebugProtocol.ModulesResponse["body"]>("modules", []);
    const balloon = modules.find(({ name }) => name === "virtio_balloon.c")!;
    expect(balloon.version).toBe("v4.19");
    const none = { source: model, sourceModified: false, breakpoints: [], lines: [] };
    expect(await client.request("setBreakpoints", none)).toEqual({ breakpoints: [] });
    await client.request("terminate", []);
    await client.event("terminated");
    await client.request("disconnect", { restart: false });
    await client.closed;
  });
});

describe("a client that says as little as it may", () => {
  const bare = async (initialize: object = {}, launch: object = {}) => {
    const client = new TestClient(nodeHost());
    await client.request("initialize", initialize);
    await client.request("launch", { program, text: small, ...launch });
    await client.event("initialized");
    return client;
  };

  it("and never configures: nothing runs, and everything is let go of", async () => {
    const client = await bare();
    const named = { breakpoints: [{ name: "tell_host" }] };
    const there = await client.request<Breakpoints>("setFunctionBreakpoints", named);
    const { breakpoints } = await client.request<Breakpoints>("setBreakpoints", {
      source: driver,
      lines: [there.breakpoints[0]!.line, 100_000],
    });
    expect(breakpoints.map(({ verified }) => verified)).toEqual([true, false]);
    const { threads } = await client.request<Threads>("threads");
    expect(threads.length).toBeGreaterThan(0);
    expect(client.count("stopped") + client.count("continued")).toBe(0);
    await client.request("disconnect");
    await client.closed;
  });

  it("gets whole stacks, the first thousand of a list, and a scope's members by kind", async () => {
    const guest = await Guest.start({ program, text: small }, ["tell_host"]);
    const ask = <Body>(command: string, args?: unknown) =>
      guest.client.request<Body>(command, args);
    const whole = await ask<Stack>("stackTrace", { threadId: guest.thread });
    expect(whole.stackFrames).toHaveLength(whole.totalFrames!);
    const all = { threadId: guest.thread, startFrame: 0, levels: 0 };
    expect((await ask<Stack>("stackTrace", all)).stackFrames).toHaveLength(whole.totalFrames!);
    const globals = await guest.variable("Balloon", "vb_dev_info.pages");
    const { variablesReference, indexedVariables } = globals;
    const of = async (rest: object) =>
      (await ask<Variables>("variables", { variablesReference, ...rest })).variables.length;
    expect(indexedVariables).toBeGreaterThan(200);
    expect(await of({})).toBe(indexedVariables);
    expect(await of({ filter: "indexed" })).toBe(indexedVariables);
    expect(await of({ filter: "named" })).toBe(0);
    expect(await of({ filter: "indexed", start: indexedVariables! - 1, count: 99 })).toBe(1);
    expect(await of({ start: null, count: null, filter: null, format: [] })).toBe(indexedVariables);
    await guest.leave();
  });

  it("counts from 0 and writes URIs: places are one less, and its own are understood", async () => {
    const one = await Guest.start({ program, text: small }, ["tell_host"]);
    const at1 = await one.top();
    await one.leave();
    const uris = { linesStartAt1: false, columnsStartAt1: false, pathFormat: "uri" };
    const guest = await Guest.start({ program: `file://${program}`, text: small }, [], uris);
    const source = { path: `file://${at1.source!.path!}` };
    const line = at1.line - 1;
    const set = { source, breakpoints: [{ line, column: at1.column - 1 }] };
    const { breakpoints } = await guest.client.request<Breakpoints>("setBreakpoints", set);
    expect(breakpoints).toMatchObject([{ verified: true, line, column: at1.column - 1 }]);
    expect((await guest.go("continue")).reason).toBe("breakpoint");
    const top = await guest.top();
    expect([top.line, top.column]).toEqual([line, at1.column - 1]);
    expect(top.source!.path).toBe(source.path);
    const places = await guest.client.request("breakpointLocations", { source, line });
    expect(places).toMatchObject({ breakpoints: [{ line, column: at1.column - 1 }] });
    const scenario = { source: { path: `file://${program}` }, sourceReference: 0 };
    expect(await guest.client.request("source", scenario)).toMatchObject({ content: small });
    await guest.leave();
  });

  it("whose files the package does not have sets and reads by source reference alone", async () => {
    const host = { ...nodeHost(), modelSource: () => ({}) };
    const guest = await Guest.start({ program, text: small }, ["tell_host"], {}, host);
    const { source, line } = await guest.top();
    expect(source!.sourceReference).toBeGreaterThan(0);
    const { sourceReference } = source!;
    const { content } = await guest.client.request<{ content: string }>("source", {
      sourceReference,
    });
    expect(content.split("\n")[line - 1]).toContain("sg_init_one(");
    await guest.breakAt();
    const set = { source: { sourceReference }, lines: [line] };
    const { breakpoints } = await guest.client.request<Breakpoints>("setBreakpoints", set);
    expect(breakpoints).toMatchObject([{ verified: true, line }]);
    expect((await guest.go("continue")).hitBreakpointIds).toEqual([breakpoints[0]!.id]);
    await guest.leave();
  });

  it("may leave at any moment", async () => {
    const moments: readonly ((client: TestClient) => Promise<unknown> | void)[] = [
      () => {},
      (client) => client.request("initialize", null),
      async (client) => {
        await client.request("initialize");
        client.sendRaw({ seq: 90, type: "request", command: "launch", arguments: { program } });
      },
      async (client) => {
        await client.request("initialize");
        await client.request("launch", { program, text: small });
      },
      async (client) => {
        await client.request("initialize");
        await client.request("launch", { program, text: small });
        client.sendRaw({ seq: 91, type: "request", command: "configurationDone" });
      },
    ];
    for (const moment of moments) {
      const client = new TestClient(nodeHost());
      await moment(client);
      await client.request("disconnect");
      await client.closed;
    }
  });

  it("hears in a sentence what came too early", async () => {
    const client = new TestClient(nodeHost());
    expect(await client.refusal("threads")).toMatch(/^notInitialized: "threads" came before/);
    await client.request("initialize");
    expect(await client.refusal("threads")).toMatch(/^notLaunched: "threads" needs a launched/);
    expect(await client.refusal("setBreakpoints", { source: driver })).toMatch(/^notLaunched/);
    await client.request("disconnect");
    await client.closed;
  });
});
