/**
 * init/main.c, v5.7: from power-on to the point where a scenario begins. Differs: what the kernel
 * and init use by then is set down as measured, since nothing before it is simulated. Sleeps: as
 * the drivers' probes do.
 */
import { config } from "../config.ts";
import { qemu_init } from "../host/qemu.ts";
import { startScenario } from "../host/monitor.ts";
import { addBootUsage } from "./usage.ts";
import { inode_init } from "../fs/fs.ts";
import { sget } from "../fs/super.ts";
import { enabled_store, hugepage_init } from "../mm/khugepaged.ts";
import { kcompactd_init } from "../mm/kcompactd.ts";
import { kswapd_init } from "../mm/kswapd.ts";
import { free_initmem, mem_init } from "../mm/mm_init.ts";
import { oom_init } from "../mm/oom_kill.ts";
import { INIT_LIST_HEAD, LRU_HEADS, NR_LRU_LISTS } from "../mm/page.ts";
import { vmstat_init } from "../mm/vmstat.ts";
import { workingset_init } from "../mm/workingset.ts";
import { virtio_bus_probe } from "../virtio/virtio_bus.ts";
import { sysctl_write } from "./sysctl.ts";

/** The first thread: builds the machine, brings the devices up, and starts the timeline. */
export function start_kernel(): void {
  qemu_init();
  vmstat_init();
  mem_init();
  lruvec_init();
  workingset_init(inode_init());
  do_initcalls();
  free_initmem();
  addBootUsage();
  sget();
  run_init_process();
  virtio_bus_probe();
  startScenario();
}

function lruvec_init(): void {
  for (let lru = 0; lru < NR_LRU_LISTS; lru++) {
    INIT_LIST_HEAD(LRU_HEADS + lru);
  }
}

function do_initcalls(): void {
  hugepage_init();
  kswapd_init();
  kcompactd_init();
  oom_init();
}

/** The init script: huge pages as configured, then what the user put into sysctl.conf. */
function run_init_process(): void {
  enabled_store(config.thp);
  if (config.min_free_kbytes > 0) {
    sysctl_write("vm.min_free_kbytes", config.min_free_kbytes);
  }
  sysctl_write("vm.watermark_scale_factor", config.watermark_scale_factor);
}
