/** Entry on the desktop: the debug adapter runs in a `worker_threads` worker. */
import { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { BaseLanguageClient, LanguageClientOptions } from "vscode-languageclient";
import type { WorkerPort } from "./adapter-bridge.ts";
import { register } from "./register.ts";
import { SERVER_NAME } from "./scenario-language.ts";

export function activate(context: vscode.ExtensionContext): void {
  const script = vscode.Uri.joinPath(context.extensionUri, "dist", "adapter-worker.js").fsPath;
  register(context, {
    startWorker: () => startWorker(script),
    createClient: (options) => createClient(context.extensionUri, options),
  });
}

/** The client is loaded once a scenario or a run needs it: activation does not wait for it. */
async function createClient(
  extensionUri: vscode.Uri,
  options: LanguageClientOptions,
): Promise<BaseLanguageClient> {
  const { LanguageClient, TransportKind } = await import("vscode-languageclient/node");
  const module = vscode.Uri.joinPath(extensionUri, "dist", "lsp-server.js").fsPath;
  const server = { module, transport: TransportKind.ipc };
  return new LanguageClient("balloon", SERVER_NAME, server, options);
}

function startWorker(script: string): WorkerPort {
  const worker = new Worker(script);
  return {
    post: (message) => worker.postMessage(message),
    terminate: () => void worker.terminate(),
    listen: (onMessage, onFailure) => {
      worker.on("message", (message: DebugProtocol.ProtocolMessage) => onMessage(message));
      worker.on("error", (error: Error) => onFailure(error.message));
      worker.on("messageerror", (error: Error) => onFailure(error.message));
      worker.on("exit", (code) => onFailure(vscode.l10n.t("exit code {0}", code)));
    },
  };
}
