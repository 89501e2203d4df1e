/**
 * Measures what `docs/performance.md` shows. Ratios compare runs of this process on this machine;
 * nothing here is asserted, since a shared machine's speed is not a property of the program.
 */
import type { Session } from "../../src/session/session.ts";
import type { Command } from "../../src/session/types.ts";
import { measureGrowth } from "./growth.ts";
import { withInstructions } from "./instructions.ts";
import { measureLists } from "./lists.ts";
import { readOptions, USAGE, type BenchOptions } from "./options.ts";
import {
  cpuMsSince,
  create,
  functionBreakpoint,
  HEADLINE,
  HISTORY,
  OOM,
  pageOperations,
  run,
  type RunOptions,
  type Source,
} from "./runs.ts";
import { compareKinds, median, runKind } from "./small.ts";
import { Table } from "./table.ts";

const GUEST_PAGES_64G = 2 ** 24;

const options = readArguments();
const { json, quick } = options;
const table = new Table(({ name }) => {
  if (!json) process.stderr.write(`  ${name}\n`);
});

if (options.help) {
  process.stdout.write(USAGE);
} else if (options.headline) {
  const { result, cpuS, rssMb } = await run(HEADLINE, headlineOptions());
  console.log(JSON.stringify({ operations: pageOperations(result), cpuS, rssMb }));
} else if (options.kind !== null) {
  console.log(await runKind(options.kind));
} else {
  if (options.ratios) compareKinds(table);
  else if (options.lists) await measureLists(table);
  else if (options.steps) await measureAllSteps();
  else await measureAll();
  if (json) console.log(JSON.stringify({ node: process.version, rows: table.rows }));
  else console.log(table.lines().join("\n"));
}

function readArguments(): BenchOptions {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

async function measureAll(): Promise<void> {
  compareKinds(table);
  await measureLaunch();
  await measureAllSteps();
  if (quick) return;
  measureHeadline();
  await measureLists(table);
  await measureGrowth(table);
}

async function measureAllSteps(): Promise<void> {
  await measureSteps("1 GiB", OOM, "virtio_balloon_oom_notify", {}, [50, 10]);
  if (quick) return;
  const atShrinker = "virtio_balloon_shrinker_scan";
  await measureSteps("64 GiB", HEADLINE, atShrinker, { kernel: "v4.19" }, [1000, 20]);
}

function headlineOptions(): RunOptions {
  return options.history ? { kernel: "v4.19", historyBytes: HISTORY } : { kernel: "v4.19" };
}

/** In processes of their own: memory is their own, and instructions can be counted around them. */
function measureHeadline(): void {
  const name = "headline, v4.19";
  const alone = headlineRun([]);
  table.add(`${name}: CPU time`, alone.cpuS, "s", 30);
  table.add(`${name}: page operations`, alone.operations / 1e6, "million");
  table.add(`${name}: time per page operation`, (alone.cpuS * 1e9) / alone.operations, "ns");
  if (alone.instructions !== null) {
    const each = alone.instructions / alone.operations;
    table.add(`${name}: instructions per page operation`, each, "");
  }
  table.add(`${name}: resident memory`, alone.rssMb, "MB", 600);
  const kept = headlineRun(["--history"]);
  table.add(`${name}: resident memory, 1 GiB of history`, kept.rssMb, "MB", 1600);
  table.add(`${name}: checkpoints on`, kept.cpuS / alone.cpuS, "x", 1.05);
  const session = create(HEADLINE, { kernel: "v4.19" });
  table.add("state per page", session.stateBytes() / GUEST_PAGES_64G, "B", 24);
  session.dispose();
}

interface Headline {
  readonly operations: number;
  readonly cpuS: number;
  readonly rssMb: number;
  readonly instructions: number | null;
}

function headlineRun(args: readonly string[]): Headline {
  const { output, instructions } = withInstructions([process.argv[1]!, "--headline", ...args]);
  return { ...(JSON.parse(output) as Omit<Headline, "instructions">), instructions };
}

async function measureLaunch(): Promise<void> {
  const start = process.cpuUsage();
  const session = create(OOM, { historyBytes: HISTORY });
  session.setFunctionBreakpoints([functionBreakpoint("fill_balloon", null)]);
  await session.execute("continue");
  table.add("launch to first stop, 1 GiB", cpuMsSince(start), "ms", 1000);
  session.dispose();
}

async function measureSteps(
  size: string,
  source: Source,
  name: string,
  options: RunOptions,
  [firstBudget, nextBudget]: readonly [number, number],
): Promise<void> {
  const hurried = await stopFor(source, name, options);
  for (let i = 0; i < 40; i++) await hurried.time(i % 2 === 0 ? "stepIn" : "next");
  const atOnce = await hurried.time("stepBack");
  hurried.session.dispose();
  const { session, time } = await stopFor(source, name, options);
  const steps: number[] = [];
  for (let i = 0; i < 40; i++) steps.push(await time(i % 2 === 0 ? "stepIn" : "next"));
  table.add(`step, ${size}: median`, median(steps), "ms", 20);
  table.add(`step, ${size}: worst of 40`, Math.max(...steps), "ms", 20);
  const start = process.cpuUsage();
  await session.prepare();
  const preparing = cpuMsSince(start);
  table.add(`first step back, ${size}`, await time("stepBack"), "ms", firstBudget);
  table.add(`what was done for it while nobody asked, ${size}`, preparing, "ms");
  table.add(`first step back, ${size}, asked for at once`, atOnce, "ms");
  const back: number[] = [];
  for (let i = 0; i < 10; i++) back.push(await time("stepBack"));
  table.add(`next steps back, ${size}: median`, median(back), "ms", nextBudget);
  session.dispose();
}

interface Stopped {
  readonly session: Session;
  /** CPU time of a command for the thread that stopped. */
  readonly time: (command: Command) => Promise<number>;
}

async function stopFor(source: Source, name: string, options: RunOptions): Promise<Stopped> {
  const session = create(source, { historyBytes: HISTORY, ...options });
  session.setFunctionBreakpoints([functionBreakpoint(name, null)]);
  const { thread } = await session.execute("continue");
  session.setFunctionBreakpoints([]);
  const time = async (command: Command): Promise<number> => {
    const start = process.cpuUsage();
    await session.execute(command, thread);
    return cpuMsSince(start);
  };
  return { session, time };
}
