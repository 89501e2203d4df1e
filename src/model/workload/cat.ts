/** `cat FILE > /dev/null`, once or in a loop: reads of 128 KiB from the start to the end. */
import { cond_resched } from "../../machine/primitives.ts";
import type { step_config } from "../config.ts";
import { inodes } from "../fs/fs.ts";
import { type file, filp_close, filp_open } from "../fs/open.ts";
import { generic_file_read_iter } from "../mm/filemap.ts";
import { handle_mm_fault } from "../mm/memory.ts";
import type { mm_struct } from "../mm/mm_types.ts";
import { VM_NOHUGEPAGE } from "../mm/pgtable.ts";
import { BALLOON_SHIFT } from "../page_size.ts";
import { fatal_signal_pending, type task_struct } from "../sched/core.ts";
import { createProcess, do_exit, startProcess } from "./process.ts";

/** Pages of one read(). */
const READ_PAGES = 32 >> BALLOON_SHIFT;

interface cat_args {
  task: task_struct;
  filp: file;
  /** Start again at the end of the file. */
  loop: boolean;
}

/** Its own memory is the page-aligned buffer. */
export function startCat(step: step_config): task_struct {
  const task = createProcess(step, READ_PAGES, VM_NOHUGEPAGE);
  const args: cat_args = { task, filp: filp_open(inodes[step.file]), loop: step.loop };
  startProcess(task, step, { handler: catMain, data: args });
  return task;
}

function catMain(args: cat_args): void {
  touchBuffer(args.task);
  while (readOnce(args)) {
    cond_resched();
  }
  filp_close(args.filp);
  do_exit(args.task);
}

function touchBuffer(task: task_struct): void {
  const mm = task.mm as mm_struct;
  for (let i = 0; i < READ_PAGES; i++) {
    handle_mm_fault(mm, i);
  }
}

/** One read(). False at the end, or when the task was killed. */
function readOnce(args: cat_args): boolean {
  const read = ksys_read(args.filp, READ_PAGES);
  if (read < 0 || fatal_signal_pending(args.task)) {
    return false;
  }
  if (read > 0) {
    return true;
  }
  return args.loop && reopen(args);
}

/** The next pass is a new open; between the two nobody has the file open. */
function reopen(args: cat_args): boolean {
  const inode = args.filp.f_mapping;
  filp_close(args.filp);
  cond_resched();
  args.filp = filp_open(inode);
  return inode.i_size > 0;
}

function ksys_read(filp: file, count: number): number {
  return vfs_read(filp, count);
}

function vfs_read(filp: file, count: number): number {
  return generic_file_read_iter(filp, count);
}
