import { KERNEL_NAMES } from "../scenario/kernels.ts";
import type { Kernel } from "../scenario/types.ts";
import type { Outline } from "./outline-entry.ts";

/** The kernel that a scenario names, also while the rest of it cannot be read. */
export function nameOfKernel({ entries }: Outline): Kernel {
  const written =
    entries.find(({ path }) => path.length === 2 && path[0] === "guest" && path[1] === "kernel")
      ?.text ?? "";
  return kernelNamed(written);
}

/** Also `5.7` and `v5.7.14`, as the parser has it. */
export function kernelNamed(written: string): Kernel {
  return (
    KERNEL_NAMES.find(
      (name) => written === name || written === name.slice(1) || written.startsWith(`${name}.`),
    ) ?? "v5.7"
  );
}
