import { serveConnection } from "./connection.ts";
import { nodeHost } from "./node-host.ts";

/** Serves the one client at the other end of standard input and output; resolves when it has gone. */
export function serveStdio(): Promise<void> {
  return serveConnection({
    input: process.stdin,
    output: process.stdout,
    host: nodeHost(),
    log: (sentence) => process.stderr.write(`balloon dap: ${sentence}\n`),
  });
}
