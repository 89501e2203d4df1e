/**
 * The shrinker run of the small guest, whose hot path every kind of breakpoint meets. Each run has a
 * process of its own, as a user's first run has: what one kind has V8 learn is no concern of the next.
 */
import { spawnSync } from "node:child_process";
import { functionBreakpoint, HISTORY, run, SMALL, type RunOptions } from "./runs.ts";
import type { Table } from "./table.ts";

const ROUNDS = 7;
const NEVER = "time < 0";
const PLAIN = "plain";

interface Kind {
  readonly options: RunOptions;
  readonly budget: number | null;
}

const KINDS: Readonly<Record<string, Kind>> = {
  [PLAIN]: { options: {}, budget: null },
  "armed off the hot path (virtballoon_changed)": armed("virtballoon_changed", 1.05),
  "armed in what it reaches (oom_kill_process)": armed("oom_kill_process", 1.2),
  "armed on it, false condition (tell_host)": armed("tell_host", 2.5),
  "armed on every page, false condition (balloon_page_enqueue)": armed("balloon_page_enqueue", 2.5),
  "watched value off the hot path (oom_kill)": { options: { line: "oom_kill" }, budget: 1.2 },
  "watched value, hot (nr_free_pages)": { options: { line: "nr_free_pages" }, budget: 2.5 },
  "watched value, hot (balloon_pages)": { options: { line: "balloon_pages" }, budget: 2.5 },
  "checkpoints on": { options: { historyBytes: HISTORY }, budget: 1.05 },
};

/** Seconds of CPU time that a run of this kind takes in this process. Throws for what is no kind. */
export async function runKind(name: string): Promise<number> {
  const kind = KINDS[name];
  if (kind === undefined) throw new Error(`there is no kind of run by the name ${name}`);
  const { cpuS } = await run(SMALL, { kernel: "v4.19", ...kind.options });
  return cpuS;
}

/** Each round has one run of each kind; the median of the rounds counts. */
export function compareKinds(table: Table): void {
  const names = Object.keys(KINDS);
  const rounds = Array.from({ length: ROUNDS }, () => names.map(secondsOf));
  const plain = rounds.map(([first]) => first!);
  table.add("page-cache-pressure, v4.19: CPU time", median(plain), "s");
  names.forEach((name, i) => {
    if (name === PLAIN) return;
    const ratios = rounds.map((round, nr) => round[i]! / plain[nr]!);
    table.add(name, median(ratios), "x", KINDS[name]!.budget);
  });
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function armed(name: string, budget: number): Kind {
  return { options: { breakpoint: functionBreakpoint(name, NEVER) }, budget };
}

function secondsOf(name: string): number {
  const child = spawnSync(process.execPath, [process.argv[1]!, "--kind", name], {
    encoding: "utf8",
  });
  if (child.status !== 0) throw new Error(`the measured process failed: ${child.stderr}`);
  return Number(child.stdout);
}
