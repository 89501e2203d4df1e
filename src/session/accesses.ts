/**
 * Which statements may read or write a value, from what the compiler knows of each; and which
 * functions have to run step bodies so that the next statement after any of them is noticed.
 */
import {
  ACCESS_READS,
  ACCESS_WRITES,
  type DebugInfo,
  type FunctionInfo,
  type SiteInfo,
} from "../base/kernel-image.ts";
import { callersOf } from "./arming.ts";
import type { StoredPath } from "./stored-path.ts";

/** Fields that the machine itself writes: no statement of the model tells of that. */
const MACHINE_FIELDS = new Set(["thread"]);

interface Tables {
  readonly byKey: ReadonlyMap<string, readonly number[]>;
  /** Accesses to elements of arrays that may have another name, too. */
  readonly shared: readonly number[];
  /** By function. */
  readonly callSites: readonly (readonly SiteInfo[])[];
  readonly callers: readonly (readonly number[])[];
}

export class Accesses {
  readonly #debug: DebugInfo;
  #gathered: Tables | null = null;

  constructor(debug: DebugInfo) {
    this.#debug = debug;
  }

  /** Most runs watch nothing. */
  get #tables(): Tables {
    return (this.#gathered ??= gather(this.#debug));
  }

  /** Those that may change what stands at the end of the path, at any of its links; null: others do too. */
  writesOf(path: StoredPath): readonly number[] | null {
    const { keys } = path;
    if (keys.some((key) => typeof key === "string" && MACHINE_FIELDS.has(key))) return null;
    const links = Array.from({ length: keys.length + 1 }, (_, link) => this.#at(path, link));
    return links.flat().filter((access) => (this.#kind(access) & ACCESS_WRITES) !== 0);
  }

  /** Those that may read or write the value itself. */
  accessesOf(path: StoredPath): readonly number[] {
    return this.#at(path, path.keys.length);
  }

  reads(access: number): boolean {
    return (this.#kind(access) & ACCESS_READS) !== 0;
  }

  /** Functions whose statements have to be seen so that none of these accesses is missed. */
  functionsSeeing(accesses: readonly number[]): ReadonlySet<number> {
    if (accesses.length === 0) return new Set();
    const debug = this.#debug;
    const { callSites, callers } = this.#tables;
    const { site: siteOf, pendingAtCall, pendingAtReturn } = debug.accesses;
    const seen = new Set<number>();
    const fresh = new Set<number>(accesses);
    const work = [...new Set(accesses.map((access) => debug.sites[siteOf[access]!]!.fn))];
    const isFresh = (item: number): boolean => fresh.has(item);
    for (let fn = work.pop(); fn !== undefined; fn = work.pop()) {
      seen.add(fn);
      for (const call of callSites[fn]!) {
        // The next statement is the first one of what is called.
        if (!pendingAtCall[call.id]?.some(isFresh)) continue;
        for (const callee of this.#targets(call)) seen.add(callee);
      }
      if (!pendingAtReturn[fn]?.some(isFresh)) continue;
      // The next statement is one of a caller, or of what that calls next.
      for (const caller of callers[fn]!) {
        for (const call of callSites[caller]!) {
          if (fresh.has(-call.id) || !this.#targets(call).includes(fn)) continue;
          fresh.add(-call.id);
          work.push(caller);
        }
      }
    }
    return seen;
  }

  #kind(access: number): number {
    return this.#debug.accesses.kind[access]!;
  }

  /** Accesses to the variable, for link 0, or to what the link before holds. */
  #at({ global, keys }: StoredPath, link: number): readonly number[] {
    const { byKey, shared } = this.#tables;
    const of = (key: string): readonly number[] => byKey.get(key) ?? [];
    if (link === 0) return of(`${global}`);
    const key = keys[link - 1]!;
    if (typeof key === "string") return of(`.${key}`);
    const element = key === null ? /\[\d*\]$/ : new RegExp(`\\[(${key})?\\]$`);
    const { keys: texts, key: keyOf } = this.#debug.accesses;
    const isThat = (access: number): boolean => element.test(texts[keyOf[access]!]!);
    const unnamed = [...of("[]"), ...shared.filter(isThat)];
    if (link > 1) return unnamed;
    const own = [...byKey].flatMap(([text, accesses]) =>
      text.startsWith(`${global}[`) && element.test(text) ? accesses : [],
    );
    return this.#debug.globals[global]!.shared ? [...new Set([...own, ...unnamed])] : own;
  }

  /** Functions that a call may enter; through a struct member, any that the function may call. */
  #targets({ fn, callee }: SiteInfo): readonly number[] {
    const { callees } = this.#debug.functions[fn]!;
    const named = callees.filter((id) => this.#debug.functions[id]!.name === callee);
    return named.length === 0 ? callees : named;
  }
}

function gather(debug: DebugInfo): Tables {
  const byKey = new Map<string, number[]>();
  const shared: number[] = [];
  const { keys, key } = debug.accesses;
  key.forEach((index, access) => {
    const text = keys[index]!;
    const known = byKey.get(text);
    if (known === undefined) byKey.set(text, [access]);
    else known.push(access);
    const [, global] = /^(\d+)\[/.exec(text) ?? [];
    if (global !== undefined && debug.globals[Number(global)]!.shared) shared.push(access);
  });
  const callSites = debug.functions.map((fn) => callSitesOf(debug, fn));
  return { byKey, shared, callSites, callers: callersOf(debug) };
}

function callSitesOf(debug: DebugInfo, { firstSite, siteCount }: FunctionInfo): SiteInfo[] {
  return debug.sites
    .slice(firstSite, firstSite + siteCount)
    .flatMap((site) => (site?.kind === "call" ? [site] : []));
}
