import type { DebugProtocol } from "@vscode/debugprotocol";
import { expect, test, vi } from "vitest";
import { AdapterBridge, type WorkerPort } from "./adapter-bridge.ts";

vi.mock("vscode", async () => (await import("../../test/extension/fake-vscode.ts")).fakeVscode);

class FakeWorker implements WorkerPort {
  readonly posted: DebugProtocol.ProtocolMessage[] = [];
  terminated = false;
  say: (message: DebugProtocol.ProtocolMessage) => void = () => {};
  fail: (why: string) => void = () => {};

  post(message: DebugProtocol.ProtocolMessage): void {
    this.posted.push(message);
  }

  terminate(): void {
    this.terminated = true;
    this.fail("exit code 1");
  }

  listen(onMessage: FakeWorker["say"], onFailure: FakeWorker["fail"]): void {
    this.say = onMessage;
    this.fail = onFailure;
  }
}

function start(
  readScenario = (program: string): Promise<string> => Promise.resolve(`text of ${program}`),
) {
  const worker = new FakeWorker();
  const crashes: string[] = [];
  const seen: object[] = [];
  const bridge = new AdapterBridge(worker, { readScenario, onCrash: (why) => crashes.push(why) });
  bridge.onDidSendMessage((message) => seen.push(message));
  let seq = 0;
  const ask = (command: string, args?: object): number => {
    bridge.handleMessage({
      seq: ++seq,
      type: "request",
      command,
      ...(args === undefined ? {} : { arguments: args }),
    } as object);
    return seq;
  };
  const answer = (requestSeq: number, command: string): void =>
    worker.say({
      seq: 1,
      type: "response",
      request_seq: requestSeq,
      command,
      success: true,
    } as DebugProtocol.Response);
  return { worker, bridge, crashes, seen, ask, answer };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("forwards both ways, unchanged", () => {
  const { worker, seen, ask, answer } = start();
  const seq = ask("threads");
  expect(worker.posted).toEqual([{ seq, type: "request", command: "threads" }]);
  answer(seq, "threads");
  expect(seen).toEqual([
    { seq: 1, type: "response", request_seq: seq, command: "threads", success: true },
  ]);
});

test("adds the scenario's text to launch, and keeps the order of what follows", async () => {
  const { worker, ask } = start();
  ask("initialize");
  ask("launch", { program: "/a.balloon.yaml", kernel: "v4.19" });
  ask("setBreakpoints");
  ask("configurationDone");
  expect(worker.posted).toHaveLength(1);
  await settled();
  expect(worker.posted).toMatchObject([
    { command: "initialize" },
    {
      command: "launch",
      arguments: { program: "/a.balloon.yaml", kernel: "v4.19", text: "text of /a.balloon.yaml" },
    },
    { command: "setBreakpoints" },
    { command: "configurationDone" },
  ]);
});

test("reads the text anew at a restart, with arguments or without", async () => {
  let edits = 0;
  const { worker, ask } = start((program) => Promise.resolve(`${program} ${++edits}`));
  ask("launch", { program: "/a" });
  ask("restart");
  ask("restart", { arguments: { program: "/b" } });
  ask("threads");
  await settled();
  expect(worker.posted).toMatchObject([
    { command: "launch", arguments: { program: "/a", text: "/a 1" } },
    { command: "restart", arguments: { arguments: { program: "/a", text: "/a 2" } } },
    { command: "restart", arguments: { arguments: { program: "/b", text: "/b 3" } } },
    { command: "threads" },
  ]);
});

test("answers a launch itself when the text cannot be read", async () => {
  const { worker, seen, ask } = start(() => Promise.reject(new Error("no {such} file")));
  const seq = ask("launch", { program: "/a" });
  await settled();
  expect(worker.posted).toEqual([]);
  expect(seen).toMatchObject([
    {
      type: "response",
      request_seq: seq,
      success: false,
      body: { error: { format: "no (such) file", showUser: true } },
    },
  ]);
});

test("passes a launch without a program on: the adapter knows what to say", () => {
  const { worker, ask } = start();
  ask("launch", {});
  expect(worker.posted).toMatchObject([{ command: "launch", arguments: {} }]);
});

test("a crash answers what is open, ends the session and is told once", () => {
  const { worker, crashes, seen, ask, answer } = start();
  const answered = ask("threads");
  answer(answered, "threads");
  const open = ask("variables");
  seen.length = 0;
  worker.fail("out of memory");
  worker.fail("exit code 1");
  expect(crashes).toEqual(["out of memory"]);
  expect(seen).toMatchObject([
    { type: "response", request_seq: open, success: false },
    { type: "event", event: "terminated" },
  ]);
  seen.length = 0;
  ask("stackTrace");
  ask("disconnect");
  expect(seen).toMatchObject([
    {
      command: "stackTrace",
      success: false,
      message: "The debug adapter has ended: out of memory",
    },
    { command: "disconnect", success: true },
  ]);
});

test("a worker that ends after its disconnect has not crashed", () => {
  const { worker, crashes, ask, answer } = start();
  answer(ask("disconnect"), "disconnect");
  worker.fail("exit code 0");
  expect(crashes).toEqual([]);
});

test("terminates the worker when VS Code is done with it", () => {
  const { worker, bridge, crashes } = start();
  bridge.dispose();
  expect(worker.terminated).toBe(true);
  expect(crashes).toEqual([]);
});
