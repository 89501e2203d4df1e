/** Gathers messages and gives each its place. */
import type { Message } from "./errors.ts";
import type { Path, Positions } from "./positions.ts";
import type { Diagnostic, Range } from "./types.ts";

export class Report {
  readonly diagnostics: Diagnostic[] = [];
  readonly #positions: Positions;

  constructor(positions: Positions) {
    this.#positions = positions;
  }

  get failed(): boolean {
    return this.diagnostics.some(({ severity }) => severity === "error");
  }

  /** About the value at `path`. */
  value(path: Path, message: Message): void {
    this.#add(this.#positions.value(path), message);
  }

  /** About the key at the end of `path`. */
  key(path: Path, message: Message): void {
    this.#add(this.#positions.key(path), message);
  }

  /** About a part of the text at `path`. */
  inside(path: Path, offset: number, length: number, message: Message): void {
    this.#add(this.#positions.inside(path, offset, length), message);
  }

  atOffset(offset: number, length: number, message: Message): void {
    this.#add(this.#positions.range(offset, offset + length), message);
  }

  #add(range: Range, { severity, code, message, suggestion }: Message): void {
    this.diagnostics.push({ severity, code, message, range, suggestion });
  }
}
