/** The `type` of our launch configurations, as package.json has it. */
export const DEBUG_TYPE = "balloon";
