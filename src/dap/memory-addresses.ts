import type { Arguments } from "./arguments.ts";
import { errors } from "./errors.ts";

/** An address that a client sends back: what it was given, or what a person typed. */
export function readAddress(args: Arguments, name: string): string {
  const text = args.string(name).trim();
  if (!/^(?:0x[0-9a-f]{1,16}|\d{1,19})$/i.test(text)) throw errors.badAddress(args.command, text);
  return `0x${BigInt(text).toString(16)}`;
}
