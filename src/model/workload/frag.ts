/**
 * A program that leaves memory in pieces: it touches anonymous memory page by page, gives back all
 * but every n-th page of it, and holds what is left.
 */
import { cond_resched } from "../../machine/primitives.ts";
import type { step_config } from "../config.ts";
import { madvise_dontneed_single_vma } from "../mm/mmap.ts";
import type { mm_struct } from "../mm/mm_types.ts";
import { VM_NOHUGEPAGE } from "../mm/pgtable.ts";
import { fatal_signal_pending, type task_struct } from "../sched/core.ts";
import { createProcess, do_exit, nanosleep, startProcess, touchPages } from "./process.ts";

interface frag_args {
  task: task_struct;
  step: step_config;
}

export function startFrag(step: step_config): task_struct {
  const task = createProcess(step, step.amount, VM_NOHUGEPAGE);
  const args: frag_args = { task, step };
  startProcess(task, step, { handler: fragMain, data: args });
  return task;
}

function fragMain(args: frag_args): void {
  touchPages(args.task, 0, args.step.amount);
  giveBack(args);
  if (!fatal_signal_pending(args.task)) {
    nanosleep(args.step.hold);
  }
  do_exit(args.task);
}

/** All but the pages whose number is a multiple of `count`. */
function giveBack(args: frag_args): void {
  const mm = args.task.mm as mm_struct;
  for (let address = 0; address < args.step.amount; address++) {
    if (address % args.step.count !== 0) {
      madvise_dontneed_single_vma(mm, address);
    }
    cond_resched();
  }
}
