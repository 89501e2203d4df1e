/** Runs Node on `args`, counting its user instructions where the machine has a counter for them. */
import { spawnSync } from "node:child_process";

export interface Counted {
  readonly output: string;
  /** Null where there is no counter. */
  readonly instructions: number | null;
}

const PERF = ["stat", "-x,", "-e", "instructions:u"];

export function withInstructions(args: readonly string[]): Counted {
  const probe = spawnSync("perf", [...PERF, "true"], { encoding: "utf8" });
  const counts = probe.status === 0 && /^\d+,/m.test(probe.stderr);
  const [command, ...rest] = counts
    ? ["perf", ...PERF, process.execPath, ...args]
    : [process.execPath, ...args];
  const child = spawnSync(command!, rest, { encoding: "utf8", maxBuffer: 1 << 26 });
  if (child.status !== 0) throw new Error(`the measured process failed: ${child.stderr}`);
  const match = counts ? /^(\d+),/m.exec(child.stderr) : null;
  return { output: child.stdout, instructions: match === null ? null : Number(match[1]) };
}
