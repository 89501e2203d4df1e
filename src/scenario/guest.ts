/** Reads the section `guest`. */
import { didYouMean } from "../base/did-you-mean.ts";
import type { file_config } from "../model/config.ts";
import { valueErrors } from "./errors.ts";
import {
  DRIVER_NAMES,
  driverOf,
  DRIVERS,
  KERNEL_NAMES,
  KERNELS,
  releaseBefore,
} from "./kernels.ts";
import { readPageShift } from "./page-size.ts";
import type { Report } from "./report.ts";
import { checkShape, FILES, GUEST, TEXT } from "./shape.ts";
import type { Driver, Kernel } from "./types.ts";
import { readInteger, readPages, readRate, wholeOf } from "./values.ts";
import type { TreeValue } from "./yaml-tree.ts";

export interface Guest {
  readonly memory: number;
  /** Pages have 2 to the power of it bytes. */
  readonly pageShift: number;
  readonly cpus: number;
  readonly kernel: Kernel;
  readonly driver: Driver;
  /** Module parameter of the v4.14 driver: pages that it gives back at each OOM. */
  readonly oomPages: number;
  readonly pagePoison: boolean;
  readonly thp: boolean;
  readonly minFreeKbytes: number;
  readonly watermarkScaleFactor: number;
  /** Pages of the swap device, 0 for none. */
  readonly swap: number;
  readonly swappiness: number;
  /** Pages a second that the disk reads at most; 0 for no limit. */
  readonly diskLimit: number;
  readonly files: readonly file_config[];
}

/** The model keeps a row of typed arrays for each page, and 2^26 rows is what it is built for. */
export const MAX_PAGES = 2 ** 26;
/** Less than this, 96 MiB, and the kernel and its init leave no room to boot in. */
export const MIN_PAGES = 3 * 2 ** 13;
export const MAX_CPUS = 64;
const MAX_FILES = 64;
const FILE_NAME = /^[A-Za-z0-9_][\w.-]{0,63}$/;

/** What the module parameter is without being set: 1 MiB. */
const DEFAULT_OOM_PAGES = 256;
const DEFAULT_SWAPPINESS = 60;

/** The guest as far as it could be read; null when something that others depend on is wrong. */
export function readGuest(
  section: TreeValue,
  override: string | undefined,
  report: Report,
): Guest | null {
  const shape = checkShape(GUEST, section, ["guest"], report);
  if (shape === null) return null;
  const memory = readMemory(shape.memory, report);
  const kernel = readKernel(override ?? shape.kernel, report);
  const driver = readDriver(shape.driver, kernel, report);
  const pageShift = readPageShift(shape["page-size"], report);
  return {
    memory: memory ?? MAX_PAGES,
    pageShift,
    cpus: optionalInteger("cpus", shape.cpus, { least: 1, most: MAX_CPUS }, 1, report),
    kernel,
    driver,
    oomPages: readOomPages(shape["oom-pages"], driver, report),
    pagePoison: readSwitch("page-poison", shape["page-poison"], report),
    thp: readThp(shape.thp, pageShift, report),
    minFreeKbytes: readMinFree(shape["min-free-kbytes"], memory, report),
    watermarkScaleFactor: optionalInteger(
      "watermark-scale-factor",
      shape["watermark-scale-factor"],
      { least: 1, most: 1000 },
      10,
      report,
    ),
    swap: readSwap(shape.swap, report),
    swappiness: optionalInteger(
      "swappiness",
      shape.swappiness,
      { least: 0, most: mostSwappiness(kernel) },
      DEFAULT_SWAPPINESS,
      report,
    ),
    diskLimit: readDiskLimit(shape["disk-limit"], report),
    files: readFiles(shape.files, report),
  };
}

function readMemory(text: string, report: Report): number | null {
  const path = ["guest", "memory"];
  const pages = readPages(text, "down", wholeOf(path, text), report);
  if (pages === null) return null;
  if (pages >= MIN_PAGES && pages <= MAX_PAGES) return pages;
  report.value(
    path,
    pages === 0 ? valueErrors.noMemory(MIN_PAGES) : valueErrors.memory(pages, MIN_PAGES, MAX_PAGES),
  );
  return null;
}

/** Also `5.7` and `v5.7.14`: the model follows a release line. */
function readKernel(text: string | undefined, report: Report): Kernel {
  const fallback: Kernel = "v5.7";
  if (text === undefined) return fallback;
  const wanted = releaseLine(text, KERNEL_NAMES);
  if (wanted !== undefined) return wanted;
  const near = releaseBefore(text, KERNELS);
  report.value(["guest", "kernel"], valueErrors.kernel(text, KERNEL_NAMES, near));
  return fallback;
}

/** Kernel and driver are chosen apart: that is how the two sides of a change are compared. */
function readDriver(text: string | undefined, kernel: Kernel, report: Report): Driver {
  if (text === undefined) return driverOf(kernel);
  const wanted = releaseLine(text, DRIVER_NAMES);
  if (wanted !== undefined) return wanted;
  const near = releaseBefore(text, DRIVERS);
  report.value(["guest", "driver"], valueErrors.driver(text, DRIVER_NAMES, near));
  return driverOf(kernel);
}

function releaseLine<T extends string>(text: string, names: readonly T[]): T | undefined {
  return names.find(
    (name) => text === name || text === name.slice(1) || text.startsWith(`${name}.`),
  );
}

/** An `int` in the kernel; a negative one is taken for a huge one there. */
function readOomPages(text: string | undefined, driver: Driver, report: Report): number {
  if (text === undefined) return DEFAULT_OOM_PAGES;
  if (driver !== "v4.14") report.key(["guest", "oom-pages"], valueErrors.oomPages(driver));
  const range = { least: -(2 ** 31), most: 2 ** 31 - 1 };
  return optionalInteger("oom-pages", text, range, DEFAULT_OOM_PAGES, report);
}

/** Off unless it is on. */
function readSwitch(key: string, text: string | undefined, report: Report): boolean {
  const choices = ["on", "off"];
  if (text !== undefined && !choices.includes(text)) {
    const near = didYouMean(text, choices);
    report.value(["guest", key], valueErrors.choice(key, text, choices, near));
  }
  return text === "on";
}

/** Where pages have 64 KiB, a huge page would have 512 MiB: a kernel without them is modelled. */
function readThp(text: string | undefined, pageShift: number, report: Report): boolean {
  const possible = pageShift === 12;
  if (text === undefined) return possible;
  if (text === "always") {
    if (!possible) report.value(["guest", "thp"], valueErrors.hugePageSize());
    return possible;
  }
  if (text === "never") return false;
  const choices = ["always", "never"];
  report.value(
    ["guest", "thp"],
    valueErrors.choice("thp", text, choices, didYouMean(text, choices)),
  );
  return true;
}

function readMinFree(text: string | undefined, memory: number | null, report: Report): number {
  const kbytes = optionalInteger(
    "min-free-kbytes",
    text,
    { least: 0, most: 4 * MAX_PAGES },
    0,
    report,
  );
  if (memory !== null && kbytes > memory * 2) {
    report.value(["guest", "min-free-kbytes"], valueErrors.minFree(kbytes, memory));
  }
  return kbytes;
}

/** Up to 200 since v5.8: then reclaim may prefer anonymous memory to files. */
export function mostSwappiness(kernel: Kernel | null): number {
  return kernel === null || KERNELS[kernel] >= 0x050800 ? 200 : 100;
}

function readSwap(text: string | undefined, report: Report): number {
  if (text === undefined) return 0;
  const path = ["guest", "swap"];
  const pages = readPages(text, "down", wholeOf(path, text), report) ?? 0;
  if (pages > MAX_PAGES) report.value(path, valueErrors.swap(pages, MAX_PAGES));
  return pages;
}

function readDiskLimit(text: string | undefined, report: Report): number {
  if (text === undefined) return 0;
  return readRate(text, wholeOf(["guest", "disk-limit"], text), report) ?? 0;
}

function readFiles(section: TreeValue | undefined, report: Report): file_config[] {
  if (section === undefined) return [];
  const files = checkShape(FILES, section, ["guest", "files"], report) ?? {};
  const result: file_config[] = [];
  for (const [name, value] of Object.entries(files)) {
    const path = ["guest", "files", name];
    const text = checkShape(TEXT, value, path, report);
    if (!FILE_NAME.test(name)) report.key(path, valueErrors.fileName(name));
    const pages = text === null ? null : readPages(text, "up", wholeOf(path, text), report);
    if (pages === 0 || (pages !== null && pages > MAX_PAGES)) {
      report.value(path, valueErrors.fileSize(name, pages, MAX_PAGES));
    }
    // Even with a wrong size it is there, so that `cat` of it is not another error.
    result.push({ name, nr_pages: pages ?? 1 });
  }
  if (result.length > MAX_FILES)
    report.key(["guest", "files"], valueErrors.tooManyFiles(MAX_FILES));
  return result;
}

function optionalInteger(
  key: string,
  text: string | undefined,
  range: { readonly least: number; readonly most: number },
  fallback: number,
  report: Report,
): number {
  if (text === undefined) return fallback;
  return readInteger(key, text, range, wholeOf(["guest", key], text), report) ?? fallback;
}
