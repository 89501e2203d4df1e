/** What there is to read about an exception: who, from where, and how memory stands. */
import type { ExceptionFilter } from "../types.ts";

export interface ZoneFigures {
  readonly name: string;
  readonly free: number;
  readonly min: number;
  readonly low: number;
  readonly high: number;
  readonly managed: number;
  readonly index: number;
}

export interface MemoryFigures {
  counters(): Readonly<Record<string, number>>;
  zoneFigures(): readonly ZoneFigures[];
  balloonTarget(): number;
  balloonActual(): number;
}

export interface ReportOptions {
  readonly filter: ExceptionFilter;
  readonly task: string;
  /** Function names, innermost first. */
  readonly stack: readonly string[];
  readonly model: MemoryFigures;
}

const KIB_PER_PAGE = 4;
const SHOWN_COUNTERS = [
  "nr_active_anon",
  "nr_inactive_anon",
  "nr_active_file",
  "nr_inactive_file",
  "nr_free_pages",
  "balloon_inflate",
  "balloon_deflate",
  "oom_kill",
];

/** In the manner of the kernel's own OOM report: task, call trace, Mem-Info, one line a zone. */
export function oomReport({ filter, task, stack, model }: ReportOptions): string {
  const counters = model.counters();
  const isOom = filter === "oom-notify" || filter === "oom-kill";
  const lines: string[] = [];
  if (task !== "") lines.push(isOom ? `${task} invoked oom-killer` : `Task: ${task}`);
  if (stack.length > 0) lines.push("Call Trace:", ...stack.map((name) => `  ${name}`));
  lines.push("Mem-Info:");
  lines.push(
    ...SHOWN_COUNTERS.filter((name) => name in counters).map(
      (name) => `  ${name}:${counters[name]}`,
    ),
  );
  for (const zone of model.zoneFigures()) {
    const kib = (pages: number): string => `${pages * KIB_PER_PAGE}kB`;
    lines.push(
      `Node 0 ${zone.name} free:${kib(zone.free)} min:${kib(zone.min)} low:${kib(zone.low)} ` +
        `high:${kib(zone.high)} managed:${kib(zone.managed)}`,
    );
  }
  lines.push(`balloon: ${model.balloonActual()} of ${model.balloonTarget()} pages`);
  return lines.join("\n");
}
