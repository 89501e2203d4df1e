import type { Readable, Writable } from "node:stream";
import { Adapter } from "./adapter.ts";
import { frame, FrameReader } from "./frames.ts";
import type { AdapterHost } from "./host.ts";

export interface ConnectionOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly host: AdapterHost;
  /** Takes sentences about input that could not be read: standard error, in a process. */
  readonly log: (sentence: string) => void;
}

/**
 * Serves one client on a pair of byte streams. Resolves when it has disconnected or vanished,
 * its run has ended and the output is closed.
 */
export function serveConnection({ input, output, host, log }: ConnectionOptions): Promise<void> {
  return new Promise((resolve) => {
    const adapter = new Adapter(
      { ...host, yield: () => drained(output).then(() => host.yield()) },
      (message) => {
        if (output.writable) output.write(frame(message));
      },
      () => {
        const done = (): void => {
          input.destroy();
          resolve();
        };
        // What was written last must still get out, and a socket is both ends at once.
        if (output.destroyed) done();
        else output.end(done);
      },
    );
    const reader = new FrameReader({
      onMessage: (message) => adapter.handle(message),
      onProblem: (sentence, fatal) => {
        log(sentence);
        adapter.complain(sentence);
        if (fatal) close();
      },
    });
    const close = (): void => void adapter.close();
    input.on("data", (chunk: Buffer) => reader.push(chunk));
    input.on("end", () => {
      if (reader.pending) log("The client left in the middle of a message.");
      close();
    });
    input.on("close", close);
    input.on("error", close);
    output.on("error", () => {
      // A broken pipe has no end to wait for.
      output.destroy();
      close();
    });
    output.on("close", close);
  });
}

/** Waits for a client that does not read, so that a run cannot fill the memory with events. */
function drained(output: Writable): Promise<void> {
  if (!output.writableNeedDrain || output.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      output.off("drain", done);
      output.off("close", done);
      resolve();
    };
    output.on("drain", done);
    output.on("close", done);
  });
}
