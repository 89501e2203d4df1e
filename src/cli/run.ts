import { messageOf } from "../dap/errors.ts";
import type { Opened, OpenRequest } from "../dap/host.ts";
import { expectationCount, outcomeReport } from "../dap/outcome.ts";
import { variantsOf } from "../scenario/index.ts";
import type { Samples, Stop } from "../session/types.ts";
import { comparisonTable, type VariantRun } from "./comparison.ts";
import { renderDiagnostic } from "./diagnostics.ts";
import { plotSamples } from "./plot.ts";
import { ProgressLine } from "./progress-line.ts";
import { type RunCost, runJson } from "./run-json.ts";
import type { Terminal } from "./terminal.ts";

export const exitCodes = {
  holds: 0,
  fails: 1,
  unusable: 2,
  internal: 70,
  interrupted: 130,
} as const;

export interface RunOptions {
  readonly files: readonly string[];
  /** One run of each file for each; none: the kernel that the file names. */
  readonly kernels: readonly string[];
  readonly seed?: number;
  readonly json: boolean;
  readonly plot: boolean;
}

/** What a run needs of the process. */
export interface RunHost {
  readonly terminal: Terminal;
  /** Rejects with a reason that fits behind "cannot be read:". */
  readonly readText: (path: string) => Promise<string>;
  readonly open: (request: OpenRequest) => Opened;
  readonly yield: () => Promise<void>;
  /** Calls back at Ctrl-C; returns how to stop listening. */
  readonly onInterrupt: (callback: () => void) => () => void;
}

/**
 * `balloon run`: runs every variant of every file with every kernel and prints what came out, and
 * several runs of one file in a table too. Returns the exit code.
 */
export async function run(options: RunOptions, host: RunHost): Promise<number> {
  let worst: number = exitCodes.holds;
  const kernels = options.kernels.length === 0 ? [undefined] : options.kernels;
  for (const file of options.files) {
    const text = await readOrComplain(file, host);
    if (text === null) {
      worst = exitCodes.unusable;
      continue;
    }
    const done: VariantRun[] = [];
    const told = new Set<string>();
    for (const { kernel, variant } of kernels.flatMap((each) => runsOf(text, each, options.seed))) {
      const code = await runOne({ file, text, kernel, variant, options, host, done, told });
      if (code === exitCodes.interrupted) return code;
      worst = Math.max(worst, code);
      // What is wrong with a file is wrong with it under every kernel.
      if (code === exitCodes.unusable) break;
    }
    if (done.length > 1 && !options.json) {
      host.terminal.out(`${comparisonTable(done, host.terminal.paint)}\n`);
    }
  }
  return worst;
}

/** One run for each variant of the scenario, or the one that it is without a matrix. */
function runsOf(
  text: string,
  kernel: string | undefined,
  seed: number | undefined,
): readonly Pick<OneRun, "kernel" | "variant">[] {
  const variants = variantsOf(text, {
    ...(kernel === undefined ? {} : { kernel }),
    ...(seed === undefined ? {} : { seed }),
  });
  if (variants.length === 0) return [{ kernel, variant: undefined }];
  return variants.map(({ name }) => ({ kernel, variant: name }));
}

async function readOrComplain(file: string, host: RunHost): Promise<string | null> {
  try {
    return await host.readText(file);
  } catch (cause) {
    host.terminal.err(`${file}: error: cannot be read: ${messageOf(cause)}\n`);
    return null;
  }
}

interface OneRun {
  readonly file: string;
  readonly text: string;
  readonly kernel: string | undefined;
  readonly variant: string | undefined;
  readonly options: RunOptions;
  readonly host: RunHost;
  /** Takes what came of it, if it came to an end. */
  readonly done: VariantRun[];
  /** What has been said of the file: runs of it share most of their warnings. */
  readonly told: Set<string>;
}

async function runOne({
  file,
  text,
  kernel,
  variant,
  options,
  host,
  done,
  told,
}: OneRun): Promise<number> {
  const { terminal } = host;
  const meter = new Meter();
  let between = (): void => {};
  const { session, diagnostics } = host.open({
    text,
    path: file,
    ...(kernel === undefined ? {} : { kernel }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(variant === undefined ? {} : { variant }),
    keepHistory: false,
    yield: () => {
      between();
      return host.yield();
    },
  });
  for (const diagnostic of diagnostics) {
    const shown = renderDiagnostic(file, text, diagnostic, terminal.errPaint);
    if (!told.has(shown)) terminal.err(shown);
    told.add(shown);
  }
  if (session === null) return exitCodes.unusable;

  const choice = [kernel, variant].filter((each) => each !== undefined).join(", ");
  const progress = new ProgressLine(terminal, `${file} ${choice}`.trimEnd());
  between = () => {
    meter.look();
    progress.update(session);
  };
  // A model that contradicts itself must not pass for a result.
  session.setExceptionFilters(["invariant"]);
  const stopListening = host.onInterrupt(() => session.pause());
  let stop: Stop;
  try {
    stop = await session.execute("continue");
  } finally {
    stopListening();
    progress.clear();
  }
  const result = session.result();
  const cost = meter.cost();
  const samples = options.plot ? session.samples(0) : null;
  session.dispose();
  if (stop.reason.kind === "pause") {
    terminal.err(`Interrupted after ${(stop.time / 1e9).toFixed(2)} s of virtual time.\n`);
    return exitCodes.interrupted;
  }
  if (stop.reason.kind === "exception") {
    terminal.err(`${stop.reason.text}\n${stop.reason.details}\n`);
  }
  done.push({ variant: choice === "" ? result.kernel : choice, result });
  if (options.json) terminal.out(`${JSON.stringify(runJson(result, cost))}\n`);
  else terminal.out(`${report(outcomeReport(result, terminal.paint), cost, samples, terminal)}\n`);
  const holds = stop.reason.kind === "end" && expectationCount(result).failed === 0;
  return holds ? exitCodes.holds : exitCodes.fails;
}

function report(
  outcome: string,
  cost: RunCost,
  samples: Samples | null,
  terminal: Terminal,
): string {
  const plot = samples === null ? "" : `\n${plotSamples(samples, terminal.columns)}`;
  const spent = `${cost.cpuSeconds.toFixed(2)} s of CPU, ${cost.maxRssMb.toFixed(0)} MB resident`;
  return `${outcome}${plot}${terminal.paint.dim(spent)}\n`;
}

/** Resident memory is looked at between slices: the process's own maximum knows no single run. */
class Meter {
  private readonly before = process.cpuUsage();
  private maxRss = process.memoryUsage.rss();
  private looks = 0;

  look(): void {
    // A system call: about every tenth of a second is enough.
    if (this.looks++ % 12 === 0) this.maxRss = Math.max(this.maxRss, process.memoryUsage.rss());
  }

  cost(): RunCost {
    const { user, system } = process.cpuUsage(this.before);
    this.maxRss = Math.max(this.maxRss, process.memoryUsage.rss());
    return { cpuSeconds: (user + system) / 1e6, maxRssMb: this.maxRss / 2 ** 20 };
  }
}
