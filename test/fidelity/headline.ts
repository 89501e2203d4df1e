/** The report of commit 5a6b4cc5b7 at full size, beside the numbers of its message. */
import { readFileSync } from "node:fs";
import { image } from "#model-image";
import { parseScenario } from "../../src/scenario/index.ts";
import { Session } from "../../src/session/session.ts";
import type { RunResult } from "../../src/session/types.ts";

const SCENARIO = "scenarios/commit-5a6b4cc5b7.balloon.yaml";

interface Column {
  readonly result: RunResult;
  /** From the target until it was reached, with or without the reader. */
  readonly inflationS: number | null;
  readonly reachedWithReader: boolean;
  /** From the end of the reader until the target was reached. */
  readonly afterReaderS: number | null;
}

/** Rows of a table: quantity, report and model before, report and model after. */
export async function headline(): Promise<string[][]> {
  const before = await column("v4.19");
  const after = await column("v5.7");
  const count = (name: string, { result }: Column): string =>
    (result.counters[name] ?? 0).toLocaleString("en");
  const seconds = (value: number | null): string =>
    value === null ? "never" : `${value.toFixed(0)} s`;
  const stall = ({ result }: Column): string => seconds(result.balloon.longestStallNs / 1e9);
  const yes = (value: boolean): string => (value ? "yes" : "no");
  return [
    ["", "before: report", "before: model", "after: report", "after: model"],
    [
      "target reached with the reader",
      "no",
      yes(before.reachedWithReader),
      "yes",
      yes(after.reachedWithReader),
    ],
    ["inflation time", "542 s", seconds(before.inflationS), "63 s", seconds(after.inflationS)],
    ["reached after the reader's end", "not given", seconds(before.afterReaderS), "-", "-"],
    ["longest time without net progress", "315 s", stall(before), "-", stall(after)],
    [
      "balloon_inflate",
      "154,828,377",
      count("balloon_inflate", before),
      "12,968,539",
      count("balloon_inflate", after),
    ],
    [
      "balloon_deflate",
      "154,828,377",
      count("balloon_deflate", before),
      "12,968,539",
      count("balloon_deflate", after),
    ],
  ];
}

async function column(kernel: string): Promise<Column> {
  const { scenario } = parseScenario(readFileSync(SCENARIO, "utf8"), SCENARIO, { kernel });
  if (scenario === null) throw new Error(`${SCENARIO} has errors`);
  const session = Session.create(scenario, { image, historyBytes: 0 });
  await session.execute("continue");
  const { events } = session.samples(0);
  const asked = events.find(({ name, a }) => name === "target" && a > 0)?.time ?? 0;
  const reached = events.find(({ name, a }) => name === "reached" && a > 0)?.time ?? null;
  const result = session.result();
  const kill = result.timeline.find(({ text }) => text.startsWith("kill"))?.start ?? Infinity;
  session.dispose();
  return {
    result,
    inflationS: reached === null ? null : (reached - asked) / 1e9,
    reachedWithReader: reached !== null && reached <= kill,
    afterReaderS: reached === null || reached <= kill ? null : (reached - kill) / 1e9,
  };
}
