import { PassThrough } from "node:stream";
import { serveConnection } from "../../src/dap/connection.ts";
import { FrameReader } from "../../src/dap/frames.ts";
import type { AdapterHost } from "../../src/dap/host.ts";
import { type DapEvent, type DapResponse, isObject } from "../../src/dap/wire.ts";

/** A client of an adapter in this process, over a pair of streams. */
export class TestClient {
  readonly toAdapter = new PassThrough();
  readonly fromAdapter = new PassThrough();
  readonly log: string[] = [];
  readonly responses: DapResponse[] = [];
  readonly events: DapEvent[] = [];
  /** Resolves when the adapter has let go of the connection. */
  readonly closed: Promise<void>;
  private seq = 0;
  private waiting: (() => void)[] = [];

  constructor(host: AdapterHost) {
    this.closed = serveConnection({
      input: this.toAdapter,
      output: this.fromAdapter,
      host,
      log: (sentence) => this.log.push(sentence),
    });
    const reader = new FrameReader({
      onMessage: (message) => this.take(message),
      onProblem: (sentence) => this.log.push(`client: ${sentence}`),
    });
    this.fromAdapter.on("data", (chunk: Buffer) => reader.push(chunk));
  }

  /** Sends a request and waits for its response, whatever it says. */
  async ask(command: string, args?: unknown): Promise<DapResponse> {
    const seq = ++this.seq;
    this.sendRaw({ seq, type: "request", command, arguments: args });
    const isMine = (each: DapResponse): boolean => each.request_seq === seq;
    await this.until(() => this.responses.some(isMine));
    return this.responses.find(isMine)!;
  }

  /** The body of a successful response. */
  async request<Body = Record<string, unknown>>(command: string, args?: unknown): Promise<Body> {
    const response = await this.ask(command, args);
    if (!response.success) throw new Error(`${command}: ${sentenceOf(response)}`);
    return response.body as Body;
  }

  /** What is wrong with a request that must fail. */
  async refusal(command: string, args?: unknown): Promise<string> {
    const response = await this.ask(command, args);
    if (response.success) throw new Error(`${command} should have failed`);
    return `${response.message}: ${sentenceOf(response)}`;
  }

  /** The next event of a name after the first `skip`; `count` tells how many there were. */
  async event(name: string, skip = 0): Promise<DapEvent> {
    const found = (): DapEvent | undefined =>
      this.events.filter((each) => each.event === name)[skip];
    await this.until(() => found() !== undefined);
    return found()!;
  }

  count(name: string): number {
    return this.events.filter((each) => each.event === name).length;
  }

  /** Sends a request that resumes, and waits for the stop that follows. */
  async resume(command: string, threadId = 1): Promise<Record<string, unknown>> {
    return this.resumeWith(command, { threadId });
  }

  async resumeWith(command: string, args: object): Promise<Record<string, unknown>> {
    const before = this.count("stopped");
    await this.request(command, args);
    return (await this.event("stopped", before)).body as Record<string, unknown>;
  }

  sendRaw(message: unknown): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(json: string): void {
    this.sendBytes(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
  }

  sendBytes(bytes: string | Buffer): void {
    this.toAdapter.write(bytes);
  }

  /** Output of a category so far. */
  output(category: string): string {
    return this.events
      .filter((each) => each.event === "output")
      .map((each) => each.body as { category: string; output: string })
      .filter((body) => body.category === category)
      .map((body) => body.output)
      .join("");
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private take(message: unknown): void {
    if (!isObject(message)) throw new Error("the adapter sent something that is no message");
    if (message["type"] === "response") this.responses.push(message as unknown as DapResponse);
    else this.events.push(message as unknown as DapEvent);
    for (const wake of this.waiting.splice(0)) wake();
  }
}

export function sentenceOf(response: DapResponse): string {
  const body = response.body as { error?: { format?: string } } | undefined;
  return body?.error?.format ?? "";
}
