import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { describe, expect, it } from "vitest";
import { breakpointModes, capabilities } from "../../src/dap/capabilities.ts";
import { Parking } from "../../src/dap/parking.ts";
import { capability, driver, lineOf, looking, variables, type Breakpoints } from "./capability.ts";
import { TestClient } from "./client.ts";
import { fakeHost } from "./fake-host.ts";
import { launched, program, stopped } from "./stages.ts";

describe("starting and ending", () => {
  capability("supportsConfigurationDoneRequest", async () => {
    const { client } = await launched();
    await client.request("threads");
    expect(client.count("stopped") + client.count("continued")).toBe(0);
    await client.request("configurationDone");
    await client.event("stopped");
  });

  capability("supportsRestartRequest", async () => {
    const { client, host } = await stopped();
    await client.resume("next");
    await client.request("restart");
    expect((await client.event("stopped", 2)).body).toMatchObject({ virtualTime: 0 });
    expect(host.sessions.map((each) => each.disposed)).toEqual([true, false]);
  });

  capability("supportsTerminateRequest", async () => {
    const { client } = await stopped();
    await client.request("terminate");
    await client.event("terminated");
    expect(await client.refusal("next", { threadId: 1 })).toMatch(/^ended/);
  });

  /** A host whose guests can outlive their clients, and a client that has left one there. */
  async function left(disconnect: object) {
    const host = { ...fakeHost({ [program]: "guest:" }), parking: new Parking() };
    const client = new TestClient(host);
    const offered = await client.request("initialize", {});
    await client.request("launch", { program, stopOnEntry: true });
    await client.request("configurationDone");
    await client.event("stopped");
    await client.resume("next");
    await client.request("disconnect", disconnect);
    await client.closed;
    return { host, client, offered, session: host.sessions[0]! };
  }

  async function attached(host: ReturnType<typeof fakeHost>) {
    const client = new TestClient(host);
    await client.request("initialize", {});
    await client.request("attach", {});
    await client.event("initialized");
    await client.request("configurationDone");
    return { client, stop: (await client.event("stopped")).body };
  }

  capability("supportTerminateDebuggee", async () => {
    const { host, session, offered } = await left({ terminateDebuggee: false });
    expect(offered).toMatchObject({ supportTerminateDebuggee: true });
    const { client, stop } = await attached(host);
    // Nobody stopped it, so it has run on; how far depends on when somebody attached.
    expect(stop).toMatchObject({ reason: expect.stringMatching(/^(pause|end)$/) as string });
    expect(session.time()).toBeGreaterThan(1e9);
    await client.request("disconnect", { terminateDebuggee: true });
    await client.closed;
    expect(session.disposed).toBe(true);
    const ended = await left({});
    expect(ended.session.disposed).toBe(true);
    expect(ended.host.parking.names()).toEqual([]);
  });

  capability("supportSuspendDebuggee", async () => {
    const { host, client, session } = await left({ suspendDebuggee: true });
    expect(client.output("console")).toContain("The guest stays as guest-1.");
    const next = await attached(host);
    expect(next.stop).toMatchObject({ virtualTime: 1e9, reason: "step" });
    expect(session.disposed).toBe(false);
    await next.client.resume("next");
    expect(await lineOf(next.client)).toBe(2);
    const other = new TestClient(host);
    await other.request("initialize", {});
    expect(await other.refusal("attach", {})).toMatch(/^notParked: No guest was left behind/);
  });
});

describe("breakpoints", () => {
  const set = async (client: TestClient, command: string, breakpoints: object[], rest = {}) =>
    (await client.request<Breakpoints>(command, { breakpoints, ...rest })).breakpoints;

  capability("supportsFunctionBreakpoints", async () => {
    const { client } = await stopped();
    const [one, two] = await set(client, "setFunctionBreakpoints", [
      { name: "leak_balloon" },
      { name: "leak_baloon" },
    ]);
    expect([one!.verified, two!.verified]).toEqual([true, false]);
    expect(await client.resume("continue")).toMatchObject({
      reason: "function breakpoint",
      hitBreakpointIds: [one!.id],
    });
  });

  capability("supportsConditionalBreakpoints", async () => {
    const { client, host } = await stopped();
    await set(
      client,
      "setBreakpoints",
      [
        { line: 3, condition: " line > 1 " },
        { line: 4, condition: "" },
      ],
      {
        source: driver,
      },
    );
    expect(host.sessions[0]!.requests.map((each) => each.condition)).toEqual(["line > 1", null]);
  });

  capability("supportsHitConditionalBreakpoints", async () => {
    const { client, host } = await stopped();
    await set(client, "setFunctionBreakpoints", [{ name: "leak_balloon", hitCondition: ">= 5" }]);
    expect(host.sessions[0]!.requests).toMatchObject([{ hitCondition: ">= 5" }]);
  });

  capability("supportsLogPoints", async () => {
    const { client, host } = await stopped();
    await set(client, "setBreakpoints", [{ line: 3, logMessage: "at {line}" }], { source: driver });
    expect(host.sessions[0]!.requests).toMatchObject([{ logMessage: "at {line}" }]);
  });

  capability("supportsBreakpointLocationsRequest", async () => {
    const { client } = await stopped();
    const body = await client.request("breakpointLocations", {
      source: driver,
      line: 3,
      endLine: 5,
    });
    expect(body).toMatchObject({ breakpoints: [{ line: 3 }, { line: 5 }] });
  });

  capability("supportsInstructionBreakpoints", async () => {
    const { client, stackFrames } = await looking();
    const instructionReference = stackFrames[0]!.instructionPointerReference!;
    const [set4, outside] = await set(client, "setInstructionBreakpoints", [
      { instructionReference, offset: 64 },
      { instructionReference: "0x0" },
    ]);
    expect(set4).toMatchObject({ verified: true, line: 5 });
    expect(outside).toMatchObject({ verified: false });
    expect(await client.resume("continue")).toMatchObject({
      reason: "instruction breakpoint",
      hitBreakpointIds: [set4!.id],
    });
    expect(await lineOf(client)).toBe(4);
  });

  capability("supportsDataBreakpoints", async () => {
    const { client, frameId, locals } = await looking();
    const vb = (await variables(client, locals)).find((each) => each.name === "vb")!;
    await variables(client, vb.variablesReference);
    const byName = await client.request("dataBreakpointInfo", {
      variablesReference: vb.variablesReference,
      name: "num_pages",
    });
    expect(byName).toEqual({
      dataId: "num_pages",
      description: "num_pages",
      accessTypes: ["read", "write", "readWrite"],
      canPersist: true,
    });
    const byExpression = { name: "vb->num_pages", frameId };
    expect(await client.request("dataBreakpointInfo", byExpression)).toEqual(byName);
    expect(await client.request("dataBreakpointInfo", { name: "1 + 1" })).toEqual({
      dataId: null,
      description: "1 + 1 is no value that can be watched.",
    });
    const [one] = await set(client, "setDataBreakpoints", [{ dataId: "num_pages" }]);
    expect(await client.resume("continue")).toMatchObject({
      reason: "data breakpoint",
      text: "num_pages: 2 → 3",
      hitBreakpointIds: [one!.id],
    });
  });

  capability("supportsDataBreakpointBytes", async () => {
    const { client, session } = await looking();
    const ask = (bytes: number) =>
      client.request<{ dataId: string | null; description: string }>("dataBreakpointInfo", {
        name: "0x1005",
        asAddress: true,
        bytes,
      });
    expect(await ask(1)).toMatchObject({ dataId: "bytes[5]" });
    const { dataId, description } = await ask(3);
    expect(description).toBe("3 bytes at 0x1005: bytes[5], bytes[6], bytes[7]");
    const views = await set(client, "setDataBreakpoints", [{ dataId }]);
    expect(views).toMatchObject([{ verified: true }]);
    for (const line of [5, 6, 7]) {
      const stop = await client.resume("continue");
      expect(stop).toMatchObject({ virtualTime: line * 1e9, hitBreakpointIds: [views[0]!.id] });
    }
    expect(await client.resume("continue")).toMatchObject({ reason: "end" });
    expect(session.branch).toBe(0);
    const nowhere = { name: "0x9000", asAddress: true };
    expect(await client.request("dataBreakpointInfo", nowhere)).toMatchObject({ dataId: null });
  });

  capability("breakpointModes", async () => {
    const { client } = await stopped();
    const lines = [
      { line: 4, mode: "forward" },
      { line: 8, mode: "back" },
      { line: 12, mode: "both" },
    ];
    const views = await set(client, "setBreakpoints", lines, { source: driver });
    const ids = views.map((each) => each.id);
    const hit = async (command: string) => {
      const stop = await client.resume(command);
      return [stop["virtualTime"], stop["hitBreakpointIds"]];
    };
    expect(await hit("continue")).toEqual([3e9, [ids[0]]]);
    expect(await hit("continue")).toEqual([11e9, [ids[2]]]);
    expect(await hit("reverseContinue")).toEqual([7e9, [ids[1]]]);
    expect(await client.resume("reverseContinue")).toMatchObject({ reason: "entry" });
    expect(await hit("continue")).toEqual([3e9, [ids[0]]]);
    expect(breakpointModes.map((each) => each.mode)).toEqual(["both", "forward", "back"]);
  });
});

describe("exceptions", () => {
  const stopsAt15 = { reason: "exception", virtualTime: 15e9 };

  capability("exceptionBreakpointFilters", async () => {
    const { client } = await stopped();
    const answer = await client.request("setExceptionBreakpoints", {
      filters: ["oom-kill", "segfault"],
    });
    expect(answer).toMatchObject({ breakpoints: [{ verified: true }, { verified: false }] });
    expect(await client.resume("continue")).toMatchObject(stopsAt15);
  });

  capability("supportsExceptionFilterOptions", async () => {
    const { client, host } = await stopped();
    await client.request("setExceptionBreakpoints", {
      filters: [],
      filterOptions: [{ filterId: "oom-kill", condition: "line > 3", mode: "back" }],
    });
    expect(host.sessions[0]!.filterRequests).toEqual([
      { filter: "oom-kill", condition: "line > 3" },
    ]);
    // With that mode it stops only on the way back.
    expect(await client.resume("continue")).toMatchObject({ reason: "end" });
    expect(await client.resume("reverseContinue")).toMatchObject(stopsAt15);
  });

  capability("supportsExceptionOptions", async () => {
    const { client, host } = await stopped();
    const chosen = async (...exceptionOptions: object[]) => {
      await client.request("setExceptionBreakpoints", { filters: [], exceptionOptions });
      return host.sessions[0]!.filters;
    };
    const oom = [{ names: ["oom"] }];
    expect(await chosen({ path: oom, breakMode: "always" })).toEqual(["oom-kill", "oom-notify"]);
    expect(await chosen({ path: oom, breakMode: "unhandled" })).toEqual(["oom-kill"]);
    expect(await chosen({ path: oom, breakMode: "never" })).toEqual([]);
    const notKill = { negate: true, names: ["oom-kill"] };
    expect(await chosen({ path: [...oom, notKill], breakMode: "always" })).toEqual(["oom-notify"]);
    const all = await chosen({ breakMode: "always" });
    expect(all).toHaveLength(capabilities(false).exceptionBreakpointFilters!.length);
  });

  capability("supportsExceptionInfoRequest", async () => {
    const { client } = await stopped();
    await client.request("setExceptionBreakpoints", { filters: ["oom-kill"] });
    await client.resume("continue");
    expect(await client.request("exceptionInfo", { threadId: 1 })).toEqual({
      exceptionId: "OOM kill",
      description: "Killed process 7",
      breakMode: "always",
      details: { typeName: "oom-kill", message: "Killed process 7", stackTrace: "report" },
    });
    expect(await client.refusal("exceptionInfo", { threadId: 2 })).toMatch(/^noException/);
  });
});

describe("moving", () => {
  capability("supportsStepBack", async () => {
    const { client } = await stopped();
    await client.request("setFunctionBreakpoints", { breakpoints: [{ name: "fill_balloon" }] });
    for (let i = 0; i < 3; i++) await client.resume("next");
    expect(await client.resume("stepBack")).toMatchObject({ virtualTime: 2e9 });
    await client.resume("continue");
    await client.resume("next");
    expect(await client.resume("reverseContinue")).toMatchObject({ virtualTime: 5e9 });
    expect(await client.resume("reverseContinue")).toMatchObject({ virtualTime: 0 });
  });

  capability("supportsSteppingGranularity", async () => {
    const { client, host } = await stopped();
    const told: unknown[] = [];
    for (const command of ["next", "stepIn", "stepOut", "stepBack", "balloon/reverseStepIn"]) {
      await client.resumeWith(command, { threadId: 1, granularity: "instruction" });
      told.push(host.sessions[0]!.options.granularity);
    }
    expect(told).toEqual(Array.from({ length: 5 }, () => "instruction"));
    await client.resume("next");
    expect(host.sessions[0]!.options.granularity).toBeUndefined();
  });

  capability("supportsSingleThreadExecutionRequests", async () => {
    const { client, host } = await stopped();
    await client.resumeWith("next", { threadId: 1, singleThread: true });
    expect(host.sessions[0]!.options.singleThread).toBe(true);
    await client.resumeWith("next", { threadId: 1, singleThread: false });
    expect(host.sessions[0]!.options.singleThread).toBeUndefined();
  });

  capability("supportsStepInTargetsRequest", async () => {
    const { client, session, frameId } = await looking();
    const { targets } = await client.request<{ targets: DebugProtocol.StepInTarget[] }>(
      "stepInTargets",
      { frameId },
    );
    expect(targets).toMatchObject([{ id: 1, label: "inner", line: 2 }]);
    await client.resumeWith("stepIn", { threadId: 1, targetId: 1 });
    expect(session.options.target).toBe(1);
    expect(await client.refusal("stepIn", { threadId: 1, targetId: 1 })).toMatch(/^unknownTarget/);
  });

  capability("supportsGotoTargetsRequest", async () => {
    const { client } = await looking();
    const { targets } = await client.request<{ targets: DebugProtocol.GotoTarget[] }>(
      "gotoTargets",
      {
        source: driver,
        line: 9,
      },
    );
    expect(targets).toMatchObject([{ line: 9 }]);
    const jump = { threadId: 1, targetId: targets[0]!.id };
    expect(await client.refusal("goto", { ...jump, threadId: 2 })).toMatch(/^unknownTarget/);
    expect(await client.resumeWith("goto", jump)).toMatchObject({ reason: "goto" });
    expect(await lineOf(client)).toBe(8);
  });

  capability("supportsRestartFrame", async () => {
    const { client } = await stopped();
    await client.resume("next");
    await lineOf(client);
    expect(await client.resumeWith("restartFrame", { frameId: 100 })).toMatchObject({
      reason: "goto",
      virtualTime: 0,
    });
  });

  capability("supportsTerminateThreadsRequest", async () => {
    const { client, host } = await stopped({ supportsInvalidatedEvent: true });
    await client.request("terminateThreads", { threadIds: [2, 1] });
    expect(host.sessions[0]!.killed).toEqual([2, 1]);
    expect((await client.event("invalidated")).body).toEqual({
      areas: ["threads", "stacks", "variables"],
    });
  });

  capability("supportsCancelRequest", async () => {
    const { client, host } = await stopped();
    // A request that waits behind a slow one is cancelled before its turn.
    let finish = (): void => {};
    host.sessions[0]!.mark = () =>
      new Promise((resolve) => (finish = () => resolve({ dispatch: 0, statement: 0 })));
    client.sendRaw({ seq: 1000, type: "request", command: "balloon/mark" });
    client.sendRaw({ seq: 1001, type: "request", command: "threads" });
    await client.request("cancel", { requestId: 1001 });
    const cancelled = client.responses.find((each) => each.request_seq === 1001);
    expect(cancelled).toMatchObject({ success: false, message: "cancelled" });
    expect(client.responses.some((each) => each.request_seq === 1000)).toBe(false);
    finish();
    await client.until(() => client.responses.some((each) => each.request_seq === 1000));
  });
});
describe("the 42 capabilities", () => {
  const declared = Object.keys(capabilities(true)).sort();
  const root = process.cwd();

  it("are all declared, and all tested", () => {
    expect(declared).toHaveLength(42);
    const texts = ["capabilities.test.ts", "capabilities-values.test.ts"].map((name) =>
      readFileSync(join(import.meta.dirname, name), "utf8"),
    );
    const tested = texts.flatMap((text) => [...text.matchAll(/^  capability\("(\w+)"/gm)]);
    expect([...new Set(tested.map(([, name]) => name!))].sort()).toEqual(declared);
  });

  it("are those of the protocol's own type", () => {
    const file = join(root, "node_modules/@vscode/debugprotocol/lib/debugProtocol.d.ts");
    const [, body = ""] = /interface Capabilities \{([\s\S]*?)\n\t\}/.exec(
      readFileSync(file, "utf8"),
    )!;
    const names = [...body.matchAll(/^\t\t(\w+)\?:/gm)].map(([, name]) => name!);
    expect(names.sort()).toEqual(declared);
  });

  it("have each a row in docs/dap.md", () => {
    const text = readFileSync(join(root, "docs/dap.md"), "utf8");
    const rows = [...text.matchAll(/^\| +\d+ +\| `(\w+)` +\|/gm)].map(([, name]) => name!);
    expect([...rows].sort()).toEqual(declared);
  });
});
