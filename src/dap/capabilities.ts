import type { DebugProtocol } from "@vscode/debugprotocol";
import type { ExceptionFilter } from "../session/types.ts";

/** Only what the adapter really does; `docs/dap.md` explains each. */
export function capabilities(): DebugProtocol.Capabilities {
  return {
    supportsConfigurationDoneRequest: true,
    supportsFunctionBreakpoints: true,
    supportsConditionalBreakpoints: true,
    supportsHitConditionalBreakpoints: true,
    supportsLogPoints: true,
    supportsBreakpointLocationsRequest: true,
    supportsEvaluateForHovers: true,
    supportsClipboardContext: true,
    supportsCompletionsRequest: true,
    completionTriggerCharacters: [".", ">"],
    supportsStepBack: true,
    supportsRestartRequest: true,
    supportsExceptionInfoRequest: true,
    supportsLoadedSourcesRequest: true,
    supportsDelayedStackTraceLoading: true,
    supportsTerminateRequest: true,
    supportsCancelRequest: true,
    exceptionBreakpointFilters: filters.map(({ filter, label, description, byDefault }) => ({
      filter,
      label,
      description,
      default: byDefault,
    })),
  };
}

interface FilterText {
  readonly filter: ExceptionFilter;
  readonly label: string;
  readonly description: string;
  readonly byDefault: boolean;
}

const filters: readonly FilterText[] = [
  {
    filter: "oom-kill",
    label: "OOM kill",
    description: "The OOM killer has chosen a victim.",
    byDefault: true,
  },
  {
    filter: "oom-notify",
    label: "OOM notifier ran",
    description: "out_of_memory called the notifier chain and the balloon gave pages back.",
    byDefault: false,
  },
  {
    filter: "balloon-shrink",
    label: "Shrinker deflated the balloon",
    description: "Reclaim took pages from the balloon through its shrinker.",
    byDefault: false,
  },
  {
    filter: "direct-reclaim",
    label: "Direct reclaim entered",
    description: "A task that allocates begins to reclaim by itself.",
    byDefault: false,
  },
  {
    filter: "out-of-puff",
    label: "Out of puff",
    description: "The balloon could not get a page and waits before it tries again.",
    byDefault: false,
  },
  {
    filter: "expectation",
    label: "Expectation failed",
    description: "A line of the scenario's expectations does not hold.",
    byDefault: true,
  },
  {
    filter: "invariant",
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
