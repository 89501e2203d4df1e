/** What the bench is asked to measure. */
import { parseArgs } from "node:util";

export const USAGE = `npm run bench [-- options]: measures what docs/performance.md shows.

  --quick     without the 64 GiB guest
  --ratios    only what breakpoints, watched values and checkpoints cost the small guest
  --kind NAME only one run of that kind, by its row's name; its seconds of CPU time
  --steps     only steps, forward and back
  --lists     only the opening of long lists
  --headline  only the full-scale run, once; its figures as JSON
  --history   the same with checkpoints
  --json      the rows as JSON
  --help      this text
`;

const FLAGS = ["quick", "ratios", "steps", "lists", "headline", "history", "json", "help"] as const;

type Flags = Readonly<Record<(typeof FLAGS)[number], boolean>>;

export interface BenchOptions extends Flags {
  readonly kind: string | null;
}

/** Throws on what is no option, so that a slip does not start minutes of work. */
export function readOptions(args: readonly string[]): BenchOptions {
  const flags = Object.fromEntries(FLAGS.map((flag) => [flag, { type: "boolean" as const }]));
  const options = { ...flags, kind: { type: "string" as const } };
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const given = (flag: string): boolean => (values as Record<string, unknown>)[flag] === true;
  const alone = ["ratios", "steps", "lists", "headline"].filter(given);
  if (alone.length > 1) throw new Error(`--${alone[0]} and --${alone[1]} exclude each other`);
  if (given("history") && !given("headline")) throw new Error("--history is for --headline");
  if (given("quick") && (given("lists") || given("headline"))) {
    throw new Error(`--quick leaves nothing of --${alone[0]}`);
  }
  const asked = Object.fromEntries(FLAGS.map((flag) => [flag, given(flag)])) as Flags;
  return { ...asked, kind: values.kind ?? null };
}
