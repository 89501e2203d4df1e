/** `balloon lsp --stdio`: for any editor that speaks the protocol. */
import { createConnection } from "vscode-languageserver/node";
import { serve, type ServerHost } from "./server.ts";

/** Serves on standard input and output; the process ends when the editor says so or goes away. */
export function serveLanguageOnStdio(host: ServerHost): void {
  serve(createConnection(process.stdin, process.stdout), host);
}
