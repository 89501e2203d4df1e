/**
 * Measures what `docs/performance.md` shows. Ratios compare runs of this process on this machine;
 * nothing here is asserted, since a shared machine's speed is not a property of the program.
 */
import { readFileSync } from "node:fs";
import { image } from "#model-image";
import { parseScenario } from "../../src/scenario/index.ts";
import { Session } from "../../src/session/session.ts";
import type { BreakpointRequest, Command, RunResult } from "../../src/session/types.ts";
import { withInstructions } from "./instructions.ts";

interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

interface RunOptions {
  readonly kernel?: string;
  readonly historyBytes?: number;
  readonly breakpoint?: BreakpointRequest;
}

interface Measured {
  readonly result: RunResult;
  readonly cpuS: number;
  readonly rssMb: number;
}

const NEVER = "time < 0";
const HEADLINE = "scenarios/commit-5a6b4cc5b7.balloon.yaml";
const SMALL = "scenarios/page-cache-pressure.balloon.yaml";
const OOM = "scenarios/oom-notify.balloon.yaml";
const json = process.argv.includes("--json");
const quick = process.argv.includes("--quick");
const rows: Row[] = [];

if (process.argv.includes("--headline")) {
  const { result, cpuS, rssMb } = await run(HEADLINE, { kernel: "v4.19" });
  console.log(JSON.stringify({ operations: pageOperations(result), cpuS, rssMb }));
} else {
  await main();
}

async function main(): Promise<void> {
  await compareArming();
  await measureLaunch();
  await measureSteps("1 GiB", OOM, "virtio_balloon_oom_notify", {});
  if (!quick) {
    await measureSteps("64 GiB", HEADLINE, "virtio_balloon_shrinker_scan", { kernel: "v4.19" });
    measureHeadline();
  }
  if (json) console.log(JSON.stringify({ node: process.version, rows }));
  else printTable();
}

/** In a process of its own: memory is its own, and instructions can be counted around it. */
function measureHeadline(): void {
  const { output, instructions } = withInstructions([process.argv[1]!, "--headline"]);
  const { operations, cpuS, rssMb } = JSON.parse(output) as {
    operations: number;
    cpuS: number;
    rssMb: number;
  };
  add("headline, v4.19: CPU time", cpuS, "s");
  add("headline, v4.19: page operations", operations / 1e6, "million");
  add("headline, v4.19: time per page operation", (cpuS * 1e9) / operations, "ns");
  if (instructions !== null) {
    add("headline, v4.19: instructions per page operation", instructions / operations, "");
  }
  add("headline, v4.19: resident memory", rssMb, "MB");
  const session = create(HEADLINE, { kernel: "v4.19" });
  add("state per page", session.stateBytes() / GUEST_PAGES_64G, "B");
  session.dispose();
}

const GUEST_PAGES_64G = 2 ** 24;

/** The shrinker run of the small guest, whose hot path every kind of breakpoint meets. */
async function compareArming(): Promise<void> {
  const kernel = "v4.19";
  const atFunction = (name: string): BreakpointRequest => ({
    at: { kind: "function", name },
    condition: NEVER,
    hitCondition: null,
    logMessage: null,
  });
  const cost = async (options: RunOptions): Promise<number> => {
    const runs: number[] = [];
    for (let i = 0; i < 3; i++) runs.push((await run(SMALL, { kernel, ...options })).cpuS);
    return Math.min(...runs);
  };
  await run(SMALL, { kernel });
  const plain = await cost({});
  add("page-cache-pressure, v4.19: CPU time", plain, "s");
  const ratio = async (name: string, options: RunOptions): Promise<void> =>
    add(name, (await cost(options)) / plain, "x");
  await ratio("armed off the hot path (oom_kill_process)", {
    breakpoint: atFunction("oom_kill_process"),
  });
  await ratio("armed in what it reaches (virtballoon_changed)", {
    breakpoint: atFunction("virtballoon_changed"),
  });
  await ratio("armed on it, false condition (tell_host)", { breakpoint: atFunction("tell_host") });
  await ratio("armed on every page, false condition (balloon_page_enqueue)", {
    breakpoint: atFunction("balloon_page_enqueue"),
  });
  await ratio("checkpoints on", { historyBytes: 1 << 30 });
}

async function measureLaunch(): Promise<void> {
  const start = performance.now();
  const session = create(OOM, { historyBytes: 1 << 30 });
  session.setFunctionBreakpoints([
    {
      at: { kind: "function", name: "fill_balloon" },
      condition: null,
      hitCondition: null,
      logMessage: null,
    },
  ]);
  await session.execute("continue");
  add("launch to first stop, 1 GiB", performance.now() - start, "ms");
  session.dispose();
}

async function measureSteps(
  size: string,
  file: string,
  name: string,
  options: RunOptions,
): Promise<void> {
  const session = create(file, { historyBytes: 1 << 30, ...options });
  const request = {
    at: { kind: "function", name } as const,
    condition: null,
    hitCondition: null,
    logMessage: null,
  };
  session.setFunctionBreakpoints([request]);
  const { thread } = await session.execute("continue");
  session.setFunctionBreakpoints([]);
  const time = async (command: Command): Promise<number> => {
    const start = performance.now();
    await session.execute(command, thread);
    return performance.now() - start;
  };
  const steps: number[] = [];
  for (let i = 0; i < 40; i++) steps.push(await time(i % 2 === 0 ? "stepIn" : "next"));
  add(`step, ${size}: median`, median(steps), "ms");
  add(`step, ${size}: worst of 40`, Math.max(...steps), "ms");
  add(`first step back, ${size}`, await time("stepBack"), "ms");
  const back: number[] = [];
  for (let i = 0; i < 10; i++) back.push(await time("stepBack"));
  add(`next steps back, ${size}: median`, median(back), "ms");
  session.dispose();
}

async function run(file: string, options: RunOptions): Promise<Measured> {
  const session = create(file, options);
  if (options.breakpoint !== undefined) session.setFunctionBreakpoints([options.breakpoint]);
  const before = process.cpuUsage();
  await session.execute("continue");
  const used = process.cpuUsage(before);
  const rssMb = process.memoryUsage().rss / 1e6;
  const result = session.result();
  session.dispose();
  return { result, cpuS: (used.user + used.system) / 1e6, rssMb };
}

function create(file: string, { kernel, historyBytes = 0 }: RunOptions): Session {
  const overrides = kernel === undefined ? {} : { kernel };
  const { scenario, diagnostics } = parseScenario(readFileSync(file, "utf8"), file, overrides);
  if (scenario === null) throw new Error(diagnostics[0]?.message ?? `${file} cannot be read`);
  return Session.create(scenario, { image, historyBytes });
}

function pageOperations({ counters }: RunResult): number {
  const count = (name: string): number => counters[name] ?? 0;
  const readIn = count("pgpgin") / 4;
  const evicted = count("pgsteal_kswapd") + count("pgsteal_direct");
  return count("balloon_inflate") + count("balloon_deflate") + readIn + evicted;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function add(name: string, value: number, unit: string): void {
  rows.push({ name, value, unit });
  if (!json) process.stderr.write(`  ${name}\n`);
}

function printTable(): void {
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, value, unit } of rows) {
    console.log(`${name.padEnd(width)}  ${value.toFixed(value < 10 ? 2 : 0).padStart(8)} ${unit}`);
  }
}
