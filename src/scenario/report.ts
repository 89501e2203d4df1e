/** Gathers messages and gives each its place. */
import type { Message } from "./errors.ts";
import type { Path, Positions } from "./positions.ts";
import type { Diagnostic, Range } from "./types.ts";

export class Report {
  readonly diagnostics: Diagnostic[] = [];
  readonly #positions: Positions;
  /** What has been told: place and message. */
  readonly #told = new Set<string>();
  #moved: readonly { readonly instead: Path; readonly at: Path }[] = [];

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

  /** While `work` goes on, messages about `instead` stand at `at`, from where its value came. */
  movedTo<T>(moved: readonly { readonly instead: Path; readonly at: Path }[], work: () => T): T {
    this.#moved = moved;
    try {
      return work();
    } finally {
      this.#moved = [];
    }
  }

  /** About the value at `path`. */
  value(path: Path, message: Message): void {
    this.#add(this.#positions.value(this.#place(path)), message);
  }

  /** About the key at the end of `path`. */
  key(path: Path, message: Message): void {
    this.#add(this.#positions.key(this.#place(path)), message);
  }

  /** About a part of the text at `path`. */
  inside(path: Path, offset: number, length: number, message: Message): void {
    const { range, exact } = this.#positions.inside(this.#place(path), offset, length);
    this.#add(range, exact ? message : { ...message, suggestion: null });
  }

  atOffset(offset: number, length: number, message: Message): void {
    this.#add(this.#positions.range(offset, offset + length), message);
  }

  #place(path: Path): Path {
    const found = this.#moved.find(
      ({ instead }) =>
        instead.length === path.length && instead.every((key, index) => key === path[index]),
    );
    return found?.at ?? path;
  }

  /** Variants of a scenario share most of its mistakes; each is told once. */
  #add(range: Range, { severity, code, message, suggestion }: Message): void {
    const told = `${range.line}:${range.column} ${message}`;
    if (this.#told.has(told)) return;
    this.#told.add(told);
    this.diagnostics.push({ severity, code, message, range, suggestion });
  }
}
