import { describe, expect, it } from "vitest";
import { TestClient } from "./client.ts";
import { fakeHost } from "./fake-host.ts";

const program = "/scenarios/a.balloon.yaml";
const files = { [program]: "guest:", "/scenarios/bad.balloon.yaml": "BAD" };

/** How far a client has come when it does something wrong. */
type Stage = "new" | "initialized" | "launched" | "stopped" | "running" | "ended";

async function clientAt(stage: Stage): Promise<TestClient> {
  const client = new TestClient(fakeHost(files));
  if (stage === "new") return client;
  await client.request("initialize", {});
  if (stage === "initialized") return client;
  await client.request("launch", { program, stopOnEntry: stage !== "running" });
  if (stage === "launched") return client;
  await client.request("configurationDone");
  if (stage === "running") return client;
  await client.event("stopped");
  if (stage === "ended") await client.request("terminate");
  return client;
}

const source = { path: "balloon-model:/mm/vmscan.ts" };

describe("refused with a sentence, and nothing is harmed", () => {
  const cases: readonly (readonly [Stage, string, unknown, RegExp])[] = [
    ["new", "launch", { program }, /^notInitialized: "launch" came before "initialize"/],
    ["new", "threads", {}, /^notInitialized/],
    ["new", "frobnicate", {}, /^unknownCommand: This adapter has no request "frobnicate"/],
    ["new", "toString", {}, /^unknownCommand/],
    ["initialized", "initialize", {}, /^twice/],
    ["initialized", "attach", {}, /^cannotPark: There is nothing to attach to/],
    ["initialized", "launch", {}, /^noProgram: The launch configuration has no "program"/],
    ["initialized", "launch", { program: 7 }, /"program" must be a string, not 7/],
    ["initialized", "launch", { program, seed: -1 }, /"seed" must be a whole number from 0/],
    ["initialized", "launch", [7], /"arguments" must be an object/],
    ["initialized", "launch", [], /^noProgram/],
    [
      "initialized",
      "launch",
      { program: "/nowhere" },
      /^unreadable: .*\/nowhere: there is no such file/,
    ],
    [
      "initialized",
      "launch",
      { program: "/scenarios/bad.balloon.yaml" },
      /^badScenario: .*bad.balloon.yaml:2:3: error: Unknown key "guset"/,
    ],
    ["initialized", "configurationDone", {}, /^notLaunched/],
    ["initialized", "setBreakpoints", { source, breakpoints: [] }, /^notLaunched/],
    ["launched", "launch", { program }, /^twice/],
    ["launched", "continue", { threadId: 1 }, /^notConfigured/],
    ["launched", "pause", { threadId: 1 }, /^notRunning/],
    ["stopped", "configurationDone", {}, /^twice/],
    ["stopped", "pause", { threadId: 1 }, /^notRunning/],
    ["stopped", "continue", {}, /"threadId" must be a whole number from 0, not left out/],
    ["stopped", "continue", { threadId: 99 }, /^unknownThread: There is no thread 99/],
    ["stopped", "stackTrace", { threadId: 99 }, /^unknownThread/],
    ["stopped", "stackTrace", { threadId: 1, levels: -1 }, /"levels" must be/],
    ["stopped", "scopes", { frameId: 5 }, /^unknownFrame/],
    ["stopped", "variables", { variablesReference: 5 }, /^unknownVariables/],
    ["stopped", "variables", { variablesReference: 0 }, /whole number from 1/],
    ["stopped", "evaluate", { expression: "line", frameId: 5 }, /^unknownFrame/],
    ["stopped", "evaluate", {}, /"expression" must be a string/],
    ["stopped", "completions", { text: "x", column: "1" }, /"column" must be/],
    ["stopped", "setBreakpoints", { breakpoints: [{ line: 1 }] }, /"source" must be an object/],
    ["stopped", "setBreakpoints", { source, breakpoints: "1" }, /"breakpoints" must be a list/],
    ["stopped", "source", { sourceReference: 99 }, /^unknownSource: "source reference 99"/],
    ["stopped", "balloon/samples", {}, /"since" must be/],
    ["stopped", "balloon/samples", { since: 0, branch: 5 }, /^unknownBranch: There is no branch 5/],
    ["stopped", "balloon/seek", {}, /^seekTarget: Say where to: exactly one of/],
    ["stopped", "balloon/seek", { time: 1, mark: { dispatch: 1 } }, /^seekTarget/],
    ["stopped", "balloon/seek", { time: 1, branch: 0 }, /^seekTarget/],
    ["stopped", "balloon/seek", { mark: {} }, /"mark.dispatch" must be a whole number/],
    ["stopped", "balloon/seek", { condition: "1", direction: "up" }, /one of forward, back/],
    ["stopped", "balloon/seek", { branch: 3 }, /^unknownBranch/],
    [
      "stopped",
      "balloon/seek",
      { variable: { variablesReference: 9, name: "x" } },
      /^unknownVariables/,
    ],
    ["stopped", "balloon/pageMap", { resolution: 0 }, /"resolution" must be/],
    ["stopped", "next", { threadId: 1, granularity: "page" }, /one of statement, line, instr/],
    ["stopped", "stepIn", { threadId: 1, targetId: 4 }, /^unknownTarget: There is no target 4/],
    ["stopped", "goto", { threadId: 1, targetId: 4 }, /^unknownTarget/],
    ["stopped", "restartFrame", { frameId: 5 }, /^unknownFrame/],
    ["stopped", "setVariable", { variablesReference: 5, name: "x", value: "1" }, /^unknownVaria/],
    ["stopped", "setExpression", { expression: "line" }, /"value" must be a string/],
    ["stopped", "setExpression", { expression: "x", value: "1" }, /^edit: Cannot set x/],
    ["stopped", "terminateThreads", {}, /^noThreads: Say which tasks to kill/],
    ["stopped", "terminateThreads", { threadIds: [9] }, /^unknownThread/],
    ["stopped", "readMemory", { memoryReference: "here", count: 1 }, /^badAddress: readMemory/],
    ["stopped", "readMemory", { memoryReference: "0x1000" }, /"count" must be/],
    ["stopped", "writeMemory", { memoryReference: "0x1000", data: "*" }, /"data" must be base64/],
    ["stopped", "disassemble", { memoryReference: "0x8000" }, /"instructionCount" must be/],
    [
      "stopped",
      "disassemble",
      { memoryReference: "0x8000", instructionCount: 1e9 },
      /must be at most 100000/,
    ],
    ["stopped", "dataBreakpointInfo", { name: "x", asAddress: true }, /^badAddress/],
    ["stopped", "evaluate", { expression: "jiffies,q" }, /^unknownSuffix: There is no format ",q"/],
    ["running", "setVariable", { variablesReference: 1, name: "x", value: "1" }, /^notStopped/],
    ["running", "balloon/seek", { time: 1 }, /^notStopped/],
    ["launched", "balloon/seek", { time: 1 }, /^notConfigured/],
    ["running", "next", { threadId: 1 }, /^notStopped: "next" needs a stopped guest/],
    ["running", "stackTrace", { threadId: 1 }, /^notStopped/],
    ["running", "variables", { variablesReference: 1 }, /^notStopped/],
    ["ended", "continue", { threadId: 1 }, /^ended/],
    ["ended", "restart", {}, /^ended/],
  ];
  for (const [stage, command, args, message] of cases) {
    it(`${stage}: ${command} ${JSON.stringify(args)}`, async () => {
      const client = await clientAt(stage);
      expect(await client.refusal(command, args)).toMatch(message);
      await client.request("disconnect");
      await client.closed;
    });
  }
});

it("forgets frames and references when the guest runs on", async () => {
  const client = await clientAt("stopped");
  await client.request("stackTrace", { threadId: 1 });
  await client.request("scopes", { frameId: 100 });
  await client.resume("next");
  expect(await client.refusal("scopes", { frameId: 100 })).toMatch(/^unknownFrame/);
  expect(await client.refusal("variables", { variablesReference: 1000 })).toMatch(
    /^unknownVariables/,
  );
});

it("sends exactly one response for each request of a burst, in order", async () => {
  const client = await clientAt("stopped");
  const commands = ["threads", "nonsense", "scopes", "loadedSources", "pause", "threads"];
  const before = client.responses.length;
  commands.forEach((command, index) =>
    client.sendRaw({ seq: 1000 + index, type: "request", command }),
  );
  await client.request("threads");
  const seen = client.responses.slice(before, -1);
  expect(seen.map((each) => each.request_seq)).toEqual(commands.map((_, index) => 1000 + index));
  expect(seen.map((each) => each.success)).toEqual([true, false, false, true, false, true]);
});

describe("bytes that are no message", () => {
  const harmless: readonly (readonly [string, string, RegExp])[] = [
    ["malformed JSON", "{ not json", /not valid JSON: "{ not json"/],
    ["no body", "", /not valid JSON/],
  ];
  for (const [name, json, message] of harmless) {
    it(`${name}: is reported, and the next request is answered`, async () => {
      const client = await clientAt("stopped");
      client.sendText(json);
      await client.request("threads");
      expect(client.log.join()).toMatch(message);
      expect(client.output("stderr")).toMatch(message);
    });
  }

  for (const message of [null, 7, "text", [], {}, { seq: "1", type: "request" }]) {
    it(`ignores ${JSON.stringify(message)}`, async () => {
      const client = await clientAt("stopped");
      client.sendRaw(message);
      await client.request("threads");
      expect(client.output("stderr")).toContain("no request");
    });
  }

  it("answers a request without a command", async () => {
    const client = await clientAt("stopped");
    client.sendRaw({ seq: 500, type: "request" });
    await client.until(() => client.responses.some((each) => each.request_seq === 500));
    expect(client.responses.at(-1)).toMatchObject({ success: false });
  });

  const fatal: readonly (readonly [string, string, RegExp])[] = [
    ["a header without a length", "Hello: 7\r\n\r\n", /no valid Content-Length/],
    ["a negative length", "Content-Length: -5\r\n\r\n", /no valid Content-Length/],
    ["a length that is no number", "Content-Length: many\r\n\r\n", /no valid Content-Length/],
    ["a huge length", "Content-Length: 99999999999\r\n\r\n", /too long; the limit is/],
    ["a header without an end", "x".repeat(9000), /longer than 8192 bytes/],
  ];
  for (const [name, bytes, message] of fatal) {
    it(`${name}: ends the connection with a message`, async () => {
      const client = await clientAt("stopped");
      client.sendBytes(bytes);
      await client.closed;
      expect(client.log.join()).toMatch(message);
    });
  }

  it("reads messages in whatever pieces they arrive", async () => {
    const client = await clientAt("stopped");
    const json = JSON.stringify({ seq: 700, type: "request", command: "threads", x: "ü€" });
    const bytes = Buffer.from(`content-length: ${Buffer.byteLength(json)}\r\nX: y\r\n\r\n${json}`);
    for (const byte of bytes) client.sendBytes(Buffer.from([byte]));
    await client.until(() => client.responses.some((each) => each.request_seq === 700));
    expect(client.log).toEqual([]);
  });
});

describe("a client that vanishes", () => {
  for (const stage of ["new", "initialized", "launched", "stopped", "running", "ended"] as const) {
    it(`${stage}: ends everything`, async () => {
      const client = await clientAt(stage);
      client.toAdapter.end();
      await client.closed;
    });
  }

  it("in the middle of a message", async () => {
    const client = await clientAt("stopped");
    client.sendBytes("Content-Length: 100\r\n\r\n{");
    client.toAdapter.end();
    await client.closed;
    expect(client.log).toEqual(["The client left in the middle of a message."]);
  });

  it("with an error on its stream", async () => {
    const client = await clientAt("running");
    client.fromAdapter.destroy(new Error("EPIPE"));
    await client.closed;
  });

  it("while its scenario is being read", async () => {
    const client = await clientAt("initialized");
    client.sendRaw({ seq: 900, type: "request", command: "launch", arguments: { program } });
    client.toAdapter.end();
    await client.closed;
  });
});
