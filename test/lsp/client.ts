/** A client and the server, each on one end of two streams. */
import { PassThrough } from "node:stream";
import {
  createConnection,
  createProtocolConnection,
  type InitializeParams,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import type { ClientOptions } from "../../src/lsp/protocol.ts";
import { serve, type ServerHost } from "../../src/lsp/server.ts";

export const URI = "file:///ws/a.balloon.yaml";

export interface Client {
  readonly connection: ProtocolConnection;
  /** What the server says that it can do. */
  readonly capabilities: object;
  open(text: string): Promise<void>;
  /** Replaces the whole text. */
  change(text: string): Promise<void>;
  /** Resolves with the next diagnostics that the server publishes. */
  diagnostics(): Promise<PublishDiagnosticsParams>;
  /** Asks about `textDocument`, and at `position` if one is given as an offset. */
  ask<T>(method: string, params?: object): Promise<T>;
  close(): void;
}

export async function startClient(
  options: ClientOptions = {},
  host: ServerHost = {},
): Promise<Client> {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  serve(
    createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)),
    host,
  );
  const connection = createProtocolConnection(
    new StreamMessageReader(toClient),
    new StreamMessageWriter(toServer),
  );
  connection.listen();
  const params: InitializeParams = {
    processId: null,
    rootUri: null,
    initializationOptions: options,
    capabilities: { textDocument: { completion: { completionItem: { snippetSupport: true } } } },
  };
  const { capabilities } = await connection.sendRequest<{ capabilities: object }>(
    "initialize",
    params,
  );
  await connection.sendNotification("initialized", {});
  let version = 0;
  const waiting: ((params: PublishDiagnosticsParams) => void)[] = [];
  connection.onNotification("textDocument/publishDiagnostics", (found: PublishDiagnosticsParams) =>
    waiting.shift()?.(found),
  );
  return {
    connection,
    capabilities,
    open: (text) =>
      connection.sendNotification("textDocument/didOpen", {
        textDocument: { uri: URI, languageId: "balloon-scenario", version: ++version, text },
      }),
    change: (text) =>
      connection.sendNotification("textDocument/didChange", {
        textDocument: { uri: URI, version: ++version },
        contentChanges: [{ text }],
      }),
    diagnostics: () => new Promise((resolve) => waiting.push(resolve)),
    ask: (method, more = {}) =>
      connection.sendRequest(`textDocument/${method}`, { textDocument: { uri: URI }, ...more }),
    close: () => connection.dispose(),
  };
}
