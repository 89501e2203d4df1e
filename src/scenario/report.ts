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

  /** Whether the line where the value at `path` begins is not even valid YAML. */
  isBrokenYaml(path: Path): boolean {
    const { line } = this.#positions.value(path);
    return this.diagnostics.some(
      ({ code, range }) => code.startsWith("yaml-") && range.line === line,
    );
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
    const { range, exact } = this.#positions.inside(path, offset, length);
    this.#add(range, exact ? message : { ...message, suggestion: null });
  }

  atOffset(offset: number, length: number, message: Message): void {
    this.#add(this.#positions.range(offset, offset + length), message);
  }

  #add(range: Range, { severity, code, message, suggestion }: Message): void {
    this.diagnostics.push({ severity, code, message, range, suggestion });
  }
}
