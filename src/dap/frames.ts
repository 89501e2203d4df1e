import type { DapOutgoing } from "./wire.ts";

/** A header that is longer is none of ours. */
const maxHeaderBytes = 8 * 1024;
/** Far more than any request of the protocol, scenario texts included. */
const maxBodyBytes = 64 * 1024 * 1024;
const separator = "\r\n\r\n";

export interface FrameReaderOptions {
  readonly onMessage: (message: unknown) => void;
  /** `fatal`: where the next message begins is unknown, so that nothing more can be read. */
  readonly onProblem: (sentence: string, fatal: boolean) => void;
}

/** Cuts a byte stream into messages: `Content-Length: N`, an empty line, N bytes of JSON. */
export class FrameReader {
  private readonly options: FrameReaderOptions;
  private readonly chunks: Buffer[] = [];
  private buffered = 0;
  /** Length of the body that comes next; -1 while a header is read. */
  private bodyLength = -1;
  private broken = false;

  constructor(options: FrameReaderOptions) {
    this.options = options;
  }

  /** Whether bytes of an unfinished message have arrived. */
  get pending(): boolean {
    return !this.broken && (this.buffered > 0 || this.bodyLength >= 0);
  }

  push(chunk: Buffer): void {
    if (this.broken) return;
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    while (!this.broken && (this.bodyLength < 0 ? this.header() : this.body()));
  }

  /** True when a whole header was taken off. */
  private header(): boolean {
    const bytes = this.joined();
    const end = bytes.indexOf(separator);
    if (end > maxHeaderBytes || (end < 0 && bytes.length > maxHeaderBytes)) {
      return this.breakOff(`A message header is longer than ${maxHeaderBytes} bytes.`);
    }
    if (end < 0) return false;
    const header = bytes.toString("latin1", 0, end);
    const length = /^content-length:[ \t]*(\d{1,15})[ \t]*$/im.exec(header)?.[1];
    if (length === undefined) {
      return this.breakOff(
        `A message header has no valid Content-Length: ${JSON.stringify(header.slice(0, 80))}.`,
      );
    }
    if (Number(length) > maxBodyBytes) {
      return this.breakOff(
        `A message of ${length} bytes is too long; the limit is ${maxBodyBytes}.`,
      );
    }
    this.take(end + separator.length);
    this.bodyLength = Number(length);
    return true;
  }

  /** True when a whole body was taken off. */
  private body(): boolean {
    if (this.buffered < this.bodyLength) return false;
    const text = this.take(this.bodyLength).toString("utf8");
    this.bodyLength = -1;
    const message = parse(text);
    if (message === undefined) {
      this.options.onProblem(
        `A message is not valid JSON: ${JSON.stringify(text.slice(0, 80))}.`,
        false,
      );
    } else {
      this.options.onMessage(message);
    }
    return true;
  }

  /** Joining only when something can be cut off keeps a long body, which comes in many chunks, linear. */
  private joined(): Buffer {
    const bytes = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
    this.chunks.splice(0, this.chunks.length, bytes);
    return bytes;
  }

  private take(count: number): Buffer {
    const bytes = this.joined();
    this.chunks[0] = bytes.subarray(count);
    this.buffered -= count;
    return bytes.subarray(0, count);
  }

  private breakOff(sentence: string): false {
    this.broken = true;
    this.options.onProblem(sentence, true);
    return false;
  }
}

export function frame(message: DapOutgoing): string {
  const json = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(json, "utf8")}${separator}${json}`;
}

/** `undefined` is no JSON value, so it can mean failure. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
