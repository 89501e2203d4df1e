import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startKept } from "../tools/kept.mjs";

let server: Server;

beforeEach(async () => {
  server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterEach(() => server.close());

/** What is kept says that it lives by a connection, which its end closes. */
function living(): string[] {
  const { port } = server.address() as AddressInfo;
  return ["-e", `require("node:net").connect(${port}, "127.0.0.1")`];
}

async function connected(): Promise<Socket> {
  const [socket] = (await once(server, "connection")) as [Socket];
  return socket.on("error", () => {}).resume();
}

test("what is kept ends when it is told to", async () => {
  const kept = startKept(process.execPath, living());
  const socket = await connected();
  const closed = once(socket, "close");
  await kept.close();
  await closed;
});

test("what is kept ends with a process that is killed", async () => {
  const module = pathToFileURL(join(process.cwd(), "tools/kept.mjs")).href;
  const program = `import { startKept } from ${JSON.stringify(module)};
    startKept(process.execPath, ${JSON.stringify(living())});`;
  const starter = spawn(process.execPath, ["--input-type=module", "-e", program]);
  const socket = await connected();
  const closed = once(socket, "close");
  expect(socket.destroyed).toBe(false);
  starter.kill("SIGKILL");
  await closed;
});
