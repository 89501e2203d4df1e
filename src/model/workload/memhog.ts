/**
 * A program that touches anonymous memory page by page, at most at a given rate, holds it for a
 * while and exits.
 */
import { cond_resched, now } from "../../machine/primitives.ts";
import type { step_config } from "../config.ts";
import { handle_mm_fault } from "../mm/memory.ts";
import type { mm_struct, PageCount } from "../mm/mm_types.ts";
import { fatal_signal_pending, type task_struct } from "../sched/core.ts";
import { createProcess, do_exit, nanosleep, startProcess } from "./process.ts";

/** Pages touched between two looks at the clock: 256 KiB. */
const BURST_PAGES = 64;

interface memhog_args {
  task: task_struct;
  nr_pages: PageCount;
  /** Pages per second, 0 for as fast as it goes. */
  rate: number;
  /** ns to hold the memory, -1 for ever. */
  hold: number;
  touched: PageCount;
  start: number;
}

export function startMemhog(step: step_config): task_struct {
  const task = createProcess(step, step.amount);
  const args: memhog_args = {
    task,
    nr_pages: step.amount,
    rate: step.rate,
    hold: step.hold,
    touched: 0,
    start: now(),
  };
  startProcess(task, step, { handler: memhogMain, data: args });
  return task;
}

function memhogMain(args: memhog_args): void {
  while (args.touched < args.nr_pages && !fatal_signal_pending(args.task)) {
    touchBurst(args);
    keepRate(args);
  }
  if (!fatal_signal_pending(args.task)) {
    nanosleep(args.hold);
  }
  do_exit(args.task);
}

function touchBurst(args: memhog_args): void {
  const mm = args.task.mm as mm_struct;
  const end = Math.min(args.touched + BURST_PAGES, args.nr_pages);
  while (args.touched < end && !fatal_signal_pending(args.task)) {
    if (handle_mm_fault(mm, args.touched) === 0) {
      args.touched++;
    }
    cond_resched();
  }
}

function keepRate(args: memhog_args): void {
  if (args.rate > 0) {
    const due = args.start + Math.round((args.touched * 1_000_000_000) / args.rate);
    nanosleep(Math.max(due - now(), 0));
  }
}
