/** Words about the scenario language for people: what editors show beside it. */
export { COMMAND_DOCS, type CommandDoc, type OptionDoc } from "./commands.ts";
export { COUNTER_DOCS } from "./counters.ts";
export { FUNCTION_DOCS } from "./expressions.ts";
export { FEATURE_DOCS, type FeatureDoc } from "./features.ts";
export type { KeyInfo, ValueKind } from "./key-info.ts";
export { DRIVER_DOCS, KERNEL_DOCS } from "./kernels.ts";
export { infoAt, LANGUAGE } from "./language.ts";
