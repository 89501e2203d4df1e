/** Reads what `sysctl:` writes: a file below /proc/sys and a value, as sysctl(8) takes them. */
import { didYouMean } from "../base/did-you-mean.ts";
import { timelineErrors } from "./errors.ts";
import { MAX_PAGES } from "./guest.ts";
import type { Path } from "./positions.ts";
import type { Report } from "./report.ts";
import { readInteger } from "./values.ts";

/** The files that the model has, with the values that the kernel accepts. */
export const SYSCTLS: Readonly<Record<string, { readonly least: number; readonly most: number }>> =
  {
    "vm.compact_memory": { least: 1, most: 1 },
    "vm.drop_caches": { least: 1, most: 3 },
    "vm.min_free_kbytes": { least: 0, most: 4 * MAX_PAGES },
    "vm.swappiness": { least: 0, most: 200 },
    "vm.watermark_scale_factor": { least: 1, most: 1000 },
  };

const ASSIGNMENT = /^([\w./]+)(\s*=\s*)(\S+)$/;

/** `vm.compact_memory = 1`; null after reporting what is wrong with it. */
export function readSysctl(
  text: string,
  path: Path,
  report: Report,
): { readonly kind: "sysctl"; readonly name: string; readonly amount: number } | null {
  const [, file, equals, value] = ASSIGNMENT.exec(text.trim()) ?? [];
  if (file === undefined || equals === undefined || value === undefined) {
    report.value(path, timelineErrors.sysctl(text));
    return null;
  }
  // `vm/drop_caches` is the same file.
  const name = file.replaceAll("/", ".");
  const range = Object.hasOwn(SYSCTLS, name) ? SYSCTLS[name] : undefined;
  if (range === undefined) {
    const known = Object.keys(SYSCTLS);
    const near = didYouMean(name, known);
    report.inside(path, 0, file.length, timelineErrors.sysctlFile(file, known, near));
    return null;
  }
  const at = { path, offset: file.length + equals.length, length: value.length };
  const amount = readInteger(name, value, range, at, report);
  return amount === null ? null : { kind: "sysctl", name, amount };
}
