import type { AdapterHost } from "./host.ts";
import { openScenario } from "./open.ts";

/**
 * In a worker of an editor: scenario texts come with the launch request, and the editor shows
 * model sources itself, under an address of its own.
 */
export function workerHost(yieldToInput: () => Promise<void>): AdapterHost {
  return {
    readText: () => Promise.reject(new Error("its text did not come with the launch request")),
    modelSource: (path) => ({ path: `balloon-model:/${path}` }),
    yield: yieldToInput,
    open: openScenario,
  };
}
