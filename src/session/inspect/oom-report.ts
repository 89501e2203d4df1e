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

/** `task_struct` of the model, and `mm_struct`; boot and interrupts run in a context with less. */
export interface ReportedTask {
  readonly comm: string;
  readonly pid?: number;
  readonly oom_score_adj?: number;
  readonly mm?: {
    readonly total_vm: number;
    readonly rss: number;
    readonly nr_ptes: number;
    readonly swapents: number;
  } | null;
}

export interface ReportOptions {
  readonly filter: ExceptionFilter;
  readonly task: ReportedTask | null;
  /** Null: on none of the guest's, but on the host. */
  readonly cpu: number | null;
  /** `v5.7` */
  readonly kernel: string;
  /** What was asked of the allocator, where that is known; `gfp` as `0xdc0(GFP_KERNEL|__GFP_ZERO)`. */
  readonly request: { readonly gfp: string; readonly order: number } | null;
  /** Of the OOM killer. */
  readonly victim: ReportedTask | null;
  readonly tasks: readonly ReportedTask[];
  /** `out_of_memory+0x40/0x1a0`, innermost first. */
  readonly trace: readonly string[];
  readonly pageBytes: number;
  readonly model: MemoryFigures;
}

/** In the manner of the kernel's log: headline, call trace, Mem-Info, a line a zone, and the tasks. */
export function oomReport(options: ReportOptions): string {
  const { filter, task, cpu, kernel, trace, victim, model } = options;
  const isOom = filter === "oom-notify" || filter === "oom-kill";
  const lines: string[] = [];
  if (task !== null) {
    lines.push(headline(options, task, isOom));
    const { pid = 0, comm } = task;
    const release = kernel.replace(/^v/, "");
    if (cpu !== null) lines.push(`CPU: ${cpu} PID: ${pid} Comm: ${comm} Not tainted ${release}`);
  }
  if (trace.length > 0) lines.push("Call Trace:", ...trace.map((symbol) => ` ${symbol}`));
  lines.push("Mem-Info:", ...memInfo(options));
  if (isOom) lines.push(...taskTable(options));
  if (victim !== null) {
    lines.push(`oom-kill:constraint=CONSTRAINT_NONE,task=${victim.comm},pid=${victim.pid ?? 0}`);
  }
  lines.push(`balloon: ${model.balloonActual()} of ${model.balloonTarget()} pages`);
  return lines.join("\n");
}

function headline(
  { filter, request }: ReportOptions,
  { comm, oom_score_adj: adj = 0 }: ReportedTask,
  isOom: boolean,
): string {
  if (isOom) {
    const asked = request === null ? "" : `gfp_mask=${request.gfp}, order=${request.order}, `;
    return `${comm} invoked oom-killer: ${asked}oom_score_adj=${adj}`;
  }
  if (filter === "alloc-failure" && request !== null) {
    return `${comm}: page allocation failure: order:${request.order}, mode:${request.gfp}, nodemask=(null)`;
  }
  return `Task: ${comm}`;
}

function memInfo({ model, pageBytes }: ReportOptions): string[] {
  const counters = model.counters();
  const shown = (...names: string[]): string =>
    names.map((name) => `${name}:${counters[`nr_${name}`] ?? 0}`).join(" ");
  const kB = (pages: number): string => `${(pages * pageBytes) / 1024}kB`;
  return [
    shown("active_anon", "inactive_anon", "isolated_anon"),
    ` ${shown("active_file", "inactive_file", "isolated_file")}`,
    ` ${shown("unevictable", "slab_reclaimable", "slab_unreclaimable")}`,
    ` ${shown("mapped", "shmem")} pagetables:${counters["nr_page_table_pages"] ?? 0}`,
    ` free:${counters["nr_free_pages"] ?? 0}`,
    ...model
      .zoneFigures()
      .map(
        ({ name, free, min, low, high, managed }) =>
          `Node 0 ${name} free:${kB(free)} min:${kB(min)} low:${kB(low)} high:${kB(high)} managed:${kB(managed)}`,
      ),
    `${counters["nr_file_pages"] ?? 0} total pagecache pages`,
  ];
}

function taskTable({ tasks, pageBytes }: ReportOptions): string[] {
  const rows = tasks.flatMap(({ comm, pid = 0, oom_score_adj: adj = 0, mm }) => {
    if (mm == null) return [];
    const { total_vm, rss, nr_ptes, swapents } = mm;
    const sizes = [total_vm, rss, nr_ptes * pageBytes, swapents];
    const columns = sizes.map((size, i) => String(size).padStart([8, 8, 14, 8][i]!)).join(" ");
    const who = `[${String(pid).padStart(7)}]     0 ${String(pid).padStart(5)}`;
    return [`${who} ${columns} ${String(adj).padStart(13)} ${comm}`];
  });
  return [
    "Tasks state (memory values in pages):",
    "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
    ...rows,
  ];
}
