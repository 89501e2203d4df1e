/** Runs that are measured: a session over a scenario, and what it cost. */
import { readFileSync } from "node:fs";
import { image } from "#model-image";
import { parseScenario } from "../../src/scenario/index.ts";
import { Session } from "../../src/session/session.ts";
import type {
  BreakpointRequest,
  DataBreakpointRequest,
  RunResult,
} from "../../src/session/types.ts";

export const HEADLINE = fromFile("scenarios/commit-5a6b4cc5b7.balloon.yaml");
export const SMALL = fromFile("scenarios/page-cache-pressure.balloon.yaml");
/** Bytes of checkpoints, where a run keeps some. */
export const HISTORY = 1 << 30;
export const OOM = fromFile("scenarios/oom-notify.balloon.yaml");

export interface Source {
  readonly text: string;
  readonly path: string;
}

export interface RunOptions {
  readonly kernel?: string;
  readonly historyBytes?: number;
  readonly breakpoint?: BreakpointRequest;
  /** A series, with a line over it that is never met. */
  readonly line?: string;
}

export interface Measured {
  readonly result: RunResult;
  readonly cpuS: number;
  readonly rssMb: number;
}

export function create({ text, path }: Source, options: RunOptions = {}): Session {
  const { kernel, historyBytes = 0 } = options;
  const overrides = kernel === undefined ? {} : { kernel };
  const { scenario, diagnostics } = parseScenario(text, path, overrides);
  if (scenario === null) throw new Error(diagnostics[0]?.message ?? `${path} cannot be read`);
  const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return Session.create(scenario, { image, historyBytes, yield: nextTurn });
}

export async function run(source: Source, options: RunOptions = {}): Promise<Measured> {
  const session = create(source, options);
  if (options.breakpoint !== undefined) session.setFunctionBreakpoints([options.breakpoint]);
  if (options.line !== undefined) session.setDataBreakpoints([neverMet(session, options.line)]);
  const before = process.cpuUsage();
  await session.execute("continue");
  const used = process.cpuUsage(before);
  const rssMb = process.memoryUsage().rss / 1e6;
  const result = session.result();
  session.dispose();
  return { result, cpuS: (used.user + used.system) / 1e6, rssMb };
}

function neverMet(session: Session, expression: string): DataBreakpointRequest {
  const { dataId, description } = session.dataBreakpointInfo({ expression, frame: null });
  if (dataId === null) throw new Error(description);
  const condition = ">= 1000000000";
  return { dataId, access: "change", condition, hitCondition: null, logMessage: null };
}

/** Pages read in, evicted, put into the balloon and taken out. */
export function pageOperations({ counters }: RunResult): number {
  const count = (name: string): number => counters[name] ?? 0;
  const readIn = count("pgpgin") / 4;
  const evicted = count("pgsteal_kswapd") + count("pgsteal_direct");
  return count("balloon_inflate") + count("balloon_deflate") + readIn + evicted;
}

export function functionBreakpoint(name: string, condition: string | null): BreakpointRequest {
  return { at: { kind: "function", name }, condition, hitCondition: null, logMessage: null };
}

/** What a user waits for when the machine has nothing else to do. */
export function cpuMsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function fromFile(path: string): Source {
  return { text: readFileSync(path, "utf8"), path };
}
