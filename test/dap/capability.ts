import type { DebugProtocol } from "@vscode/debugprotocol";
import { it } from "vitest";
import type { TestClient } from "./client.ts";
import { stopped } from "./stages.ts";

export type Breakpoints = { readonly breakpoints: DebugProtocol.Breakpoint[] };
type Variables = DebugProtocol.VariablesResponse["body"];

export const driver = { path: "balloon-model:/balloon/virtio_balloon.ts" };

/**
 * A test of what a capability promises, in the adapter; `test/dap/guest.test.ts` has the guest's
 * part. `capabilities.test.ts` looks for these calls, to see that there is one for each.
 */
export function capability(
  name: keyof DebugProtocol.Capabilities,
  test: () => Promise<void>,
): void {
  it(name, test);
}

/** A stopped guest whose frames the client has seen. */
export async function looking(initialize: object = {}) {
  const both = await stopped(initialize);
  const { stackFrames } = await both.client.request<DebugProtocol.StackTraceResponse["body"]>(
    "stackTrace",
    { threadId: 1 },
  );
  const frameId = stackFrames[0]!.id;
  const { scopes } = await both.client.request<DebugProtocol.ScopesResponse["body"]>("scopes", {
    frameId,
  });
  const locals = scopes[0]!.variablesReference;
  return { ...both, session: both.host.sessions[0]!, frameId, stackFrames, locals };
}

export async function variables(client: TestClient, variablesReference: number, rest: object = {}) {
  return (await client.request<Variables>("variables", { variablesReference, ...rest })).variables;
}

export async function lineOf(client: TestClient): Promise<number> {
  const { stackFrames } = await client.request<DebugProtocol.StackTraceResponse["body"]>(
    "stackTrace",
    { threadId: 1 },
  );
  return stackFrames[0]!.line - 1;
}
