/**
 * mm/oom_kill.c and mm/page_alloc.c, v5.7: what an OOM writes to the kernel's log. Differs: no call
 * trace, since the debugger shows the stack itself; fewer lines of statistics. Sleeps: never.
 */
import { printk } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { KIB_PER_PAGE, PAGE_SIZE } from "../page_size.ts";
import { get_current, PF_KTHREAD, type task_struct } from "../sched/core.ts";
import { tasks } from "../sched/fork.ts";
import { nr_free, pcp_count } from "./buddy.ts";
import { gfpNames, type gfp_t } from "./gfp.ts";
import type { PageCount } from "./mm_types.ts";
import { contig_page_data, WMARK_HIGH, WMARK_LOW, WMARK_MIN, type zone } from "./mmzone.ts";
import { FREE_AREA_HEADS, list_empty, MAX_NR_ZONES, MAX_ORDER } from "./page.ts";
import { MIGRATE_PCPTYPES } from "./pageblock.ts";
import { get_nr_swap_pages, total_swap_pages } from "./swapfile.ts";
import {
  NR_ACTIVE_ANON,
  NR_ACTIVE_FILE,
  NR_FILE_PAGES,
  NR_FREE_PAGES,
  NR_INACTIVE_ANON,
  NR_INACTIVE_FILE,
  NR_PAGETABLE,
  NR_SHMEM,
  NR_SLAB_RECLAIMABLE,
  NR_SLAB_UNRECLAIMABLE,
  NR_UNEVICTABLE,
  NR_ZONE_ACTIVE_FILE,
  NR_ZONE_INACTIVE_FILE,
  vmstat,
  zone_page_state,
} from "./vmstat.ts";

/** Before 5.1 the line also gave the victim's score, and the sizes followed on a second one. */
const SCORE_IN_REPORT = config.linux_version < 0x050100;

/** Who asked, how memory stands, and which tasks there are. */
export function dump_header(gfp_mask: gfp_t, order: number): void {
  const tsk = get_current();
  const mask = `0x${gfp_mask.toString(16)}(${gfpNames(gfp_mask)})`;
  printk(
    `${tsk.comm} invoked oom-killer: gfp_mask=${mask}, order=${order}, oom_score_adj=${tsk.oom_score_adj}`,
  );
  show_mem();
  dump_tasks();
}

/** The line on the victim. */
export function dumpKill(victim: task_struct, points: number): void {
  const mm = victim.mm;
  if (mm === null) {
    return;
  }
  const sizes = `total-vm:${kB(mm.total_vm)}, anon-rss:${kB(mm.rss)}, file-rss:0kB, shmem-rss:0kB`;
  const who = `process ${victim.pid} (${victim.comm})`;
  if (SCORE_IN_REPORT) {
    printk(`Out of memory: Kill ${who} score ${points} or sacrifice child`);
    printk(`Killed ${who} ${sizes}`);
  } else {
    const tables = `UID:0 pgtables:${kB(mm.nr_ptes)} oom_score_adj:${victim.oom_score_adj}`;
    printk(`Out of memory: Killed ${who} ${sizes}, ${tables}`);
  }
}

function show_mem(): void {
  printk("Mem-Info:");
  printk(
    `active_anon:${vmstat[NR_ACTIVE_ANON]} inactive_anon:${vmstat[NR_INACTIVE_ANON]} isolated_anon:0`,
  );
  printk(
    ` active_file:${vmstat[NR_ACTIVE_FILE]} inactive_file:${vmstat[NR_INACTIVE_FILE]} isolated_file:0`,
  );
  printk(` unevictable:${vmstat[NR_UNEVICTABLE]} dirty:0 writeback:0`);
  printk(
    ` slab_reclaimable:${vmstat[NR_SLAB_RECLAIMABLE]} slab_unreclaimable:${vmstat[NR_SLAB_UNRECLAIMABLE]}`,
  );
  printk(` shmem:${vmstat[NR_SHMEM]} pagetables:${vmstat[NR_PAGETABLE]}`);
  printk(` free:${vmstat[NR_FREE_PAGES]} free_pcp:${freePcp(-1)}`);
  for (const z of contig_page_data.node_zones) {
    showZone(z);
  }
  for (const z of contig_page_data.node_zones) {
    showBlocks(z);
  }
  printk(`${vmstat[NR_FILE_PAGES]} total pagecache pages`);
  if (total_swap_pages > 0) {
    printk(`Free swap  = ${kB(get_nr_swap_pages())}`);
    printk(`Total swap = ${kB(total_swap_pages)}`);
  }
  printk(`${config.nr_pages} pages RAM`);
}

function showZone(z: zone): void {
  const zid = z.zone_idx;
  const marks = `min:${kB(z._watermark[WMARK_MIN])} low:${kB(z._watermark[WMARK_LOW])} high:${kB(z._watermark[WMARK_HIGH])}`;
  const file = `active_file:${kB(zone_page_state(zid, NR_ZONE_ACTIVE_FILE))} inactive_file:${kB(zone_page_state(zid, NR_ZONE_INACTIVE_FILE))}`;
  const size = `present:${kB(z.present_pages)} managed:${kB(z.managed_pages)} free_pcp:${kB(freePcp(zid))}`;
  printk(
    `Node 0 ${z.name} free:${kB(zone_page_state(zid, NR_FREE_PAGES))} ${marks} ${file} ${size}`,
  );
  printk(`lowmem_reserve[]: ${z.lowmem_reserve.join(" ")}`);
}

/** Free blocks by size, and of which types they are: `3*4kB (UM) 1*8kB (E) 0*16kB ... = 43892kB`. */
function showBlocks(z: zone): void {
  let text = `Node 0 ${z.name}:`;
  for (let order = 0; order < MAX_ORDER; order++) {
    const area = z.zone_idx * MAX_ORDER + order;
    text += ` ${nr_free[area]}*${KIB_PER_PAGE << order}kB`;
    if (nr_free[area] > 0) {
      text += ` (${show_migration_types(area)})`;
    }
  }
  printk(`${text} = ${kB(zone_page_state(z.zone_idx, NR_FREE_PAGES))}`);
}

/** A letter for each type that has free blocks: unmovable, movable, reclaimable. */
function show_migration_types(area: number): string {
  let text = "";
  for (let mt = 0; mt < MIGRATE_PCPTYPES; mt++) {
    if (!list_empty(FREE_AREA_HEADS + area * MIGRATE_PCPTYPES + mt)) {
      text += "UME"[mt];
    }
  }
  return text;
}

function dump_tasks(): void {
  printk("Tasks state (memory values in pages):");
  printk("[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name");
  for (const tsk of tasks) {
    const mm = tsk.mm;
    if (mm !== null && (tsk.flags & PF_KTHREAD) === 0) {
      const pid = `${tsk.pid}`;
      const sizes = `${pad(mm.total_vm, 8)} ${pad(mm.rss, 8)} ${pad(mm.nr_ptes * PAGE_SIZE, 8)} ${pad(mm.swapents, 8)}`;
      printk(
        `[${pid.padStart(7)}]     0 ${pad(tsk.pid, 5)} ${sizes} ${pad(tsk.oom_score_adj, 13)} ${tsk.comm}`,
      );
    }
  }
}

/** Pages on the per-CPU lists of zone `zid`, or of all zones when that is negative. */
export function freePcp(zid: number): PageCount {
  let sum = 0;
  for (let i = 0; i < pcp_count.length; i++) {
    if (zid < 0 || i % MAX_NR_ZONES === zid) {
      sum += pcp_count[i];
    }
  }
  return sum;
}

function kB(pages: PageCount): string {
  return `${pages * KIB_PER_PAGE}kB`;
}

function pad(n: number, width: number): string {
  return `${n}`.padStart(width);
}
