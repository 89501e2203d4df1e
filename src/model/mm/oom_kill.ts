/**
 * mm/oom_kill.c, v5.7: when memory is short and reclaim fails. Differs: no cpusets and memory
 * cgroups; the reaper never finds a process's memory map locked. Sleeps: for the notifiers.
 */
import {
  BUG,
  charge,
  printk,
  schedule,
  trace_event,
  wake_up_process,
} from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { KIB_PER_PAGE } from "../page_size.ts";
import {
  fatal_signal_pending,
  get_current,
  PF_EXITING,
  PF_KTHREAD,
  type task_struct,
} from "../sched/core.ts";
import { kthread_run, tasks } from "../sched/fork.ts";
import type { mutex } from "../sched/mutex.ts";
import { wait_event, wake_up, type wait_queue_head } from "../sched/wait.ts";
import { __GFP_FS, type gfp_t } from "./gfp.ts";
import { unmap_page_range } from "./mmap.ts";
import type { mm_struct, PageCount } from "./mm_types.ts";
import {
  blocking_notifier_call_chain,
  blocking_notifier_chain_register,
  blocking_notifier_chain_unregister,
  type blocking_notifier_head,
  type notifier_block,
  type oom_freed,
} from "./notifier.ts";
import { dump_header, dumpKill } from "./oom_report.ts";
import { OOM_KILL, vmstat } from "./vmstat.ts";

export type { notifier_block, oom_freed } from "./notifier.ts";

const OOM_SCORE_ADJ_MIN = -1000;
/** Order of a request that nobody made: SysRq-f. */
export const SYSRQ_ORDER = -1;
/** Since v6.8 at the latest SysRq-f kills even when a notifier has freed something. */
const SYSRQ_ALWAYS_KILLS = config.linux_version >= 0x060800;

export interface oom_control {
  gfp_mask: gfp_t;
  order: number;
  /** RAM of the guest, without what a balloon has taken from it, and swap. */
  totalpages: PageCount;
  chosen: task_struct | null;
  chosen_points: number;
}

/** One OOM at a time; nobody waits for it. */
export const oom_lock: mutex = { name: "oom_lock", owner: null, waiters: [], handoff: false };
export const oom_notify_list: blocking_notifier_head = {
  name: "oom_notify_list",
  chain: [],
  calls: [],
};

/** Victims whose memory the reaper is to free. */
const oom_reaper_list: task_struct[] = [];
const oom_reaper_wait: wait_queue_head = { name: "oom_reaper_wait", waiters: [] };

export function oom_init(): void {
  kthread_run("oom_reaper", { handler: oom_reaper, data: oom_reaper_list }, -1);
}

export function register_oom_notifier(nb: notifier_block): void {
  blocking_notifier_chain_register(oom_notify_list, nb);
}

export function unregister_oom_notifier(nb: notifier_block): void {
  blocking_notifier_chain_unregister(oom_notify_list, nb);
}

/**
 * Frees memory somehow: through the notifiers, or by killing a process. False when neither was
 * possible; else the caller tries to allocate again.
 */
export function out_of_memory(oc: oom_control): boolean {
  const freed: oom_freed = { freed: 0 };
  charge(config.costs.out_of_memory);
  blocking_notifier_call_chain(oom_notify_list, 0, freed);
  if (freed.freed > 0) {
    trace_event("oom_notify", freed.freed, 0);
    if (oc.order !== SYSRQ_ORDER || !SYSRQ_ALWAYS_KILLS) {
      return true;
    }
  }
  const tsk = get_current();
  if (task_will_free_mem(tsk)) {
    mark_oom_victim(tsk);
    wake_oom_reaper(tsk);
    return true;
  }
  if (oc.gfp_mask !== 0 && (oc.gfp_mask & __GFP_FS) === 0) {
    return true;
  }
  if (select_bad_process(oc)) {
    return true;
  }
  if (oc.chosen === null) {
    dump_header(oc.gfp_mask, oc.order);
    if (oc.order !== SYSRQ_ORDER) {
      panic("System is deadlocked on memory");
    }
    return false;
  }
  oom_kill_process(oc, oc.chosen);
  return true;
}

function task_will_free_mem(tsk: task_struct): boolean {
  if (tsk.mm === null || tsk.mm.oom_skip) {
    return false;
  }
  return fatal_signal_pending(tsk) || (tsk.flags & PF_EXITING) !== 0;
}

/** Sets `oc.chosen` to the worst task. True when an earlier victim is still on its way out. */
function select_bad_process(oc: oom_control): boolean {
  for (const tsk of tasks) {
    if (oom_evaluate_task(tsk, oc)) {
      return true;
    }
  }
  return false;
}

function oom_evaluate_task(tsk: task_struct, oc: oom_control): boolean {
  const mm = tsk.mm;
  if ((tsk.flags & PF_KTHREAD) !== 0 || mm === null || mm.oom_skip) {
    return false;
  }
  if (tsk_is_oom_victim(tsk)) {
    return true;
  }
  const points = oom_badness(tsk, mm, oc.totalpages);
  if (points > 0 && points >= oc.chosen_points) {
    oc.chosen = tsk;
    oc.chosen_points = points;
  }
  return false;
}

/** What killing would free, in pages, shifted by the task's adjustment; 0: never. */
export function oom_badness(tsk: task_struct, mm: mm_struct, totalpages: PageCount): number {
  if (tsk.oom_score_adj === OOM_SCORE_ADJ_MIN) {
    return 0;
  }
  const adj = tsk.oom_score_adj * Math.floor(totalpages / 1000);
  return Math.max(1, mm.rss + mm.swapents + mm.nr_ptes + adj);
}

function oom_kill_process(oc: oom_control, victim: task_struct): void {
  dump_header(oc.gfp_mask, oc.order);
  __oom_kill_process(victim, oc.chosen_points);
}

function __oom_kill_process(victim: task_struct, points: number): void {
  vmstat[OOM_KILL]++;
  dumpKill(victim, points);
  trace_event("oom_kill", victim.pid, victim.mm === null ? 0 : victim.mm.rss);
  mark_oom_victim(victim);
  send_sigkill(victim);
  wake_oom_reaper(victim);
}

/** The victim may use half of the reserves, so that it can exit. */
function mark_oom_victim(tsk: task_struct): void {
  tsk.oom_victim = true;
}

export function tsk_is_oom_victim(tsk: task_struct): boolean {
  return tsk.oom_victim;
}

/** Kills a task: it exits at its next return to user space, or from a killable sleep. */
export function send_sigkill(tsk: task_struct): void {
  tsk.sigkill = true;
  wake_up_process(tsk);
}

function wake_oom_reaper(tsk: task_struct): void {
  if (!oom_reaper_list.includes(tsk)) {
    oom_reaper_list.push(tsk);
  }
  wake_up(oom_reaper_wait);
}

function oom_reaper(list: task_struct[]): void {
  for (;;) {
    while (list.length === 0) {
      wait_event(oom_reaper_wait);
    }
    oom_reap_task(list[0]);
    list.shift();
  }
}

/** Frees the victim's memory without waiting for it to run. */
function oom_reap_task(tsk: task_struct): void {
  const mm = tsk.mm;
  if (mm === null) {
    return;
  }
  __oom_reap_task_mm(mm);
  mm.oom_skip = true;
  printk(
    `oom_reaper: reaped process ${tsk.pid} (${tsk.comm}), now anon-rss:${mm.rss * KIB_PER_PAGE}kB, file-rss:0kB, shmem-rss:0kB`,
  );
}

function __oom_reap_task_mm(mm: mm_struct): void {
  unmap_page_range(mm);
}

/** Nothing can be killed: the guest stops, and with it the run. Never returns. */
function panic(text: string): void {
  const line = `Kernel panic - not syncing: ${text}`;
  printk("Out of memory and no killable processes...");
  printk(line);
  trace_event("panic", 0, 0);
  BUG(line);
  for (;;) {
    schedule("panic");
  }
}
