import type { DebugProtocol } from "@vscode/debugprotocol";
import { it } from "vitest";
import { smallGuest } from "../session/small-guest.ts";
import { Guest, small, type StoppedBody } from "./guest.ts";

export type Breakpoints = { readonly breakpoints: DebugProtocol.Breakpoint[] };

export const driver = { path: "balloon-model:/balloon/virtio_balloon.ts" };
export const program = "/small.balloon.yaml";

/** The balloon is full when a task wants more than there is. */
export const untilOom = smallGuest("  - kill: reader\n  - run: memhog 70MiB\n  - wait: 100ms\n");

/**
 * A test of what a capability promises, of a real guest: an adapter that only says so would fail.
 * `capabilities.test.ts` looks for these calls, to see that there is one for each.
 */
export function capability(
  name: keyof DebugProtocol.Capabilities,
  test: () => Promise<void>,
): void {
  it(name, test);
}

/** A real guest at the first of `functions`; without any at its first statement. */
export function start(...functions: readonly string[]): Promise<Guest> {
  return Guest.start({ program, text: small }, functions);
}

/** Replaces breakpoints of one kind. */
export async function set(
  { client }: Guest,
  command: string,
  breakpoints: readonly object[],
  rest: object = {},
): Promise<DebugProtocol.Breakpoint[]> {
  return (await client.request<Breakpoints>(command, { breakpoints, ...rest })).breakpoints;
}

/** Continues, or steps, until the guest stops for another reason; what `look` saw at each stop. */
export async function stopsOf<T>(
  guest: Guest,
  reason: string,
  look: (stop: StoppedBody) => T | Promise<T>,
  command = "continue",
): Promise<T[]> {
  const seen: T[] = [];
  while ((await guest.go(command)).reason === reason) seen.push(await look(guest.stop));
  return seen;
}
