import { errors, RequestError } from "./errors.ts";
import { isObject } from "./wire.ts";

/** An element of a list that could not be used, and why: the others are, all the same. */
export interface Refused {
  readonly refused: string;
}

/**
 * Reads the arguments of one request. What a client sends is not trusted: every accessor throws a
 * `RequestError` that names the request, the argument and what it should have been.
 */
export class Arguments {
  readonly command: string;
  private readonly values: Readonly<Record<string, unknown>>;
  private readonly prefix: string;

  /** `prefix` is the path of a nested object, such as `breakpoints[2].`, for messages. */
  constructor(command: string, raw: unknown, prefix = "") {
    const values = objectIn(raw ?? {});
    if (values === null) throw errors.badArgument(command, "arguments", "an object", raw);
    this.command = command;
    this.values = values;
    this.prefix = prefix;
  }

  has(name: string): boolean {
    return this.optional(name) !== undefined;
  }

  integer(name: string, least = 0): number {
    const value = this.optional(name);
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least) {
      throw this.bad(name, `a whole number from ${least}`);
    }
    return value;
  }

  optionalInteger(name: string, least = 0): number | undefined {
    return this.has(name) ? this.integer(name, least) : undefined;
  }

  string(name: string): string {
    const value = this.optional(name);
    if (typeof value !== "string") throw this.bad(name, "a string");
    return value;
  }

  optionalString(name: string): string | undefined {
    return this.has(name) ? this.string(name) : undefined;
  }

  /** An absent flag is `otherwise`. */
  flag(name: string, otherwise = false): boolean {
    const value = this.optional(name);
    if (value === undefined) return otherwise;
    if (typeof value !== "boolean") throw this.bad(name, "true or false");
    return value;
  }

  object(name: string): Arguments {
    return this.element(name, this.optional(name));
  }

  /** An object without members, of the same request. */
  none(): Arguments {
    return new Arguments(this.command, {}, this.prefix);
  }

  /** An absent list is empty. */
  objects(name: string): readonly Arguments[] {
    return this.list(name).map((value, index) => this.element(`${name}[${index}]`, value));
  }

  /** What `read` makes of each object of a list, or what is wrong with that one. */
  each<T>(name: string, read: (each: Arguments) => T): readonly (T | Refused)[] {
    return this.list(name).map((value, index) => {
      try {
        return read(this.element(`${name}[${index}]`, value));
      } catch (cause) {
        if (!(cause instanceof RequestError)) throw cause;
        return { refused: cause.sentence };
      }
    });
  }

  /** An absent one is `undefined`. */
  optionalOneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.optionalString(name);
    if (text === undefined) return undefined;
    const found = choices.find((each) => each === text);
    if (found === undefined) throw this.bad(name, `one of ${choices.join(", ")}`);
    return found;
  }

  integers(name: string): readonly number[] {
    return this.list(name).map((value, index) => {
      if (typeof value !== "number" || !Number.isSafeInteger(value))
        throw this.bad(`${name}[${index}]`, "a whole number", value);
      return value;
    });
  }

  strings(name: string): readonly string[] {
    return this.list(name).map((value, index) => {
      if (typeof value !== "string") throw this.bad(`${name}[${index}]`, "a string", value);
      return value;
    });
  }

  /** The same request, with a list of single values as one of objects that have each as `member`. */
  wrapped(name: string, member: string): Arguments {
    const objects = this.list(name).map((value) => ({ [member]: value }));
    return new Arguments(this.command, { ...this.values, [name]: objects }, this.prefix);
  }

  private element(name: string, value: unknown): Arguments {
    if (objectIn(value) === null) throw this.bad(name, "an object", value);
    return new Arguments(this.command, value, `${this.prefix}${name}.`);
  }

  private list(name: string): readonly unknown[] {
    const value = this.optional(name);
    if (Array.isArray(value)) return value;
    if (value !== undefined && !isEmpty(value)) throw this.bad(name, "a list");
    return [];
  }

  /** Many clients send null for what they leave out. */
  private optional(name: string): unknown {
    return Object.hasOwn(this.values, name) ? (this.values[name] ?? undefined) : undefined;
  }

  private bad(name: string, expected: string, got: unknown = this.optional(name)): Error {
    return errors.badArgument(this.command, this.prefix + name, expected, got);
  }
}

/** Null: it is none. To a client in Lua, an empty object and an empty list are the same table. */
function objectIn(value: unknown): Readonly<Record<string, unknown>> | null {
  if (isObject(value)) return value;
  return Array.isArray(value) && value.length === 0 ? {} : null;
}

function isEmpty(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}
