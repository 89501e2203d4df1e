import type { OutputLine } from "../session/types.ts";
import { coloured, type Paint } from "./table.ts";

/** Lines of the kernel's log that a reader looks for. */
const alarming = /invoked oom-killer|Out of memory|Killed process|Kernel panic|BUG:|oom_reaper/;
const noteworthy = /Out of puff|page allocation failure|possible circular locking/;
const timestamp = /^\[ *\d+\.\d+\]/;

/** A line of output with its parts set off, for a client that draws escape codes. */
export function styled({ category, text }: OutputLine, paint: Paint = coloured): string {
  const [stamp = ""] = timestamp.exec(text) ?? [];
  const rest = text.slice(stamp.length);
  const body = alarming.test(rest)
    ? paint.bad(rest)
    : category === "important" || noteworthy.test(rest)
      ? paint.bold(rest)
      : rest;
  return stamp === "" ? body : paint.dim(stamp) + body;
}
