/**
 * drivers/tty/sysrq.c, v5.7: keys that the kernel itself obeys, whatever state the system is in.
 * Alt and SysRq are held while a letter is pressed. Differs: of the letters only `f` does anything;
 * all are allowed (kernel.sysrq = 1). Sleeps: in the work that `f` leads to, as the OOM killer does.
 */
import { printk } from "../../machine/primitives.ts";
import { GFP_KERNEL } from "../mm/gfp.ts";
import { oom_lock, out_of_memory, SYSRQ_ORDER } from "../mm/oom_kill.ts";
import { total_swap_pages } from "../mm/swapfile.ts";
import { totalram_pages } from "../mm/page_alloc.ts";
import { mutex_lock, mutex_unlock } from "../sched/mutex.ts";
import { queue_work, system_wq, type work_struct } from "../sched/workqueue.ts";
import { EV_KEY, KEY_F, KEY_LEFTALT, KEY_RIGHTALT, KEY_SYSRQ } from "./input_event_codes.ts";

interface sysrq_state {
  /** Alt is down, and SysRq was pressed while it was. */
  alt: boolean;
  active: boolean;
}

const sysrq: sysrq_state = { alt: false, active: false };

const moom_work: work_struct = {
  name: "moom_work",
  func: moom_callback,
  data: sysrq,
  pending: false,
  pool: null,
};

/** Looks at every event; true when it has taken it. */
export function sysrq_filter(type: number, code: number, value: number): boolean {
  if (type !== EV_KEY) {
    return false;
  }
  return sysrq_handle_keypress(code, value);
}

function sysrq_handle_keypress(code: number, value: number): boolean {
  const was_active = sysrq.active;
  switch (code) {
    case KEY_LEFTALT:
    case KEY_RIGHTALT:
      sysrq.alt = value !== 0;
      sysrq.active = sysrq.active && sysrq.alt;
      break;
    case KEY_SYSRQ:
      sysrq.active = value === 1 && sysrq.alt;
      break;
    default:
      if (sysrq.active && value === 1) {
        __handle_sysrq(code);
      }
      break;
  }
  return was_active || sysrq.active;
}

function __handle_sysrq(code: number): void {
  if (code === KEY_F) {
    printk("sysrq: Manual OOM execution");
    sysrq_handle_moom();
  } else {
    printk("sysrq: HELP : memory-full-oom-kill(f)");
  }
}

/** Interrupts cannot sleep, and the OOM killer does. */
function sysrq_handle_moom(): void {
  queue_work(system_wq, moom_work);
}

function moom_callback(_work: work_struct): void {
  mutex_lock(oom_lock);
  const killed = out_of_memory({
    gfp_mask: GFP_KERNEL,
    order: SYSRQ_ORDER,
    totalpages: totalram_pages() + total_swap_pages,
    chosen: null,
    chosen_points: 0,
  });
  if (!killed) {
    printk("sysrq: OOM request ignored. No task eligible");
  }
  mutex_unlock(oom_lock);
}
