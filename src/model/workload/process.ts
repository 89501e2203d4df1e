/**
 * kernel/exit.c, v5.7, and what user tasks of all workloads have in common. Differs: as in
 * sched/fork.ts.
 */
import {
  charge,
  cond_resched,
  schedule,
  schedule_timeout,
  start_thread,
  type Entry,
} from "../../machine/primitives.ts";
import { config, type step_config } from "../config.ts";
import { handle_mm_fault } from "../mm/memory.ts";
import { exit_mmap } from "../mm/mmap.ts";
import type { mm_struct, Page, PageCount } from "../mm/mm_types.ts";
import { page_flags, PG_swapbacked, pteYoung } from "../mm/page.ts";
import { HPAGE_PMD_NR, mm_alloc } from "../mm/pgtable.ts";
import { fatal_signal_pending, PF_EXITING, type task_struct } from "../sched/core.ts";
import { create_task, release_task } from "../sched/fork.ts";

/** A user task for a line of the timeline, with memory of `total_vm` pages, not yet running. */
export function createProcess(
  step: step_config,
  total_vm: PageCount,
  vm_flags: number,
): task_struct {
  const tsk = create_task(step.name, 0);
  tsk.mm = mm_alloc(total_vm, vm_flags);
  tsk.oom_score_adj = step.oom_score_adj;
  return tsk;
}

/** Sets the task off; its outermost frame is the line that started it. */
export function startProcess<T>(tsk: task_struct, step: step_config, main: Entry<T>): void {
  start_thread(tsk, { kind: "task", cpu: 0, bound: false, line: step.line }, main);
}

/**
 * `tsk` touches the pages of its mapping from `start` on, up to `end` or, with a huge page, beyond.
 * Returns the first page that is not touched; less than `end` when the task was killed.
 */
export function touchPages(tsk: task_struct, start: PageCount, end: PageCount): PageCount {
  const mm = tsk.mm as mm_struct;
  let address = start;
  while (address < end && !fatal_signal_pending(tsk)) {
    if (mm.pte[address] >= 0) {
      address++;
    } else if (handle_mm_fault(mm, address) === 0) {
      address++;
    }
    cond_resched();
  }
  return address;
}

/**
 * `tsk` touches pages that it has touched before. What is there costs as much as a page of a file
 * that is read; what went to swap comes back.
 */
export function touchAgain(tsk: task_struct, start: PageCount, end: PageCount): void {
  const mm = tsk.mm as mm_struct;
  let address = start;
  while (address < end && !fatal_signal_pending(tsk)) {
    const page = mm.pte[address] as Page;
    if (page < 0) {
      handle_mm_fault(mm, address);
    } else {
      setYoung(page);
      charge(config.costs.file_read_hit);
      address++;
    }
    cond_resched();
  }
}

/** What the processor notes in the page tables; a huge page has one entry, noted at its first page. */
function setYoung(page: Page): void {
  const small = (page_flags[page] & PG_swapbacked) !== 0;
  page_flags[small ? page : page - (page % HPAGE_PMD_NR)] |= pteYoung;
}

/** The end of `tsk`, which runs: its memory is freed, and then it is forgotten. */
export function do_exit(tsk: task_struct): void {
  tsk.flags |= PF_EXITING;
  if (tsk.mm !== null) {
    exit_mmap(tsk.mm);
    tsk.mm = null;
  }
  release_task(tsk);
}

/** Sleeps for `ns`, for ever when that is negative; a signal ends it. */
export function nanosleep(ns: number): void {
  if (ns < 0) {
    schedule("nanosleep");
  } else if (ns > 0) {
    schedule_timeout(ns, "nanosleep");
  }
}
