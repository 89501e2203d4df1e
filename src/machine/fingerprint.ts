/**
 * A hash of the whole state: two moments with the same fingerprint are the same moment. It does
 * not depend on the platform, on which body ran, or on the history of checkpoints.
 */
import { stateRoots } from "./checkpoint.ts";
import { pendingEvents } from "./event-queue.ts";
import { walkGraph, type TypedArray } from "./graph.ts";
import type { Machine } from "./machine.ts";

/** Sixteen hexadecimal digits. Reads all of the state: tens of milliseconds per 100 MB. */
export function fingerprint(machine: Machine): string {
  const hash = new Hash();
  const { events } = machine.state;
  const roots = stateRoots(machine);
  const numbers = new Map<object, number>();
  const number = (value: object): number => {
    const known = numbers.get(value);
    if (known !== undefined) return known;
    numbers.set(value, numbers.size);
    return numbers.size - 1;
  };
  const add = (value: unknown): void => {
    switch (typeof value) {
      case "number":
        return hash.number(value);
      case "string":
        return hash.text(value);
      case "boolean":
        return hash.word(value ? 3 : 5);
      case "function":
        return hash.word(machine.kernel.idOf(value) + 16);
      case "object":
        return hash.word(value === null ? 7 : value === events ? 11 : number(value) + 4096);
      default:
        return hash.word(9);
    }
  };
  roots.forEach(add);
  hash.number(machine.now());
  for (const event of pendingEvents(events)) {
    hash.number(event.at);
    hash.word(event.target);
    add(event.action);
  }
  walkGraph(roots, {
    typed: (array) => {
      if (!ownedBy(events, array)) hash.bytes(array);
    },
    array: (array) => {
      if (array === events.action) return;
      hash.word(array.length);
      array.forEach(add);
    },
    object: (object, keys) => {
      if (object === (events as object)) return;
      for (const key of keys) {
        // The number of a slot of the event queue: depends on what was queued before.
        if (key === "alarm") continue;
        hash.text(key);
        add(object[key]);
      }
    },
  });
  return hash.digits();
}

/** The queue's columns keep what free slots held before, which is not state. */
function ownedBy(events: Machine["state"]["events"], array: TypedArray): boolean {
  return (
    array === events.heap ||
    array === events.at ||
    array === events.seq ||
    array === events.target ||
    array === events.place
  );
}

/** Two 32-bit lanes of multiply and rotate, mixed at the end. */
class Hash {
  #a = 0x9e3779b9 | 0;
  #b = 0x85ebca6b | 0;
  readonly #float = new Float64Array(1);
  readonly #words = new Int32Array(this.#float.buffer);

  word(value: number): void {
    this.#a = Math.imul(this.#a ^ value, 0x01000193);
    this.#a = (this.#a << 13) | (this.#a >>> 19);
    this.#b = Math.imul(this.#b ^ value, 0xcc9e2d51 | 0);
    this.#b = (this.#b << 15) | (this.#b >>> 17);
  }

  number(value: number): void {
    this.#float[0] = value;
    this.word(this.#words[0]!);
    this.word(this.#words[1]!);
  }

  text(value: string): void {
    this.word(value.length);
    for (let i = 0; i < value.length; i++) this.word(value.charCodeAt(i));
  }

  bytes(array: TypedArray): void {
    this.word(array.byteLength);
    const whole = array.byteLength & ~3;
    // Byte order is little-endian wherever JavaScript runs today.
    const aligned = (array.byteOffset & 3) === 0;
    if (aligned) {
      const words = new Int32Array(array.buffer, array.byteOffset, whole >> 2);
      let a = this.#a;
      let b = this.#b;
      for (let i = 0; i < words.length; i++) {
        const value = words[i]!;
        a = Math.imul(a ^ value, 0x01000193);
        a = (a << 13) | (a >>> 19);
        b = Math.imul(b ^ value, 0xcc9e2d51 | 0);
        b = (b << 15) | (b >>> 17);
      }
      this.#a = a;
      this.#b = b;
    }
    const rest = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let i = aligned ? whole : 0; i < rest.length; i++) this.word(rest[i]!);
  }

  digits(): string {
    return [this.#a ^ (this.#b >>> 16), this.#b ^ (this.#a >>> 15)]
      .map((lane) =>
        (Math.imul(lane ^ (lane >>> 16), 0x85ebca6b) >>> 0).toString(16).padStart(8, "0"),
      )
      .join("");
  }
}
