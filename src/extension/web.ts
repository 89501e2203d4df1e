/** Entry in the browser, where extensions run in a web worker: the adapter gets one of its own. */
import * as vscode from "vscode";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { BaseLanguageClient, LanguageClientOptions } from "vscode-languageclient";
import type { WorkerPort } from "./adapter-bridge.ts";
import { register } from "./register.ts";
import { SERVER_NAME } from "./scenario-language.ts";

export function activate(context: vscode.ExtensionContext): void {
  const script = vscode.Uri.joinPath(context.extensionUri, "dist", "adapter-worker.web.js");
  // The extension host replaces `Worker` by one that loads scripts of other origins, which is
  // where an extension's files are in the browser. It wants the address unencoded.
  register(context, {
    startWorker: () => startWorker(script.toString(true)),
    createClient: (options) => createClient(context.extensionUri, options),
  });
}

async function createClient(
  extensionUri: vscode.Uri,
  options: LanguageClientOptions,
): Promise<BaseLanguageClient> {
  const { LanguageClient } = await import("vscode-languageclient/browser");
  const server = vscode.Uri.joinPath(extensionUri, "dist", "lsp-server.web.js");
  return new LanguageClient("balloon", SERVER_NAME, new Worker(server.toString(true)), options);
}

function startWorker(script: string): WorkerPort {
  const worker = new Worker(script);
  return {
    post: (message) => worker.postMessage(message),
    terminate: () => worker.terminate(),
    listen: (onMessage, onFailure) => {
      worker.onmessage = (event: MessageEvent<DebugProtocol.ProtocolMessage>) =>
        onMessage(event.data);
      worker.onerror = (event) =>
        onFailure(event.message || vscode.l10n.t("its script could not be loaded"));
      worker.onmessageerror = () =>
        onFailure(vscode.l10n.t("it sent a message that cannot be read"));
    },
  };
}
