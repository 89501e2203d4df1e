/**
 * What kind of number a series is. Samples carry names only; the kernel's habits in naming them,
 * and ours for what the session adds, say the rest.
 */
export interface Counter {
  /** A level goes up and down, a total only grows. */
  readonly kind: "level" | "total";
  readonly quantity: "pages" | "kibibytes" | "number";
}

/** In KiB, unlike their neighbours in /proc/vmstat. */
const KIBIBYTES = new Set(["nr_kernel_stack", "pgpgin", "pgpgout"]);
/** Named like levels, but they count events. */
const TOTALS = new Set(["nr_dirtied", "nr_written", "nr_vmscan_write"]);
const LEVEL = /^nr_|^workingset_nodes$|_(pages|target|kib)$/;
const NUMBER_LEVEL = /_(in_flight|num_free|depth)$/;
const PAGES =
  /^(balloon_(inflate|deflate|migrate)$|pg(alloc|free|steal|scan(?!_direct_throttle)|activate|deactivate|refill)|workingset_)/;

export function counterOf(name: string): Counter {
  const kind =
    !TOTALS.has(name) && (LEVEL.test(name) || NUMBER_LEVEL.test(name)) ? "level" : "total";
  if (KIBIBYTES.has(name) || name.endsWith("_kib")) return { kind, quantity: "kibibytes" };
  const pages = kind === "level" ? !NUMBER_LEVEL.test(name) : PAGES.test(name) || TOTALS.has(name);
  return { kind, quantity: pages ? "pages" : "number" };
}
