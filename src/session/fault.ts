/**
 * The model met what it cannot go on with, such as a pointer that an edit has made NULL: a statement
 * threw. The machine is then half way through it and has to be put back.
 */
import type { Command } from "./types.ts";

export class Fault extends Error {
  /** The thread that was running. */
  readonly thread: number;
  override readonly cause: Error;

  constructor(thread: number, cause: Error) {
    super(cause.message);
    this.thread = thread;
    this.cause = cause;
  }
}

/** What the guest's code can throw; everything else is a mistake of ours. */
export function isFault(cause: unknown): cause is Error {
  return cause instanceof TypeError || cause instanceof RangeError;
}

/** Why a guest that stands at a fault is not let run. */
export const AFTER_OOPS =
  "The guest cannot go on from here: its next statement fails. Step back, or change what is wrong.";

export function isForward(command: Command): boolean {
  return ["continue", "next", "stepIn", "stepOut"].includes(command);
}
