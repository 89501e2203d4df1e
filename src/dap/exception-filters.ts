import type { ExceptionFilter } from "../session/types.ts";
import type { Arguments } from "./arguments.ts";

/** Exceptions that have something in common, for clients that choose by category. */
export type Category = "oom" | "reclaim" | "balloon" | "scenario" | "debugger";

export interface FilterText {
  readonly filter: ExceptionFilter;
  readonly category: Category;
  readonly label: string;
  readonly description: string;
  readonly byDefault: boolean;
  /** The guest coped: somebody handled what happened, and nothing is lost. */
  readonly handled: boolean;
}

export const filters: readonly FilterText[] = [
  {
    filter: "oom-kill",
    category: "oom",
    handled: false,
    label: "OOM kill",
    description: "The OOM killer has chosen a victim.",
    byDefault: true,
  },
  {
    filter: "oom-notify",
    category: "oom",
    handled: true,
    label: "OOM notifier ran",
    description: "out_of_memory called the notifier chain and the balloon gave pages back.",
    byDefault: false,
  },
  {
    filter: "balloon-shrink",
    category: "reclaim",
    handled: true,
    label: "Shrinker deflated the balloon",
    description: "Reclaim took pages from the balloon through its shrinker.",
    byDefault: false,
  },
  {
    filter: "direct-reclaim",
    category: "reclaim",
    handled: true,
    label: "Direct reclaim entered",
    description: "A task that allocates begins to reclaim by itself.",
    byDefault: false,
  },
  {
    filter: "out-of-puff",
    category: "balloon",
    handled: true,
    label: "Out of puff",
    description: "The balloon could not get a page and waits before it tries again.",
    byDefault: false,
  },
  {
    filter: "no-progress",
    category: "balloon",
    handled: true,
    label: "No net progress",
    description:
      "For 5 s pages have gone into the balloon, 64 MiB or more, and fewer than one in 64 has stayed.",
    byDefault: false,
  },
  {
    filter: "alloc-failure",
    category: "reclaim",
    handled: true,
    label: "Allocation failed",
    description:
      "A task gets no page. The condition can ask for order and gfp_mask: huge pages fail often.",
    byDefault: false,
  },
  {
    filter: "expectation",
    category: "scenario",
    handled: false,
    label: "Expectation failed",
    description: "A line of the scenario's expectations does not hold.",
    byDefault: true,
  },
  {
    filter: "invariant",
    category: "debugger",
    handled: false,
    label: "Invariant broken",
    description:
      "The model contradicts itself: a mistake of the debugger or of a driver under test.",
    byDefault: true,
  },
];

export function filterLabel(filter: ExceptionFilter): string {
  return filters.find((each) => each.filter === filter)?.label ?? filter;
}

export function isExceptionFilter(text: string): text is ExceptionFilter {
  return filters.some((each) => each.filter === text);
}

export function filterNames(): string {
  return filters.map((each) => each.filter).join(", ");
}

/**
 * Filters that an `ExceptionOptions` chooses: a path of categories and filters, each step of which
 * names some or, negated, all but some; and when to break. `unhandled` leaves out what somebody
 * dealt with: an OOM that a notifier resolved, reclaim.
 */
export function filtersOfOption(option: Arguments): readonly ExceptionFilter[] {
  const breakMode = option.optionalOneOf("breakMode", breakModes) ?? "always";
  if (breakMode === "never") return [];
  const [category, leaf, ...deeper] = option
    .objects("path")
    .map((step) => ({ negate: step.flag("negate"), names: step.strings("names") }));
  const matches = (step: typeof category, name: string): boolean =>
    step === undefined || step.names.includes(name) !== step.negate;
  if (deeper.length > 0) return [];
  return filters
    .filter((each) => matches(category, each.category) && matches(leaf, each.filter))
    .filter((each) => breakMode === "always" || !each.handled)
    .map((each) => each.filter);
}

const breakModes = ["never", "always", "unhandled", "userUnhandled"] as const;
