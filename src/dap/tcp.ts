import { createServer, type Socket } from "node:net";
import { serveConnection } from "./connection.ts";
import { nodeHost } from "./node-host.ts";
import { Parking } from "./parking.ts";

export interface TcpServer {
  readonly port: number;
  /** Ends all connections; resolves when nothing listens any more. */
  close(): Promise<void>;
}

/**
 * Serves any number of clients, one debug session each, on the loopback interface only: whoever
 * can connect can read files. Port 0 takes a free one. Rejects when the port cannot be had.
 */
export function serveTcp(port: number, log: (sentence: string) => void): Promise<TcpServer> {
  const sockets = new Set<Socket>();
  const parking = new Parking();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    void serveConnection({
      input: socket,
      output: socket,
      host: { ...nodeHost(), parking },
      log,
    }).then(() => sockets.delete(socket));
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => void parking.close().then(resolve));
      for (const socket of sockets) socket.destroy();
    });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve({
        port: typeof address === "object" && address !== null ? address.port : port,
        close,
      });
    });
  });
}
