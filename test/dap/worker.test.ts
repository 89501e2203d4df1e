import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { expect, it } from "vitest";
import { type DapOutgoing, isObject } from "../../src/dap/wire.ts";
import { bundleWorker } from "./cli-bundle.ts";

const program = "memfs:/oom-notify.balloon.yaml";
const text = readFileSync(join(process.cwd(), "scenarios/oom-notify.balloon.yaml"), "utf8");

/** A scenario that comes as text, up to its first stop; returns the innermost frame's source. */
async function debugThrough(
  post: (message: object) => void,
  listen: (onMessage: (message: DapOutgoing) => void) => void,
): Promise<string | undefined> {
  let seq = 0;
  const send = (command: string, args: object): void =>
    post({ seq: ++seq, type: "request", command, arguments: args });
  const stack = new Promise<DebugProtocol.StackTraceResponse["body"]>((resolve, reject) => {
    listen((message) => {
      if (message.type === "response" && !message.success) reject(new Error(message.message));
      if (message.type === "event" && message.event === "initialized") {
        send("setFunctionBreakpoints", { breakpoints: [{ name: "virtio_balloon_oom_notify" }] });
        send("configurationDone", {});
      }
      if (message.type === "event" && message.event === "stopped" && isObject(message.body)) {
        send("stackTrace", { threadId: message.body["threadId"] });
      }
      if (message.type === "response" && message.command === "stackTrace") {
        resolve(message.body as DebugProtocol.StackTraceResponse["body"]);
      }
    });
  });
  send("initialize", {});
  send("launch", { program, text });
  return (await stack).stackFrames[0]?.source?.path;
}

const notifier = "balloon-model:/balloon/v5_7.ts";

it("runs in a worker thread", async () => {
  const worker = new Worker(await bundleWorker("node"));
  try {
    const source = await debugThrough(
      (message) => worker.postMessage(message),
      (onMessage) => worker.on("message", onMessage),
    );
    expect(source).toBe(notifier);
  } finally {
    await worker.terminate();
  }
});

it("runs in a web worker, which has nothing of Node", async () => {
  let toWorker = (_event: { data: object }): void => {};
  let toClient = (_message: DapOutgoing): void => {};
  const self = {
    postMessage: (message: DapOutgoing) => toClient(message),
    addEventListener: (_type: string, listener: typeof toWorker) => (toWorker = listener),
  };
  const script = readFileSync(await bundleWorker("web"), "utf8");
  const ofAllWorkers = { TextEncoder, btoa, atob, setTimeout, clearTimeout, console };
  runInNewContext(script, { self, MessageChannel, performance, ...ofAllWorkers });
  const source = await debugThrough(
    (message) => toWorker({ data: message }),
    (onMessage) => (toClient = onMessage),
  );
  expect(source).toBe(notifier);
});
