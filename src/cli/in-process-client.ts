import { Adapter } from "../dap/adapter.ts";
import type { AdapterHost } from "../dap/host.ts";
import { type DapEvent, type DapOutgoing, type DapResponse, isObject } from "../dap/wire.ts";

/** A request that the adapter refused, with its sentence. */
export class Refusal extends Error {}

/** A client of an adapter in this process. */
export class InProcessClient {
  private readonly adapter: Adapter;
  private readonly onEvent: (event: DapEvent) => void;
  private readonly waiting = new Map<number, (response: DapResponse) => void>();
  private seq = 0;

  constructor(host: AdapterHost, onEvent: (event: DapEvent) => void) {
    this.onEvent = onEvent;
    this.adapter = new Adapter(host, (message) => this.take(message));
  }

  /** The body of the response. Rejects with a `Refusal`. */
  async request<Body>(command: string, args?: object): Promise<Body> {
    const seq = ++this.seq;
    const response = await new Promise<DapResponse>((resolve) => {
      this.waiting.set(seq, resolve);
      this.adapter.handle({ seq, type: "request", command, arguments: args });
    });
    if (!response.success) throw new Refusal(sentenceOf(response));
    return response.body as Body;
  }

  async close(): Promise<void> {
    await this.adapter.close();
  }

  private take(message: DapOutgoing): void {
    if (message.type === "event") return this.onEvent(message);
    this.waiting.get(message.request_seq)?.(message);
    this.waiting.delete(message.request_seq);
  }
}

function sentenceOf({ message, body }: DapResponse): string {
  const error = isObject(body) ? body["error"] : undefined;
  const format = isObject(error) ? error["format"] : undefined;
  return typeof format === "string" ? format : (message ?? "The request failed.");
}
