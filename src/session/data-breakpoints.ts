/**
 * What can be watched, under an id that means the same in every replay and in another session:
 * a path from a global (`["global", "mm/vmstat.ts", "vmstat", 3]`), a page with all its columns
 * (`["page", 4711]`), an expression over global names (`["expression", "balloon_pages"]`), or a local
 * of an activation.
 */
import type { DebugInfo } from "../base/kernel-image.ts";
import { parseHitCondition, type HitCondition } from "./hit-condition.ts";
import type { Location } from "./inspect/location.ts";
import { crosses, parseThreshold, type Threshold } from "./threshold.ts";
import { storedPath, type StoredPath } from "./stored-path.ts";
import type {
  BreakpointView,
  DataAccess,
  DataBreakpointInfo,
  DataBreakpointRequest,
} from "./types.ts";
import type { Cell, Watch } from "./watches.ts";

export interface DataBreakpoint {
  readonly id: number;
  readonly request: DataBreakpointRequest;
  readonly hit: HitCondition | null;
  /** What has to hold at a change; null: nothing, or a threshold has to be crossed. */
  readonly condition: string | null;
  readonly threshold: Threshold | null;
  readonly watch: Watch | null;
  readonly view: BreakpointView;
}

export type DataTarget =
  | { readonly kind: "cell"; readonly location: Location; readonly name: string }
  | { readonly kind: "page"; readonly pfn: number }
  | { readonly kind: "expression"; readonly text: string }
  | {
      readonly kind: "local";
      readonly thread: number;
      readonly fn: number;
      readonly depth: number;
      readonly name: string;
    };

export interface DataContext {
  readonly debug: DebugInfo;
  /** What is wrong with a condition over global names, or null. */
  readonly checkCondition: (text: string) => string | null;
  /** What a place in the memory of a virtqueue is called; null for any other. */
  readonly ringCell: (location: Location) => string | null;
  readonly locate: (name: string, ...keys: (string | number)[]) => Location;
  readonly read: (location: Location) => unknown;
  /** Reads an expression over global names; undefined when it has no value at the moment. */
  readonly reader: (text: string) => () => unknown;
  /** What is stored of that from which an expression is computed; null: that cannot be told. */
  readonly inputs: (text: string) => readonly StoredPath[] | null;
  readonly nrPages: () => number;
  /** Name of an element of `vmstat`. */
  readonly counter: (index: number) => string;
}

/** A page changes hands when one of these does; its neighbours on a list are not its own. */
const PAGE_COLUMNS = ["page_flags", "page_mapping", "page_index", "page_order"];

const COUNTERS = "vmstat";

const ACCESSES: readonly DataAccess[] = ["read", "write", "readWrite", "change"];

export class DataBreakpoints {
  readonly #context: DataContext;
  readonly #groups = new Map<string, readonly DataBreakpoint[]>();
  /** Of all groups; asked for at every change. */
  #byId: ReadonlyMap<number, DataBreakpoint> = new Map();
  readonly #nextId: () => number;

  constructor(context: DataContext, nextId: () => number) {
    this.#context = context;
    this.#nextId = nextId;
  }

  /** Replaces those of a group. */
  set(group: string, requests: readonly DataBreakpointRequest[]): readonly BreakpointView[] {
    const before = this.#groups.get(group) ?? [];
    const all = requests.map((request) => {
      const text = JSON.stringify(request);
      const same = before.find((each) => JSON.stringify(each.request) === text);
      return same ?? this.#resolve(this.#nextId(), request);
    });
    this.#groups.set(group, all);
    this.#byId = new Map([...this.#groups.values()].flat().map((each) => [each.id, each]));
    return all.map(({ view }) => view);
  }

  get(id: number): DataBreakpoint | undefined {
    return this.#byId.get(id);
  }

  watches(): readonly Watch[] {
    return [...this.#byId.values()].flatMap(({ watch }) => watch ?? []);
  }

  /** Those whose changes have to be counted wherever the run is. */
  counted(): readonly DataBreakpoint[] {
    return [...this.#byId.values()].filter(({ hit, watch }) => hit !== null && watch !== null);
  }

  info(target: DataTarget): DataBreakpointInfo {
    const description =
      target.kind === "page"
        ? `struct page of pfn 0x${target.pfn.toString(16)}: flags, mapping, index, order`
        : target.kind === "cell"
          ? (this.#context.ringCell(target.location) ?? target.name)
          : target.kind === "expression"
            ? target.text
            : `${target.name} in ${this.#context.debug.functions[target.fn]!.name}`;
    return {
      dataId: this.#idOf(target),
      description,
      access: target.kind === "cell" || target.kind === "page" ? ACCESSES : ["change"],
      canPersist: target.kind !== "local",
    };
  }

  /** The watch of a data id, or why there is none. */
  watch(id: number, dataId: string, access: DataAccess = "change"): Watch | string {
    const unknown = `There is nothing to watch by the name ${dataId.slice(0, 80)}.`;
    const parts = parse(dataId);
    if (parts === null) return unknown;
    const [kind, ...rest] = parts;
    if (kind === "page") return this.#pageWatch({ id, access }, rest[0]) ?? unknown;
    if (kind === "global") return this.#cellWatch({ id, access }, rest) ?? unknown;
    const found =
      kind === "local"
        ? this.#localWatch(id, rest)
        : kind === "expression"
          ? this.#expressionWatch(id, rest[0])
          : null;
    const reads = access === "read" || access === "readWrite";
    if (found === null || typeof found === "string" || !reads) return found ?? unknown;
    return `Only changes of ${found.name} can be watched: it has no place of its own in memory.`;
  }

  #idOf(target: DataTarget): string {
    if (target.kind === "expression") return JSON.stringify(["expression", target.text]);
    if (target.kind === "page") return JSON.stringify(["page", target.pfn]);
    if (target.kind === "local") {
      const { thread, fn, depth, name } = target;
      return JSON.stringify(["local", thread, fn, depth, name]);
    }
    const { root, keys } = target.location;
    const { debug } = this.#context;
    if (root.kind !== "global") throw new RangeError("a cell that is watched has a global root");
    const { file, name } = debug.globals[root.index]!;
    return JSON.stringify(["global", debug.files[file], name, ...keys]);
  }

  #resolve(id: number, request: DataBreakpointRequest): DataBreakpoint {
    const hit = request.hitCondition === null ? null : parseHitCondition(request.hitCondition);
    const fail = (message: string): DataBreakpoint => ({
      id,
      request,
      hit: null,
      condition: null,
      threshold: null,
      watch: null,
      view: { id, verified: false, message, place: null },
    });
    if (hit !== null && "error" in hit) return fail(hit.error);
    const threshold = request.condition === null ? null : parseThreshold(request.condition);
    const asked = threshold === null ? request.condition : threshold.limit;
    if (asked !== null) {
      const message = this.#context.checkCondition(asked);
      if (message !== null) return fail(message);
    }
    // To meet a threshold, a value has to become another.
    const access = threshold === null ? request.access : "change";
    const found = this.watch(id, request.dataId, access);
    if (typeof found === "string") return fail(found);
    const limit = threshold?.constant ?? null;
    const watch =
      threshold === null || limit === null
        ? found
        : {
            ...found,
            matters: (old: unknown, now: unknown) => crosses(threshold, old, now, limit),
          };
    const condition = threshold === null ? request.condition : null;
    const view = { id, verified: true, message: null, place: null };
    return { id, request, hit, condition, threshold, watch, view };
  }

  #pageWatch(its: Pick<Watch, "id" | "access">, pfn: unknown): Watch | null {
    const { nrPages, locate } = this.#context;
    if (typeof pfn !== "number" || !Number.isInteger(pfn) || pfn < 0 || pfn >= nrPages())
      return null;
    const page = `page 0x${pfn.toString(16)}`;
    const cells = PAGE_COLUMNS.map((column) =>
      this.#cellAt(`${page} ${column.slice("page_".length)}`, locate(column, pfn)),
    );
    return { ...its, name: page, cells, local: null };
  }

  #cellAt(name: string, location: Location): Cell {
    const { read } = this.#context;
    const path = storedPath(location);
    return { name, location, read: () => read(location), inputs: path === null ? null : [path] };
  }

  /** What is computed from other values has no place: it is computed anew when one of them may have changed. */
  #expressionWatch(id: number, text: unknown): Watch | string | null {
    const { checkCondition, reader, inputs } = this.#context;
    if (typeof text !== "string") return null;
    const message = checkCondition(text);
    if (message !== null) return message;
    const cell = { name: text, read: reader(text), location: null, inputs: inputs(text) };
    return { id, access: "change", name: text, cells: [cell], local: null };
  }

  #localWatch(id: number, parts: readonly unknown[]): Watch | null {
    const [thread, fn, depth, name] = parts;
    if (typeof thread !== "number" || typeof depth !== "number") return null;
    if (typeof fn !== "number" || typeof name !== "string") return null;
    if (this.#context.debug.functions[fn] === undefined) return null;
    return { id, access: "change", name, cells: [], local: { thread, fn, depth, name } };
  }

  #cellWatch(its: Pick<Watch, "id" | "access">, parts: readonly unknown[]): Watch | null {
    const { debug } = this.#context;
    const [path, name, ...keys] = parts;
    const index = debug.globals.findIndex(
      (global) => global.name === name && debug.files[global.file] === path,
    );
    if (index < 0 || !keys.every((key) => typeof key === "number" || typeof key === "string"))
      return null;
    const location: Location = { root: { kind: "global", index }, keys };
    const shown = this.nameOf(location);
    return { ...its, name: shown, cells: [this.#cellAt(shown, location)], local: null };
  }

  /** As C would write it; a counter, and a place in a ring, by its own name. */
  nameOf(location: Location): string {
    const { debug, ringCell } = this.#context;
    const inRing = ringCell(location);
    if (inRing !== null) return inRing;
    const { root, keys } = location;
    const name = root.kind === "global" ? debug.globals[root.index]!.name : "";
    const [first] = keys;
    if (name === COUNTERS && typeof first === "number") return this.#context.counter(first);
    return keys.reduce<string>(
      (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${key}`),
      name,
    );
  }
}

function parse(dataId: string): readonly unknown[] | null {
  try {
    const parts: unknown = JSON.parse(dataId);
    return Array.isArray(parts) ? parts : null;
  } catch {
    return null;
  }
}
