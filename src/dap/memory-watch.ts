import type { SessionApi } from "../session/types.ts";
import { toBase64 } from "./base64.ts";
import type { Emit } from "./debuggee.ts";

/** What a client still shows; older views are gone, or big enough to be read again. */
const maxRanges = 16;
const maxBytes = 64 * 1024;

interface Range {
  readonly address: string;
  readonly offset: number;
  readonly count: number;
  text: string;
}

/** Remembers which memory the client has read, and tells it when that has changed. */
export class MemoryWatch {
  private readonly session: SessionApi;
  private readonly emit: Emit;
  private readonly ranges = new Map<string, Range>();

  constructor(session: SessionApi, emit: Emit) {
    this.session = session;
    this.emit = emit;
  }

  wasRead(address: string, offset: number, count: number, text: string): void {
    if (count > maxBytes) return;
    const key = `${address}+${offset}+${count}`;
    this.ranges.delete(key);
    this.ranges.set(key, { address, offset, count, text });
    for (const oldest of this.ranges.keys()) {
      if (this.ranges.size <= maxRanges) break;
      this.ranges.delete(oldest);
    }
  }

  /** Compares with the present state. */
  tell(): void {
    for (const range of this.ranges.values()) {
      const { address, offset, count } = range;
      const text = toBase64(this.session.readMemory(address, offset, count).bytes);
      if (text === range.text) continue;
      range.text = text;
      this.emit("memory", { memoryReference: address, offset, count });
    }
  }
}
