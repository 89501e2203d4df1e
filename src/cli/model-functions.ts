import { image } from "#model-image";
import type { ModelFunction } from "../lsp/protocol.ts";

/** The first function of the simulated kernel with this name. */
export function modelFunction(name: string): ModelFunction | null {
  const { functions, files } = image.debug;
  const found = functions.find((each) => each.name === name);
  const path = found === undefined ? undefined : files[found.file];
  if (found === undefined || path === undefined) return null;
  return { name, path, line: found.line, doc: found.doc };
}
