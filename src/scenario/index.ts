/** The scenario language: everything that other layers use of it. */
export { parseScenario, type Overrides } from "./parse.ts";
export { variantsOf, type FixedAxes, type Variant } from "./matrix.ts";
export { parseExpression, namesIn } from "./expression.ts";
export type { Expression, ExpressionError, ExpressionResult, NameUse } from "./expression.ts";
export { actualValues, compile, evaluate, isTrue } from "./evaluate.ts";
export type { Evaluated, Resolver } from "./evaluate.ts";
export { SCENARIO_NAMES, VMSTAT_NAMES } from "./names.ts";
export type * from "./types.ts";
