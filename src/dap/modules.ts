import type { DebugProtocol } from "@vscode/debugprotocol";
import type { ModuleView, SessionApi } from "../session/types.ts";
import type { Arguments } from "./arguments.ts";
import type { Launched } from "./launched.ts";
import { baseName } from "./sources.ts";

/** Linux files that the model stands for, in the order of the model's sources. */
export function modulesBody(
  { session }: Launched,
  args: Arguments,
): DebugProtocol.ModulesResponse["body"] {
  const all = session.modules();
  const start = args.optionalInteger("startModule") ?? 0;
  const count = args.optionalInteger("moduleCount") ?? 0;
  const end = count === 0 ? all.length : start + count;
  return { modules: all.slice(start, end).map(toClient), totalModules: all.length };
}

/** Ids of modules by model source. */
export function moduleIds(session: SessionApi): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const { id, sources } of session.modules()) {
    for (const path of sources) if (!ids.has(path)) ids.set(path, id);
  }
  return ids;
}

function toClient({ id, sources, generation, functions }: ModuleView): DebugProtocol.Module & {
  readonly generation: string;
  readonly functions: number;
  readonly sources: string;
} {
  return {
    id,
    name: baseName(id),
    path: id,
    ...(generation === "" ? {} : { version: generation }),
    symbolStatus: "Every statement",
    symbolFilePath: sources[0] ?? id,
    generation,
    functions,
    sources: sources.join(", "),
  };
}
