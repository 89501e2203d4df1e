/** What is stored of that from which an expression over global names is computed. */
import { namesIn, walk, type Expression } from "../../scenario/expression.ts";
import type { StoredPath } from "../stored-path.ts";
import { bareType, type KernelState } from "./state.ts";

type Keys = readonly [global: string, ...keys: (string | null)[]];

const DRIVER: Keys = ["virtio_devices", null, "priv"];

/** Where what scenarios know by name is kept; `ModelView` reads it there. */
const NAMED: Readonly<Record<string, readonly Keys[]>> = {
  balloon_pages: [
    [...DRIVER, "num_pages"],
    ["virtio_devices", null, "id"],
  ],
  balloon_target: [["balloon", "num_pages"]],
  "balloon.target": [["balloon", "num_pages"]],
  "balloon.actual": [["balloon", "actual"]],
  "balloon.reached": [
    ["balloon", "num_pages"],
    ["balloon", "actual"],
  ],
  "host.rss": [["presentPages"]],
  "host.migrated": [["ram_counters", "normal"]],
  "host.hinted": [["free_page_hints", "hinted"]],
  MemTotal: [["_totalram_pages"]],
};

/** Their values depend on more, or on what is not the kernel's. */
const COMPUTED = new Set(["time", "balloon", "host", "vm", "mem_map", "oom_notifications"]);

/** Null: it cannot be said. */
export function inputsOf(expression: Expression, state: KernelState): readonly StoredPath[] | null {
  let isPlain = true;
  walk(expression.root, ({ kind }) => {
    if (kind === "index" || kind === "call") isPlain = false;
    return "deeper";
  });
  if (!isPlain) return null;
  const paths = namesIn(expression).map(({ path }) => pathsOf(path, state));
  return paths.includes(null) ? null : paths.flatMap((each) => each!);
}

function pathsOf(path: readonly string[], state: KernelState): readonly StoredPath[] | null {
  const text = path.join(".");
  if (Object.hasOwn(NAMED, text)) return NAMED[text]!.map((keys) => located(keys, state));
  const [name, ...members] = path as [string, ...string[]];
  if (COMPUTED.has(name)) return null;
  if (name === "vb") {
    if (!leadsThroughStructs("virtio_balloon", members, state)) return null;
    return [
      located([...DRIVER, ...members], state),
      located(["virtio_devices", null, "id"], state),
    ];
  }
  const counter = state.value<readonly string[]>("vmstat_text").indexOf(name);
  if (counter >= 0) return [withKeys(located(["vmstat"], state), [counter])];
  const global = state.global(name);
  if (global === undefined || !leadsThroughStructs(global.type, members, state)) return null;
  return [located([name, ...members], state)];
}

/** A `struct page` is none: its fields are columns. */
function leadsThroughStructs(
  type: string | null,
  members: readonly string[],
  state: KernelState,
): boolean {
  let present = bareType(type);
  for (const member of members) {
    const field = state.fields(present)?.find(({ name }) => name === member);
    if (field === undefined) return false;
    present = bareType(field.type);
  }
  return true;
}

function located([name, ...keys]: Keys, state: KernelState): StoredPath {
  const { root } = state.locate(name);
  if (root.kind !== "global") throw new RangeError(`${name} is no global`);
  return { global: root.index, keys };
}

function withKeys(path: StoredPath, keys: readonly number[]): StoredPath {
  return { ...path, keys: [...path.keys, ...keys] };
}
