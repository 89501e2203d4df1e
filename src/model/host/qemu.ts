/** What the host starts before the guest boots: its I/O thread and the devices. */
import { config } from "../config.ts";
import { monitor_init_events } from "./events.ts";
import { qemu_init_main_loop } from "./main_loop.ts";
import { virtio_balloon_device_realize } from "./virtio_balloon.ts";
import { virtio_input_device_realize } from "./virtio_input.ts";

export function qemu_init(): void {
  qemu_init_main_loop();
  monitor_init_events();
  virtio_balloon_device_realize();
  if (typesKeys()) {
    virtio_input_device_realize();
  }
}

/** A machine gets a keyboard when somebody is going to use it. */
function typesKeys(): boolean {
  for (const step of config.timeline) {
    if (step.kind === "sysrq") {
      return true;
    }
  }
  return false;
}
