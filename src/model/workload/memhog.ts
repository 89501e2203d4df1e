/**
 * A program that touches anonymous memory page by page, at most at a given rate, holds it for a
 * while and exits; or touches it again and again meanwhile. It asks for huge pages or, unlike most
 * programs, for none.
 */
import { now } from "../../machine/primitives.ts";
import type { step_config } from "../config.ts";
import type { PageCount } from "../mm/mm_types.ts";
import { VM_HUGEPAGE, VM_NOHUGEPAGE } from "../mm/pgtable.ts";
import { BALLOON_SHIFT } from "../page_size.ts";
import { fatal_signal_pending, type task_struct } from "../sched/core.ts";
import {
  createProcess,
  do_exit,
  nanosleep,
  startProcess,
  touchAgain,
  touchPages,
} from "./process.ts";

/** Pages touched between two looks at the clock: 256 KiB. */
const BURST_PAGES = 64 >> BALLOON_SHIFT;

interface memhog_args {
  task: task_struct;
  nr_pages: PageCount;
  /** Pages per second, 0 for as fast as it goes. */
  rate: number;
  /** ns to hold the memory, -1 for ever. */
  hold: number;
  /** Uses the memory while it holds it. */
  loop: boolean;
  /** Pages touched in all. */
  touched: PageCount;
  start: number;
}

export function startMemhog(step: step_config): task_struct {
  const task = createProcess(step, step.amount, step.huge ? VM_HUGEPAGE : VM_NOHUGEPAGE);
  const args: memhog_args = {
    task,
    nr_pages: step.amount,
    rate: step.rate,
    hold: step.hold,
    loop: step.loop,
    touched: 0,
    start: now(),
  };
  startProcess(task, step, { handler: memhogMain, data: args });
  return task;
}

function memhogMain(args: memhog_args): void {
  while (args.touched < args.nr_pages && !fatal_signal_pending(args.task)) {
    const end = Math.min(args.touched + BURST_PAGES, args.nr_pages);
    args.touched = touchPages(args.task, args.touched, end);
    keepRate(args);
  }
  if (args.loop) {
    useMemory(args);
  } else if (!fatal_signal_pending(args.task)) {
    nanosleep(args.hold);
  }
  do_exit(args.task);
}

/** From the first page to the last, and again, for as long as the memory is held. */
function useMemory(args: memhog_args): void {
  const end = args.hold < 0 ? Infinity : now() + args.hold;
  let address = 0;
  while (now() < end && !fatal_signal_pending(args.task)) {
    const next = Math.min(address + BURST_PAGES, args.nr_pages);
    touchAgain(args.task, address, next);
    args.touched += next - address;
    address = next === args.nr_pages ? 0 : next;
    keepRate(args);
  }
}

function keepRate(args: memhog_args): void {
  if (args.rate > 0) {
    const due = args.start + Math.round((args.touched * 1_000_000_000) / args.rate);
    nanosleep(Math.max(due - now(), 0));
  }
}
