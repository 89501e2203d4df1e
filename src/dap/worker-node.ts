/** Entry of the adapter in a worker thread: protocol messages go both ways as plain objects. */
import { parentPort } from "node:worker_threads";
import { Adapter } from "./adapter.ts";
import { workerHost } from "./worker-host.ts";

const port = parentPort;
if (port === null) throw new Error("This file is the entry of a worker thread.");

const host = workerHost(() => new Promise((resolve) => setImmediate(resolve)));
const adapter = new Adapter(host, (message) => port.postMessage(message));
port.on("message", (message: unknown) => adapter.handle(message));
port.on("close", () => void adapter.close());
