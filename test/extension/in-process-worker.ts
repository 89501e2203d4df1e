/** The real debug adapter behind a worker's port, without a worker. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { Adapter } from "../../src/dap/adapter.ts";
import { workerHost } from "../../src/dap/worker-host.ts";
import type { WorkerPort } from "../../src/extension/adapter-bridge.ts";

export function startInProcess(): WorkerPort {
  let listener: (message: DebugProtocol.ProtocolMessage) => void = () => {};
  let ended = false;
  const host = workerHost(() => new Promise((resolve) => setImmediate(resolve)));
  const adapter = new Adapter(host, (message) => {
    setImmediate(() => {
      if (!ended) listener(message as DebugProtocol.ProtocolMessage);
    });
  });
  return {
    post: (message) => setImmediate(() => adapter.handle(message)),
    terminate: () => {
      ended = true;
      void adapter.close();
    },
    listen: (onMessage) => (listener = onMessage),
  };
}
