/**
 * The built files as their hosts start them: the desktop entry with a stand-in for `vscode`, the
 * adapter in a worker thread, the language server as a process with a channel, the command line as
 * a process. The browser's halves are in `run.mjs`.
 */
import assert from "node:assert/strict";
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { root } from "../../tools/run.mjs";

const SCENARIO = join(root, "scenarios/oom-notify.balloon.yaml");
const NOTIFIER = "virtio_balloon_oom_notify";

try {
  desktopEntryLoads();
  await adapterStopsInItsWorker();
  await languageServerAnswers();
  await commandLineRuns();
  console.log("extension, adapter, language server and command line start");
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function desktopEntryLoads() {
  const require = createRequire(import.meta.url);
  /** @type {{ _load(...args: unknown[]): unknown }} */
  const Module = require("node:module").Module;
  const load = Module._load.bind(Module);
  // Only `vscode` is missing outside of the editor; nothing of it is used before activation.
  const vscode = new Proxy(class {}, { get: () => class {} });
  Module._load = (...args) => (args[0] === "vscode" ? vscode : load(...args));
  try {
    const entry = require(join(root, "dist/extension.js"));
    assert.equal(typeof entry.activate, "function", "dist/extension.js exports activate");
  } finally {
    Module._load = load;
  }
}

async function adapterStopsInItsWorker() {
  const worker = new Worker(join(root, "dist/adapter-worker.js"));
  /** @type {{ type: string, command?: string, event?: string, success?: boolean, body?: any }[]} */
  const messages = [];
  let arrived = () => {};
  let seq = 0;
  worker.on("message", (message) => (messages.push(message), arrived()));
  const failed = new Promise((_, reject) => worker.on("error", reject));

  const next = async (/** @type {(message: typeof messages[number]) => boolean} */ wanted) => {
    for (;;) {
      const at = messages.findIndex(wanted);
      const [found] = at < 0 ? [] : messages.splice(at, 1);
      if (found) return found;
      await Promise.race([new Promise((resolve) => (arrived = () => resolve(undefined))), failed]);
    }
  };
  const send = (/** @type {string} */ command, /** @type {object} */ args) =>
    worker.postMessage({ seq: ++seq, type: "request", command, arguments: args });
  const ask = async (/** @type {string} */ command, /** @type {object} */ args) => {
    send(command, args);
    const answer = await next((each) => each.type === "response" && each.command === command);
    assert.ok(answer.success, `${command}: ${JSON.stringify(answer)}`);
    return answer.body;
  };

  await ask("initialize", { adapterID: "balloon" });
  send("launch", { program: "oom.balloon.yaml", text: await readFile(SCENARIO, "utf8") });
  await next((each) => each.event === "initialized");
  await ask("setFunctionBreakpoints", { breakpoints: [{ name: NOTIFIER }] });
  await ask("configurationDone", {});
  const { body: stop } = await next((each) => each.event === "stopped");
  const { stackFrames } = await ask("stackTrace", { threadId: stop.threadId });
  assert.equal(stackFrames[0].name, NOTIFIER);
  await worker.terminate();
}

async function languageServerAnswers() {
  const server = fork(join(root, "dist/lsp-server.js"), ["--node-ipc"]);
  const params = { processId: process.pid, rootUri: null, capabilities: {} };
  server.send({ jsonrpc: "2.0", id: 1, method: "initialize", params });
  const [{ result }] = await once(server, "message");
  assert.ok(result.capabilities.hoverProvider, "the language server explains words");
  server.kill();
}

async function commandLineRuns() {
  const args = [join(root, "dist/cli.js"), "run", SCENARIO, "--json"];
  // Failed expectations are the business of the golden runs.
  const { stdout } = await promisify(execFile)(process.execPath, args).catch((error) => error);
  assert.equal(JSON.parse(stdout).scenario.length > 0, true, stdout);
}
