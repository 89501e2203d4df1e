/**
 * kernel/sysctl.c, v5.7: the files below /proc/sys/vm that a scenario can write to. Sleeps: as what
 * they set off does.
 */
import { drop_caches_sysctl_handler } from "../fs/drop_caches.ts";
import { compact_nodes } from "../mm/compaction.ts";
import {
  min_free_kbytes_sysctl_handler,
  watermark_scale_factor_sysctl_handler,
} from "../mm/mm_init.ts";
import { swappiness_sysctl_handler } from "../mm/scan_count.ts";

/** Writes `value` to `file`; the scenario's checker knows which files and values there are. */
export function sysctl_write(file: string, value: number): void {
  switch (file) {
    case "vm.compact_memory":
      compact_nodes();
      break;
    case "vm.drop_caches":
      drop_caches_sysctl_handler(value);
      break;
    case "vm.min_free_kbytes":
      min_free_kbytes_sysctl_handler(value);
      break;
    case "vm.swappiness":
      swappiness_sysctl_handler(value);
      break;
    case "vm.watermark_scale_factor":
      watermark_scale_factor_sysctl_handler(value);
      break;
  }
}
