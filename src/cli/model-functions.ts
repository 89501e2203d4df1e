import { image } from "#model-image";
import type { ModelFunction } from "../lsp/protocol.ts";

/** The functions of the simulated kernel with this name; generations of a driver share names. */
export function modelFunctions(name: string): ModelFunction[] {
  const { functions, files } = image.debug;
  return functions
    .filter((each) => each.name === name)
    .map(({ file, line, doc }) => ({ name, path: files[file] ?? "", line, doc }));
}
