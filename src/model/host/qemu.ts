/** What the host starts before the guest boots: its I/O thread and the balloon device. */
import { monitor_init_events } from "./events.ts";
import { qemu_init_main_loop } from "./main_loop.ts";
import { virtio_balloon_device_realize } from "./virtio_balloon.ts";

export function qemu_init(): void {
  qemu_init_main_loop();
  monitor_init_events();
  virtio_balloon_device_realize();
}
