/**
 * What the initcalls of a booting kernel do for this half of the model: the balloon driver of the
 * guest's kernel registers itself, and the transport finds the devices that the host plugged in.
 */
import { virtio_balloon_driver as shrinkerDriver } from "../balloon/v4_19.ts";
import { virtio_balloon_driver as notifierDriver } from "../balloon/v5_7.ts";
import { config } from "../config.ts";
import { workqueue_init } from "../sched/workqueue.ts";
import { register_virtio_driver } from "./virtio.ts";
import { virtio_pci_driver_init } from "./virtio_pci_modern.ts";

/** LINUX_VERSION_CODE of v5.7, where the OOM notifier took the shrinker's place. */
const V5_7 = 0x050700;

/** Called once at boot, after `qemu_init`, when memory and kernel threads are to be had. */
export function virtio_bus_probe(): void {
  workqueue_init();
  register_virtio_driver(config.linux_version < V5_7 ? shrinkerDriver : notifierDriver);
  virtio_pci_driver_init();
}
