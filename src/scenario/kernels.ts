/** Kernels and generations of the balloon driver that a scenario can choose. */
import { didYouMean } from "../base/did-you-mean.ts";
import type { Driver, Kernel } from "./types.ts";

/**
 * LINUX_VERSION_CODE of each kernel, oldest first. v6.8 and v6.19 manage memory as v6.1 does here,
 * since what they added by default (large folios) or on request (MGLRU) is not modelled.
 */
export const KERNELS: Readonly<Record<Kernel, number>> = {
  "v4.14": 0x040e00,
  "v4.19": 0x041300,
  "v5.5": 0x050500,
  "v5.7": 0x050700,
  "v6.1": 0x060100,
  "v6.8": 0x060800,
  "v6.19": 0x061300,
};

/** LINUX_VERSION_CODE of each generation of the driver. */
export const DRIVERS: Readonly<Record<Driver, number>> = {
  "v4.14": KERNELS["v4.14"],
  "v4.19": KERNELS["v4.19"],
  "v5.5": KERNELS["v5.5"],
  "v5.7": KERNELS["v5.7"],
  "v6.8": KERNELS["v6.8"],
  "v6.19": KERNELS["v6.19"],
};

export const KERNEL_NAMES = Object.keys(KERNELS) as readonly Kernel[];
export const DRIVER_NAMES = Object.keys(DRIVERS) as readonly Driver[];

/** The generation that a kernel came with. */
export function driverOf(kernel: Kernel): Driver {
  const fitting = DRIVER_NAMES.filter((driver) => DRIVERS[driver] <= KERNELS[kernel]);
  return fitting.at(-1) ?? "v4.14";
}

/** Which of `versions` was meant by a release that is not among them: the one before it. */
export function releaseBefore<T extends string>(
  text: string,
  versions: Readonly<Record<T, number>>,
): string | null {
  const names = Object.keys(versions) as T[];
  const [, major, minor] = /^v?(\d)\.(\d{1,2})\b/.exec(text) ?? [];
  if (major === undefined || minor === undefined) return didYouMean(text, names);
  const code = Number(major) * 0x10000 + Number(minor) * 0x100;
  return names.findLast((name) => versions[name] <= code) ?? names[0] ?? null;
}
