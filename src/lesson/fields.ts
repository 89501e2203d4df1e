/** The lines `key: value` of a lesson's head and of its blocks. */
import { lessonErrors } from "./errors.ts";
import type { LessonProblem } from "./types.ts";

export interface Field {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

const FIELD = /^([a-z][a-z-]*):(?:\s+(.*))?$/;

/** Reads the values of known keys and says at which line something is wrong. */
export class Fields {
  readonly #fields: readonly Field[];
  readonly #line: number;
  readonly #problems: LessonProblem[];

  /** `first` is the number of the first of `lines`; what is missing is reported one line above it. */
  constructor(lines: readonly string[], first: number, problems: LessonProblem[]) {
    this.#line = Math.max(first - 1, 0);
    this.#problems = problems;
    this.#fields = lines.flatMap((text, index) => this.#read(text, first + index));
  }

  /** Reports keys that are not `known`, and those that stand there twice but for `repeated`. */
  allow(known: readonly string[], repeated: readonly string[] = []): void {
    const seen = new Set<string>();
    for (const { key, line } of this.#fields) {
      if (!known.includes(key)) this.report(line, lessonErrors.unknownKey(key, known));
      else if (seen.has(key) && !repeated.includes(key)) this.report(line, lessonErrors.twice(key));
      seen.add(key);
    }
  }

  get(key: string): Field | null {
    return this.#fields.find((field) => field.key === key) ?? null;
  }

  all(...keys: readonly string[]): readonly Field[] {
    return this.#fields.filter(({ key }) => keys.includes(key));
  }

  text(key: string): string | null {
    return this.get(key)?.value ?? null;
  }

  required(key: string): string {
    const value = this.text(key);
    if (value === null) this.report(this.#line, lessonErrors.missing(key));
    return value ?? "";
  }

  report(line: number | null, message: string): void {
    this.#problems.push({ line: line ?? this.#line, message });
  }

  #read(text: string, line: number): Field[] {
    if (text.trim() === "") return [];
    const match = FIELD.exec(text.trimEnd());
    if (match === null) {
      this.report(line, lessonErrors.notAField());
      return [];
    }
    const [, key = "", value = ""] = match;
    if (value.trim() === "") {
      this.report(line, lessonErrors.empty(key));
      return [];
    }
    return [{ key, value: value.trim(), line }];
  }
}
