/** The scope on the thread that a frame belongs to: as the scheduler has it, and its task. */
import type { Machine } from "../../machine/machine.ts";
import type { Thread } from "../../machine/thread.ts";
import { seconds } from "./calls.ts";
import { formatMask } from "./flags.ts";
import { formatPageCount } from "./format.ts";
import type { NamedValue } from "./handles.ts";
import type { KernelState } from "./state.ts";
import { describeState } from "./thread-state.ts";

/** `task_struct` of the model, and `mm_struct`, as far as they are told of one by one. */
interface Task {
  readonly comm: string;
  readonly pid: number;
  readonly flags: number;
  readonly mm: {
    readonly rss: number;
    readonly swapents: number;
    readonly total_vm: number;
    readonly nr_ptes: number;
  } | null;
  readonly oom_score_adj: number;
  readonly sigkill: boolean;
  readonly oom_victim: boolean;
}

export function threadScope(thread: Thread, machine: Machine, state: KernelState): NamedValue[] {
  const own = [fact("state", describeState(thread, machine)), ...scheduled(thread, machine)];
  // Boot and interrupts run in a context that is no task.
  if (thread.kind === "irq" || !("mm" in thread.task)) return own;
  return [...own, ...taskValues(thread.task as unknown as Task, state)];
}

function scheduled(thread: Thread, machine: Machine): NamedValue[] {
  const { scheduler } = machine.state;
  const { cpu, bound, reason, deadline, readyAt } = thread;
  const values: NamedValue[] = [];
  if (thread.kind === "task") values.push(fact("cpu", `${cpu}${bound ? ", bound to it" : ""}`));
  if (reason !== "") values.push(fact("waits in", reason));
  if (thread.state === "sleeping") values.push(fact("wakes at", seconds(deadline)));
  if (thread.state === "runnable" && readyAt > machine.now()) {
    values.push(fact("runs from", seconds(readyAt)));
  }
  // Both move on when a dispatch ends.
  values.push(fact("clock of its processor", `${scheduler.clocks[cpu]!} ns`));
  if (thread.kind === "task") values.push(fact("vruntime", `${thread.vruntime} ns`));
  return values;
}

function taskValues(task: Task, state: KernelState): NamedValue[] {
  const { mm } = task;
  const pages = (name: string, count: number): NamedValue =>
    fact(name, formatPageCount(count, state.pageBytes()));
  return [
    { name: "task", value: task, type: "task_struct", evaluateName: null },
    fact("pid", String(task.pid)),
    fact("flags", formatMask(task.flags, "TaskFlags", state)!),
    fact("oom_score_adj", String(task.oom_score_adj)),
    fact("pending signal", task.sigkill ? "SIGKILL" : "none"),
    fact("chosen by the OOM killer", task.oom_victim ? "yes" : "no"),
    mm === null
      ? fact("mm", "NULL: a kernel thread")
      : {
          name: "mm",
          value: mm,
          type: "mm_struct",
          evaluateName: null,
          text: `rss ${formatPageCount(mm.rss, state.pageBytes())}, swap ${formatPageCount(mm.swapents, state.pageBytes())}`,
          children: [
            pages("rss", mm.rss),
            pages("swapents", mm.swapents),
            pages("total_vm", mm.total_vm),
            pages("page tables", mm.nr_ptes),
          ],
        },
  ];
}

function fact(name: string, text: string): NamedValue {
  return { name, value: undefined, type: null, evaluateName: null, text };
}
