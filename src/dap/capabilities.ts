import type { DebugProtocol } from "@vscode/debugprotocol";
import { filters } from "./exception-filters.ts";

/**
 * Only what the adapter really does; `docs/dap.md` explains each. `canPark`: the guest can outlive
 * the connection of its client.
 */
export function capabilities(canPark: boolean): DebugProtocol.Capabilities {
  return {
    supportsConfigurationDoneRequest: true,
    supportsFunctionBreakpoints: true,
    supportsConditionalBreakpoints: true,
    supportsHitConditionalBreakpoints: true,
    supportsLogPoints: true,
    supportsInstructionBreakpoints: true,
    supportsDataBreakpoints: true,
    supportsDataBreakpointBytes: true,
    supportsBreakpointLocationsRequest: true,
    breakpointModes,
    supportsExceptionFilterOptions: true,
    supportsExceptionOptions: true,
    supportsExceptionInfoRequest: true,
    exceptionBreakpointFilters: filters.map(({ filter, label, description, byDefault }) => ({
      filter,
      label,
      description,
      default: byDefault,
      supportsCondition: true,
      conditionDescription: "Expression, e.g. vb->num_pages > 1000",
    })),
    supportsStepBack: true,
    supportsSteppingGranularity: true,
    supportsStepInTargetsRequest: true,
    supportsGotoTargetsRequest: true,
    supportsRestartFrame: true,
    supportsSingleThreadExecutionRequests: true,
    supportsRestartRequest: true,
    supportsTerminateRequest: true,
    supportsTerminateThreadsRequest: true,
    supportTerminateDebuggee: canPark,
    supportSuspendDebuggee: canPark,
    supportsCancelRequest: true,
    supportsEvaluateForHovers: true,
    supportsClipboardContext: true,
    supportsCompletionsRequest: true,
    completionTriggerCharacters: [".", ">"],
    supportsSetVariable: true,
    supportsSetExpression: true,
    supportsValueFormattingOptions: true,
    supportsDelayedStackTraceLoading: true,
    supportsLoadedSourcesRequest: true,
    supportedChecksumAlgorithms: ["SHA256"],
    supportsModulesRequest: true,
    additionalModuleColumns: moduleColumns,
    supportsReadMemoryRequest: true,
    supportsWriteMemoryRequest: true,
    supportsDisassembleRequest: true,
    supportsANSIStyling: true,
  };
}

/** In which direction of time a breakpoint stops. */
export type Mode = "both" | "forward" | "back";

const appliesTo = ["source", "exception", "data", "instruction"] satisfies string[];

export const breakpointModes: DebugProtocol.BreakpointMode[] = [
  { mode: "both", label: "Forwards and back", description: "Stops in both directions", appliesTo },
  { mode: "forward", label: "Only forwards", description: "Passed over going back", appliesTo },
  { mode: "back", label: "Only going back", description: "Passed over forwards", appliesTo },
];

const moduleColumns: DebugProtocol.ColumnDescriptor[] = [
  { attributeName: "generation", label: "Linux version", type: "string", width: 12 },
  { attributeName: "functions", label: "Functions", type: "number", width: 9 },
  { attributeName: "sources", label: "Model sources", type: "string", width: 30 },
];
