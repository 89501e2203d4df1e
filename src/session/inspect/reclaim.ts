/** The scopes on how memory is got back: shrinkers and LRU lists, the OOM chain and its victims. */
import { counted } from "../../base/format.ts";
import type { Machine } from "../../machine/machine.ts";
import type { RecordedEvent } from "../recorder.ts";
import { commOf, lastCalls, seconds, type CallLog } from "./calls.ts";
import { childrenOf, type StructPages } from "./children.ts";
import type { NamedValue } from "./handles.ts";
import { lruLists } from "./lists.ts";
import type { KernelState } from "./state.ts";

export interface ReclaimOptions {
  readonly state: KernelState;
  readonly machine: Machine;
  readonly pages: StructPages;
}

interface Shrinker {
  readonly name: string;
  readonly scan_objects: unknown;
}

/** The function that kills. */
const KILL = "__oom_kill_process";

interface NotifierChain {
  readonly chain: readonly { readonly notifier_call: unknown }[];
  readonly calls: readonly CallLog[];
}

export function reclaimScope(options: ReclaimOptions): NamedValue[] {
  const { state, machine } = options;
  const logs = state.value<readonly CallLog[]>("shrinkerCalls");
  const shrinkers = state
    .value<readonly Shrinker[]>("shrinker_list")
    .map((shrinker, i): NamedValue => {
      const callee = { entry: shrinker.scan_objects, frees: "objects" };
      const calls = lastCalls(logs[i]!, callee, machine);
      return struct(options, {
        name: shrinker.name,
        value: shrinker,
        type: "shrinker",
        path: ["shrinker_list", i],
        text: callCount(logs[i]!),
        more: [calls],
      });
    });
  return [
    group("shrinkers", `${shrinkers.length}, in order of registration`, shrinkers),
    ...lruLists(state, options.pages),
    struct(options, {
      name: "kswapd and kcompactd",
      value: state.value("contig_page_data"),
      type: "pglist_data",
      path: ["contig_page_data"],
      text: "contig_page_data",
      more: [],
    }),
  ];
}

/** `kills`: the events of kills so far. */
export function oomScope(options: ReclaimOptions, kills: readonly RecordedEvent[]): NamedValue[] {
  const { state, machine } = options;
  const { chain, calls } = state.value<NotifierChain>("oom_notify_list");
  const notifiers = chain.map((block, i): NamedValue => {
    const last = lastCalls(calls[i]!, { entry: block.notifier_call, frees: "pages" }, machine);
    return struct(options, {
      name: `${state.functionName(block.notifier_call) ?? "notifier"}()`,
      value: block,
      type: "notifier_block",
      path: ["oom_notify_list", "chain", i],
      text: callCount(calls[i]!),
      more: [last],
    });
  });
  const fn = state.debug.functions.findIndex(({ name }) => name === KILL);
  const victims = kills.toReversed().map(({ time, dispatch, a, b }): NamedValue => ({
    name: `pid ${a}`,
    value: undefined,
    type: null,
    evaluateName: null,
    text: `${nameOf(machine, a)} at ${seconds(time)}, with ${b} pages`,
    mark: { dispatch, statement: 0 },
    call: { dispatch, began: 0, thread: -1, fn },
  }));
  return [
    group("oom_notify_list", counted(notifiers.length, "notifier"), notifiers),
    group("killed", victims.length === 0 ? "nobody" : `${victims.length}`, victims),
  ];
}

interface StructView {
  readonly name: string;
  readonly value: unknown;
  readonly type: string;
  /** Global, and fields and elements from there. */
  readonly path: readonly [string, ...(string | number)[]];
  readonly text: string;
  readonly more: readonly NamedValue[];
}

/** A struct of the kernel with what belongs to it besides its fields. */
function struct({ state, pages }: ReclaimOptions, view: StructView): NamedValue {
  const { name, value, type, path, text, more } = view;
  const location = state.locate(...path);
  const evaluateName = path
    .map((key, i) => (typeof key === "number" ? `[${key}]` : i === 0 ? key : `.${key}`))
    .join("");
  const target = { name, value, type, evaluateName, location };
  const children = [...more, ...childrenOf(target, 0, Infinity, state, pages)];
  return { ...target, text, children };
}

function callCount({ total }: CallLog): string {
  return total === 0 ? "not called yet" : `called ${total === 1 ? "once" : `${total} times`}`;
}

function group(name: string, text: string, children: readonly NamedValue[]): NamedValue {
  return { name, value: undefined, type: null, evaluateName: null, text, children };
}

function nameOf(machine: Machine, pid: number): string {
  const victim = machine.state.threads.find(({ task }) => (task as { pid?: number }).pid === pid);
  return victim === undefined ? `pid ${pid}` : commOf(machine, victim.id);
}
