import { KERNEL_NAMES } from "../scenario/kernels.ts";
import type { Kernel } from "../scenario/types.ts";
import type { Outline } from "./outline-entry.ts";

/** The kernel that a scenario names, also while the rest of it cannot be read. */
export function nameOfKernel({ entries }: Outline): Kernel {
  const written = entries.find(
    ({ path }) => path.length === 2 && path[0] === "guest" && path[1] === "kernel",
  )?.text;
  return KERNEL_NAMES.find((name) => name === written || name.slice(1) === written) ?? "v5.7";
}
