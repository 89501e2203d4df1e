/**
 * What the initcalls of a booting kernel do for this half of the model: the guest's balloon driver
 * registers itself, and the transport finds the devices that the host plugged in.
 */
import { virtio_balloon_driver as driverOf414 } from "../balloon/v4_14.ts";
import { virtio_balloon_driver as driverOf419 } from "../balloon/v4_19.ts";
import { virtio_balloon_driver as driverOf55 } from "../balloon/v5_5.ts";
import { virtio_balloon_driver as driverOf57 } from "../balloon/v5_7.ts";
import { virtio_balloon_driver as driverOf68 } from "../balloon/v6_8.ts";
import { virtio_balloon_driver as driverOf619 } from "../balloon/v6_19.ts";
import { config } from "../config.ts";
import { workqueue_init } from "../sched/workqueue.ts";
import { register_virtio_driver } from "./virtio.ts";
import { virtio_input_driver } from "./virtio_input.ts";
import type { virtio_driver } from "./virtio_config.ts";
import { probeSlots } from "./probe_slots.ts";

/** Called once at boot, after `qemu_init`, when memory and kernel threads are to be had. */
export function virtio_bus_probe(): void {
  workqueue_init();
  register_virtio_driver(balloonDriver());
  register_virtio_driver(virtio_input_driver);
  probeSlots();
}

/** The generation that the scenario asks for, each from its LINUX_VERSION_CODE on. */
function balloonDriver(): virtio_driver {
  const version = config.driver_version;
  if (version < 0x041300) {
    return driverOf414;
  }
  if (version < 0x050500) {
    return driverOf419;
  }
  if (version < 0x050700) {
    return driverOf55;
  }
  if (version < 0x060800) {
    return driverOf57;
  }
  return version < 0x061300 ? driverOf68 : driverOf619;
}
