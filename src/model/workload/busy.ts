/**
 * A program that keeps a CPU busy for a moment, sleeps, and begins again, like the agent of a
 * monitoring system. Other tasks make room for it, and so come to move from CPU to CPU.
 */
import { charge, cond_resched, now, start_thread } from "../../machine/primitives.ts";
import type { step_config } from "../config.ts";
import { VM_NOHUGEPAGE } from "../mm/pgtable.ts";
import { fatal_signal_pending, type task_struct } from "../sched/core.ts";
import { createProcess, do_exit, nanosleep } from "./process.ts";

/** Work between two chances to run something else. */
const SLICE_NS = 50_000;

interface busy_args {
  task: task_struct;
  /** ns of work in each period, and from the beginning of one period to the next. */
  work: number;
  period: number;
}

export function startBusy(step: step_config): task_struct {
  const task = createProcess(step, 0, VM_NOHUGEPAGE);
  const args: busy_args = { task, work: step.duration, period: step.hold };
  const bound = step.cpu >= 0;
  start_thread(
    task,
    { kind: "task", cpu: bound ? step.cpu : 0, bound, line: step.line },
    { handler: busyMain, data: args },
  );
  return task;
}

function busyMain(args: busy_args): void {
  while (!fatal_signal_pending(args.task)) {
    const next = now() + args.period;
    work(args);
    nanosleep(Math.max(next - now(), 0));
  }
  do_exit(args.task);
}

function work(args: busy_args): void {
  for (let done = 0; done < args.work && !fatal_signal_pending(args.task); done += SLICE_NS) {
    charge(Math.min(SLICE_NS, args.work - done));
    cond_resched();
  }
}
