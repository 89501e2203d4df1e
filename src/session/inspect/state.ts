/**
 * The kernel's state by name: what the inspector, expressions and samples read. Nothing here
 * changes anything.
 */
import { AssertionError, present } from "../../base/assert.ts";
import type { DebugInfo, FieldInfo, FunctionInfo } from "../../base/kernel-image.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Location } from "./location.ts";

/** A value together with its declared type, which says how to show it. */
export interface Typed {
  readonly value: unknown;
  readonly type: string | null;
  /** Where it lives; computed values live nowhere. */
  readonly location?: Location;
}

export class KernelState {
  readonly debug: DebugInfo;
  readonly #machine: Machine;
  readonly #globals: ReadonlyMap<string, number>;
  /** The first of each name. */
  readonly #functions: ReadonlyMap<string, FunctionInfo>;
  /** By its members; null where several structs have the same. */
  readonly #structs: ReadonlyMap<string, string | null>;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.debug = machine.debug;
    // The first of several statics of one name wins, as the order of files is fixed.
    const globals = new Map<string, number>();
    machine.debug.globals.forEach(({ name }, index) => {
      if (!globals.has(name)) globals.set(name, index);
    });
    this.#globals = globals;
    const structs = new Map<string, string | null>();
    for (const [name, fields] of Object.entries(machine.debug.structs)) {
      const key = membersKey(fields.map((field) => field.name));
      structs.set(key, structs.has(key) ? null : name);
    }
    this.#structs = structs;
    this.#functions = new Map(machine.debug.functions.toReversed().map((fn) => [fn.name, fn]));
  }

  global(name: string): Typed | undefined {
    const index = this.#globals.get(name);
    return index === undefined ? undefined : this.globalAt(index);
  }

  globalAt(index: number): Typed {
    return {
      value: this.#machine.kernel.getGlobal(index),
      type: this.debug.globals[index]!.type,
      location: { root: { kind: "global", index }, keys: [] },
    };
  }

  /** Where something is that the model is known to have. */
  locate(name: string, ...keys: (string | number)[]): Location {
    const index = present(this.#globals.get(name), `the model has no global ${name}`);
    return { root: { kind: "global", index }, keys };
  }

  /** Size of the guest's pages. */
  pageBytes(): number {
    return this.value("PAGE_SIZE");
  }

  /** A global that the model is known to have. */
  value<T>(name: string): T {
    const index = this.#globals.get(name);
    if (index === undefined) throw new AssertionError(`the model has no global ${name}`);
    return this.#machine.kernel.getGlobal(index) as T;
  }

  /**
   * The declared type, or where that says no more than `object` (a `void *`), the only struct with
   * these members.
   */
  typeOf(value: unknown, type: string | null): string | null {
    const isOpaque = type === null || bareType(type) === "object";
    if (!isOpaque || typeof value !== "object" || value === null) return type;
    if (Array.isArray(value) || ArrayBuffer.isView(value)) return type;
    return this.#structs.get(membersKey(Object.keys(value))) ?? type;
  }

  fields(type: string | null): readonly FieldInfo[] | undefined {
    return type === null ? undefined : this.debug.structs[type];
  }

  /** A function value of the kernel by its name, or null. */
  functionName(value: unknown): string | null {
    const id = this.#machine.kernel.idOf(value);
    return id < 0 ? null : (this.debug.functions[id]?.name ?? null);
  }

  /** `memhog, pid 10`: whose memory the `mm_struct` of this number is. */
  processOf(mm: number): string {
    const owner = this.#machine.state.threads.find(
      ({ task }) => (task as { mm?: { id: number } | null }).mm?.id === mm,
    );
    if (owner === undefined) return "that is no more";
    return `${owner.task.comm}, pid ${(owner.task as { pid?: number }).pid}`;
  }

  /** A function by its name, as a value that a struct of callbacks may hold. */
  functionNamed(name: string): Typed | undefined {
    const info = this.#functions.get(name);
    if (info === undefined) return undefined;
    const params = info.params.map((param) => `${param.name}: ${param.type ?? "unknown"}`);
    const type = `(${params.join(", ")}) => ${info.returns ?? "unknown"}`;
    return { value: this.#machine.kernel.fast[info.id], type };
  }

  functionNames(): Iterable<string> {
    return this.#functions.keys();
  }

  globalNames(): Iterable<string> {
    return this.#globals.keys();
  }

  /** Of globals and functions. */
  names(): Iterable<string> {
    return [...this.#globals.keys(), ...this.#functions.keys()];
  }
}

function membersKey(names: readonly string[]): string {
  return names.toSorted().join(" ");
}

/** `T` of `T[]`, `readonly T[]`, and the numbers of typed arrays; null when nothing is known. */
export function elementType(type: string | null): string | null {
  if (type === null) return null;
  const match = /^(?:readonly\s+)?(.+)\[\]$/.exec(type.trim());
  if (match !== null) return match[1]!.replace(/^\((.*)\)$/, "$1");
  return null;
}

/** The type without `| null` and the like, which only says that it may be absent. */
export function bareType(type: string | null): string | null {
  if (type === null) return null;
  const parts = type.split("|").map((part) => part.trim());
  const rest = parts.filter((part) => part !== "null" && part !== "undefined");
  return rest.length === 1 ? rest[0]! : type;
}
