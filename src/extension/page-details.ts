import type { DebugProtocol } from "@vscode/debugprotocol";
import type { PageMapBody } from "../dap/protocol.ts";
import type { PageDetails } from "../webview/map-protocol.ts";
import type { Run } from "./run-tracker.ts";
import { bytesOfBase64 } from "./save-file.ts";

/** `struct page` number `pfn`, in the debugger's expressions. */
export function pageExpression(pfn: number): string {
  return `mem_map[0x${pfn.toString(16)}]`;
}

/** What the debugger says of a page; null when it cannot be asked now. */
export async function pageDetails(
  { session, state }: Run,
  pfn: number,
): Promise<PageDetails | null> {
  try {
    const evaluated = (await session.customRequest("evaluate", {
      expression: pageExpression(pfn),
      context: "watch",
    })) as DebugProtocol.EvaluateResponse["body"];
    const { result, variablesReference } = evaluated;
    if (state !== "stopped" || variablesReference === 0)
      return { pfn, summary: result, fields: [] };
    const { variables } = (await session.customRequest("variables", {
      variablesReference,
    })) as DebugProtocol.VariablesResponse["body"];
    return { pfn, summary: result, fields: variables.map(({ name, value }) => ({ name, value })) };
  } catch {
    return null;
  }
}

/** Of a map with single pages, the first one that is in a state; the first of all if none is. */
export function firstPageIn({ first, states, tiles }: PageMapBody, state: string): number {
  const found = bytesOfBase64(tiles).indexOf(states.indexOf(state));
  return first + Math.max(found, 0);
}
