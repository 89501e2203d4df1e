import type { DebugProtocol } from "@vscode/debugprotocol";
import { describe, expect, it } from "vitest";
import { TestClient } from "./client.ts";
import { fakeHost } from "./fake-host.ts";
import { launched, program, stopped } from "./stages.ts";

describe("life of a session", () => {
  it("runs to the end, reports, can go back, and ends when continued", async () => {
    const { client } = await launched();
    await client.request("configurationDone");
    const end = await client.event("stopped");
    expect(end.body).toMatchObject({ reason: "end", description: "Scenario finished" });
    expect(client.output("stdout")).toContain("✓");
    expect(client.output("console")).toBe("booted\n");
    expect(await client.resume("stepBack")).toMatchObject({ reason: "step" });
    expect(await client.resume("next")).toMatchObject({ reason: "end" });
    await client.request("continue", { threadId: 1 });
    await client.event("terminated");
    expect((await client.event("exited")).body).toEqual({ exitCode: 0 });
    expect(client.count("balloon/result")).toBe(1);
    expect((await client.event("balloon/result")).body).toMatchObject({
      scenario: "fake",
      seed: 1,
    });
    await client.request("disconnect");
    await client.closed;
  });

  it("tells of the scenario before it is configured, and again after a restart", async () => {
    const { client } = await launched();
    const told = { steps: ["balloon: 1MiB"], guestPages: 4096, pageBytes: 4096 };
    expect((await client.event("balloon/scenario")).body).toEqual(told);
    await client.request("configurationDone");
    await client.event("stopped");
    await client.request("restart");
    expect((await client.event("balloon/scenario")).body).toEqual(told);
  });

  it("without debugging runs to the end and leaves", async () => {
    const { client } = await launched({ noDebug: true });
    const { breakpoints } = await client.request<{ breakpoints: DebugProtocol.Breakpoint[] }>(
      "setFunctionBreakpoints",
      { breakpoints: [{ name: "fill_balloon" }] },
    );
    expect(breakpoints).toMatchObject([{ verified: false }]);
    await client.request("configurationDone");
    await client.event("terminated");
    expect(client.count("stopped")).toBe(0);
    expect((await client.event("exited")).body).toEqual({ exitCode: 0 });
  });

  it("pauses a run between two slices", async () => {
    const { client } = await launched();
    await client.request("configurationDone");
    await client.request("pause", { threadId: 1 });
    expect((await client.event("stopped")).body).toMatchObject({
      reason: "pause",
      allThreadsStopped: true,
    });
  });

  it("restarts with its breakpoints, which keep their ids", async () => {
    const { client, host } = await launched({ stopOnEntry: true });
    const set = await client.request<{ breakpoints: DebugProtocol.Breakpoint[] }>(
      "setFunctionBreakpoints",
      { breakpoints: [{ name: "leak_balloon" }] },
    );
    await client.request("configurationDone");
    await client.event("stopped");
    expect(await client.resume("continue")).toMatchObject({ reason: "function breakpoint" });
    await client.request("restart", { arguments: { program, stopOnEntry: true } });
    expect((await client.event("stopped", 2)).body).toMatchObject({ reason: "entry" });
    expect(host.sessions.map((each) => each.disposed)).toEqual([true, false]);
    const ids = set.breakpoints.map((each) => each.id);
    expect((await client.event("breakpoint")).body).toMatchObject({
      reason: "changed",
      breakpoint: { id: ids[0], verified: true },
    });
    expect(await client.resume("continue")).toMatchObject({ hitBreakpointIds: ids });
  });

  it("keeps a session whose scenario has become unusable", async () => {
    const { client } = await stopped();
    expect(await client.refusal("restart", { arguments: { program, text: "BAD" } })).toContain(
      `${program}:2:3: error: Unknown key "guset".`,
    );
    expect(await client.resume("next")).toMatchObject({ reason: "step" });
  });

  it("does something for the way back while nobody asks, and is asked in vain until that is over", async () => {
    const { client, host } = await stopped();
    const session = host.sessions[0]!;
    let finish = (): void => {};
    const begun = new Promise<void>((begins) => {
      session.prepare = () => {
        session.running = true;
        begins();
        return new Promise((resolve) => {
          finish = () => {
            session.running = false;
            resolve();
          };
        });
      };
    });
    let paused = 0;
    session.pause = () => void paused++;
    await begun;
    const asked = ["threads", "pause", "threads"].map((command) =>
      client.ask(command, { threadId: 1 }),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(paused).toBeGreaterThan(0);
    expect(client.responses.filter(({ command }) => command === "pause")).toEqual([]);
    finish();
    const answers = await Promise.all(asked);
    expect(answers.map(({ success }) => success)).toEqual([true, false, true]);
    expect(client.count("stopped")).toBe(1);
  });

  it("takes a cancel request for what is over", async () => {
    const { client } = await stopped({ supportsProgressReporting: true });
    await client.request("cancel", { requestId: 1 });
    await client.request("cancel", { progressId: "none" });
    expect(await client.resume("stepBack")).toMatchObject({ description: "Beginning of the run" });
    expect(client.count("progressStart")).toBe(0);
  });

  it("terminates on request, and once", async () => {
    const { client, host } = await stopped();
    await client.request("terminate");
    await client.event("terminated");
    expect(await client.refusal("terminate")).toMatch(/^ended/);
    await client.request("disconnect");
    await client.closed;
    expect(host.sessions[0]!.disposed).toBe(true);
    expect(client.count("terminated")).toBe(1);
  });

  it("survives a failure inside the machine", async () => {
    const { client, host } = await stopped();
    host.sessions[0]!.failure = new Error("vring index out of range");
    await client.request("continue", { threadId: 1 });
    await client.event("terminated");
    expect(client.output("stderr")).toContain("vring index out of range");
    await client.request("disconnect");
    await client.closed;
  });
});

describe("breakpoints", () => {
  const model = "balloon/virtio_balloon.ts";
  const spellings: readonly (readonly [string, object])[] = [
    ["the editor's address", { path: `balloon-model:/${model}` }],
    ["the same with three slashes", { path: `balloon-model:///${model}` }],
    ["a checkout's path", { path: `/home/me/checkout/src/model/${model}` }],
    ["a Windows path", { path: `c:\\code\\src\\model\\${model.replaceAll("/", "\\")}` }],
    ["a file URI", { path: `file:///home/me/my%20code/src/model/${model}` }],
    ["a source reference", { sourceReference: 1 }],
  ];
  for (const [name, source] of spellings) {
    it(`knows a model source by ${name}`, async () => {
      const { client } = await stopped();
      const { breakpoints } = await client.request<{ breakpoints: DebugProtocol.Breakpoint[] }>(
        "setBreakpoints",
        { source, breakpoints: [{ line: 8 }, { line: 99 }] },
      );
      expect(breakpoints).toMatchObject([
        { verified: true, line: 8, column: 1, endColumn: 9 },
        { verified: false, message: "no such place" },
      ]);
      const stop = await client.resume("continue");
      expect(stop).toMatchObject({ reason: "breakpoint", hitBreakpointIds: [breakpoints[0]!.id] });
    });
  }

  it("knows the scenario by a URI that is escaped more than it was at launch", async () => {
    const host = fakeHost();
    const client = new TestClient(host);
    await client.request("initialize", {});
    await client.request("launch", { program: "memfs:/my guest.balloon.yaml", text: "guest:" });
    const { breakpoints } = await client.request<{ breakpoints: DebugProtocol.Breakpoint[] }>(
      "setBreakpoints",
      { source: { path: "memfs:/my%20guest.balloon.yaml" }, breakpoints: [{ line: 3 }] },
    );
    expect(breakpoints).toMatchObject([{ verified: true }]);
  });

  it("takes one that is set while the guest runs", async () => {
    const { client } = await launched();
    await client.request("configurationDone");
    const { breakpoints } = await client.request<{ breakpoints: DebugProtocol.Breakpoint[] }>(
      "setFunctionBreakpoints",
      { breakpoints: [{ name: "leak_balloon" }] },
    );
    expect((await client.event("stopped")).body).toMatchObject({
      reason: "function breakpoint",
      hitBreakpointIds: [breakpoints[0]!.id],
    });
    expect(client.count("stopped")).toBe(1);
  });

  it("keeps the id of one that is set again", async () => {
    const { client } = await stopped();
    const set = async (names: readonly string[]) =>
      (
        await client.request<{ breakpoints: DebugProtocol.Breakpoint[] }>(
          "setFunctionBreakpoints",
          { breakpoints: names.map((name) => ({ name })) },
        )
      ).breakpoints.map((each) => each.id);
    const [first] = await set(["fill_balloon"]);
    const [, again] = await set(["leak_balloon", "fill_balloon"]);
    expect(again).toBe(first);
  });

  it("does not verify those of other files, one answer each", async () => {
    const { client } = await stopped();
    const { breakpoints } = await client.request<{ breakpoints: DebugProtocol.Breakpoint[] }>(
      "setBreakpoints",
      { source: { path: "/etc/passwd" }, breakpoints: [{ line: 1 }, { line: 2 }] },
    );
    expect(breakpoints.map((each) => each.verified)).toEqual([false, false]);
  });

  it("counts lines as the client does", async () => {
    const { client } = await stopped({ linesStartAt1: false, columnsStartAt1: false });
    const { breakpoints } = await client.request<{ breakpoints: DebugProtocol.Breakpoint[] }>(
      "setBreakpoints",
      { source: { path: `balloon-model:/${model}` }, breakpoints: [{ line: 0 }, { line: 8 }] },
    );
    expect(breakpoints).toMatchObject([
      { line: 0, column: 0 },
      { line: 8, endColumn: 8 },
    ]);
  });

  it("tells where they can stand", async () => {
    const { client } = await stopped();
    const source = { path: `balloon-model:/${model}` };
    const ask = (args: object) => client.request("breakpointLocations", args);
    expect(await ask({ source, line: 3, endLine: 6 })).toMatchObject({
      breakpoints: [{ line: 3, column: 1 }, { line: 5 }],
    });
    expect(await ask({ source, line: 4 })).toEqual({ breakpoints: [] });
    expect(await ask({ source: { path: "/etc/passwd" }, line: 3 })).toEqual({ breakpoints: [] });
  });

  it("stops at exceptions and tells about them", async () => {
    const { client } = await stopped();
    const answer = await client.request("setExceptionBreakpoints", {
      filters: ["oom-kill", "segfault"],
    });
    expect(answer["breakpoints"]).toMatchObject([{ verified: true }, { verified: false }]);
    expect(await client.refusal("exceptionInfo", { threadId: 1 })).toMatch(/^noException/);
    expect(await client.resume("continue")).toMatchObject({
      reason: "exception",
      description: "OOM kill",
      text: "Killed process 7",
    });
    expect(await client.request("exceptionInfo", { threadId: 1 })).toMatchObject({
      exceptionId: "OOM kill",
      details: { stackTrace: "report" },
    });
  });
});

describe("inspection", () => {
  it("shows threads with what they wait for, without those that are gone", async () => {
    const { client } = await stopped();
    expect((await client.request("threads"))["threads"]).toEqual([
      { id: 1, name: "memhog · running on cpu 0" },
      { id: 2, name: "kswapd0 · blocked: kswapd_wait" },
    ]);
  });

  it("pages the stack", async () => {
    const { client } = await stopped();
    const page = await client.request<DebugProtocol.StackTraceResponse["body"]>("stackTrace", {
      threadId: 1,
      startFrame: 1,
      levels: 1,
    });
    expect(page).toMatchObject({ totalFrames: 3, stackFrames: [{ name: "middle", line: 1 }] });
    const whole = await client.request<DebugProtocol.StackTraceResponse["body"]>("stackTrace", {
      threadId: 1,
    });
    expect(whole.stackFrames.map((each) => each.presentationHint)).toEqual([
      "normal",
      "normal",
      "subtle",
    ]);
  });

  it("pages a list of a million, and does not send it to those who do not page", async () => {
    const { client } = await stopped({ supportsVariableType: true });
    await client.request("stackTrace", { threadId: 1 });
    const { scopes } = await client.request<DebugProtocol.ScopesResponse["body"]>("scopes", {
      frameId: 100,
    });
    expect(scopes).toMatchObject([
      { name: "Locals", presentationHint: "locals" },
      { name: "Pages", indexedVariables: 1_000_000, expensive: true },
    ]);
    const page = await client.request<DebugProtocol.VariablesResponse["body"]>("variables", {
      variablesReference: 7,
      filter: "indexed",
      start: 999_998,
      count: 10,
    });
    expect(page.variables.map((each) => each.name)).toEqual(["[999998]", "[999999]"]);
    const named = await client.request("variables", { variablesReference: 7, filter: "named" });
    expect(named).toEqual({ variables: [] });
    const all = await client.request<DebugProtocol.VariablesResponse["body"]>("variables", {
      variablesReference: 7,
    });
    expect(all.variables.length).toBe(1001);
    expect(all.variables.at(-1)).toMatchObject({ name: "…", variablesReference: 0 });
  });

  it("evaluates where it stands, and global names while the guest runs", async () => {
    const { client } = await stopped();
    await client.request("stackTrace", { threadId: 1 });
    const evaluate = (expression: string, rest: object = {}) =>
      client.request("evaluate", { expression, frameId: 100, ...rest });
    expect(await evaluate("line")).toMatchObject({ result: "0" });
    expect((await evaluate("vb", { context: "clipboard" }))["result"]).toBe(
      "0x1 {\n  num_pages = 256 pages (1 MiB)\n}",
    );
    expect(
      await client.refusal("evaluate", { expression: "x + 1", frameId: 100, context: "repl" }),
    ).toBe('evaluation: There is no "x + 1" here.\n  x + 1\n  ^');
    await client.request("continue", { threadId: 1 });
    expect(await client.request("evaluate", { expression: "jiffies" })).toMatchObject({
      result: "42",
    });
    expect(await client.refusal("evaluate", { expression: "line", frameId: 100 })).toMatch(
      /^notStopped/,
    );
  });

  it("completes names and members", async () => {
    const { client } = await stopped();
    await client.request("stackTrace", { threadId: 1 });
    const complete = async (text: string) =>
      (
        await client.request<DebugProtocol.CompletionsResponse["body"]>("completions", {
          text,
          column: text.length + 1,
          frameId: 100,
        })
      ).targets.map((each) => `${each.label}@${each.start}`);
    expect(await complete("")).toEqual(["line@1", "vb@1", "jiffies@1"]);
    expect(await complete("ji")).toEqual(["jiffies@1"]);
    expect(await complete("1 + li")).toEqual(["line@5"]);
    expect(await complete("vb->")).toEqual(["num_pages@5"]);
    expect(await complete("vb.nu")).toEqual(["num_pages@4"]);
    expect(await complete("f(x).")).toEqual([]);
    expect(await complete("12")).toEqual([]);
  });

  it("serves the model's sources", async () => {
    const { client } = await stopped();
    const { sources } = await client.request<{ sources: DebugProtocol.Source[] }>("loadedSources");
    expect(sources).toMatchObject([
      { name: "virtio_balloon.ts", sourceReference: 1 },
      { name: "vmscan.ts", sourceReference: 2 },
      { name: "a.balloon.yaml", path: program, sourceReference: 0 },
    ]);
    expect(await client.request("source", { sourceReference: 2 })).toMatchObject({
      content: expect.stringContaining("line_0") as string,
    });
    const path = "balloon-model:/mm/vmscan.ts";
    expect(await client.request("source", { source: { path }, sourceReference: 0 })).toMatchObject({
      mimeType: "text/typescript",
    });
  });

  it("speaks of files as URIs to a client that wants them so", async () => {
    const { client } = await stopped({ pathFormat: "uri" });
    const { sources } = await client.request<{ sources: DebugProtocol.Source[] }>("loadedSources");
    expect(sources.at(-1)).toMatchObject({ path: `file://${program}` });
  });
});

describe("samples", () => {
  it("come while running, are taken back in reverse, and can be asked for", async () => {
    const { client } = await launched();
    await client.request("configurationDone");
    await client.event("stopped");
    const bodies = () =>
      client.events
        .filter((each) => each.event === "balloon/samples")
        .map((each) => each.body as { first: number; truncate: boolean; times: number[] });
    expect(bodies().flatMap((each) => each.times)).toEqual(
      Array.from({ length: 21 }, (_, index) => index * 1e9),
    );
    await client.resume("stepBack");
    expect(bodies().at(-1)).toMatchObject({ first: 20, truncate: true, times: [] });
    await client.resume("next");
    expect(bodies().at(-1)).toMatchObject({ first: 20, truncate: false, times: [20e9] });
    expect(await client.request("balloon/samples", { since: 5 })).toMatchObject({
      first: 5,
      times: expect.arrayContaining([5e9, 20e9]) as number[],
    });
    const { events } = await client.request<{ events: object[] }>("balloon/samples", { since: 0 });
    expect(events).toEqual([{ time: 4.5e9, name: "oom_notify", a: 256, b: 0 }]);
  });
});
