/** What the bench is asked to measure. */
import { parseArgs } from "node:util";

export const USAGE = `npm run bench [-- options]: measures what docs/performance.md shows.

  --quick     without the 64 GiB guest
  --steps     only steps, forward and back
  --lists     only the opening of long lists
  --headline  only the full-scale run, once; its figures as JSON
  --history   the same with checkpoints
  --json      the rows as JSON
  --help      this text
`;

const FLAGS = ["quick", "steps", "lists", "headline", "history", "json", "help"] as const;

export type BenchOptions = Readonly<Record<(typeof FLAGS)[number], boolean>>;

/** Throws on what is no option, so that a slip does not start minutes of work. */
export function readOptions(args: readonly string[]): BenchOptions {
  const options = Object.fromEntries(FLAGS.map((flag) => [flag, { type: "boolean" as const }]));
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const given = (flag: string): boolean => values[flag] === true;
  const alone = ["steps", "lists", "headline"].filter(given);
  if (alone.length > 1) throw new Error(`--${alone[0]} and --${alone[1]} exclude each other`);
  if (given("history") && !given("headline")) throw new Error("--history is for --headline");
  if (given("quick") && (given("lists") || given("headline"))) {
    throw new Error(`--quick leaves nothing of --${alone[0]}`);
  }
  return Object.fromEntries(FLAGS.map((flag) => [flag, given(flag)])) as Record<
    (typeof FLAGS)[number],
    boolean
  >;
}
