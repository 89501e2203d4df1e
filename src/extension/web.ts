/** Entry in the browser, where extensions run in a web worker: the adapter gets one of its own. */
import * as vscode from "vscode";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { WorkerPort } from "./adapter-bridge.ts";
import { register } from "./register.ts";

export function activate(context: vscode.ExtensionContext): void {
  const script = vscode.Uri.joinPath(context.extensionUri, "dist", "adapter-worker.web.js");
  // The extension host replaces `Worker` by one that loads scripts of other origins, which is
  // where an extension's files are in the browser. It wants the address unencoded.
  register(context, () => startWorker(script.toString(true)));
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
