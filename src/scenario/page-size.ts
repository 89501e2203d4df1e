/**
 * Guests whose pages are not the 4 KiB that a scenario is read in. What the guest's kernel counts in
 * its own pages becomes that here; the balloon's target, what the host sends and what it lacks stay in
 * units of 4 KiB, as the device counts them.
 */
import { didYouMean } from "../base/did-you-mean.ts";
import type { cost_config, guest_config, step_config } from "../model/config.ts";
import { valueErrors } from "./errors.ts";
import type { Report } from "./report.ts";

/** Page sizes of a guest, and the shift that stands for each. */
export const GUEST_PAGE_SIZES: ReadonlyMap<string, number> = new Map([
  ["4KiB", 12],
  ["64KiB", 16],
]);

const SMALLEST_SHIFT = 12;

export function readPageShift(text: string | undefined, report: Report): number {
  if (text === undefined) return SMALLEST_SHIFT;
  const names = [...GUEST_PAGE_SIZES.keys()];
  const shift = GUEST_PAGE_SIZES.get(text.replaceAll(" ", ""));
  if (shift === undefined) {
    const near = didYouMean(text, names);
    report.value(["guest", "page-size"], valueErrors.choice("page-size", text, names, near));
  }
  return shift ?? SMALLEST_SHIFT;
}

/** `config`, read in pages of 4 KiB, for a guest with pages of `config.page_shift`. */
export function inGuestPages(config: guest_config): guest_config {
  const units = 2 ** (config.page_shift - SMALLEST_SHIFT);
  if (units === 1) return config;
  const rate = (perSecond: number): number =>
    perSecond === 0 ? 0 : Math.max(1, Math.round(perSecond / units));
  return {
    ...config,
    nr_pages: Math.floor(config.nr_pages / units),
    nr_swap_pages: Math.floor(config.nr_swap_pages / units),
    disk_limit: rate(config.disk_limit),
    files: config.files.map(({ name, nr_pages }) => ({
      name,
      nr_pages: Math.ceil(nr_pages / units),
    })),
    host_page_pages: Math.max(1, config.host_page_pages / units),
    costs: costsOf(config.costs, units),
    timeline: config.timeline.map((step) =>
      IN_PAGES.has(step.kind)
        ? { ...step, amount: Math.ceil(step.amount / units), rate: rate(step.rate) }
        : step,
    ),
  };
}

/** Steps whose `amount` and `rate` are pages of the guest. */
const IN_PAGES: ReadonlySet<step_config["kind"]> = new Set(["memhog", "frag", "forker"]);

/**
 * What writes, copies or reads a whole page takes that much longer; what only moves a page from list
 * to list does not. No such guest was measured.
 */
function costsOf(costs: cost_config, units: number): cost_config {
  return {
    ...costs,
    anon_fault: costs.anon_fault * units,
    file_read_hit: costs.file_read_hit * units,
    disk_page: costs.disk_page * units,
    migrate_page: costs.migrate_page * units,
  };
}
